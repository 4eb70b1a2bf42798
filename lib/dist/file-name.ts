import { createHash } from "node:crypto";
import { groupOf, identityOf, type KubernetesObject } from "../manifest/index.ts";

/** Longest file name in bytes; file systems end at 255, and archives and Windows paths earlier. */
const longest = 180;

/** A part of a file name that no file system takes amiss, and that differs wherever the original does, upper case from lower case included. */
const safe = (part: string) => part.replace(/[^a-z0-9.-]/g, (character) => `_${character.codePointAt(0)?.toString(16)}_`);

/**
 * File names for the objects of one folder: `<Kind>.<name>.k8s.yaml`, with the namespace where it isn't the folder's own,
 * and with the group where two kinds of the folder share a name.
 */
export function fileNames(objects: readonly KubernetesObject[], namespace: string | undefined): string[] {
  const groups = new Map<string, Set<string>>();
  for (const object of objects) {
    const kind = object.kind.toLowerCase();
    groups.set(kind, (groups.get(kind) ?? new Set()).add(groupOf(object)));
  }
  return objects.map((object) => {
    const other =
      object.metadata.namespace !== undefined && object.metadata.namespace !== namespace ? object.metadata.namespace : undefined;
    const group = (groups.get(object.kind.toLowerCase())?.size ?? 0) > 1 ? groupOf(object) || "core" : undefined;
    const kind = object.kind.replace(/[^A-Za-z0-9]/g, "_");
    return bounded(
      [kind, group, other, object.metadata.name]
        .filter((part) => part !== undefined)
        .map((part, index) => (index === 0 ? part : safe(part)))
        .join("."),
      object,
    );
  });
}

function bounded(stem: string, object: KubernetesObject): string {
  if (stem.length <= longest) return `${stem}.k8s.yaml`;
  const hash = createHash("sha256").update(identityOf(object)).digest("hex").slice(0, 16);
  return `${stem.slice(0, longest - hash.length - 1)}_${hash}.k8s.yaml`;
}
