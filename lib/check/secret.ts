import { isLabelValue, isQualifiedName, isSubdomain, joined } from "../kubernetes/index.ts";
import { type Hide, holdsSecret, type KubernetesObject, withoutSecrets } from "../manifest/index.ts";
import { hidden, isRecord, own } from "../outside/index.ts";
import type { ManifestIssue } from "./rule.ts";
import type { CheckedManifest } from "./scope.ts";

/** Stands for a value that isn't shown: of its type, and sound where the value is, as far as rules judge values that may be hidden. */
const standIn: Hide = (value) => {
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
  else if (field && !Object.hasOwn(content, field))
    yield { manifest, path, message: `the JSON has no "${field}", so it holds no credentials`, fix: example, severity: "warning" };
}

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
