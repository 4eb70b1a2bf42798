import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { own, removeIfAbandoned } from "./owned.ts";

const longestWait = 30_000;

/**
 * Does something when no other process of this user on this machine does it: of releases side by side all but one would be done in vain.
 * It saves work, no more: after half a minute it goes ahead, and what reaches the branch is for the server to say.
 * @param what the branch and its remote, for instance
 */
export async function inTurn<T>(what: string, action: () => Promise<T>): Promise<T> {
  const folder = join(tmpdir(), `slipway-turn-${createHash("sha256").update(`${process.getuid?.()} ${what}`).digest("hex").slice(0, 12)}`);
  let isOurs = own(folder);
  for (const end = Date.now() + longestWait; !isOurs && Date.now() < end; isOurs = own(folder)) {
    removeIfAbandoned(folder);
    await wait(20 + Math.random() * 30);
  }
  try {
    return await action();
  } finally {
    if (isOurs) rmSync(folder, { recursive: true, force: true });
  }
}
