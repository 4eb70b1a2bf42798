import { Git, withoutCredentials } from "../../git/index.ts";
import type { ImageReference } from "../../kubernetes/index.ts";
import { seen } from "../../outside/index.ts";
import { InputError } from "../../problem/index.ts";
import { projectRoot } from "../../project/index.ts";
import {
  type AskingPipeline,
  type Author,
  type DecideEdit,
  digestOf,
  holdEdit,
  type ImageStatus,
  type Outcome,
  pipelineNumber,
  promoteEdit,
  Refused,
  releaseEdit,
  renderEdit,
  rollbackEdit,
  type Status,
  statusAtRemote,
  statusOfClone,
  transact,
} from "../../release/index.ts";
import { writeReview } from "../../review/index.ts";
import { hasColours, paint, print, printDifference, printJson, printReport, progress, warn } from "../output.ts";

/** What all commands that write to git take. */
interface Options {
  readonly remote: string;
  readonly branch?: string;
  readonly dryRun?: boolean;
  readonly mergeRequest?: boolean;
  readonly pullRequest?: boolean;
  readonly resolve?: boolean;
  readonly pipeline?: string;
  readonly idToken?: boolean;
}

export async function releaseCommand(targets: readonly string[], options: Options & { readonly env: string }): Promise<void> {
  await refusable(async () => {
    const edit = releaseEdit(targets, options.env, await authorOf(options), resolver(options), askingPipeline(options));
    await run(edit, options, `release/${options.env}-${targets.join(",")}`, [options.resolve]);
  });
}

export async function promoteCommand(
  apps: readonly string[],
  options: Options & { readonly to: string; readonly from?: string; readonly skip?: boolean },
): Promise<void> {
  const verify = async (image: ImageReference) => {
    if (options.resolve !== false) await digestOf(image);
  };
  const edit = promoteEdit(apps, options.to, options.from, options.skip ?? false, await authorOf(options), verify);
  await byPeople(() => run(edit, options, `promote/${options.to}-${apps.join(",")}`, [options.from, options.skip, options.resolve]));
}

export async function rollbackCommand(
  app: string,
  options: Options & { readonly env: string; readonly to?: string; readonly reason: string },
): Promise<void> {
  expectReason(options.reason);
  const edit = rollbackEdit({ app, environment: options.env, tag: options.to }, options.reason, await authorOf(options), resolver(options));
  await byPeople(() =>
    run(edit, options, `rollback/${options.env}-${app}${options.to ? `=${options.to}` : ""}`, [options.reason, options.resolve]),
  );
}

export async function holdCommand(app: string, options: Options & { readonly env: string; readonly reason?: string }): Promise<void> {
  expectReason(options.reason);
  const edit = holdEdit(app, options.env, options.reason, await authorOf(options));
  await byPeople(() => run(edit, options, `${options.reason === undefined ? "unhold" : "hold"}/${options.env}-${app}`, [options.reason]));
}

/** @throws InputError for a reason without letters */
function expectReason(reason: string | undefined): void {
  if (reason !== undefined && !/[\p{L}\p{N}]/u.test(reason))
    throw new InputError([
      { message: "--reason: expected a sentence, found no letters", fix: "Give the reason; others see it with the hold." },
    ]);
}

/** `slipway render`: what somebody's commit left undone. */
export async function renderCommand(options: Options): Promise<void> {
  await byPeople(() => run(renderEdit, options, "render/dist"));
}

export async function statusCommand(options: {
  readonly format: "text" | "json";
  readonly remote: string;
  readonly branch?: string;
  readonly offline?: boolean;
}): Promise<void> {
  await refusable(async () => {
    const { format, remote, branch, offline } = options;
    const root = projectRoot();
    const onRender = progress("rendering");
    const status = offline
      ? await statusOfClone(root, onRender)
      : await statusAtRemote({ root, remote, onRender, ...(branch ? { branch } : {}) });
    if (format === "json") printJson(status);
    else printReport(`${table(status.images)}${seen(sourceOf(status, remote))}\n`);
  });
}

/** Which commit a status shows. */
function sourceOf({ commit, branch }: Status, remote: string): string {
  if (branch !== undefined) return `Shown: ${branch} of ${withoutCredentials(remote)}, at ${commit}.`;
  return commit === undefined ? "Shown: the files of this folder." : `Shown: the files of this clone, whose HEAD is ${commit}.`;
}

/** The pipeline that asks, by the ID token it hands over in SLIPWAY_ID_TOKEN. People at their desks have none, unless one is asked for. */
function askingPipeline({ idToken }: Options): AskingPipeline | undefined {
  const { SLIPWAY_ID_TOKEN: token } = process.env;
  if (!token && idToken)
    throw new InputError([{ message: "--id-token: SLIPWAY_ID_TOKEN is empty", fix: "Let the app's pipeline pass its ID token." }]);
  return token ? { idToken: token, variables: process.env } : undefined;
}

/** Refuses an app's pipeline: it may ask for a release only, and the overlays don't name pipelines that may do more. */
const byPeople = (action: () => Promise<void>) =>
  refusable(async () => {
    if (process.env.SLIPWAY_ID_TOKEN)
      throw new Refused("SLIPWAY_ID_TOKEN is set: a pipeline with an ID token may release, and do nothing else.");
    await action();
  });

