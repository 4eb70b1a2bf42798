import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { errorMessage } from "../outside/index.ts";
import { environmentOfClone } from "./environment.ts";

/** What git said when it failed. */
export class GitError extends Error {
  /** What git wrote on its standard error, without credentials and progress. */
  readonly stderr: string;
  /** Whether git was ended because it had been silent for too long. */
  readonly isTimeout: boolean;
  /** Git's exit status; undefined where it was ended, or never ran. */
  readonly status: number | undefined;

  constructor(args: readonly string[], stderr: string, isTimeout = false, status?: number) {
    const said = withoutCredentials(withoutProgress(stderr)).trim();
    super(`git ${args[0]}: ${said || "failed"}`);
    this.stderr = said;
    this.isTimeout = isTimeout;
    this.status = status;
  }
}

/** Text without what stands before the host of an address: a token has no place in a message or log. */
export const withoutCredentials = (text: string) => text.replace(/([a-z][a-z0-9+.-]{0,30}:\/\/)[^/\s]*@/gi, "$1");

/** Of a line that was written over again and again only the last version; none of the lines that count objects. */
const withoutProgress = (text: string) =>
  text
    .split("\n")
    .map((line) => line.slice(line.lastIndexOf("\r", line.length - 2) + 1).trimEnd())
    .filter(
      (line) =>
        !/^(remote: )?(Enumerating|Counting|Compressing|Delta compression|Writing|Receiving|Unpacking|Resolving|Total|Processed)\b/.test(
          line,
        ),
    )
    .join("\n");

export interface GitOptions {
  /** All of git's environment. Default: the process's, without what leads to another repository. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What git reads on its standard input. Default: nothing. */
  readonly input?: string | Buffer;
  /** Milliseconds of silence after which git is ended. Default: two minutes. */
  readonly silence?: number;
}

/** Bytes that git may answer with: a fleet's manifests many times over. */
const mostBytes = 1024 * 1024 * 1024;
/** Bytes of git's standard error that are kept. */
const mostErrors = 256 * 1024;
/** Milliseconds that streams may stay open once git has ended. */
const lingering = 5000;
const defaultSilence = 120_000;
/** Milliseconds after which git is ended even where it goes on talking. */
const longestRun = 1_800_000;

/**
 * Runs git in a folder and gives what it answers; arguments go to it as they are, through no shell. It asks nobody: what it needs to know
 * comes from its configuration, credential helpers or GIT_ASKPASS.
 * @throws GitError when it fails, or says nothing for too long
 */
