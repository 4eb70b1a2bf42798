import { type ChildProcess, execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

/** What a tool is asked to render. */
export interface Task {
  /** The tool and its arguments; each is asked where those before it aren't installed. */
  readonly commands: readonly (readonly [tool: string, ...args: string[]])[];
  /** What it renders; its errors name that whole. */
  readonly folder: string;
  /** Whether nothing secret is in what it reads, so that its error may be shown. */
  readonly isQuotable: boolean;
  /** What it reads on its standard input. Default: nothing. */
  readonly input?: string;
  /** Why nothing is rendered where no tool is installed. */
  readonly missing: string;
}

/** What a tool printed, or why it printed nothing. */
export type ToolResult = { readonly text: string } | { readonly reason: string; readonly isRefused?: true };

/** Milliseconds and bytes past which a tool is given up. */
const longest = 120_000;
const mostBytes = 256 * 1024 * 1024;

/** How a tool ended. */
interface Ended {
  /** What the system has against it: it isn't installed, took too long, or printed too much. */
  readonly code?: string | undefined;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a task, and waits for it. */
export function runTool({ commands, ...task }: Task): ToolResult {
  for (const [tool, ...args] of commands) {
    const home = mkdtempSync(join(tmpdir(), "slipway-source-"));
    try {
      const { error, status, stdout, stderr } = spawnSync(tool, args, { ...options(home), input: task.input ?? "" });
      const result = resultOf(tool, task, { code: error && codeOf(error), status, stdout, stderr });
      if (result) return result;
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  }
  return { reason: task.missing };
}

/** Runs a task beside others. */
export async function startTool({ commands, ...task }: Task): Promise<ToolResult> {
  for (const [tool, ...args] of commands) {
    const result = resultOf(tool, task, await ended(tool, args, task.input));
    if (result) return result;
  }
  return { reason: task.missing };
}

/** What is under way, with the home of each. */
const running = new Map<ChildProcess, string>();

/** Ends all tools that were started, and removes what they wrote: for a process that a signal ends. */
export function endTools(): void {
  for (const [child, home] of running) {
    child.kill("SIGKILL");
    rmSync(home, { recursive: true, force: true });
  }
  running.clear();
}

function ended(tool: string, args: readonly string[], input = ""): Promise<Ended> {
  const home = mkdtempSync(join(tmpdir(), "slipway-source-"));
  return new Promise<Ended>((resolve) => {
    const child = execFile(tool, args, options(home), (error, stdout, stderr) => {
      running.delete(child);
      rmSync(home, { recursive: true, force: true });
      const isStatus = typeof error?.code === "number" && !error.killed;
      resolve({ code: error === null || isStatus ? undefined : codeOf(error), status: isStatus ? Number(error.code) : 0, stdout, stderr });
    });
    running.set(child, home);
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  }).catch((error: Error) => {
    // What the system can't even start: an argument that is too long, or holds a NUL character.
    rmSync(home, { recursive: true, force: true });
    return { code: codeOf(error), status: null, stdout: "", stderr: "" };
  });
}

const codeOf = (error: Error) => ("code" in error ? String(error.code) : error.name);

const options = (home: string) => ({ encoding: "utf8", env: withoutNetwork(home), timeout: longest, maxBuffer: mostBytes }) as const;

/** What a tool's end means; undefined where it isn't installed. */
function resultOf(
  tool: string,
  { folder, isQuotable }: Pick<Task, "folder" | "isQuotable">,
  { code, status, stdout, stderr }: Ended,
): ToolResult | undefined {
  if (code === "ENOENT") return undefined;
  if (code === "E2BIG" || code === "ERR_INVALID_ARG_VALUE")
    return { reason: `${tool} can't be started: an argument is too long, or holds a NUL character` };
  if (code !== undefined) return { reason: `${tool} was ended: it took too long, or printed too much` };
  if (status === 0) return { text: stdout };
  // What a tool prints may hold values of its sources, secret ones among them.
  const reason = isQuotable ? errorIn(stderr, folder) : undefined;
  const [, place] = /\((\S{1,200}:\d+(?::\d+)?)\)/.exec(stderr) ?? [];
  const why = place ? `at ${place}` : `with status ${status}`;
  return { isRefused: true, reason: reason ? `${tool} fails: ${reason}` : `${tool} fails ${why}; run it on this folder to see why` };
}

/** Characters of a tool's error that are shown. */
const mostShown = 500;

/** The error that kustomize or kubectl prints, with paths from the folder. */
function errorIn(stderr: string, folder: string): string | undefined {
  const [, error] = /^error: (.+)$/im.exec(stderr) ?? /"command failed" err="(.+)"$/m.exec(stderr) ?? [];
  const [, missing] = error ? (/lstat (\S+): no such file or directory$/.exec(error) ?? []) : [];
  return missing ? `there is no ${relative(folder, missing)}` : error?.slice(0, mostShown).replaceAll(`${folder}/`, "");
}

/** A tool sees no settings of the user's, no credentials and no cluster, and a proxy that leads nowhere. */
const withoutNetwork = (home: string): NodeJS.ProcessEnv => {
  const proxy = "http://127.0.0.1:9";
  return {
    PATH: process.env.PATH ?? "",
    HOME: home,
    TMPDIR: home,
    LC_ALL: "C",
    GIT_ALLOW_PROTOCOL: "file",
    GIT_TERMINAL_PROMPT: "0",
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    http_proxy: proxy,
    https_proxy: proxy,
  };
};
