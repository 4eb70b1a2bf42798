import { existsSync } from "node:fs";
import { join } from "node:path";
import { kustomizationAt, kustomizationNames } from "./discover.ts";

export type Kustomization = Readonly<Record<string, unknown>>;

/** Members of a kustomization that name others. */
const including = ["resources", "bases", "components", "generators", "transformers", "validators"];
/** What a kustomization includes, as it is written: paths and addresses. */
export const includedBy = (kustomization: Kustomization) => including.flatMap((key) => pathsIn(kustomization[key]));

/**
 * A kustomization, and those that it includes, each with its folder and file.
 * @param file the file that says what the folder is
 * @param named the paths of a kustomization that may be others. Default: of what it includes
 */
export function* kustomizationsFrom(
  folder: string,
  file: string,
  named: (kustomization: Kustomization) => readonly string[] = includedBy,
  seen: Set<string> = new Set(),
): Generator<{ readonly folder: string; readonly file: string; readonly kustomization: Kustomization }> {
  if (seen.has(file)) return;
  seen.add(file);
  const kustomization = kustomizationAt(file) ?? {};
  yield { folder, file, kustomization };
  for (const resource of named(kustomization)) {
    const inner = kustomizationNames.map((name) => join(folder, resource, name)).find((path) => existsSync(path));
    if (inner !== undefined) yield* kustomizationsFrom(join(folder, resource), inner, named, seen);
  }
}

/** Members of a kustomization, and of what is in it, whose texts are no paths. */
const textKeys = new Set([
  "annotations",
  "commonAnnotations",
  "commonLabels",
  "images",
  "labels",
  "literals",
  "options",
  "patch",
  "target",
  "vars",
]);

/** The texts of a kustomization, or of a part of it, that may be paths or addresses. */
export function pathsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => (textKeys.has(key) ? [] : pathsIn(member)));
}
