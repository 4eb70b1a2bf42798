import { isLabelValue, isQualifiedName, isSubdomain, joined } from "../kubernetes/index.ts";
import { type Hide, holdsSecret, type KubernetesObject, withoutSecrets } from "../manifest/index.ts";
import { hidden, isRecord, own } from "../outside/index.ts";
import { keyPairProblem } from "./key-pair.ts";
import type { ManifestIssue } from "./rule.ts";
import type { CheckedManifest } from "./scope.ts";

/** Stands for a value that isn't shown: of its type, and sound where the value is, as far as rules judge values that may be hidden. */
const standIn: Hide = (value) => {
  if (value === "") return value; // what is empty hides nothing
  if (typeof value === "string") return isLabelValue(value) || isQualifiedName(value) ? "hidden" : hidden;
  if (Array.isArray(value)) return value.map(standIn);
  return typeof value === "object" && value !== null ? {} : hidden;
};

/** A manifest as rules see it: what may not be shown never reaches them, so that none can print it. */
export function shownToRules(manifest: CheckedManifest): CheckedManifest {
  const object = withoutSecrets(manifest.object, standIn);
  return object === manifest.object ? manifest : { ...manifest, object: withAccount(object, manifest.object) };
}

/** Annotation by which a token's Secret names its ServiceAccount. */
export const accountAnnotation = "kubernetes.io/service-account.name";

/** A Secret's annotations are hidden, but for the name of an account, which is none. */
function withAccount(shown: KubernetesObject, { kind, type, metadata }: KubernetesObject): KubernetesObject {
  const name = isRecord(metadata.annotations) ? own(metadata.annotations, accountAnnotation) : undefined;
  if (kind !== "Secret" || type !== "kubernetes.io/service-account-token" || typeof name !== "string" || !isSubdomain(name)) return shown;
  return { ...shown, metadata: { ...shown.metadata, annotations: { ...shown.metadata.annotations, [accountAnnotation]: name } } };
}

/** https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size */
const mostDataBytes = 1024 * 1024;
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/ */
const mostAnnotationBytes = 256 * 1024;

/** What rules can't judge of a Secret that hides its values. No message says anything of a value but what form it should have. */
export function* secretValueIssues(manifest: CheckedManifest): Generator<ManifestIssue> {
  yield* secretSizeIssues(manifest);
  yield* dockerConfigIssues(manifest);
  yield* encodingIssues(manifest);
  yield* intervalIssues(manifest);
}

/** The CRD takes any text, and the operator reads none of the objects while one of them has no time that Go reads. */
function* intervalIssues(manifest: CheckedManifest): Generator<ManifestIssue> {
  const { kind, apiVersion, spec } = manifest.object;
  if (kind !== "ExternalSecret" || !apiVersion.startsWith("external-secrets.io/") || !isRecord(spec)) return;
  const { refreshInterval } = spec;
  if (typeof refreshInterval !== "string" || /^(0|[+-]?(\d+(\.\d+)?(ns|us|ms|s|m|h))+)$/.test(refreshInterval.slice(0, 100))) return;
  yield {
    manifest,
    path: "spec.refreshInterval",
    message: "expected a time, as 15m or 1h30m",
    fix: "Write it in h, m and s: a day is 24h.",
    severity: isFilledIn(refreshInterval) ? "info" : "warning",
  };
}

/** Keys whose values are words that programs compare or send, and that no line end belongs to. */
const wordKey = /(password|passwd|token|secret|username|user|api[-_]?key|access[-_]?key)$/i;
const isText = (text: string) => /^[\x20-\x7e]+$/.test(text);

/** Values that are encoded twice, or with the line end that `echo` adds, and certificates that aren't any. */
function* encodingIssues(manifest: CheckedManifest): Generator<ManifestIssue> {
  const { object } = manifest;
  if (object.kind !== "Secret" || object.apiVersion !== "v1") return;
  for (const [key, value] of Object.entries(membersOf(object.data)))
    if (typeof value === "string" && value.length < 10_000 && wordKey.test(key.slice(-50))) yield* wordIssues(manifest, key, value);
  if (object.type !== "kubernetes.io/tls") return;
  yield* tlsIssues(manifest);
}

/** A certificate and its key: an Ingress or a Gateway takes neither if they don't fit each other. */
function* tlsIssues(manifest: CheckedManifest): Generator<ManifestIssue> {
  const values = new Map(["tls.crt", "tls.key"].map((key) => [key, valueOfKey(manifest.object, key)] as const));
  const pathOf = (key: string) => joined(values.get(key)?.[0] ?? "data", key);
  const given = [...values].filter(([, [, text]]) => text !== "" && !isFilledIn(text));
  const others = given.filter(([, [, text]]) => !text.includes("-----BEGIN "));
  for (const [key] of others)
    yield {
      manifest,
      path: pathOf(key),
      message: "isn't PEM: it has no line -----BEGIN ...-----",
      fix: "Write the certificate and the key as PEM.",
      severity: "warning",
    };
  const [certificate, key] = given.map(([, [, text]]) => text);
  const problem = certificate && key && others.length === 0 ? keyPairProblem(certificate, key) : undefined;
  if (problem)
    yield {
      manifest,
      path: pathOf(problem.of),
      message: problem.message,
      fix: "Write the certificate first, then those that signed it, and the key that it was issued for.",
      severity: "warning",
    };
}

