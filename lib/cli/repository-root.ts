import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/**
 * The git repository that a folder is in, or will be in once it is written.
 * @returns where there is none, the working folder if it holds the folder, else the folder itself
 */
export function repositoryRoot(folder = "."): string {
  const own = resolve(folder);
  for (let above = own; ; above = dirname(above)) {
    if (existsSync(join(above, ".git"))) return above;
    if (dirname(above) === above) break;
  }
  return relative(".", own).startsWith("..") ? own : resolve(".");
}
