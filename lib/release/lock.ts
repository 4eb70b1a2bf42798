import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

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
  }

  /** Takes a lock; gives who has it where it isn't free, and nothing where it can be neither taken nor freed. */
  static take(path: string): Lock | Holder | undefined {
    const holder: Holder = {
      pid: process.pid,
      started: startOf(process.pid),
      namespace: namespace(),
      since: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
      id: randomBytes(8).toString("hex"),
    };
    for (let tries = 0; tries < 100; tries++) {
      // Read again after it was taken: somebody may have taken this one for one that was left behind.
      if (isTaken(path, holder) && holderOf(path)?.id === holder.id) return new Lock(path, holder);
      const current = holderOf(path);
      if (current && isHeld(current, path)) return current;
      removeLeftBehind(path, current);
    }
    return undefined;
  }

  release(): void {
    clearInterval(this.#refresh);
    if (holderOf(this.#path)?.id === this.#holder.id) rmSync(this.#path, { force: true });
  }
}

/** A link is made or it isn't, and the file it names is whole by then: no other process sees a lock without its holder. */
function isTaken(path: string, holder: Holder): boolean {
  const own = `${path}.${holder.id}`;
  try {
    writeFileSync(own, JSON.stringify(holder), { mode: 0o600, flag: "wx" });
    linkSync(own, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
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

/** Renamed first: if it is another's by then, it is put back, and nobody has lost a lock that was alive. */
function removeLeftBehind(path: string, stale: Holder | undefined): void {
  const aside = `${path}.${randomBytes(8).toString("hex")}`;
  try {
    renameSync(path, aside);
    const moved = holderOf(aside);
    if (moved?.id !== stale?.id) linkSync(aside, path);
  } catch {
    // Somebody else has removed it, or has taken it since.
  } finally {
    rmSync(aside, { force: true, recursive: true });
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
    return undefined;
  }
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
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const longestWait = 30_000;
const announceAfter = 1000;

/**
 * Does something when no other process of this user on this machine does it: of releases side by side all but one would be done in vain.
 * It saves work, no more: after half a minute it goes ahead, and what reaches the branch is for the server to say.
 * @param path of the lock
 * @param onWait told what is waited for, when it takes longer than a second
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
    onWait(lock ? `process ${lock.pid} still holds ${path}; going ahead without it` : `${path} can't be locked; going ahead without it`);
  try {
    return await action();
  } finally {
    if (lock instanceof Lock) lock.release();
  }
}
