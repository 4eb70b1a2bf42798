import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const owner = "owner";

/** Makes a folder for this process alone; false where there is one already, whosever it is. */
export function own(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
  writeFileSync(join(folder, owner), String(process.pid));
  return true;
}

/** Takes a folder away whose process ended without doing so. */
export function removeIfAbandoned(folder: string): void {
  const pid = ownerOf(folder);
  if (pid !== undefined && !isAlive(pid)) rmSync(folder, { recursive: true, force: true });
}

/** Who made a folder; undefined for one that is just being made, or another user's. */
function ownerOf(folder: string): number | undefined {
  try {
    return Number(readFileSync(join(folder, owner), "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
