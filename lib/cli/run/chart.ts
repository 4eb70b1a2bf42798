import { statSync } from "node:fs";
import { normalize } from "node:path";
import { chartReference, locksIn, pullChart, verifyLock } from "../../charts/index.ts";
import { counted, InputError } from "../../problem/index.ts";
import { print, printJson, warn } from "../output.ts";

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
  const { chart, isUnchanged } = pullChart(reference, { folder, ...(plainHttp ? { plainHttp } : {}) });
  print(`${isUnchanged ? "already there" : "pulled"}: ${chart.name} ${chart.version} in ${folder}, ${chart.digest}\n`);
}

/** `slipway chart verify`: status 1 where a chart isn't what was pulled. */
export async function chartVerifyCommand(folders: readonly string[], { format }: { readonly format: "text" | "json" }): Promise<void> {
  const wrong = folders.filter((folder) => !statSync(folder, { throwIfNoEntry: false })?.isDirectory());
  if (wrong.length > 0)
    throw new InputError(wrong.map((file) => ({ file, message: "is no folder", fix: "Name the folder that holds charts.lock." })));
  const charts = (folders.length === 0 ? ["."] : folders).flatMap((folder) => [...locksIn(folder)].flatMap(verifyLock));
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
