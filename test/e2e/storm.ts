import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Numbers that look random and are the same for a seed, from 0 up to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A command that was run, and what came of it. */
export interface Run {
  /** Whom its commit names as author: no two commands share one. */
  readonly author: string;
  readonly args: readonly string[];
  /** Null for one that was killed. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `slipway` in a clone. @param killAfter milliseconds after which it is killed */
export function slipwayIn(clone: string, temporary: string, author: string, args: readonly string[], killAfter?: number): Promise<Run> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [resolve("bin/slipway.js"), ...args], {
      cwd: clone,
      env: {
        ...process.env,
        NODE_OPTIONS: "",
        TMPDIR: temporary,
        GIT_AUTHOR_NAME: author,
        GIT_AUTHOR_EMAIL: `${author}@dominos.example`,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (part) => (stdout += String(part)));
    child.stderr.on("data", (part) => (stderr += String(part)));
    child.on("close", (status) => done({ author, args, status, stdout, stderr }));
    if (killAfter !== undefined) setTimeout(() => child.kill("SIGKILL"), killAfter).unref();
  });
}

/** Everything of a clone but its objects and files, by path: HEAD, index, configuration, refs, worktrees. */
export function stateOf(clone: string): Readonly<Record<string, string>> {
  const folder = join(clone, ".git");
  const files = (readdirSync(folder, { recursive: true, withFileTypes: true }) as { parentPath: string; name: string; isFile(): boolean }[])
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(join(folder, "objects")));
  return Object.fromEntries(files.sort().map((path) => [path.slice(folder.length), readFileSync(path, "latin1")]));
}

/**
 * Leaves locks behind in a temporary folder, as a full disk, a killed process or another container does. The last is long over: one of a
 * container that can't be looked at counts as held for two minutes, and would outlast the storm.
 */
export function leaveLocks(temporary: string, address: string, kind: number): void {
  const folder = join(temporary, `slipway-${process.getuid?.()}`);
  const name = `${createHash("sha256").update(`${address} `).digest("hex").slice(0, 16)}.lock`;
  const contents = ["", '{"pid":', JSON.stringify({ pid: 1, started: "1", since: "2001-01-01T00:00:00Z", id: "x" })];
  const [left, longAgo] = [join(temporary, `left-${kind}`), new Date("2001-01-01T00:00:00Z")];
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(left, contents[kind % contents.length] as string);
  utimesSync(left, longAgo, longAgo);
  try {
    linkSync(left, join(folder, name));
  } catch {
    // A release holds it just now.
  }
  rmSync(left);
}
