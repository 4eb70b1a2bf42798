import { createHash } from "node:crypto";
import { isRecord, recordsOf } from "../outside/index.ts";
import type { ModelledRepository } from "./model-repository.ts";
import type { ImportReport } from "./report.ts";

/** The report that a repository keeps of all its imports, with what was written. */
export interface ImportRecord extends ImportReport {
  /** SHA-256 of the files that imports wrote, in hexadecimal, by path. */
  readonly files: Readonly<Record<string, string>>;
}

type Files = ReadonlyMap<string, string>;

const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");
const digestsOf = (files: Files) => Object.fromEntries([...files].map(([path, text]) => [path, digestOf(text)]));

/** What import-report.json says; undefined where it isn't a report of an import. */
export function readRecord(text: string | undefined): ImportRecord | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (!isRecord(value) || value.kind !== "ImportReport" || !isRecord(value.files)) return undefined;
    // Files that are written anew or removed are overlays and their tests, wherever a record comes from.
    if (!Object.keys(value.files).every(isOwnFile)) return undefined;
    const lists = ["environments", "differences", "models", "rollouts", "relabelled", "secrets", "notes", "problems"];
    const isWhole = lists.every((list) => Array.isArray(value[list]) && (list === "notes" || value[list].every(isRecord)));
    const environments = recordsOf(value.environments).every(({ apps, sources, provided }) =>
      [apps, sources, provided].every(Array.isArray),
    );
    // The cast holds as far as anything is done with the record: it is shown, and joined with another.
    return isWhole && environments ? (value as unknown as ImportRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether imports write a file: overlays and their tests, and the migration. */
const isOwnFile = (path: string) => path === "MIGRATION.md" || (/^(overlays|test)\//.test(path) && !path.split("/").includes(".."));

/** The record of an import, after those before it. @param files what it wrote */
export function recordOf(report: ImportReport, files: Files, before?: ImportRecord): ImportRecord {
  if (!before) return { ...report, files: digestsOf(files) };
  const again = new Set(report.environments.map(({ name }) => name));
  return {
    ...report,
    environments: byKey([...before.environments, ...report.environments], ({ name }) => name, joinedEnvironments),
    models: byKey([...before.models, ...report.models], ({ app }) => app),
    rollouts: byKey([...before.rollouts, ...report.rollouts], ({ environment, object }) => `${environment} ${object}`),
    relabelled: joinedLabels(before.relabelled, report.relabelled),
    secrets: byKey([...before.secrets, ...report.secrets], ({ environment, namespace, name }) => `${environment} ${namespace}/${name}`),
    notes: [...new Set([...before.notes, ...report.notes])],
    problems: [...before.problems.filter(({ environment }) => !again.has(environment ?? "")), ...report.problems],
    files: { ...before.files, ...digestsOf(files) },
  };
}

/** The record after apps of the repository were lifted. */
export function recordOfModels(before: ImportRecord, { models, rollouts, relabelled, files, removed }: ModelledRepository): ImportRecord {
  const kept = Object.entries(before.files).filter(([path]) => !removed.includes(path));
  return {
    ...before,
    models: byKey([...before.models, ...models], ({ app }) => app),
    rollouts: byKey([...before.rollouts, ...rollouts], ({ environment, object }) => `${environment} ${object}`),
    relabelled: joinedLabels(before.relabelled, relabelled),
    files: { ...Object.fromEntries(kept), ...digestsOf(files) },
  };
}

/** Whether nobody has changed what imports wrote. @param read the text of a file, if it is there */
export const isUntouched = ({ files }: ImportRecord, read: (path: string) => string | undefined): boolean =>
  Object.entries(files).every(([path, digest]) => digestOf(read(path) ?? "") === digest);

/** Objects with all labels that imports gave them. */
const joinedLabels = (...lists: ImportReport["relabelled"][]) =>
  byKey(
    lists.flat(),
    ({ environment, object }) => `${environment} ${object}`,
    (before, after) => ({ ...after, labels: { ...before.labels, ...after.labels } }),
  );

type Environment = ImportReport["environments"][number];

/** An environment after something was added to it. */
function joinedEnvironments(before: Environment, after: Environment): Environment {
  const apps = byKey([...before.apps, ...after.apps], ({ name }) => name);
  return {
    name: after.name,
    sources: [...new Set([...before.sources, ...after.sources])],
    objects: apps.reduce((sum, { objects }) => sum + objects.length, 0),
    provided: [...new Set([...before.provided, ...after.provided])],
    waivers: before.waivers + after.waivers,
    apps: apps.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Values of which no two have one key: the later ones, unless two are joined. */
function byKey<T>(values: readonly T[], keyOf: (value: T) => string, join = (_before: T, after: T): T => after): T[] {
  const found = new Map<string, T>();
  for (const value of values) {
    const before = found.get(keyOf(value));
    found.set(keyOf(value), before === undefined ? value : join(before, value));
  }
  return [...found.values()];
}
