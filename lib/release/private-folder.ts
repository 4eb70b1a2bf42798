import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCode } from "../outside/index.ts";
import { InputError } from "../problem/index.ts";

/** Chosen once: all of a process's locks and folders lie in the same one. */
let chosen: string | undefined;

/**
 * A folder in the temporary one that only this user can read and write; releases of one user on one machine share it.
 * Where somebody else has put something in its place, the folder is a new one with a name that nobody can guess.
 */
export function privateFolder(): string {
  const folder = chosen ?? join(tmpdir(), `slipway-${process.getuid?.() ?? "user"}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const code = errorCode(error);
    if (code !== "EEXIST")
      throw new InputError([
        {
          file: folder,
          message: `a release needs a folder for its work, and none can be made here (${code})`,
          fix: "Set TMPDIR to a folder that you may write to.",
        },
      ]);
  }
  chosen = isPrivate(folder) ? folder : mkdtempSync(join(tmpdir(), "slipway-"));
  return chosen;
}

function isPrivate(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  const isOurs = process.getuid === undefined || found?.uid === process.getuid();
  return found?.isDirectory() === true && isOurs && (found.mode & 0o077) === 0;
}

/** Takes the folder away when nothing is left in it. */
export function removePrivateFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another release is using it, or has taken it away.
  }
}

/** The path of the lock that stands for something, in the private folder. */
export const lockOf = (what: string) => join(privateFolder(), `${createHash("sha256").update(what).digest("hex").slice(0, 16)}.lock`);
