import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { linkSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { errorCode } from "../outside/index.ts";

/** Milliseconds after which the lock of a process that can't be looked at counts as left behind. */
const staleAfter = 120_000;
const refreshEvery = 10_000;

/** Who holds a lock. */
export interface Holder {
  readonly pid: number;
  /** When the process began, as the system counts it: process numbers are used again. */
  readonly started: string | undefined;
  /** The set of processes that the number counts in: containers have sets of their own. */
  readonly namespace: string | undefined;
  /** As 2030-01-31T12:00:00Z. */
  readonly since: string;
  readonly id: string;
}

const held = new Set<Lock>();

/**
 * A lock between processes: a file that comes into being whole, with its holder in it. One whose holder has ended is free, whatever has taken
 * the holder's number since; so is one without a holder, as another program or a broken disk leaves it.
 */
export class Lock {
  readonly #path: string;
  readonly #holder: Holder;
  readonly #refresh: NodeJS.Timeout;

  private constructor(path: string, holder: Holder) {
    this.#path = path;
    this.#holder = holder;
    this.#refresh = setInterval(() => touch(path), refreshEvery);
    this.#refresh.unref();
    held.add(this);
  }

  /** Lets go of all that this process holds, before it ends in the middle. */
  static releaseAll(): void {
    for (const lock of held) lock.release();
  }

  /** Takes a lock; gives who has it where it isn't free, and nothing where it can be neither taken nor freed. */
  static take(path: string): Lock | Holder | undefined {
    const holder = holderNow();
    for (let tries = 0; tries < 100; tries++) {
      const taken = isTaken(path, holder);
      if (taken === undefined) return undefined;
      if (taken) return new Lock(path, holder);
      const found = look(path);
      if (found?.holder && found.isHeld) return found.holder;
      if (found && !found.isHeld) removeLeftBehind(path, found.identity);
    }
    return undefined;
  }

  release(): void {
    held.delete(this);
    clearInterval(this.#refresh);
    if (holderOf(this.#path)?.id === this.#holder.id) rmSync(this.#path, { force: true });
  }
}

const holderNow = (): Holder => ({
  pid: process.pid,
  started: startOf(process.pid),
  namespace: namespace(),
  since: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
  id: randomBytes(8).toString("hex"),
});

/** What a file system without hard links answers. */
const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/**
 * A link is made or it isn't, and the file it names is whole by then: no other process sees a lock without its holder.
 * Undefined where the file system has no links.
 */
function isTaken(path: string, holder: Holder): boolean | undefined {
  const own = `${path}.${randomBytes(8).toString("hex")}`;
  try {
    writeFileSync(own, JSON.stringify(holder), { mode: 0o600, flag: "wx" });
    linkSync(own, path);
    return true;
  } catch (error) {
    const code = errorCode(error) ?? "";
    if (withoutLinks.has(code)) return undefined;
    // Another release may have taken the folder away, as an empty one.
    if (code === "ENOENT") mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    else if (code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Who holds a lock, as its file says; undefined for one that says nothing. */
function holderOf(path: string): Holder | undefined {
  try {
    const found = JSON.parse(readFileSync(path, "utf8")) as Partial<Holder> | null;
    return typeof found?.id === "string" && typeof found.pid === "number" ? (found as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function isHeld({ pid, started, namespace: where }: Holder, path: string): boolean {
  if (where !== namespace()) return isFresh(path);
  return started === undefined ? isAlive(pid) : startOf(pid) === started;
}

/** Whether a lock was refreshed lately: how a process is known to live that can't be looked at from here. */
const isFresh = (path: string) => Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < staleAfter;

/** Removes a lock, or a file on the way to one, whose process has ended. */
export function removeIfLeftBehind(path: string): void {
  const found = look(path);
  if (found && !found.isHeld) removeLeftBehind(path, found.identity);
}

/** What is at a lock's path. */
interface Found {
  /** Undefined for a file that names none. */
  readonly holder: Holder | undefined;
  readonly isHeld: boolean;
  /** What distinguishes it from every other that has its path before or after it. */
  readonly identity: string;
}

/**
 * Looks at a lock once: who holds it and its identity are of the same file, whatever takes its path meanwhile. Undefined where there is none.
 */
function look(path: string): Found | undefined {
  const file = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  if (!file) return undefined;
  const holder = holderOf(path);
  const hasId = holder !== undefined && /^[0-9a-f]{16}$/.test(holder.id);
  return {
    holder,
    isHeld: holder !== undefined && isHeld(holder, path),
    identity: hasId ? holder.id : `${file.ino}-${file.mtimeNs}`,
  };
}

/**
 * Removes a lock that nobody holds. The right to remove just that one is a lock itself, so that nobody removes one that was taken since;
 * where a process ended while it had the right, that lock is removed in the same way.
 */
function removeLeftBehind(path: string, identity: string, depth = 0): void {
  const right = `${path}.${identity}`;
  const holder = holderNow();
  if (!isTaken(right, holder)) {
    const other = look(right);
    if (other && !other.isHeld && depth < 5) removeLeftBehind(right, other.identity, depth + 1);
    return;
  }
  try {
    if (look(path)?.identity === identity) rmSync(path, { force: true, recursive: true });
  } finally {
    rmSync(right, { force: true });
  }
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // It is released.
  }
}

/** When a process began, in the system's own count; undefined where there is no such process, or the system doesn't say. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the program's name, which may hold anything: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // One that has ended and that nobody has asked for its status holds nothing.
    return /^[ZX]/.test(fields[0] ?? "") ? undefined : fields[19];
  } catch {
    return process.platform === "linux" ? undefined : startByPs(pid);
  }
}

/** The same where there is no /proc. */
function startByPs(pid: number): string | undefined {
  const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  return stdout?.trim() || undefined;
}

function namespace(): string | undefined {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

const longestWait = 30_000;
const announceAfter = 1000;

/**
 * Does something when no other process of this user on this machine does it: of releases side by side all but one would be done in vain.
 * It saves work, no more: after half a minute it goes ahead, and what reaches the branch is for the server to say.
 * @param path of the lock
 * @param onWait receives what is waited for, when it takes longer than a second
 */
export async function whileLocked<T>(path: string, onWait: (message: string) => void, action: () => Promise<T>): Promise<T> {
  const begun = Date.now();
  let lock = Lock.take(path);
  for (let announced = false; lock && !(lock instanceof Lock) && Date.now() - begun < longestWait; lock = Lock.take(path)) {
    if (!announced && Date.now() - begun > announceAfter) {
      onWait(`waiting for another release to the same branch: process ${lock.pid} on this machine, since ${lock.since} (${path})`);
      announced = true;
    }
    await wait(20 + Math.random() * 30);
  }
  if (!(lock instanceof Lock))
    onWait(
      lock
        ? `process ${lock.pid} still holds ${path}; continuing, since the push decides`
        : `${path} can't be locked; continuing, since the push decides`,
    );
  try {
    return await action();
  } finally {
    if (lock instanceof Lock) lock.release();
  }
}
