import { type Issue, isDataKey, joined, shownValue } from "../../kubernetes/index.ts";
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
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly type?: string;
}

function* dataIssues(object: Data, kind: "ConfigMap" | "Secret"): Generator<Issue> {
  const { data = {}, binaryData = {}, stringData = {}, type = "" } = object;
  for (const [field, members] of Object.entries({ data, binaryData, stringData })) yield* keyIssues(members, field);
  const bytes = kind === "Secret" ? decoded(data) + plain(stringData) : plain(data) + decoded(binaryData);
  if (bytes > mostBytes)
    yield { path: "data", message: `at most 1048576 bytes in all, found ${bytes}`, fix: "Put large files into an image or a volume." };
  if (kind === "Secret") yield* typeIssues(object);
  const required = kind === "Secret" ? (own(secretKeys, type) ?? []) : [];
  for (const key of required)
    if (!Object.hasOwn(data, key) && !Object.hasOwn(stringData, key))
      yield { path: joined("data", key), message: `is required by the type ${type} but missing` };
  for (const key of kind === "ConfigMap" ? Object.keys(binaryData) : [])
    if (Object.hasOwn(data, key)) yield { path: joined("binaryData", key), message: "data has the key too" };
}

/** The ServiceAccount whose token the cluster writes into a Secret. */
const accountAnnotation = "kubernetes.io/service-account.name";

/** What a type of Secret asks for beside keys that must all be there. */
function* typeIssues({ metadata, data = {}, stringData = {}, type }: Data): Generator<Issue> {
  if (type === "kubernetes.io/service-account-token" && !metadata.annotations?.[accountAnnotation])
    yield {
      path: joined("metadata.annotations", accountAnnotation),
      message: `is required by the type ${type} but missing`,
      fix: "Name the ServiceAccount whose token it is for.",
    };
  const either = ["username", "password"];
  if (type === "kubernetes.io/basic-auth" && !either.some((key) => Object.hasOwn(data, key) || Object.hasOwn(stringData, key)))
    yield { path: "data", message: `${either.join(" or ")} is required by the type ${type} but missing` };
}

function* keyIssues(members: object, field: string): Generator<Issue> {
  for (const key of Object.keys(members))
    if (!isDataKey(key))
      yield { path: joined(field, key), message: `expected a key of letters, digits, '-', '_' and '.', found ${shownValue(key)}` };
}

/** Bytes of values in all. */
const plain = (members: Readonly<Record<string, string>>) =>
  Object.values(members).reduce((sum, value) => sum + Buffer.byteLength(String(value)), 0);
/** The same of values in base64, once they are decoded. */
const decoded = (members: Readonly<Record<string, string>>) =>
  Object.values(members).reduce((sum, value) => sum + Math.floor((Buffer.byteLength(String(value)) * 3) / 4), 0);
