import { existsSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { type Source, textsIn } from "./discover.ts";
import { kustomizationsFrom, pathsIn } from "./kustomizations.ts";

/** What the rendering of a source depends on. */
interface Reach {
  /** Files and folders, with all that is in them; absolute. */
  readonly paths: readonly string[];
  /** What it includes that lies outside of the repository, as it is written; undefined where there is nothing. */
  readonly outside: string | undefined;
}

/**
 * What the rendering of a source may depend on, rather too much than too little: for a kustomization the folders of all that it includes,
 * and whatever they name; for a chart its folder and its files of values.
 * @param root the folder that the source's path counts from
 * @param repository the folder that it must not lead out of; absolute
 * @param named the paths of a kustomization that may be others. Default: of what it includes
 */
export function reachOf(root: string, source: Source, repository: string, named?: typeof textsIn): Reach {
  const folder = resolve(root, source.path);
  if (source.kind === "chart") return { paths: [folder, ...(source.values ?? []).map((file) => resolve(file))], outside: undefined };
  const all = [...kustomizationsFrom(folder, resolve(root, source.file), named)];
  const isOutside = (path: string) => /^\.\.(\/|$)/.test(relative(repository, path));
  return {
    paths: all.flatMap(({ folder: own, file, kustomization }) => [
      own,
      file,
      ...textsIn(kustomization)
        .map((text) => resolve(own, text))
        .filter((path) => !isOutside(path) && existsSync(path)),
    ]),
    outside: all
      .flatMap(({ folder: own, kustomization }) =>
        pathsIn(kustomization).filter((text) => !isAbsolute(text) && isOutside(resolve(own, text))),
      )
      .at(0),
  };
}
