import { type ForeignFiles, foreignAt } from "../dist/index.ts";
import { blobHash, Git, GitError } from "../git/index.ts";
import { isManifestFile } from "../kubernetes/index.ts";
import { decodeText, UnreadableError } from "../outside/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import { type Tree, TreeFile } from "./tree.ts";
import { unknownCommitFix } from "./unknown-commit.ts";

/**
 * The files of a folder as a git ref has them. Files that the tree in hand has too are taken from it, so that they are read once.
 * @param root the repository, or a folder in it
 * @param folder relative to root, as dist
 * @throws InputError for a ref that git doesn't know
 */
export async function readGitTree(root: string, ref: string, folder: string, current: Tree): Promise<Tree> {
  return at(root, ref, folder, (git, commit, path) => readTreeAt(git, commit, path, folder, current));
}

/** What a folder of dist holds beside slipway's manifests, as a git ref has it. @throws InputError for a ref that git doesn't know */
export async function foreignInGit(root: string, ref: string, folder: string): Promise<ForeignFiles> {
  return at(root, ref, folder, async (git, commit, folderInGit) => {
    const entries = await git.entries(commit, [`${folderInGit}/`]);
    return foreignAmong(entries.map((entry) => ({ ...entry, path: entry.path.slice(folderInGit.length + 1) })));
  });
}

/** The repositories within a folder of dist: a clone that hasn't fetched them has an empty folder for each. */
export async function submodulesOf(root: string, folder: string): Promise<ForeignFiles> {
  const listed = (await new Git(root).bytes(["ls-files", "--stage", "-z", "--", folder])).toString("utf8");
  return foreignAmong(
    listed.split("\0").flatMap((line) => {
      const [, mode = "", hash = "", path = ""] = /^(160000) ([0-9a-f]+) \d\t([\s\S]+)$/.exec(line) ?? [];
      return path.startsWith(`${folder}/`) ? [{ mode, hash, path: path.slice(folder.length + 1) }] : [];
    }),
  );
}

const kinds: Readonly<Record<string, "link" | "submodule">> = { "120000": "link", "160000": "submodule" };

function foreignAmong(entries: readonly { readonly mode: string; readonly hash: string; readonly path: string }[]): ForeignFiles {
  const found = entries.flatMap(({ mode, hash, path }) => foreignAt(path, path, kinds[mode] ?? "file", () => hash) ?? []);
  return new Map(found.map((file) => [file.path, file]));
}

/** Reads a folder of the commit a ref names. */
async function at<T>(root: string, ref: string, folder: string, read: (git: Git, commit: string, path: string) => Promise<T>): Promise<T> {
  if (ref.startsWith("-"))
    throw new InputError([
      { message: `--base: "${ref}" is not the name of a commit`, fix: "Name a commit, branch or tag, as origin/main." },
    ]);
  const git = new Git(root);
  try {
    const commit = await git.run("rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`);
    return await read(git, commit, `${await git.run("rev-parse", "--show-prefix")}${folder}`);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const [said = ""] = error.stderr.split("\n");
    throw new InputError([
      {
        message: `git can't read ${folder} at "${ref}"${said ? `: ${said}` : ""}`,
        fix: unknownCommitFix(ref),
      },
    ]);
  }
}

/**
 * The same for a commit of any repository.
 * @param folder from the repository's root, without a slash at its end
 * @param shown the folder's name for people
 * @throws GitError where git can't read it; InputError naming every file that isn't text of bounded size
 */
export async function readTreeAt(git: Git, commit: string, folder: string, shown: string, current: Tree): Promise<Tree> {
  const blobs = (await git.entries(commit, [`${folder}/`])).flatMap(({ mode, hash, path }) =>
    kinds[mode] === undefined && isManifestFile(path.slice(path.lastIndexOf("/") + 1))
      ? [{ hash, path: path.slice(folder.length + 1) }]
      : [],
  );
  const files = new Map<string, TreeFile>();
  const others: typeof blobs = [];
  for (const blob of blobs) {
    const same = current.get(blob.path);
    if (same && blobHash(same.text, blob.hash.length) === blob.hash) files.set(blob.path, same);
    else others.push(blob);
  }
  const contents = await git.contents(others.map(({ hash }) => hash));
  const problems: Problem[] = [];
  for (const [index, { path }] of others.entries()) {
    const file = `${shown}/${path}`;
    try {
      files.set(path, new TreeFile(path, file, decodeText(contents[index] ?? Buffer.alloc(0)), shown));
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      problems.push({
        file: `${commit.slice(0, 12)}:${file}`,
        message: error.message,
        fix: "Correct the file in that commit, or review against another.",
      });
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  return files;
}
