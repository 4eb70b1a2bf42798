import { suggestion } from "../../problem/index.ts";
import type { MissingObject } from "../missing.ts";
import { type CheckedManifest, namespaceOf } from "../scope.ts";

/** The part of an issue that says which object isn't there, and which name may be meant. */
export const missing = (object: MissingObject) => ({ missing: object, fix: suggestion(object.name, object.candidates) });

/** What a selector looks for that fits no pod. */
export const missingPods = (manifest: CheckedManifest, labels: Readonly<Record<string, string>> = {}): MissingObject => ({
  kind: "Pod",
  namespace: namespaceOf(manifest),
  name: JSON.stringify(labels),
  candidates: [],
});
