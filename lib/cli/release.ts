import type { ImageReference } from "../overlay/index.ts";
import { InputError } from "../problem/index.ts";
import { projectRoot } from "../project/index.ts";
import {
  type Author,
  digestOf,
  Estate,
  holdEdit,
  type ImageStatus,
  type Outcome,
  promoteEdit,
  Refused,
  type Requester,
  releaseEdit,
  renderEdit,
  requesterOf,
  rollbackEdit,
  statusOf,
  transact,
} from "../release/index.ts";
import { writeReview } from "../review/index.ts";

/** What all commands that write to git take. */
interface Options {
  readonly remote: string;
  readonly branch?: string;
  readonly dryRun?: boolean;
  readonly mergeRequest?: boolean;
  readonly resolve?: boolean;
  readonly pipeline?: string;
  readonly idToken?: boolean;
}

type Edit = ReturnType<typeof releaseEdit>;

export async function releaseCommand(targets: readonly string[], options: Options & { readonly env: string }): Promise<void> {
  await refusable(async () => {
    const requester = await requesterNow(options);
    const author = authorOf(requester?.pipeline ? { ...options, pipeline: String(requester.pipeline) } : options);
    const edit = releaseEdit(targets, options.env, author, resolver(options), requester?.project);
    await land(edit, options, `release/${options.env}-${targets.join("-")}`);
  });
}

export async function promoteCommand(
  apps: readonly string[],
  options: Options & { readonly to: string; readonly from?: string; readonly skip?: boolean },
): Promise<void> {
  const verify = async (image: ImageReference) => {
    if (options.resolve !== false) await digestOf(image);
  };
  const edit = promoteEdit(apps, options.to, options.from, options.skip ?? false, authorOf(options), verify);
  await landed(edit, options, `promote/${options.to}-${apps.join("-")}`);
}

export async function rollbackCommand(
  app: string,
  options: Options & { readonly env: string; readonly to?: string; readonly reason: string },
): Promise<void> {
  const edit = rollbackEdit(options.remote, app, options.env, options.to, options.reason, authorOf(options));
  await landed(edit, options, `rollback/${options.env}-${app}`);
}

export async function holdCommand(app: string, options: Options & { readonly env: string; readonly reason?: string }): Promise<void> {
  await landed(holdEdit(app, options.env, options.reason, authorOf(options)), options, `hold/${options.env}-${app}`);
}

/** `slipway render`: what somebody's commit left undone. */
export async function renderCommand(options: Options): Promise<void> {
  await landed(renderEdit, options, "render/dist");
}

export async function statusCommand({ format }: { readonly format: "text" | "json" }): Promise<void> {
  const all = await statusOf(await Estate.in(projectRoot()));
  process.stdout.write(format === "json" ? `${JSON.stringify({ images: all }, null, 2)}\n` : table(all));
}

/** Who a pipeline asks for, by the ID token it hands over in SLIPWAY_ID_TOKEN. People at their desks have none, unless one is asked for. */
async function requesterNow({ idToken }: Options): Promise<Requester | undefined> {
  const token = process.env.SLIPWAY_ID_TOKEN;
  if (!token && !idToken) return undefined;
  if (!token)
    throw new InputError([{ message: "--id-token: SLIPWAY_ID_TOKEN is empty", mend: "Have the app's pipeline hand over its ID token." }]);
  const { CI_SERVER_URL = "", SLIPWAY_AUDIENCE = "slipway" } = process.env;
  return requesterOf(token, CI_SERVER_URL, SLIPWAY_AUDIENCE);
}

/** A pipeline's number decides who is late; people have none. */
function authorOf({ pipeline = process.env.SLIPWAY_PIPELINE || process.env.CI_PIPELINE_ID }: Options): Author {
  if (pipeline !== undefined && !/^[1-9]\d{0,14}$/.test(pipeline))
    throw new InputError([{ message: `--pipeline: expected the number of a pipeline, found "${pipeline}"` }]);
  const by = process.env.GITLAB_USER_LOGIN || process.env.USER;
  return {
    at: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    ...(pipeline ? { pipeline: Number(pipeline) } : {}),
    ...(by ? { by } : {}),
  };
}

const resolver = ({ resolve }: Options) => (resolve === false ? async () => undefined : digestOf);

const landed = (edit: Edit, options: Options, branch: string) => refusable(() => land(edit, options, branch));

/** A refusal is no fault of the input: it is told, and the status is 1. */
async function refusable(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

async function land(edit: Edit, { remote, branch: target, dryRun, mergeRequest }: Options, branch: string): Promise<void> {
  const outcome = await transact(
    {
      root: projectRoot(),
      remote,
      ...(target ? { branch: target } : {}),
      ...(dryRun ? { dryRun } : {}),
      ...(mergeRequest ? { mergeRequest: branchName(branch) } : {}),
      onTry: (message) => process.stderr.write(`${message}\n`),
    },
    edit,
  );
  tell(outcome);
}

/** A name that git takes for a branch, whatever apps and tags are called. */
const branchName = (text: string) =>
  text
    .replace(/[^A-Za-z0-9/_.-]+/g, "-")
    .replace(/\.{2,}|\.lock$|[/.-]+$/g, "-")
    .slice(0, 120);

function tell({ state, commit, told, known, diff, review }: Outcome): void {
  for (const one of known) process.stderr.write(`was there before: ${one}\n`);
  if (diff) process.stdout.write(diff);
  if (review) process.stdout.write(`${writeReview(review, "text", process.stdout.isTTY)}\n`);
  for (const one of told) process.stdout.write(`${one}\n`);
  if (state === "unchanged") process.stdout.write("it is so already: nothing was pushed\n");
  if (commit) process.stdout.write(`commit ${commit}\n`);
  if (state === "dry-run") process.stdout.write("dry run: nothing was pushed\n");
}

function table(all: readonly ImageStatus[]): string {
  const rows = all.map(({ environment, app, container, tag, digest, since, pipeline, hold, behind }) => [
    app === container ? app : `${app}/${container}`,
    environment,
    [tag, digest?.slice(0, 19)].filter(Boolean).join(" "),
    since ?? "",
    pipeline ? `pipeline ${pipeline}` : "",
    behind ? `${behind} behind` : "",
    hold ? `held by ${hold.by}: ${hold.reason}` : "",
  ]);
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? "").length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
