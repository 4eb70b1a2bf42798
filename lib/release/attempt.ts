import { setTimeout as wait } from "node:timers/promises";
import { fileDifference, textDifference } from "../dist/index.ts";
import { GitError } from "../git/index.ts";
import { type Review, readTreeAt, review, treeOf } from "../review/index.ts";
import type { SynthPlan } from "../synth/index.ts";
import { errorsOf } from "./brought-errors.ts";
import { changesOfDist } from "./dist-changes.ts";
import type { DecideEdit, Edit } from "./edit.ts";
import { Estate } from "./estate.ts";
import { History } from "./history.ts";
import { identityOf, messageOf } from "./message.ts";
import type { Outcome } from "./outcome.ts";
import { isAnswered, type Push } from "./push.ts";
import { Refused } from "./refused.ts";
import { type BranchRequest, requestBranch, requestBranchNow, requestOptions } from "./request.ts";
import type { Target } from "./target.ts";
import type { Workspace } from "./workspace.ts";

export interface AttemptOptions {
  /** Called for each environment before it is rendered. */
  readonly onRender?: (environment: string, number: number, total: number) => void;
  /** Pushes nothing, and reports what would change. */
  readonly dryRun?: boolean;
  /** Pushes a branch for this request in place of the one that Argo CD follows. */
  readonly request?: BranchRequest;
}

/** One try: from the newest head of the branch to a push, or to what keeps it from being pushed. @throws GitError where git fails */
export async function attempt(
  workspace: Workspace,
  target: Target,
  options: AttemptOptions,
  pushes: Push[],
  decide: DecideEdit,
): Promise<Outcome> {
  const { repository } = workspace;
  const head = await repository.fetchHead(target.branch);
  const done = await carriedOut(workspace, pushes, head);
  if (done) return done;
  await workspace.checkOut(head);
  const estate = await Estate.in(workspace.root, options.onRender);
  const edit = await decide(estate, historyOf(workspace, target, head));
  if (!edit) return { state: "unchanged", messages: [], known: [], brought: [] };
  await refuseLinks(workspace, target, head, [...edit.files.keys()]);
  const originals = await originalsOf(workspace, target, head, [...edit.files.keys()]);
  workspace.write(edit.files);
  const plan = edit.environments.length > 0 ? estate.plan(edit.environments) : undefined;
  const { known, brought } =
    plan && plan.report.summary.errors > 0
      ? await errorsOf({ workspace, target, head, estate, edit, plan, originals })
      : { known: [], brought: [] };
  const { files, removed } = await allChanges(workspace, target, head, edit, plan);
  const tree = await repository.treeOf({ parent: head, files, removed });
  if (tree === (await repository.describe(head)).tree) return { state: "unchanged", messages: edit.messages, known, brought };
  if (options.dryRun) {
    const diff = await differenceOf(workspace, target, head, files, removed);
    return { state: "dry-run", messages: edit.messages, known, brought, diff, review: await reviewOf(workspace, target, head, plan) };
  }
  const commit = await committed(workspace, target, head, tree, messageOf(edit, options.request && tree));
  const branch = options.request && branchOf(options.request, target);
  const outcome = {
    state: "released",
    commit,
    ...(branch === undefined ? {} : { branch }),
    messages: edit.messages,
    known,
    brought,
  } as const;
  const push: Push = { outcome, isUnanswered: true };
  return pushed(workspace, target, options, edit, head, pushes, push);
}

/** The history of the branch at hand. */
export const historyOf = ({ repository }: Workspace, { within, branch }: Target, head: string) =>
  new History(repository.git, within, head, () => repository.deepen(branch));

async function originalsOf({ repository }: Workspace, { within }: Target, head: string, files: readonly string[]) {
  const contents = await repository.git.contents(files.map((file) => `${head}:${within}${file}`));
  return new Map(files.map((file, index) => [file, contents[index]?.toString("utf8")]));
}

/** A file that is a link, or lies behind one, is another file, perhaps of another environment or outside of the repository. */
async function refuseLinks({ repository }: Workspace, { within }: Target, head: string, files: readonly string[]): Promise<void> {
  const paths = files.flatMap((file) => {
    const parts = `${within}${file}`.split("/");
    return parts.map((_part, index) => parts.slice(0, index + 1).join("/"));
  });
  const wanted = new Set(paths);
  const links = (await repository.git.entries(head, [...wanted])).filter(({ path, mode }) => mode === "120000" && wanted.has(path));
  if (links.length > 0)
    throw new Refused(
      `${links.map(({ path }) => path).join(", ")}: a symbolic link, which a release doesn't write through. Put a file in its place.`,
    );
}

