import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { isManifestFile } from "../check/index.ts";
import { InputError } from "../problem/index.ts";
import { type Tree, TreeFile } from "./tree.ts";

/** Bytes git may answer with: a fleet's manifests many times over. */
const mostBytes = 1024 * 1024 * 1024;

/**
 * The files of a folder as a git ref has them. Files that the tree in hand has too are taken from it, so that they are read once.
 * @param root the repository, or a folder in it
 * @param folder relative to root, as dist
 * @throws InputError for a ref that git doesn't know
 */
export function readGitTree(root: string, ref: string, folder: string, current: Tree): Tree {
  if (ref.startsWith("-")) throw new InputError([{ message: `--base: "${ref}" is no name of a commit` }]);
  const git = (args: readonly string[], input?: string) =>
    execFileSync("git", [...args], {
      cwd: root,
      maxBuffer: mostBytes,
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      ...(input === undefined ? {} : { input }),
    });
  let listed: string;
  try {
    listed = git([
      "ls-tree",
      "-r",
      "-z",
      "--full-tree",
      `${git(["rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`])
        .toString("utf8")
        .trim()}:${git(["rev-parse", "--show-prefix"]).toString("utf8").trim()}${folder}`,
    ]).toString("utf8");
  } catch (error) {
    const told =
      String((error as { stderr?: Buffer }).stderr ?? "")
        .trim()
        .split("\n")[0] ?? "";
    if (/not exist in|not a tree object|exists on disk, but not in/.test(told)) return new Map();
    throw new InputError([
      {
        message: `git can't read ${folder} at "${ref}"${told ? `: ${told}` : ""}`,
        mend: `Name a commit, branch or tag that this clone has; a shallow one may have to fetch it first: git fetch --depth=1 origin ${ref}.`,
      },
    ]);
  }
  const blobs = listed.split("\0").flatMap((line) => {
    const [, mode = "", hash = "", path = ""] = /^(\d+) blob ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? [];
    return path && mode !== "120000" && isManifestFile(path.slice(path.lastIndexOf("/") + 1)) ? [{ hash, path }] : [];
  });
  const files = new Map<string, TreeFile>();
  const others: typeof blobs = [];
  for (const blob of blobs) {
    const same = current.get(blob.path);
    if (same && blobHash(same.text, blob.hash.length) === blob.hash) files.set(blob.path, same);
    else others.push(blob);
  }
  if (others.length === 0) return files;
  const answer = git(["cat-file", "--batch"], `${others.map(({ hash }) => hash).join("\n")}\n`);
  let at = 0;
  for (const { path } of others) {
    const end = answer.indexOf(10, at);
    const size = Number(answer.subarray(at, end).toString("latin1").split(" ")[2]);
    const text = answer.subarray(end + 1, end + 1 + size).toString("utf8");
    at = end + 1 + size + 1;
    files.set(path, new TreeFile(path, `${folder}/${path}`, text, folder));
  }
  return files;
}

/** What git names a file's content by, in the hash the repository uses. */
export function blobHash(text: string, length: number): string {
  const content = Buffer.from(text, "utf8");
  return createHash(length === 64 ? "sha256" : "sha1")
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest("hex");
}
