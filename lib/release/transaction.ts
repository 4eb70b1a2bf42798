import { constants } from "node:os";
import { addressOf, endRunningGit, Git, GitError, settingsOf } from "../git/index.ts";
import { InputError } from "../problem/index.ts";
import { type AttemptOptions, attempt } from "./attempt.ts";
import type { DecideEdit } from "./edit.ts";
import { Lock, whileLocked } from "./lock.ts";
import type { Outcome } from "./outcome.ts";
import { lockOf, privateFolder, removePrivateFolder } from "./private-folder.ts";
import { type Push, refusalOf } from "./push.ts";
import { Refused } from "./refused.ts";
import type { Target } from "./target.ts";
import { Workspace } from "./workspace.ts";

export interface TransactionOptions extends AttemptOptions {
  /** Folder of the project. */
  readonly root: string;
  /** Name or address. Default: origin. */
  readonly remote?: string;
  /** Default: the one that the remote calls its own. */
  readonly branch?: string;
  /** Receives what is worth knowing on the way: another try, or what is waited for. */
  readonly onProgress?: (message: string) => void;
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** How often it tries before it gives up. Default: 10. */
  readonly mostTries?: number;
}

/** Tries after failures of which nobody knows whether they pass. */
const mostUnexplained = 3;
const firstWait = 1000;
const longestWait = 30_000;

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/**
 * Commits an edit to the remote's branch: fetch, edit, render, check, commit, push. When somebody was first it begins again from the new head;
 * nothing is ever merged. A push counts only if the branch is still where it was fetched, and after one that failed the branch is asked
 * what it holds. Killed at any moment it leaves the branch as it was, or with the whole edit.
 * @throws Refused when the edit, or the server, says no
 */
export async function transact(options: TransactionOptions, decide: DecideEdit): Promise<Outcome> {
  const { onProgress = () => {}, sleep = wait, mostTries = 10 } = options;
  const pushes: Push[] = [];
  const interrupted = () => onProgress(`interrupted${warningOf(pushes)}`);
  return withWorkspace({ ...options, interrupted }, async (workspace, destination) => {
    try {
      return await untilDone(workspace, destination, { ...options, onProgress, sleep, mostTries }, pushes, decide);
    } catch (error) {
      // Whatever ends it, a push that got no answer is worth knowing of.
      const warning = warningOf(pushes);
      throw warning && error instanceof Error ? new Refused(`${error.message}${warning}`, { cause: error }) : error;
    }
  });
}

/** Tries until the edit is in the branch, or something keeps it out. @throws Refused */
async function untilDone(
  workspace: Workspace,
  destination: Destination,
  options: TransactionOptions & Required<Pick<TransactionOptions, "onProgress" | "sleep" | "mostTries">>,
  pushes: Push[],
  decide: DecideEdit,
): Promise<Outcome> {
  const { onProgress, sleep, mostTries } = options;
  const lock = lockOf(`${destination.address} ${options.branch ?? ""}`);
  const once = () =>
    whileLocked(lock, onProgress, async () => attempt(workspace, await targetOf(workspace, destination, options), options, pushes, decide));
  for (let [tries, unexplained] = [1, 0]; ; tries++) {
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      if (expectRetry(error) === "unexplained") unexplained++;
      if (tries >= mostTries || unexplained >= mostUnexplained) throw gaveUp(tries, error);
      onProgress(`try ${tries}: ${error.stderr.split("\n")[0]}; starting again from the new head`);
      await sleep(Math.min(longestWait, firstWait * 1.5 ** (tries - 1)) * (0.5 + Math.random() / 2));
    }
  }
}

const gaveUp = (tries: number, { stderr }: GitError) =>
  new Refused(`gave up after ${tries === 1 ? "1 try" : `${tries} tries`}; git said:\n${stderr}\nRun it again.`);

/** What to do next after an error of git's. @throws Refused where another try would end like this one */
function expectRetry(error: GitError): "retry" | "unexplained" {
  const refusal = refusalOf(error);
  if (refusal.next === "refuse") throw new Refused(`${refusal.message}\n${refusal.fix}`);
  return refusal.next;
}

/** A push that got no answer may be carried out yet. */
function warningOf(pushes: readonly Push[]): string {
  const unanswered = pushes.filter(({ isUnanswered }) => isUnanswered);
  if (unanswered.length === 0) return "";
  return `\nThe server gave no answer to a push and may still carry it out: ${unanswered.map(({ outcome }) => outcome.commit).join(", ")}. slipway status shows what the branch holds.`;
}

/**
 * Reads the remote's branch; nothing is written to it.
 * @throws Refused where the remote can't be read
 */
export async function readBranch<T>(
  options: Pick<TransactionOptions, "root" | "remote" | "branch">,
  read: (workspace: Workspace, target: Target, head: string) => Promise<T>,
): Promise<T> {
  return withWorkspace(options, async (workspace, destination) => {
    const { target, head } = await withRefusals(async () => {
      const target = await targetOf(workspace, destination, options);
      return { target, head: await workspace.repository.fetchHead(target.branch) };
    });
    await workspace.checkOut(head);
    return read(workspace, target, head);
  });
}

/** What git says against reading a remote, as a refusal. */
async function withRefusals<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const refusal = refusalOf(error);
    const reason = refusal.next === "refuse" ? `${refusal.message}\n${refusal.fix}` : `the remote can't be read:\n${error.stderr}`;
    throw new Refused(`${reason}\nslipway status --offline shows this clone.`);
  }
}

type Destination = Omit<Target, "branch">;

const targetOf = async (
  { repository }: Workspace,
  destination: Destination,
  { branch }: Pick<TransactionOptions, "branch">,
): Promise<Target> => ({
  ...destination,
  branch: branch ?? (await repository.defaultBranch()) ?? "main",
});

/** Opens a workspace for the clone that a project lies in, and closes it whatever comes. */
async function withWorkspace<T>(
  options: Pick<TransactionOptions, "root" | "remote" | "branch"> & { readonly interrupted?: () => void },
  use: (workspace: Workspace, destination: Destination) => Promise<T>,
): Promise<T> {
  const { root, remote = "origin", branch, interrupted = () => {} } = options;
  const places = (await new Git(root).ask("rev-parse", "--show-toplevel", "--show-prefix"))?.split("\n");
  if (places === undefined)
    throw new InputError([{ file: root, message: "this folder isn't in a git repository", fix: "Run slipway in a clone." }]);
  const [top = "", within = ""] = places;
  const clone = new Git(top);
  if (branch !== undefined && (branch.startsWith("-") || (await clone.ask("check-ref-format", `refs/heads/${branch}`)) === undefined))
    throw new InputError([{ message: `"${branch}" is not a valid branch name`, fix: "Name the branch that Argo CD follows, as main." }]);
  const [settings, address] = [await settingsOf(clone), await addressOf(clone, remote)];
  let workspace: Workspace | undefined;
  const stop = (signal: NodeJS.Signals) => {
    interrupted();
    // First what git is doing, which writes into the folder; then the folder; last the locks, by which others know that it is free.
    endRunningGit();
    workspace?.close();
    Lock.releaseAll();
    removePrivateFolder(privateFolder());
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of interruptions) process.on(signal, stop);
  try {
    workspace = await Workspace.open({ top, within }, clone, settings, address);
    return await use(workspace, { within, address, settings });
  } finally {
    for (const signal of interruptions) process.off(signal, stop);
    workspace?.close();
  }
}

/** What ends a command in the middle: what git is doing ends with it, and nothing is left behind. */
const interruptions: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
