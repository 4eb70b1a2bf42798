import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { errorCode, errorMessage } from "../outside/index.ts";
import { InputError, type Problem } from "../problem/index.ts";

const temporary = /^\.slipway-(\d+)-[0-9a-f]+\.tmp$/;

/** True for the name of a file that a writer has not yet put in its place. */
export const isTemporary = (path: string) => temporary.test(basename(path));

/** What the file system can have against a write, with what to do about it. */
const causes: Readonly<Record<string, readonly [message: string, fix: string]>> = {
  EACCES: ["permission denied", "Give the user who runs slipway the right to read and write there."],
  EDQUOT: ["the disk quota is used up", "Free some space, and run it again."],
  EISDIR: ["a folder is in the file's place", "Move it away, or delete it."],
  ELOOP: ["symbolic links lead in a circle", "Remove them."],
  ENAMETOOLONG: ["the name is too long for the file system", "Use a shorter path."],
  ENOSPC: ["no space left on the device", "Free some space, and run it again."],
  ENOTDIR: ["a file is where a folder has to be", "Move it away, or delete it."],
  EPERM: ["operation not permitted", "Give the user who runs slipway the right to read and write there."],
  EROFS: ["the file system is read-only", "Mount it writable, or write elsewhere."],
};
/** Causes that would only be reported again for each other file. */
const lasting = new Set(["EDQUOT", "ENOSPC", "EROFS"]);

/** An error of the file system as a problem of the file or folder. Errors of other kinds are thrown on. */
export function fileProblem(error: unknown, path: string): Problem {
  const code = errorCode(error);
  if (code === undefined) throw error;
  const [message, fix] = causes[code] ?? [errorMessage(error), "Make the path readable and writable, and run it again."];
  return { file: shown(path), message: `${message} (${code})`, fix };
}

/** A path for people: from where they are, if that is above it. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === "" || short.startsWith("..") ? path : short;
}

/** One file: see replaceFiles. */
export const replaceFile = (path: string, text: string) => replaceFiles([[path, text]]);

/**
 * Writes all files beside their places before the first is renamed into its own, so that nobody ever reads half of one and whatever
 * goes wrong on disk leaves every old file. Makes folders where need be.
 * @param files absolute path and text of each
 * @param mode permissions of the files, less those that the process's umask takes
 * @throws InputError that names each folder that can't be written to, and why
 */
export function replaceFiles(files: readonly (readonly [path: string, text: string])[], mode = 0o666): void {
  const problems: Problem[] = [];
  const failed = new Set<string>();
  const created = new Map<string, string | undefined>();
  const beside: (readonly [from: string, to: string])[] = [];
  for (const [path, text] of files) {
    const folder = dirname(path);
    if (failed.has(folder)) continue;
    try {
      if (!created.has(folder)) created.set(folder, makeFolder(folder));
      const from = join(folder, `.slipway-${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
      beside.push([from, path]);
      writeBeside(from, text, mode);
    } catch (error) {
      problems.push(fileProblem(error, folder));
      failed.add(folder);
      if (lasting.has(errorCode(error) ?? "")) break;
    }
  }
  if (problems.length > 0) {
    removeWritten(beside, created);
    throw new InputError(problems);
  }
  renameAll(beside);
}

/** Removes what was written beside its place, and the folders that were made for it. @param created the topmost new folder for each */
function removeWritten(beside: readonly (readonly [from: string, to: string])[], created: ReadonlyMap<string, string | undefined>): void {
  for (const [from] of beside) rmSync(from, { force: true });
  for (const [folder, top] of created) if (top !== undefined) removeEmptyFolders(folder, dirname(top));
}

/**
 * Makes a folder, and those above it. Node's own way tries without an end where the file system lets nothing be made, as below /proc.
 * @returns the topmost new one
 */
function makeFolder(folder: string): string | undefined {
  if (isFolder(folder)) return undefined;
  const top = makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another writer may have been first.
    if (!isFolder(folder)) throw error;
  }
  return top ?? folder;
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Another writer may have removed the folder since it was made, as an empty one. */
function writeBeside(path: string, text: string, mode: number): void {
  try {
    writeFileSync(path, text, { flag: "wx", mode });
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    makeFolder(dirname(path));
    writeFileSync(path, text, { flag: "wx", mode });
  }
}

function renameAll(pairs: readonly (readonly [from: string, to: string])[]): void {
  for (const [index, [from, to]] of pairs.entries()) {
    try {
      renameSync(from, to);
    } catch (error) {
      for (const [rest] of pairs.slice(index)) rmSync(rest, { force: true });
      const { file, message, fix } = fileProblem(error, to);
      throw new Error(`${file}: ${message}\n  ${fix}\n\n${index} of ${pairs.length} files were already replaced; each file is whole.`, {
        cause: error,
      });
    }
  }
}

/** Removes a folder and those above it as long as they are empty, up to one that stays. */
export function removeEmptyFolders(folder: string, stay: string): void {
  for (let path = folder; path !== stay && path.startsWith(stay); path = dirname(path)) {
    try {
      rmdirSync(path);
    } catch {
      return; // not empty, or gone already
    }
  }
}

/** Takes a writer's leftover away: nobody's when the writer is gone; one of another machine or container, when it is older than any write takes. */
export function removeAbandoned(path: string): void {
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY);
  if (age > 60_000 || !isRunning(Number(temporary.exec(basename(path))?.[1]))) rmSync(path, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}
