import { execFile } from "node:child_process";

/** What git said when it failed. */
export class GitError extends Error {
  readonly stderr: string;

  constructor(args: readonly string[], stderr: string) {
    const told = withoutCredentials(stderr).trim();
    super(`git ${args[0]}: ${told || "failed"}`);
    this.stderr = told;
  }
}

/** Text without what stands before the host of an address: a token has no place in a message or log. */
const withoutCredentials = (text: string) => text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi, "$1");

const mostBytes = 256 * 1024 * 1024;

/** Git in one folder. It asks nobody: what it needs to know comes from its configuration, credential helpers or GIT_ASKPASS. */
export class Git {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Runs git; arguments go to it as they are, through no shell. @throws GitError when it fails */
  run(...args: readonly string[]): Promise<string> {
    return this.#start(args);
  }

  /** Runs git with more in its environment. */
  with(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> {
    return this.#start(args, environment);
  }

  /** Runs git on paths, which go in by standard input: there may be many. */
  async over(paths: readonly string[], ...args: readonly string[]): Promise<void> {
    if (paths.length > 0) await this.#start([...args, "--pathspec-from-file=-", "--pathspec-file-nul"], {}, paths.join("\0"));
  }

  #start(args: readonly string[], environment: Readonly<Record<string, string>> = {}, input = ""): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        "git",
        [...args],
        {
          cwd: this.folder,
          maxBuffer: mostBytes,
          env: { ...process.env, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_LITERAL_PATHSPECS: "1", ...environment },
        },
        (error, stdout, stderr) => (error ? reject(new GitError(args, stderr || String(error.message))) : resolve(stdout)),
      );
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    });
  }

  /** What git answers, or undefined where it fails. */
  async ask(...args: readonly string[]): Promise<string | undefined> {
    try {
      return (await this.run(...args)).trim();
    } catch (error) {
      if (error instanceof GitError) return undefined;
      throw error;
    }
  }
}
