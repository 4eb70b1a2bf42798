import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { check, type Report } from "../check/index.ts";
import { marker, type TreeFiles } from "../manifest/index.ts";
import { InputError } from "../problem/index.ts";
import { blobHash, type Review, readGitTree, review, treeOf } from "../review/index.ts";
import { checkable, planSynth, render, type SynthPlan } from "../synth/index.ts";
import { Estate } from "./estate.ts";
import { Git, GitError } from "./git.ts";
import { refusalOf } from "./push.ts";
import { inTurn } from "./turn.ts";
import { removeAbandoned, Workspace } from "./workspace.ts";

/** What a command wants of the branch, said anew for each head it finds there. */
export interface Edit {
  /** Files of overlays/ and what they should hold. */
  readonly files: ReadonlyMap<string, string>;
  /** Environments to render. */
  readonly environments: readonly string[];
  /** First line of the commit's message, and its trailers. */
  readonly title: string;
  readonly trailers: readonly (readonly [key: string, value: string])[];
  /** Whether errors of check that the edit brings keep it from landing. Default: they do. */
  readonly despiteErrors?: boolean;
  /** What to tell whoever runs it. */
  readonly told: readonly string[];
}

export interface TransactionOptions {
  /** Folder of the project. */
  readonly root: string;
  /** Default: origin. */
  readonly remote?: string;
  /** Default: the one the remote calls its own. */
  readonly branch?: string;
  /** Pushes nothing, and tells what would change. */
  readonly dryRun?: boolean;
  /** Pushes a branch of its own and opens a merge request for it. */
  readonly mergeRequest?: string;
  readonly onTry?: (message: string) => void;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** What came of a transaction. */
export interface Outcome {
  /** `unchanged` where the head has it already; nothing was pushed then. */
  readonly state: "released" | "unchanged" | "dry-run";
  readonly commit?: string;
  readonly told: readonly string[];
  /** Of a dry run: the difference, and what it would do. */
  readonly diff?: string;
  readonly review?: Review;
  /** Errors of check that were there before. */
  readonly known: readonly string[];
}

/** A refusal that isn't the input's fault: status 1. */
export class Refused extends Error {}

const mostTries = 10;
const firstWait = 1000;
const longestWait = 30_000;

/**
 * Lands an edit on the remote's branch: fetch, edit, render, check, commit, push. When somebody was first it begins again from the new head;
 * nothing is ever merged. Killed at any moment it leaves the branch as it was, or with the whole edit.
 * @throws Refused when the edit, or the server, says no
 */
export async function transact(options: TransactionOptions, edit: (estate: Estate) => Promise<Edit | undefined>): Promise<Outcome> {
  const { root, remote = "origin", onTry = () => {}, sleep = wait } = options;
  const git = new Git(root);
  const top = (await git.run("rev-parse", "--show-toplevel")).trim();
  const within = (await git.run("rev-parse", "--show-prefix")).trim();
  const repository = new Git(top);
  const branch = options.branch ?? (await defaultBranch(repository, remote));
  if (branch.startsWith("-") || (await repository.ask("check-ref-format", `refs/heads/${branch}`)) === undefined)
    throw new InputError([{ message: `"${branch}" is no name of a branch` }]);
  await removeAbandoned(top);
  const address = (await repository.ask("remote", "get-url", "--", remote)) ?? remote;
  let workspace: Workspace | undefined;
  const pushed: Pushed[] = [];
  try {
    for (let tries = 1; ; tries++) {
      try {
        return await inTurn(`${address} ${branch}`, async () => {
          const head = await fetched(repository, remote, branch);
          const landed = await landedAfterAll(repository, pushed, head);
          if (landed) return landed;
          if (workspace) await workspace.checkout(head);
          else workspace = await Workspace.at(top, head);
          return attempt(workspace, join(workspace.root, within), head, { ...options, remote, branch, repository }, edit, pushed);
        });
      } catch (error) {
        if (!(error instanceof GitError)) throw error;
        const refusal = refusalOf(error.stderr);
        if (!refusal.again) throw new Refused(`${refusal.message}\n${refusal.mend}`);
        if (tries >= mostTries) throw new Refused(`not landed in ${mostTries} tries; the last:\n${error.stderr}\nRun it again.`);
        onTry(`try ${tries}: ${error.stderr.split("\n")[0]}; again from the new head`);
        await sleep(Math.min(longestWait, firstWait * 1.5 ** (tries - 1)) * (0.5 + Math.random() / 2));
      }
    }
  } finally {
    await workspace?.remove();
  }
}

/** What a push would have come to, had its answer arrived. */
type Pushed = Outcome & { readonly commit: string };

/** A server may take a push and be gone before it says so: what the branch holds counts. */
async function landedAfterAll(git: Git, pushed: readonly Pushed[], head: string): Promise<Outcome | undefined> {
  for (const outcome of pushed) if ((await git.ask("merge-base", "--is-ancestor", outcome.commit, head)) !== undefined) return outcome;
  return undefined;
}

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

async function defaultBranch(git: Git, remote: string): Promise<string> {
  const known = await git.ask("symbolic-ref", "--short", `refs/remotes/${remote}/HEAD`);
  if (known) return known.slice(remote.length + 1);
  const told = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec((await git.ask("ls-remote", "--symref", "--", remote, "HEAD")) ?? "");
  return told?.[1] ?? "main";
}

async function fetched(git: Git, remote: string, branch: string): Promise<string> {
  // As shallow as the clone is; a ref of its own, so that releases side by side don't share FETCH_HEAD.
  const ref = `refs/slipway/${process.pid}`;
  await git.run("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", remote, `+refs/heads/${branch}:${ref}`);
  const head = (await git.run("rev-parse", ref)).trim();
  await git.ask("update-ref", "-d", ref);
  return head;
}

type Known = TransactionOptions & { readonly remote: string; readonly branch: string; readonly repository: Git };

async function attempt(
  workspace: Workspace,
  root: string,
  head: string,
  options: Known,
  edit: (estate: Estate) => Promise<Edit | undefined>,
  pushed: Pushed[],
): Promise<Outcome> {
  const { git } = workspace;
  const estate = await Estate.in(root);
  const wanted = await edit(estate);
  if (!wanted) return { state: "unchanged", told: [], known: [] };
  const originals = await Promise.all(
    [...wanted.files.keys()].map(async (file) => [file, await git.ask("show", `${head}:./${file}`)] as const),
  );
  write(root, wanted.files);
  const plan = wanted.environments.length > 0 ? planOf(estate, wanted) : undefined;
  const known = plan && plan.report.summary.errors > 0 ? knownErrors(estate, wanted, { originals, plan, head }) : [];
  const here = new Git(root);
  await here.over([...wanted.files.keys()], "add", "--sparse");
  if (plan) await stageDist(here, plan.files, wanted.environments);
  if ((await git.ask("diff", "--cached", "--quiet")) !== undefined) return { state: "unchanged", told: wanted.told, known };
  if (options.dryRun) {
    const diff = await git.run("diff", "--cached");
    return { state: "dry-run", told: wanted.told, known, diff, review: reviewOf(root, head, plan?.files ?? new Map()) };
  }
  await git.with(await identity(git), "-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message", messageOf(wanted));
  const commit = (await git.run("rev-parse", "HEAD")).trim();
  const outcome = { state: "released", commit, told: wanted.told, known } as const;
  pushed.push(outcome);
  // From the repository itself: an address may be relative to it.
  await options.repository.run("push", "--quiet", ...pushArguments(options, wanted, commit));
  return outcome;
}

function write(root: string, files: ReadonlyMap<string, string>): void {
  for (const [file, text] of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

const planOf = (estate: Estate, { environments }: Edit) => {
  const { root, last } = estate;
  return planSynth(estate.environments, { root, environments, last });
};

/** Brings dist as it should be into the index: what differs from what git has, and what is generated no longer. */
async function stageDist(git: Git, files: TreeFiles, environments: readonly string[]): Promise<void> {
  const listed = await git.run("ls-tree", "-r", "-z", "HEAD", "./dist/");
  const held = new Map(
    listed.split("\0").flatMap((line) => {
      const [, hash, path] = /^\d+ blob ([0-9a-f]+)\tdist\/([\s\S]+)$/.exec(line) ?? [];
      return hash && path && environments.includes(path.split("/")[0] ?? "") ? [[path, hash] as const] : [];
    }),
  );
  const length = (await git.run("rev-parse", "HEAD")).trim().length;
  const changed = new Map([...files].filter(([path, text]) => held.get(path) !== blobHash(text, length)));
  const gone = [...held.keys()].filter((path) => !files.has(path));
  const texts = await Promise.all(gone.map(async (path) => [path, await git.run("cat-file", "blob", held.get(path) as string)] as const));
  // What somebody else has put there isn't ours to remove.
  const stale = texts.filter(([, text]) => text.startsWith(marker)).map(([path]) => `dist/${path}`);
  write(join(git.folder, "dist"), changed);
  await git.over(
    [...changed.keys()].map((path) => `dist/${path}`),
    "add",
    "--sparse",
  );
  await git.over(stale, "rm", "--quiet", "--cached", "--sparse");
}

/** What the edit would do, held against the head; other environments stay as they are there. */
function reviewOf(root: string, head: string, files: TreeFiles): Review {
  const edited = treeOf(files, "dist", "dist/");
  const before = readGitTree(root, head, "dist", edited);
  const environments = new Set([...files.keys()].map((path) => path.split("/")[0]));
  const others = [...before].filter(([path]) => !environments.has(path.split("/")[0]));
  return review(before, new Map([...others, ...edited]));
}

interface Before {
  readonly originals: readonly (readonly [file: string, text: string | undefined])[];
  readonly plan: SynthPlan;
  readonly head: string;
}

/** The errors that the head has already. @throws Refused for those that the edit brings */
function knownErrors(estate: Estate, wanted: Edit, { originals, plan, head }: Before): string[] {
  const shown = ({ findings }: Report) =>
    findings
      .filter(({ severity, waived }) => severity === "error" && !waived)
      .map(
        ({ rule, environment, resource, path, message }) =>
          `${environment} ${resource.kind} ${resource.name} ${path}: ${message} (${rule})`,
      );
  const after = shown(plan.report);
  if (wanted.despiteErrors) return after;
  const before = new Set(
    shown(wanted.files.size > 0 ? reportWithout(estate, wanted, originals) : reportOfDist(estate, wanted, plan, head)),
  );
  const brought = after.filter((one) => !before.has(one));
  if (brought.length > 0) throw new Refused(`refused, since check finds what this brings:\n${brought.map((one) => `  ${one}`).join("\n")}`);
  return after;
}

/** What check says of the head's overlays. */
function reportWithout(estate: Estate, wanted: Edit, originals: Before["originals"]): Report {
  write(estate.root, new Map(originals.flatMap(([file, text]) => (text === undefined ? [] : [[file, text] as const]))));
  const { report } = planOf(estate, wanted);
  write(estate.root, wanted.files);
  return report;
}

/** What check says of the head's dist, for an edit that brings what its overlays say already, and with it what is wrong with them. */
function reportOfDist(estate: Estate, { environments }: Edit, { files }: SynthPlan, head: string): Report {
  const held = [...readGitTree(estate.root, head, "dist", treeOf(files, "dist", "dist/")).values()];
  const checked = estate.environments
    .filter(({ name }) => environments.includes(name))
    .map((environment) => {
      const own = held.filter((file) => file.environment === environment.name);
      const folders = new Set(own.map(({ path }) => `dist/${path.slice(0, path.lastIndexOf("/"))}`));
      const rendered = checkable(render(environment, { ...estate.project, last: estate.last }));
      return { ...rendered, folders, manifests: own.flatMap(({ manifests }) => manifests) };
    });
  return check(checked, new Date().toISOString().slice(0, 10));
}

const messageOf = ({ title, trailers }: Edit) =>
  [title, "", ...trailers.map(([key, value]) => `${key}: ${value}`)].map((line) => line.replace(/[\r\n]+/g, " ")).join("\n");

/** Who commits: as git is set up, else whom the pipeline runs for, else slipway. */
async function identity(git: Git): Promise<Readonly<Record<string, string>>> {
  const [name, email] = [await git.ask("config", "user.name"), await git.ask("config", "user.email")];
  const { GITLAB_USER_NAME, GITLAB_USER_EMAIL, GIT_AUTHOR_NAME, GIT_COMMITTER_NAME } = process.env;
  if ((name && email) || (GIT_AUTHOR_NAME && GIT_COMMITTER_NAME)) return {};
  const [who, where] = [GITLAB_USER_NAME || "slipway", GITLAB_USER_EMAIL || "slipway@localhost"];
  return { GIT_AUTHOR_NAME: who, GIT_AUTHOR_EMAIL: where, GIT_COMMITTER_NAME: who, GIT_COMMITTER_EMAIL: where };
}

function pushArguments({ remote, branch, mergeRequest }: Known, wanted: Edit, commit: string): string[] {
  if (mergeRequest === undefined) return ["--", remote, `${commit}:refs/heads/${branch}`];
  // https://docs.gitlab.com/topics/git/commit/#push-options-for-merge-requests
  const options = [
    "merge_request.create",
    `merge_request.target=${branch}`,
    `merge_request.title=${wanted.title}`,
    "merge_request.remove_source_branch",
  ];
  return [...options.flatMap((option) => ["--push-option", option]), "--force", "--", remote, `${commit}:refs/heads/${mergeRequest}`];
}
