import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isPassedOver } from "../outside/index.ts";
import { type LockedChart, lockName, readLock } from "./lock.ts";
import { digestOfFolder } from "./tree-digest.ts";

/** A chart of a lock, and whether its folder still is what was pulled. */
export interface VerifiedChart {
  readonly folder: string;
  readonly chart: LockedChart;
  readonly state: "same" | "changed" | "missing";
}

/** Every lock below a folder, the folder's own first. */
export const locksIn = (folder: string) => filesNamed(lockName, folder);

/** The Chart.yaml of every chart below a folder. */
export const chartsIn = (folder: string) => filesNamed("Chart.yaml", folder);

function* filesNamed(name: string, folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.some((entry) => entry.name === name && entry.isFile())) yield join(folder, name);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1)))
    if (entry.isDirectory() && !isPassedOver(entry.name)) yield* filesNamed(name, join(folder, entry.name));
}

/** The lock of a folder above that lists the chart of a folder, or one that the folder lies in; undefined where none does. */
export function lockListing(folder: string): string | undefined {
  for (let below = resolve(folder); dirname(below) !== below; below = dirname(below)) {
    const lock = join(dirname(below), lockName);
    if (existsSync(lock) && readLock(lock).has(basename(below))) return lock;
  }
  return undefined;
}

/** Holds the folders of a lock's charts against it. @throws InputError for a lock that can't be read */
export const verifyLock = (file: string): VerifiedChart[] =>
  [...readLock(file)].map(([key, chart]) => {
    const folder = join(dirname(file), key);
    if (!existsSync(folder)) return { folder, chart, state: "missing" };
    return { folder, chart, state: digestOfFolder(folder) === chart.files ? "same" : "changed" };
  });
