import { realpathSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { Git } from "../../git/index.ts";
import { foldersAbove } from "../../git/index.ts";

/** One side of a review of a repository: the files of a commit in a temporary folder, or the working tree. */
export interface RepositorySide {
  /** The folder that is reviewed; absolute. */
  readonly root: string;
  /** The repository's own; absolute. */
  readonly repository: string;
  /** Whether a file or folder doesn't belong to the repository: what git ignores, and what other repositories hold. @param path from `root` */
  isPassedOver(path: string): boolean;
}

export const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** The side of a commit. @param prefix from the repository's folder to the one that is reviewed */
export const committedSide = (repository: string, prefix: string): RepositorySide => ({
  root: join(repository, prefix),
  repository,
  isPassedOver: () => false,
});

/** The side of the working tree: what git tracks there, and what it would add. @throws GitError */
export async function workingSide(git: Git, root: string): Promise<RepositorySide> {
  const repository = realpathSync(git.folder);
  const listed = split(await git.bytes(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]));
  const known = new Set(listed.flatMap((path) => [path, ...foldersAbove(path)]));
  return { root, repository, isPassedOver: (path) => path !== "" && !known.has(relative(repository, join(root, path))) };
}

/** What differs between a commit and the working tree, as absolute paths; files that git ignores don't count. @throws GitError */
export async function changedFiles(git: Git, commit: string): Promise<readonly string[]> {
  const tracked = await git.bytes(["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", commit, "--"]);
  const added = await git.bytes(["ls-files", "-z", "--others", "--exclude-standard"]);
  return [...split(tracked), ...split(added)];
}

const split = (bytes: Buffer) => bytes.toString("utf8").split("\0").filter(Boolean);
