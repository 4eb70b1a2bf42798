import { basename, dirname, join } from "node:path";
import { JSON_SCHEMA, load } from "js-yaml";
import { stringify } from "yaml";
import { errorCode, isRecord, own, readText, UnreadableError } from "../outside/index.ts";
import { InputError } from "../problem/index.ts";

/** A chart that was pulled, as its lock has it. */
export interface LockedChart {
  readonly name: string;
  readonly version: string;
  /** Where it was pulled from: `oci://registry.example/charts/redis`, or the address or name of a repository. */
  readonly source: string;
  /** What the source says that it is: of a registry the digest of the manifest, of a repository that of the archive in its index. */
  readonly digest: string;
  /** Digest of the archive. */
  readonly archive: string;
  /** Digest of the files that were unpacked. */
  readonly files: string;
}

/** The charts of a folder by the names of their own folders in it. */
export type ChartLock = ReadonlyMap<string, LockedChart>;

export const lockName = "charts.lock";

/** The lock of a chart's folder: it lies beside it. */
export const lockFileOf = (folder: string) => join(dirname(folder), lockName);
export const keyOf = (folder: string) => basename(folder);

const parts = ["name", "version", "source", "digest", "archive", "files"] as const;

/** Reads a lock; one that isn't there is empty. @throws InputError for what is none */
export function readLock(file: string): ChartLock {
  const wrong = (message: string) => new InputError([{ file, message, fix: "Take the file back from git, or pull its charts again." }]);
  let value: unknown;
  try {
    value = load(readText(file), { schema: JSON_SCHEMA });
  } catch (error) {
    if (errorCode(error) === "ENOENT") return new Map();
    throw wrong(error instanceof UnreadableError ? error.message : "is no lock of charts that can be read");
  }
  const charts = isRecord(value) && value.apiVersion === "slipway/v1" && value.kind === "ChartLock" ? value.charts : undefined;
  if (!isRecord(charts)) throw wrong("is no lock of charts: it needs apiVersion slipway/v1, kind ChartLock and charts");
  return new Map(
    Object.entries(charts).map(([key, chart]) => {
      if (/[/\\]|^\.{0,2}$/.test(key)) throw wrong(`charts.${JSON.stringify(key)} is no name of a folder`);
      const entries = parts.map((part) => [part, isRecord(chart) ? own(chart, part) : undefined] as const);
      const [missing] = entries.filter(([, text]) => typeof text !== "string" || text === "").map(([part]) => part);
      if (missing !== undefined) throw wrong(`charts.${key}.${missing} is required but missing`);
      return [key, Object.fromEntries(entries) as unknown as LockedChart];
    }),
  );
}

/** A lock's text, sorted. */
export function lockText(lock: ChartLock): string {
  const charts = Object.fromEntries([...lock].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `# Written by slipway chart pull. Commit it with the charts.\n${stringify({ apiVersion: "slipway/v1", kind: "ChartLock", charts })}`;
}
