import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { kustomizationAt, kustomizationNames, type Source } from "./discover.ts";
import { includedBy, kustomizationsFrom } from "./kustomizations.ts";

/** A kustomization or chart, and the folder that its paths count from. */
interface PlacedSource {
  readonly root: string;
  readonly source: Source;
}

/**
 * The kustomizations that one includes itself, each of which can stand for its part where the whole can't be rendered. A component can't,
 * as it is rendered with others alone.
 */
export function includedSources({ root, source }: PlacedSource): Source[] {
  if (source.kind !== "kustomization") return [];
  const folder = resolve(root, source.path);
  return includedBy(kustomizationAt(resolve(root, source.file)) ?? {}).flatMap((included) => {
    const file = kustomizationNames.map((name) => join(folder, included, name)).find((path) => existsSync(path));
    if (file === undefined || kustomizationAt(file)?.kind === "Component") return [];
    return { kind: "kustomization" as const, path: relative(root, join(folder, included)), file: relative(root, file) };
  });
}

/** The files of a source and of all kustomizations that it includes; absolute. */
export const filesWithin = ({ root, source }: PlacedSource): string[] =>
  source.kind === "kustomization"
    ? [...kustomizationsFrom(resolve(root, source.path), resolve(root, source.file))].map(({ file }) => file)
    : [];

/** Of some sources those that none of the others includes. */
export function largest<T extends PlacedSource>(sources: readonly T[]): T[] {
  const inner = sources.map((source) => new Set(filesWithin(source).slice(1)));
  return sources.filter(
    ({ root, source }, index) => !inner.some((files, other) => other !== index && files.has(resolve(root, source.file))),
  );
}
