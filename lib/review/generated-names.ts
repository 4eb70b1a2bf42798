import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import { textOf } from "../outside/index.ts";
import type { Change } from "./change.ts";
import { isSame } from "./fields.ts";
import { unknown } from "./impact.ts";
import type { TreeFile } from "./tree.ts";

/** An object whose name the API server completes. */
interface Unnamed {
  readonly file: TreeFile;
  readonly object: KubernetesObject;
  /** As `migrate-*`. */
  readonly name: string;
}

/**
 * Changes of objects that only begin their name (`generateName`), as hooks of Argo CD do: each sync creates another one, so that what is in
 * the cluster says nothing of the next.
 * @param before the files that differ, as they were
 */
export function generatedChanges(before: readonly TreeFile[], after: readonly TreeFile[]): Change[] {
  const left = unnamedIn(before);
  const isTaken = (fits: (other: Unnamed) => boolean) => {
    const index = left.findIndex(fits);
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  };
  const others = unnamedIn(after).filter(
    (unnamed) => !isTaken((other) => isSamePlace(other, unnamed) && isSame(other.object, unnamed.object)),
  );
  const changes = others.map((unnamed) => changeOf(unnamed, isTaken((other) => isSamePlace(other, unnamed)) ? "change" : "add"));
  return [...changes, ...left.map((unnamed) => changeOf(unnamed, "remove"))];
}

const unnamedIn = (files: readonly TreeFile[]): Unnamed[] =>
  files.flatMap((file) =>
    file.unnamed.map((object) => ({ file, object, name: `${textOf((object.metadata as { generateName?: unknown }).generateName)}*` })),
  );

const isSamePlace = (a: Unnamed, b: Unnamed) =>
  a.file.environment === b.file.environment &&
  groupOf(a.object) === groupOf(b.object) &&
  a.object.kind === b.object.kind &&
  a.object.metadata.namespace === b.object.metadata.namespace &&
  a.name === b.name;

function changeOf({ file, object, name }: Unnamed, action: Change["action"]): Change {
  const { impact, reason } = unknown(
    action === "remove" ? "no sync creates it any more" : "each sync creates another one, with a name that the API server completes",
  );
  const { apiVersion, kind, metadata } = object;
  return {
    environment: file.environment,
    app: file.app,
    resource: { apiVersion, kind, namespace: textOf(metadata.namespace), name },
    action,
    impact,
    flags: [],
    reason,
    fields: [],
    notes: [],
    file: file.file,
  };
}
