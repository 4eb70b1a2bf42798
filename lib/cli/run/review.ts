import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type ForeignFiles, foreignFiles, placeInDist } from "../../dist/index.ts";
import { InputError } from "../../problem/index.ts";
import { projectRoot } from "../../project/index.ts";
import {
  foreignInGit,
  type Impact,
  isWorse,
  type ReviewFormat,
  readGitTree,
  readTree,
  review,
  submodulesOf,
  type Tree,
  writeReview,
} from "../../review/index.ts";
import { printReport } from "../output.ts";
import { requireFolders } from "./require-folders.ts";

interface Options {
  readonly base?: string;
  readonly failOn?: Impact;
  readonly format: ReviewFormat;
  readonly kubernetes?: string;
  readonly namespace?: string;
}

/** `slipway review`: status 1 when the impact is that of --fail-on, or worse. */
export async function reviewCommand(folders: readonly string[], { base, failOn, format, kubernetes, namespace }: Options): Promise<void> {
  if (kubernetes !== undefined && !/^1\.\d+$/.test(kubernetes))
    throw new InputError([{ message: `--kubernetes: expected a minor version, found "${kubernetes}"`, fix: "Give it as 1.34." }]);
  const { before, after, shown } = folders.length > 0 ? twoFolders(folders, base) : await againstBase(base);
  const foreign = { before: before.foreign, after: after.foreign };
  const found = review(before.tree, after.tree, {
    foreign,
    shown,
    ...(kubernetes ? { kubernetes } : {}),
    ...(namespace ? { namespace } : {}),
  });
  printReport(writeReview(found, format, process.stdout.isTTY));
  if (failOn && found.changes.length > 0 && !isWorse(failOn, found.summary.impact)) process.exitCode = 1;
}

interface Side {
  readonly tree: Tree;
  readonly foreign: ForeignFiles;
}
interface Sides {
  readonly before: Side;
  readonly after: Side;
  readonly shown: string;
}

function twoFolders(folders: readonly string[], base: string | undefined): Sides {
  const [old, now, ...more] = folders;
  if (!old || !now || more.length > 0)
    throw new InputError([{ message: "expected two folders, the old manifests and the new ones", fix: "slipway review OLD_DIR NEW_DIR" }]);
  if (base !== undefined)
    throw new InputError([{ message: "--base is for dist, and folders were given", fix: "Use either --base or folders." }]);
  requireFolders([old, now]);
  // Plain manifests don't name their environment: both folders are taken for one environment.
  const environment = basename(resolve(now));
  // A folder that slipway generated nothing in may hold what it likes beside its manifests.
  const place = placeInDist(now) ?? placeInDist(old);
  const side = (folder: string): Side => {
    const foreign = place === undefined ? new Map() : foreignFiles(folder, place);
    return { foreign, tree: readTree(folder, folder, environment, foreign) };
  };
  return { before: side(old), after: side(now), shown: now };
}

/** The ref a change is judged by: as given, else what a merge request's pipeline starts from, else the last commit. */
async function againstBase(base = process.env.CI_MERGE_REQUEST_DIFF_BASE_SHA || "HEAD"): Promise<Sides> {
  const root = projectRoot();
  const folder = join(root, "dist");
  // First, as it looks for the repository and the ref, and reports what to do where there is none.
  const foreignBefore = await foreignInGit(root, base, "dist");
  const foreign = new Map([...foreignFiles(folder), ...(await submodulesOf(root, "dist"))]);
  const after = { foreign, tree: existsSync(folder) ? readTree(folder, "dist", "dist", foreign) : new Map() };
  const before = { foreign: foreignBefore, tree: await readGitTree(root, base, "dist", after.tree) };
  return { before, after, shown: "dist" };
}