/** All files that a commit changes, by path from the repository's root. */
async function allChanges(workspace: Workspace, { within }: Target, head: string, edit: Edit, plan: SynthPlan | undefined) {
  const dist = plan
    ? await changesOfDist(workspace.repository, `${within}dist/`, head, plan.files, edit.environments)
    : { changed: new Map<string, string>(), stale: [] };
  const own = [...edit.files].map(([file, text]) => [within + file, text] as const);
  return { files: new Map([...own, ...dist.changed]), removed: dist.stale };
}

/** What a commit would change, as a patch that shows no value of a Secret. */
async function differenceOf(
  { repository }: Workspace,
  { within }: Target,
  head: string,
  files: ReadonlyMap<string, string>,
  removed: readonly string[],
): Promise<string> {
  const paths = [...files.keys(), ...removed].sort();
  const before = await repository.git.contents(paths.map((path) => `${head}:${path}`));
  return paths
    .flatMap((path, index) => {
      const [old, now] = [before[index]?.toString("utf8") ?? "", files.get(path) ?? ""];
      const compare = path.startsWith(`${within}dist/`) ? fileDifference : textDifference;
      return old === now ? [] : [`--- a/${path}`, `+++ b/${path}`, ...compare(path, old, now)];
    })
    .map((line) => `${line}\n`)
    .join("");
}

/** What the edit would do, compared with the head; other environments stay as they are there. */
async function reviewOf({ repository }: Workspace, { within }: Target, head: string, plan: SynthPlan | undefined): Promise<Review> {
  const files = plan?.files ?? new Map<string, string>();
  const edited = treeOf(files, "dist", "dist/");
  const before = await readTreeAt(repository.git, head, `${within}dist`, "dist", edited);
  const environments = new Set([...files.keys()].map((path) => path.split("/")[0]));
  const others = [...before].filter(([path]) => !environments.has(path.split("/")[0]));
  return review(before, new Map([...others, ...edited]));
}

async function committed({ repository }: Workspace, { settings }: Target, parent: string, tree: string, message: string): Promise<string> {
  try {
    return await repository.commit(tree, { parent, message, ...identityOf(settings, process.env) });
  } catch (error) {
    if (!(error instanceof GitError) || !settings.signing) throw error;
    throw new Refused(
      `the commit can't be signed:\n${error.stderr}\nThis clone's git signs commits (commit.gpgsign). Make the key usable without a question, or turn signing off: git config commit.gpgsign false.`,
    );
  }
}

/** The same request to another branch, or in another project of the repository, is another one. */
const branchOf = ({ text }: BranchRequest, { within, branch }: Target) => requestBranch(`${text}\n${JSON.stringify([within, branch])}`);

/** Pushes; when that fails in any way, the branch is read for what it holds, and that is the answer. */
async function pushed(
  workspace: Workspace,
  target: Target,
  options: AttemptOptions,
  edit: Edit,
  head: string,
  pushes: Push[],
  push: Push,
): Promise<Outcome> {
  const { repository } = workspace;
  const { outcome } = push;
  const { branch, known, brought } = outcome;
  const there = branch === undefined ? undefined : await requestBranchNow(repository, branch, outcome.commit);
  if (branch !== undefined && there?.isSame) {
    const next = options.request?.openedBy === "server" ? "; open a merge request for it, or delete it to request again" : "";
    return { state: "unchanged", branch, messages: [`the branch ${branch} holds this request already${next}`], known, brought };
  }
  pushes.push(push);
  try {
    if (branch === undefined || there === undefined) await repository.push(outcome.commit, target.branch, head);
    else await repository.push(outcome.commit, branch, there.tip, requestOptions(options.request, target.branch, edit.title));
    push.isUnanswered = false;
    return outcome;
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    push.isUnanswered = !isAnswered(error);
    const done = await outcomeOnBranch(workspace, target, pushes);
    if (done) return done;
    throw error;
  }
}

/** What the branch shows of the pushes that were sent; undefined where it can't be read. */
async function outcomeOnBranch(workspace: Workspace, target: Target, pushes: readonly Push[]): Promise<Outcome | undefined> {
  for (let tries = 1; tries <= 3; tries++) {
    try {
      return await carriedOut(workspace, pushes, await workspace.repository.fetchHead(target.branch));
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      await wait(500 * tries);
    }
  }
  return undefined;
}

/** Of the pushes that were sent, the one that the server carried out, whatever its answer was. */
async function carriedOut({ repository }: Workspace, pushes: readonly Push[], head: string): Promise<Outcome | undefined> {
  const [first] = pushes;
  if (!first) return undefined;
  const { branch } = first.outcome;
  const tip = branch === undefined ? head : await repository.fetchOther(branch);
  if (tip === undefined) return undefined;
  for (const { outcome } of pushes) if (await repository.isIn(outcome.commit, tip)) return outcome;
  return undefined;
}
