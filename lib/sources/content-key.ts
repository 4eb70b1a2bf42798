import { createHash, type Hash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { kustomizationAt, type Source, textsIn } from "./discover.ts";
import { kustomizationsFrom } from "./kustomizations.ts";
import { reachOf } from "./reach.ts";
import type { RenderingOptions } from "./render.ts";

/** Files and bytes of a source past which it isn't worth reading them to know whether they are the same. */
const [mostFiles, mostBytes] = [5000, 64 * 1024 * 1024];

/** A source has no key: what its rendering depends on can't be known for sure. */
class NoKey extends Error {}

/**
 * A hash of all that a source's rendering depends on but the tool: its options, and the paths and contents of every file that it reaches.
 * Two sources of one hash render to the same. Undefined where that isn't known for sure: links, what lies outside of the repository, a
 * kustomization that only kustomize can read, and folders with too much in them.
 * @param root the folder that the source's path counts from
 * @param repository the folder that paths are named from; absolute, and no link
 */
export function contentKey(root: string, source: Source, options: RenderingOptions, repository: string): string | undefined {
  const hash = createHash("sha256");
  // A chart that is the repository has its release's name from the folder the repository lies in.
  if (source.kind === "chart" && source.release === undefined && join(root, source.path) === repository) return undefined;
  const { kind, path, file, values = [], inlineValues, parameters, release } = source;
  hash.update(JSON.stringify([kind, path, file, relative(repository, root), values.map((name) => relative(repository, name))]));
  hash.update(JSON.stringify([inlineValues, parameters, release, options.kubernetes, options.namespace]));
  try {
    const budget = { files: mostFiles, bytes: mostBytes };
    for (const reached of pathsOf(root, source, repository)) addPath(hash, reached, repository, budget);
    return hash.digest("hex");
  } catch {
    return undefined;
  }
}

/** The outermost paths that a source reaches, sorted. Whatever a kustomization names that is one too is followed, more than tools do. */
function pathsOf(root: string, source: Source, repository: string): readonly string[] {
  const { paths, outside } = reachOf(root, source, repository, textsIn);
  if (outside !== undefined) throw new NoKey();
  if (source.kind === "kustomization")
    for (const { file } of kustomizationsFrom(join(root, source.path), join(root, source.file), textsIn))
      if (kustomizationAt(file) === undefined) throw new NoKey();
  const all = [...new Set(paths)].sort();
  return all.filter((path) => !all.some((other) => path.startsWith(`${other}/`)));
}

interface Budget {
  files: number;
  bytes: number;
}

function addPath(hash: Hash, path: string, repository: string, budget: Budget): void {
  // What is behind a link counts its paths from elsewhere.
  if (realpathSync(path) !== path) throw new NoKey();
  const stat = lstatSync(path);
  if (stat.isDirectory()) {
    const names = readdirSync(path).sort();
    for (const name of names) if (name !== ".git") addPath(hash, join(path, name), repository, budget);
    return;
  }
  budget.files--;
  budget.bytes -= stat.size;
  if (!stat.isFile() || budget.files < 0 || budget.bytes < 0) throw new NoKey();
  const content = readFileSync(path);
  hash.update(JSON.stringify([relative(repository, path), content.length]));
  hash.update(content);
}