function runGit(folder: string, args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  const { environment = environmentOfClone(process.env), input, silence = defaultSilence } = options;
  return new Promise((resolve, reject) => {
    const child = startGit(folder, args, environment);
    const [output, errors]: [Buffer[], Buffer[]] = [[], []];
    let [size, reason, heardErrors] = [0, "", 0];
    const end = (why: string) => {
      reason ||= why;
      endGroup(child);
      letGo(child);
    };
    const isSilent = () => end(`git ${args[0]} said nothing for ${Math.round(silence / 1000)} s and was ended`);
    let quiet = setTimeout(isSilent, silence);
    const limit = setTimeout(() => end(`git ${args[0]} took longer than ${longestRun / 60_000} minutes and was ended`), longestRun);
    const listen = () => {
      clearTimeout(quiet);
      quiet = setTimeout(isSilent, silence);
    };
    child.stdout.on("data", (part: Buffer) => {
      size += part.length;
      if (size > mostBytes) return end(`git ${args[0]} answers with more than ${mostBytes} bytes`);
      output.push(part);
      listen();
    });
    child.stderr.on("data", (part: Buffer) => {
      // Of what a server says without end the beginning is kept.
      if (heardErrors < mostErrors) errors.push(part);
      heardErrors += part.length;
      listen();
    });
    const finish = (act: () => void) => {
      running.delete(child);
      clearTimeout(quiet);
      clearTimeout(limit);
      act();
    };
    child.on("error", (error) => finish(() => reject(new GitError(args, error.message))));
    child.on("exit", () => setTimeout(() => letGo(child), lingering).unref());
    child.on("close", (status) =>
      finish(() => {
        if (status === 0 && !reason) return resolve(Buffer.concat(output));
        const said = Buffer.concat(errors).toString("utf8");
        reject(
          new GitError(args, reason ? `${said}\n${reason}` : said || `ended with status ${status}`, reason !== "", status ?? undefined),
        );
      }),
    );
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** A session of its own: what git has started ends with it, and nothing of it can ask at the terminal. @throws GitError where it can't be started */
function startGit(folder: string, args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams {
  try {
    const child = spawn("git", [...args], { cwd: folder, env: environment, stdio: ["pipe", "pipe", "pipe"], detached: true });
    running.add(child);
    return child;
  } catch (error) {
    throw new GitError(args, errorMessage(error));
  }
}

/** Something that git has started may stay, and hold its streams open: what it says isn't git's answer. */
function letGo(child: ChildProcessWithoutNullStreams): void {
  child.stdout.destroy();
  child.stderr.destroy();
}

/** What of git is under way. It has sessions of its own, and wouldn't end with this process. */
const running = new Set<ChildProcess>();
process.on("exit", () => endRunningGit());

/** Ends all that git is doing for this process. */
export function endRunningGit(): void {
  for (const child of running) endGroup(child);
}

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** A file, link or submodule of a commit. */
export interface Entry {
  readonly path: string;
  readonly hash: string;
  /** As git writes it: 100644, 100755, 120000 for a link, 160000 for a submodule. */
  readonly mode: string;
}

/** Whether a name is a whole hash, which always names the same commit. */
const isHash = (name: string) => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name);

/** Git in one folder. */
export class Git {
  readonly folder: string;
  readonly #options: GitOptions;
  /** Whole commits that were listed: what comes after asks for parts of them. */
  readonly #listed = new Map<string, readonly Entry[]>();

  constructor(folder: string, options: GitOptions = {}) {
    this.folder = folder;
    this.#options = options;
  }

  /** What git answers, as it is. @throws GitError when it fails */
  async bytes(args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
    return runGit(this.folder, args, { ...this.#options, ...options });
  }

  /** What git answers, without the space around it. @throws GitError when it fails */
  async run(...args: readonly string[]): Promise<string> {
    return (await this.bytes(args)).toString("utf8").trim();
  }

  /** What git answers to an input. @throws GitError when it fails */
  async feed(input: string, ...args: readonly string[]): Promise<string> {
    return (await this.bytes(args, { input })).toString("utf8").trim();
  }

  /** What git answers, or undefined where it fails. */
  async ask(...args: readonly string[]): Promise<string | undefined> {
    try {
      return await this.run(...args);
    } catch (error) {
      if (error instanceof GitError) return undefined;
      throw error;
    }
  }

  /** Everything in a commit but its folders, or what is at and below some paths from the repository's root. @throws GitError */
  async entries(commit: string, paths: readonly string[] = []): Promise<readonly Entry[]> {
    const known = this.#listed.get(commit);
    if (known === undefined) {
      const entries = await this.#list(commit, paths);
      if (paths.length === 0 && isHash(commit)) this.#listed.set(commit, entries);
      return entries;
    }
    if (paths.length === 0) return known;
    const folders = paths.map((path) => (path.endsWith("/") ? path : `${path}/`));
    return known.filter(({ path }) => folders.some((folder) => `${path}/`.startsWith(folder)));
  }

  async #list(commit: string, paths: readonly string[]): Promise<readonly Entry[]> {
    const listed = (await this.bytes(["ls-tree", "-r", "-z", "--full-tree", commit, "--", ...paths])).toString("utf8");
    return listed.split("\0").flatMap((line): Entry[] => {
      const [, mode, hash, path] = /^(\d+) (?:blob|commit) ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? [];
      return mode && hash && path ? [{ mode, hash, path }] : [];
    });
  }

  /**
   * Contents of blobs, in the order they are asked for; undefined for one that isn't there.
   * @param names hashes, or COMMIT:PATH
   */
  async contents(names: readonly string[]): Promise<(Buffer | undefined)[]> {
    if (names.length === 0) return [];
    const answer = await this.bytes(["cat-file", "--batch"], { input: `${names.join("\n")}\n` });
    let at = 0;
    return names.map(() => {
      const end = answer.indexOf(10, at);
      const line = answer.subarray(at, end).toString("utf8");
      const [, type, size] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(line) ?? [];
      at = end + 1;
      if (size === undefined) return undefined;
      const content = answer.subarray(at, at + Number(size));
      at += Number(size) + 1;
      return type === "blob" ? content : undefined;
    });
  }

  /** Bytes of blobs, all together. What isn't there counts nothing. @throws GitError */
  async sizeOf(hashes: readonly string[]): Promise<number> {
    const sizes = await this.feed(`${hashes.join("\n")}\n`, "cat-file", "--batch-check=%(objectsize)");
    return sizes.split("\n").reduce((sum, size) => sum + (/^\d+$/.test(size) ? Number(size) : 0), 0);
  }

  /** A file's text at a commit; undefined where there is none. @param path from the repository's root */
  async textAt(commit: string, path: string): Promise<string | undefined> {
    return (await this.contents([`${commit}:${path}`]))[0]?.toString("utf8");
  }

  /** The commits of a history that changed a file, newest first. @param path from the repository's root */
  async commitsOf(tip: string, path: string): Promise<string[]> {
    return (await this.run("log", "--format=%H", tip, "--", path)).split("\n").filter(Boolean);
  }
}
