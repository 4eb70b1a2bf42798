import { isAbsolute, join, relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type LineOf, readManifestFile, readManifests, valueAt } from "../kubernetes/index.ts";
import { identityOf, type KubernetesObject } from "../manifest/index.ts";
import { readText } from "../outside/index.ts";
import type { OriginRendering } from "../sources/index.ts";

/** Where something of a rendered object stands in the files that it is rendered from. */
interface Origin {
  readonly file: string;
  readonly line: number | undefined;
}

/** Finds the origin of what stands at a path of an object; undefined where a tool wrote it, or nobody knows. */
export type OriginOf = (path: string) => Origin | undefined;

/**
 * Finds origins of rendered objects. They are rendered again and their files read when the first is asked for.
 * @param render renders with the annotations that name files
 * @param root folder that files are named from
 */
export function originsOf(render: () => OriginRendering | undefined, root: string): (object: KubernetesObject) => OriginOf {
  let files: ReadonlyMap<string, string> | undefined;
  const objects = new Map<string, readonly Located[]>();
  return (object) => {
    let original: Located | undefined | null = null;
    return (path) => {
      files ??= filesByObject(render());
      const file = files.get(identityOf(object));
      if (file === undefined) return undefined;
      if (!objects.has(file)) objects.set(file, objectsIn(file));
      if (original === null) original = originalOf(object, objects.get(file) ?? []);
      if (!original || !isDeepStrictEqual(valueAt(original.object, path), valueAt(object, path))) return undefined;
      return { file: join(root, relative(resolve(root), file)), line: original.lineOf(path) };
    };
  };
}

interface Located {
  readonly object: KubernetesObject;
  readonly lineOf: LineOf;
}

const annotation = "config.kubernetes.io/origin";

/** The files that objects come from, by identity. What a generator writes, or another repository holds, has none here. */
function filesByObject(rendering: OriginRendering | undefined): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { object } of rendering ? readManifests(rendering.text).objects : []) {
    const origin = object.metadata?.annotations?.[annotation];
    if (typeof origin !== "string" || /^repo:/m.test(origin)) continue;
    const [, path] = /^path: (\S.*)$/m.exec(origin) ?? [];
    if (rendering && path !== undefined && !isAbsolute(path)) files.set(identityOf(object), resolve(rendering.folder, path));
  }
  return files;
}

function objectsIn(file: string): readonly Located[] {
  try {
    return readManifestFile(readText(file)).objects;
  } catch {
    return [];
  }
}

/** A kustomization may put something before and after a name. */
function originalOf({ kind, metadata }: KubernetesObject, all: readonly Located[]): Located | undefined {
  const named = all.filter(({ object }) => object.kind === kind && typeof object.metadata?.name === "string");
  const within = named.filter(({ object }) => metadata.name.includes(object.metadata.name));
  return named.find(({ object }) => object.metadata.name === metadata.name) ?? (within.length === 1 ? within[0] : undefined);
}
