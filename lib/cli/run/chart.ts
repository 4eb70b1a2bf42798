import { lstatSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, normalize, relative, resolve, sep } from "node:path";
import { chartReference, chartsIn, lockListing, locksIn, pullChart, verifyLock } from "../../charts/index.ts";
import { counted, InputError, type Problem } from "../../problem/index.ts";
import { print, printJson, warn } from "../output.ts";
import { repositoryRoot } from "../repository-root.ts";

interface PullOptions {
  readonly version: string;
  readonly into?: string;
  readonly plainHttp?: true;
}

/** `slipway chart pull`: what is there is replaced whole, and only by what the source and the lock say. */
export async function chartPullCommand(
  address: string,
  name: string | undefined,
  { version, into, plainHttp }: PullOptions,
): Promise<void> {
  const reference = chartReference(address, name, version);
  const folder = normalize(into ?? `charts/${reference.name}`).replace(/\/+$/, "");
  if (/^(.*\/)?\.{0,2}$/.test(folder))
    throw new InputError([
      { message: `--into: "${into}" is no folder of the chart's own`, fix: "Give a folder below this one, as charts/redis." },
    ]);
  if (isOutside(folder))
    throw new InputError([
      { message: `--into: "${into}" is outside of the repository`, fix: "Give a folder of the repository, as charts/redis." },
    ]);
  const { chart, isUnchanged } = pullChart(reference, { folder, ...(plainHttp ? { plainHttp } : {}) });
  print(`${isUnchanged ? "already there" : "pulled"}: ${chart.name} ${chart.version} in ${folder}, ${chart.digest}\n`);
}

/** Whether a folder lies outside of the repository, by its links too. What isn't there yet lies where the folder above it does. */
function isOutside(folder: string): boolean {
  const path = relative(realpathSync(repositoryRoot()), realPathOf(resolve(folder)));
  return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path);
}

function realPathOf(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined || dirname(path) === path) return realpathSync(path);
  return join(realPathOf(dirname(path)), basename(path));
}

/** `slipway chart verify`: status 1 where a chart isn't what was pulled, status 2 where a folder that is named has no lock. */
export async function chartVerifyCommand(folders: readonly string[], { format }: { readonly format: "text" | "json" }): Promise<void> {
  const wrong = folders.filter((folder) => !statSync(folder, { throwIfNoEntry: false })?.isDirectory());
  if (wrong.length > 0)
    throw new InputError(wrong.map((file) => ({ file, message: "is no folder", fix: "Name the folder that holds charts.lock." })));
  const named = (folders.length === 0 ? ["."] : folders).map((folder) => ({ folder, locks: [...locksIn(folder)] }));
  // Whoever names no folder may have no charts.
  const unlocked = named
    .filter(({ folder, locks }) => locks.length === 0 && (folders.length > 0 || chartsIn(folder).next().done !== true))
    .map(({ folder }) => unlockedProblem(folder));
  if (unlocked.length > 0) throw new InputError(unlocked);
  const charts = named.flatMap(({ locks }) => locks).flatMap(verifyLock);
  const bad = charts.filter(({ state }) => state !== "same");
  if (format === "json") printJson({ apiVersion: "slipway/v1", kind: "ChartReport", charts });
  else {
    for (const { folder, chart, state } of bad)
      print(`${folder}: ${chart.name} ${chart.version} ${state === "missing" ? "is missing" : "has been changed since it was pulled"}\n`);
    print(
      charts.length === 0
        ? "no charts.lock was found\n"
        : `${counted(charts.length, "chart")}: ${charts.length - bad.length} as pulled, ${bad.length} not\n`,
    );
  }
  if (charts.length === 0 && format === "json") warn("no charts.lock was found\n");
  if (bad.length > 0) process.exitCode = 1;
}

function unlockedProblem(folder: string): Problem {
  const lock = lockListing(folder);
  if (lock === undefined)
    return {
      file: folder,
      message: "holds no charts.lock",
      fix: "Name the folder that holds it, or pull its charts with slipway chart pull.",
    };
  const place = relative(".", lock);
  return {
    file: folder,
    message: `holds no charts.lock: ${place} lists it`,
    fix: `Name the folder of the lock: slipway chart verify ${dirname(place)}`,
  };
}
