import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { replaceFiles } from "../../dist/index.ts";
import {
  type GivenSource,
  type ImportReport,
  importEstate,
  importReport,
  migrationText,
  provenSentence,
  readEnvironment,
  readmeText,
  reportText,
} from "../../import/index.ts";
import { repositoryFiles } from "../../init/index.ts";
import { newestVersion, versionProblem } from "../../kubernetes/index.ts";
import { groupBy } from "../../manifest/index.ts";
import { toJson } from "../../outside/index.ts";
import { InputError, type Problem } from "../../problem/index.ts";
import { isDay, namedSource } from "../../sources/index.ts";
import { print, printJson, warn } from "../output.ts";

interface Options {
  readonly out?: string;
  readonly namespace?: string;
  readonly kubernetes?: string;
  readonly repository: string;
  readonly waiveUntil?: string;
  readonly literalSecrets?: string[];
  readonly format: "text" | "json";
}

/** `slipway import`: status 0 when all was imported, 1 when something was left out, 2 when nothing could be. */
export async function importCommand(given: readonly string[], options: Options): Promise<void> {
  const sources = readGiven(given, options);
  const settings = { kubernetes: options.kubernetes ?? newestVersion(), ...(options.namespace ? { namespace: options.namespace } : {}) };
  const literals = new Set(options.literalSecrets ?? []);
  const out = options.out ?? (existsSync("overlays") && !existsSync("overlays/index.ts") ? "deployments" : ".");
  const environments = [...sources].map(([name, own]) => readEnvironment(name, own, settings, { literals, out }));
  const imported = await importEstate(environments, {
    out: resolve(out),
    repository: options.repository,
    distPath: relative(".", join(out, "dist")),
    waivedUntil: options.waiveUntil ?? inDays(90),
    literals,
    slipway: createRequire(import.meta.url).resolve("slipway"),
  });
  const report = importReport(imported, environments);
  if (report.environments.length === 0) throw new InputError(report.problems.length > 0 ? report.problems : [nothingFound]);
  const isEqual = report.differences.length === 0;
  if (isEqual) write(out, new Map([...imported.files, ...reportFiles(report, environments, out)]), readmeOf(report));
  if (options.format === "json") printJson(report);
  else print(summary(report, out));
  warnOf(report);
  if (!isEqual || report.problems.length > 0) process.exitCode = 1;
}

/** What was proven, and what to read next. */
function summary(report: ImportReport, out: string): string {
  const lines = report.differences.map(({ environment, object, reason }) => `${environment}: ${object}: ${reason}`);
  const next =
    report.differences.length > 0
      ? "Nothing was written."
      : `Wrote ${join(out, "overlays")}. Read ${join(out, "MIGRATION.md")} for the next steps.`;
  return `${[...lines, provenSentence(report), next].join("\n")}\n`;
}

/** The day that comes after so many. */
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const reportFiles = (report: ImportReport, environments: Parameters<typeof migrationText>[1], out: string): [string, string][] => [
  ["import-report.json", toJson(report)],
  ["import-report.md", reportText(report)],
  ["MIGRATION.md", migrationText(report, environments, out)],
];

function readmeOf({ environments }: ImportReport): string {
  return readmeText(
    environments.map(({ name }) => name),
    environments[0]?.apps[0]?.name ?? "",
  );
}

function warnOf({ notes, secrets, problems }: ImportReport): void {
  for (const note of notes) warn(`${note}\n`);
  for (const { environment, namespace, name, keys } of secrets)
    warn(`${environment}: Secret ${namespace}/${name} was left out: put ${keys.join(", ")} into the secret store\n`);
  if (problems.length > 0) warn(`${new InputError(problems).message}\n`);
}

const nothingFound: Problem = { message: "the sources hold no manifests", fix: "Name a kustomization, chart, folder or file that does." };

/** The sources by environment. @throws InputError for all that name nothing */
function readGiven(given: readonly string[], { kubernetes, waiveUntil }: Options): Map<string, GivenSource[]> {
  const problems: Problem[] = [];
  const version = kubernetes === undefined ? undefined : versionProblem(kubernetes);
  if (version !== undefined) problems.push({ message: `--kubernetes: ${version}`, fix: "Give a minor version, as 1.34." });
  if (waiveUntil !== undefined && !isDay(waiveUntil))
    problems.push({ message: `--waive-until: expected a day, found "${waiveUntil}"`, fix: "Give a day, as 2030-01-31." });
  if (given.filter((text) => text.endsWith("=-")).length > 1)
    problems.push({ message: "standard input is named twice", fix: "Name a file for one of the two." });
  const read = given.flatMap((text) => {
    const [, name = "", place = ""] = /^([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)=(.+)$/s.exec(text) ?? [];
    if (name === "" || name === "default") {
      const message =
        name === "default"
          ? 'an environment can\'t be called "default": Argo CD has a project of that name'
          : `expected ENVIRONMENT=SOURCE, found "${text}"`;
      problems.push({ message, fix: "Write it as prod=overlays/prod." });
      return [];
    }
    const source = namedSource(place, ".");
    if ("kind" in source) return [{ name, given: place, source }];
    problems.push({ environment: name, ...source });
    return [];
  });
  if (problems.length > 0) throw new InputError(problems);
  return groupBy(read, ({ name }) => name);
}

/** Files that say what was found, which no person writes. */
const isReport = (path: string) => /^(import-report\.(json|md)|MIGRATION\.md)$/.test(path);

/** Writes what isn't there yet. @param readme README.md of the repository @throws InputError, before anything is written, for a file of overlays that holds something else */
function write(out: string, files: ReadonlyMap<string, string>, readme: string): void {
  const entries = [...files].map(([path, text]) => ({ path, file: resolve(out, path), text, before: textAt(resolve(out, path)) }));
  const taken = entries.filter(({ path, text, before }) => before !== undefined && before !== text && !isReport(path));
  if (taken.length > 0)
    throw new InputError(
      taken.map(({ path }) => ({
        file: join(out, path),
        message: "is there already, and holds something else",
        fix: "Import into another folder with --out, or move the file.",
      })),
    );
  const around = [...repositoryFiles(resolve(out), ["gitlab"]), ["README.md", readme] as const].map(([path, text]) => ({
    file: resolve(out, path),
    text,
  }));
  const fresh = [...entries.filter(({ text, before }) => text !== before), ...around.filter(({ file }) => !existsSync(file))];
  replaceFiles(fresh.map(({ file, text }) => [file, text]));
}

const textAt = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
