import { isLabelValue, isQualifiedName } from "../kubernetes/index.ts";
import { type Hide, holdsSecret, withoutSecrets } from "../manifest/index.ts";
import { hidden } from "../outside/index.ts";
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
  return object === manifest.object ? manifest : { ...manifest, object };
}

/** https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size */
const mostDataBytes = 1024 * 1024;
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/ */
const mostAnnotationBytes = 256 * 1024;

/** What rules can't judge of a Secret that hides its values: how long they are in all. The message doesn't say by how much. */
export function* secretSizeIssues(manifest: CheckedManifest): Generator<ManifestIssue> {
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
