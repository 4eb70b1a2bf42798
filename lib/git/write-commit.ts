import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dirname } from "node:path/posix";
import { errorCode } from "../outside/index.ts";
import { InputError } from "../problem/index.ts";
import type { Entry, Git } from "./git.ts";

/** What of a commit isn't in the folder that it was written to. */
export interface LeftOut {
  readonly path: string;
  /** `submodule`: another repository. `link`: it leads out of the tree, or nowhere. `name`: no file may be called so. `missing`: the clone lacks its content. */
  readonly what: "submodule" | "link" | "name" | "missing";
}

const [linkMode, submoduleMode] = ["120000", "160000"];
/** Contents that git is asked for at a time. */
const mostAtOnce = 500;

/**
 * Writes the files of a commit, as git has them, to an empty folder. A tree may be anybody's: nothing is written outside of the folder,
 * and a link only if what it leads to is in the tree.
 * @param paths what is written, with all below it. Default: everything
 * @throws GitError where git can't read it; InputError for what can't be written
 */
export async function writeCommit(git: Git, commit: string, folder: string, paths: readonly string[] = []): Promise<readonly LeftOut[]> {
  const all = await git.entries(commit, paths);
  const entries = all.filter(({ path }) => isPlainPath(path));
  const files = entries.filter(({ mode }) => mode !== linkMode && mode !== submoduleMode);
  /** Folders that are there: to make one again takes as long as to write a file. */
  const existing = new Set<string>();
  const missing: LeftOut[] = [];
  for (let at = 0; at < files.length; at += mostAtOnce) {
    const part = files.slice(at, at + mostAtOnce);
    const contents = await git.contents(part.map(({ hash }) => hash));
    for (const [index, { path }] of part.entries()) {
      const content = contents[index];
      if (content === undefined) missing.push({ path, what: "missing" });
      else written(folder, path, existing, (place) => writeFileSync(place, content, { flag: "wx", mode: 0o600 }));
    }
  }
  // Links come last: no file is written through one.
  const links = await linksOf(git, entries);
  const tree = new Tree(files, links);
  const sound = [...links].filter(([path]) => tree.holds(path));
  for (const [path, target] of sound) written(folder, path, existing, (place) => symlinkSync(target, place));
  return [
    ...missing,
    ...all.filter(({ path }) => !isPlainPath(path)).map(({ path }) => ({ path, what: "name" as const })),
    ...entries.filter(({ mode }) => mode === submoduleMode).map(({ path }) => ({ path, what: "submodule" as const })),
    ...[...links.keys()].filter((path) => !tree.holds(path)).map((path) => ({ path, what: "link" as const })),
  ];
}

/** Whether no part of a path leads anywhere but down, or is git's own folder: git's tools write no such tree, others can. */
const isPlainPath = (path: string) =>
  path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && part.toLowerCase() !== ".git");

function written(folder: string, path: string, existing: Set<string>, write: (place: string) => void): void {
  const parent = dirname(path);
  try {
    if (!existing.has(parent)) mkdirSync(join(folder, parent), { recursive: true, mode: 0o700 });
    existing.add(parent);
    write(join(folder, path));
  } catch (error) {
    const code = errorCode(error);
    const why = code === "EEXIST" || code === "ENOTDIR" ? "the commit has two things in its place" : `it can't be written (${code})`;
    throw new InputError([{ file: path, message: why, fix: "Correct the tree of that commit, or review against another." }]);
  }
}

async function linksOf(git: Git, entries: readonly Entry[]): Promise<ReadonlyMap<string, string>> {
  const links = entries.filter(({ mode }) => mode === linkMode);
  const targets = await git.contents(links.map(({ hash }) => hash));
  return new Map(links.map(({ path }, index) => [path, targets[index]?.toString("utf8") ?? ""]));
}

/** Links that are followed on the way to one file, as Linux has it. */
const mostLinks = 40;

/** Bytes of a link's target, as Linux has it: the last of 4,096 ends it. */
const mostOfTarget = 4095;

/** Whether a link's target is a path that counts from the link. */
const isRelative = (target: string) =>
  target !== "" && !target.startsWith("/") && !target.includes("\0") && Buffer.byteLength(target) <= mostOfTarget;

/** The files of a commit, in which links are followed as the file system would. */
class Tree {
  readonly #places: ReadonlySet<string>;
  readonly #links: ReadonlyMap<string, string>;

  constructor(files: readonly Entry[], links: ReadonlyMap<string, string>) {
    const folders = [...files.map(({ path }) => path), ...links.keys()].flatMap((path) => [...foldersAbove(path)]);
    this.#places = new Set([...files.map(({ path }) => path), ...folders]);
    this.#links = links;
  }

  /** Whether a path leads to a file or folder of the tree, step by step. */
  holds(path: string): boolean {
    const steps = path.split("/").reverse();
    const at: string[] = [];
    let followed = 0;
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      const target = this.#links.get([...at, step].join("/"));
      if (target === undefined) {
        if (!this.#walk(at, step)) return false;
      } else if (!isRelative(target) || ++followed > mostLinks) return false;
      else steps.push(...target.split("/").reverse());
    }
    return true;
  }

  /** Takes one step from a folder; false where it leads out of the tree, or nowhere. */
  #walk(at: string[], step: string): boolean {
    if (step === "" || step === ".") return true;
    if (step === "..") return at.pop() !== undefined;
    at.push(step);
    return this.#places.has(at.join("/"));
  }
}

/** The folders that a path from the root is in, the innermost first. */
export function* foldersAbove(path: string): Generator<string> {
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) yield folder;
}
