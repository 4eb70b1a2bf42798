import { type Issue, isDataKey, joined } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { refused, within } from "./issues.ts";

/** The most an object's values may have in all: https://kubernetes.io/docs/concepts/configuration/configmap/#motivation */
const mostBytes = 1024 * 1024;
/** Keys that a type of Secret has to have: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types */
const secretKeys: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
};

export const data = rule({
  id: "schema/data",
  ...refused,
  source: "https://kubernetes.io/docs/concepts/configuration/configmap/",
  bad: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
    data: { "my file": text }
  `,
  good: yaml`
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
    data: { "my-file": text }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("ConfigMap")) yield* within(manifest, dataIssues(manifest.object, "ConfigMap"));
    for (const manifest of scope.ofKind("Secret")) yield* within(manifest, dataIssues(manifest.object, "Secret"));
  },
});

/** A ConfigMap or a Secret. */
interface Data {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly type?: string;
}

function* dataIssues({ data: values = {}, binaryData = {}, stringData = {}, type }: Data, kind: "ConfigMap" | "Secret"): Generator<Issue> {
  let bytes = 0;
  for (const [field, members] of Object.entries({ data: values, binaryData, stringData })) {
    for (const [key, value] of Object.entries(members ?? {})) {
      if (!isDataKey(key))
        yield { path: joined(field, key), message: `expected a key of letters, digits, '-', '_' and '.', found ${JSON.stringify(key)}` };
      const size = Buffer.byteLength(String(value));
      bytes += field === "binaryData" || (kind === "Secret" && field === "data") ? Math.floor((size * 3) / 4) : size;
    }
  }
  if (kind === "ConfigMap")
    for (const key of Object.keys(binaryData ?? {}))
      if (Object.hasOwn(values ?? {}, key)) yield { path: joined("binaryData", key), message: "data has the key too" };
  if (bytes > mostBytes)
    yield { path: "data", message: `at most 1048576 bytes in all, found ${bytes}`, fix: "Put large files into an image or a volume." };
  const all = { ...values, ...stringData };
  for (const key of (kind === "Secret" && own(secretKeys, type ?? "")) || [])
    if (!Object.hasOwn(all, key)) yield { path: joined("data", key), message: `is required by the type ${type}, and isn't there` };
}
