import { dirname } from "node:path/posix";
import { groupBy, identityOf } from "../../manifest/index.ts";
import type { Tree, TreeFile } from "../tree.ts";
import type { Compared } from "./read-places.ts";

/**
 * Plain files of one environment in which an object stands more than once are several environments, as the folders of a repository with
 * plain YAML are: each is the outermost folder in which every object stands once.
 * @param name the environment that plain files were read as
 */
export function byFolder({ before, after, ...rest }: Compared, name: string): Compared {
  const plain = (tree: Tree) => [...tree.values()].filter((file) => file.environment === name && !file.isRendered);
  const environmentOf = foldersOf(name, [plain(before), plain(after)], 0);
  const placed = (tree: Tree): Tree =>
    new Map(
      [...tree].map(([path, file]) => [path, file.environment === name && !file.isRendered ? file.within(environmentOf(file)) : file]),
    );
  return { before: placed(before), after: placed(after), ...rest };
}

/** The environment of each file, by the parts of its path from a depth on. */
function foldersOf(name: string, sides: readonly (readonly TreeFile[])[], depth: number): (file: TreeFile) => string {
  const environments = new Map<TreeFile, string>();
  const folderOf = ({ path }: TreeFile) => dirname(path).split("/")[depth + 2] ?? "";
  const isSplit =
    sides.some(hasRepeated) && sides.some((files) => new Set(files.map(folderOf)).size > 1 || files.some((file) => folderOf(file) !== ""));
  const folders = isSplit ? [...new Set(sides.flat().map(folderOf))] : [];
  for (const folder of folders) {
    const inner = sides.map((files) => files.filter((file) => folderOf(file) === folder));
    const path = folder === "" ? name : depth === 0 ? folder : `${name}/${folder}`;
    const environmentOf = folder === "" ? () => name : foldersOf(path, inner, depth + 1);
    for (const file of inner.flat()) environments.set(file, environmentOf(file));
  }
  return (file) => environments.get(file) ?? name;
}

/** Whether an object stands in more than one file. */
function hasRepeated(files: readonly TreeFile[]): boolean {
  const all = files.flatMap(({ manifests }) => manifests);
  return groupBy(all, ({ object }) => identityOf(object)).size < all.length;
}