/** A pipeline's number decides who is late; people have none, and neither has an empty variable. */
async function authorOf({ pipeline = process.env.SLIPWAY_PIPELINE || process.env.CI_PIPELINE_ID }: Options): Promise<Author> {
  const number = pipeline ? pipelineNumber(pipeline) : undefined;
  if (pipeline && number === undefined)
    throw new InputError([
      {
        message: `--pipeline: expected the number of a pipeline, from 1 to ${Number.MAX_SAFE_INTEGER}, found "${pipeline.slice(0, 40)}"`,
        fix: "It comes from --pipeline, SLIPWAY_PIPELINE or CI_PIPELINE_ID.",
      },
    ]);
  const by =
    process.env.GITLAB_USER_LOGIN ||
    process.env.GITHUB_ACTOR ||
    process.env.USER ||
    (await new Git(projectRoot()).ask("config", "user.name"));
  return {
    at: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    ...(number ? { pipeline: number } : {}),
    ...(by ? { by } : {}),
  };
}

const resolver = ({ resolve }: Options) => (resolve === false ? async () => undefined : digestOf);

/** A refusal isn't the input's issue: it is reported, and the status is 1. */
async function refusable(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    warn(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/**
 * @param request what is asked for, for people: it gives a branch of its own its name
 * @param details what else makes this request another one
 */
async function run(
  decide: DecideEdit,
  { remote, branch, dryRun, mergeRequest, pullRequest }: Options,
  request: string,
  details: readonly unknown[] = [],
): Promise<void> {
  const outcome = await transact(
    {
      root: projectRoot(),
      remote,
      ...(branch ? { branch } : {}),
      ...(dryRun ? { dryRun } : {}),
      ...(mergeRequest || pullRequest
        ? { request: { text: `${request}\n${JSON.stringify(details)}`, openedBy: mergeRequest ? "server" : "caller" } }
        : {}),
      onProgress: (message) => warn(`${message}\n`),
      onRender: progress("rendering"),
    },
    decide,
  );
  report(outcome);
}

function report({ state, commit, branch, messages, known, brought, diff, review }: Outcome): void {
  for (const error of known) warn(`already an error before: ${error}\n`);
  for (const error of brought) warn(`new error: ${error}\n`);
  if (diff) printDifference(diff);
  if (review) printReport(`${writeReview(review, "text", hasColours(process.stdout))}\n`);
  for (const message of messages) print(`${message}\n`);
  if (state === "unchanged") print("Already up to date; nothing was pushed.\n");
  if (branch) print(`branch ${branch}\n`);
  if (commit) print(`commit ${commit}\n`);
  if (state === "dry-run") print("Dry run; nothing was pushed.\n");
}

/** How far a Rollout is, as the snapshot of the cluster says. */
function rolloutInWords({ phase, aborted, step, steps }: NonNullable<ImageStatus["rollout"]>): string {
  if (aborted) return "rollout aborted: the pods of before serve all requests";
  const at = step === undefined || steps === undefined ? "" : ` at step ${Math.min(step + 1, steps)} of ${steps}`;
  if (phase === "Paused") return `rollout waits${at}`;
  return phase === "Progressing" ? `rollout goes on${at}` : `rollout ${phase.toLowerCase()}${at}`;
}

/** Colours of an image's app, environment, version, time, pipeline, distance and hold. */
const columnColours = ["1", "", "", "2", "2", "33", "33"];

/** As Argo CD shows the health of what a Rollout is in. */
const rolloutColour = (rollout: ImageStatus["rollout"]) => {
  if (rollout?.aborted || rollout?.phase === "Degraded") return "31";
  return rollout?.phase === "Progressing" ? "36" : "33";
};

function table(all: readonly ImageStatus[]): string {
  const cells = all.map(({ environment, app, container, tag, digest, since, pipeline, hold, behind, rollout }) => [
    app === container ? app : `${app}/${container}`,
    environment,
    [tag, digest?.slice(0, 19)].filter(Boolean).join(" "),
    since ?? "",
    pipeline ? `pipeline ${pipeline}` : "",
    behind ? `${behind} behind` : "",
    hold ? `held by ${hold.by}: ${hold.reason}` : "",
    rollout ? rolloutInWords(rollout) : "",
  ]);
  const rows = cells.map((row) => row.map(seen));
  const widths = (rows[0] ?? []).map((_cell, index) => Math.max(...rows.map((row) => (row[index] ?? "").length)));
  return rows
    .map((row, index) => {
      const colours = [...columnColours, rolloutColour(all[index]?.rollout)];
      const last = row.findLastIndex((cell) => cell !== "");
      const shown = row.slice(0, last + 1).map((cell, column) => {
        const gap = column < last ? " ".repeat((widths[column] ?? 0) - cell.length) : "";
        return `${paint(colours[column] ?? "", cell)}${gap}`;
      });
      return `${shown.join("  ")}\n`;
    })
    .join("");
}