/** What is wrong with an encoded word. */
function* wordIssues(manifest: CheckedManifest, key: string, value: string): Generator<ManifestIssue> {
  const [path, text] = [joined("data", key), Buffer.from(value, "base64").toString("utf8")];
  if (isText(text.trimEnd()) && /^[^\n]+\r?\n$/.test(text))
    yield {
      manifest,
      path,
      message: "ends in a line end, which becomes part of the value",
      fix: "Encode it without: echo -n ... | base64.",
      severity: "warning",
    };
  else if (isEncodedTwice(text))
    yield {
      manifest,
      path,
      message: "is base64 of base64: the program gets an encoded value",
      fix: "Encode it once, or write it into stringData.",
      severity: "warning",
    };
}

/** The text of a Secret's value, and the field it stands in. */
function valueOfKey({ data, stringData }: KubernetesObject, key: string): [field: string, text: string] {
  const [plain, encoded] = [membersOf(stringData), membersOf(data)].map((members): unknown => Reflect.get(members, key));
  if (typeof plain === "string") return ["stringData", plain];
  return ["data", typeof encoded === "string" ? Buffer.from(encoded, "base64").toString("utf8") : ""];
}

/** Whether a text is base64 of printable ASCII characters, with or without a line end behind them. */
function isEncodedTwice(text: string): boolean {
  if (text.length < 12 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return false;
  const inner = Buffer.from(text, "base64").toString("utf8");
  return isText(inner.trimEnd());
}

/** Where each type has the credentials of registries, and how the JSON names them. */
const dockerConfigs: Readonly<Record<string, { readonly key: string; readonly field?: string }>> = {
  "kubernetes.io/dockerconfigjson": { key: ".dockerconfigjson", field: "auths" },
  "kubernetes.io/dockercfg": { key: ".dockercfg" },
};

/** Credentials of registries must be JSON, or the API server refuses them; without `auths` the kubelet finds none. */
function* dockerConfigIssues(manifest: CheckedManifest): Generator<ManifestIssue> {
  const { object } = manifest;
  const config = object.kind === "Secret" && object.apiVersion === "v1" ? own(dockerConfigs, String(object.type)) : undefined;
  if (!config) return;
  const { key, field } = config;
  const [plain, encoded] = [membersOf(object.stringData), membersOf(object.data)].map((members): unknown => Reflect.get(members, key));
  const text =
    typeof plain === "string" ? plain : typeof encoded === "string" ? Buffer.from(encoded, "base64").toString("utf8") : undefined;
  if (text === undefined || text.length > mostDataBytes || isFilledIn(text)) return;
  const path = joined(typeof plain === "string" ? "stringData" : "data", key);
  const content = parsedObject(text);
  const example = 'Write {"auths":{"registry.example":{"auth":"..."}}}.';
  if (!content) yield { manifest, path, message: "must hold a JSON object", fix: example };
  else if (field && hasBrokenAuth(Reflect.get(content, field)))
    yield {
      manifest,
      path,
      message: "an auth of it isn't the base64 of user:password",
      fix: "Write base64 of user:password, or username and password.",
      severity: "warning",
    };
  else if (field && !Object.hasOwn(content, field))
    yield { manifest, path, message: `the JSON has no "${field}", so it holds no credentials`, fix: example, severity: "warning" };
}

/** Whether some registry has an `auth` that no client can read. */
const hasBrokenAuth = (auths: unknown) =>
  Object.values(membersOf(auths)).some((entry) => {
    const auth: unknown = Reflect.get(membersOf(entry), "auth");
    return typeof auth === "string" && auth !== "" && !isFilledIn(auth) && !Buffer.from(auth, "base64").toString("utf8").includes(":");
  });

/** A placeholder that a tool fills in before the Secret is applied. */
const isFilledIn = (text: string) => /^\s*(\$\{|\{\{|<)/.test(text) || text.includes("ENC[AES256_GCM,");

function parsedObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** How long a Secret's values are in all. The message doesn't say by how much it is too long. */
function* secretSizeIssues(manifest: CheckedManifest): Generator<ManifestIssue> {
  const { object } = manifest;
  if (!holdsSecret(object)) return;
  const values =
    Math.floor((bytesOf(Object.values(membersOf(object.data))) * 3) / 4) + bytesOf(Object.values(membersOf(object.stringData)));
  if (object.kind === "Secret" && values > mostDataBytes)
    yield {
      manifest,
      path: "data",
      message: `at most ${mostDataBytes} bytes in all, and there are more`,
      fix: "Put large files into an image or a volume.",
    };
  if (bytesOf(Object.entries(membersOf(object.metadata.annotations)).flat()) > mostAnnotationBytes)
    yield { manifest, path: "metadata.annotations", message: `at most ${mostAnnotationBytes} bytes in all, and there are more` };
}

const membersOf = (value: unknown) => (typeof value === "object" && value !== null ? value : {});
const bytesOf = (texts: readonly unknown[]) => texts.reduce<number>((sum, text) => sum + Buffer.byteLength(String(text)), 0);
