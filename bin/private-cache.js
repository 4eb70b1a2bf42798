import { lstatSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";

/**
 * A folder below the user's own cache folder that nobody else can write to or make first; undefined where there is none such. What is
 * kept for the next start is run at the next start, so that the shared temporary folder would let anybody run code as everybody.
 * @param {string} name
 */
export function privateCache(name) {
  const { XDG_CACHE_HOME: given = "" } = process.env;
  const folder = join(isAbsolute(given) ? given : join(homedir(), ".cache"), "slipway", name);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const above = [dirname(folder), dirname(dirname(folder))];
    return isOwn(folder, 0o077) && above.every((path) => isOwn(path, 0o022)) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a path is a folder of this user's (no link to one), with none of some permissions. */
function isOwn(path, forbidden) {
  const { uid, mode } = lstatSync(path);
  const isFolder = (mode & 0o170000) === 0o040000;
  return isFolder && (process.getuid === undefined || (uid === process.getuid() && (mode & forbidden) === 0));
}
