import { cpSync, existsSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { replaceFiles } from "../../dist/index.ts";
import {
  addToRepository,
  type ChartCopy,
  environmentName,
  type ImportRecord,
  type ImportReport,
  importEstate,
  importReport,
  isUntouched,
  type ModelRequest,
  migrationText,
  modelLines,
  modelRepository,
  objectsOf,
  planText,
  provenSentence,
  readmeText,
  readPlan,
  readRecord,
  recordOf,
  recordOfModels,
  reportText,
  type SourceEnvironment,
  withEnvironments,
} from "../../import/index.ts";
import { repositoryFiles } from "../../init/index.ts";
import { describeObject } from "../../manifest/index.ts";
import { toJson } from "../../outside/index.ts";
import { counted, InputError, type Problem } from "../../problem/index.ts";
import { projectRoot } from "../../project/index.ts";
import { textOfFile } from "../../sources/index.ts";
import { print, printJson, progress, warn, warnProblems } from "../output.ts";
import { repositoryRoot } from "../repository-root.ts";
import { type ImportOptions, inDays, outOf, readEnvironments, withSources } from "./import-sources.ts";

/** `slipway import`: status 0 when all was imported, 1 when something was left out, 2 when nothing could be. */
export async function importCommand(named: readonly string[], passed: ImportOptions): Promise<void> {
  const { given, options } = withSources(named, passed);
  const model = modelRequest(options);
  if (model && given.length === 0) return modelCommand(model, options);
  const environments = readEnvironments(given, options);
  if (options.plan !== undefined && !existsSync(options.plan)) return writePlan(options.plan, environments);
  const { report, files, copies, out, isThere, replaced } = await imported(environments, options, model);
  if (report.environments.length === 0) throw new InputError(report.problems.length > 0 ? report.problems : [nothingFound]);
  const isEqual = report.differences.length === 0;
  if (isEqual && isThere && !replaced) add(out, files, report, environments);
  else if (isEqual) {
    const all = new Map([...files, [migration, migrationText(report, environments, out)]]);
    write(out, new Map([...all, ...reportFiles(recordOf(report, all))]), readmeOf(report), replaced);
  }
  if (isEqual) copyCharts(copies, out);
  if (options.format === "json") printJson(report);
  else print(summary(report, { out, files: files.size, isAnew: replaced !== undefined }));
  warnOf(report);
  if (!isEqual || report.problems.length > 0) process.exitCode = 1;
}

/** Writes which app each object would go to, for a person to edit. */
function writePlan(file: string, environments: readonly SourceEnvironment[]): void {
  const problems = environments.flatMap((environment) => environment.problems);
  replaceFiles([[resolve(file), planText(environments)]]);
  print(`Wrote ${file}. Edit it, and run the same command again.\n`);
  if (problems.length > 0) warnProblems(new InputError(problems).message);
}

/** Imports environments, and says what came of it; writes nothing. */
async function imported(
  environments: readonly SourceEnvironment[],
  options: ImportOptions,
  model: ModelRequest | undefined,
): Promise<{
  report: ImportReport;
  files: ReadonlyMap<string, string>;
  /** Charts that the files name where they will lie. */
  copies: readonly ChartCopy[];
  out: string;
  isThere: boolean;
  /** What imports wrote that is written anew. */
  replaced?: ImportRecord;
}> {
  const literals = new Set((options.literalSecrets ?? []).map(environmentName));
  const plan = options.plan === undefined ? undefined : readPlan(textOfFile(options.plan), options.plan, environments);
  const out = outOf(options);
  const isThere = existsSync(join(out, "overlays/index.ts"));
  if (options.app && !isThere) throw new InputError([nothingToAddTo]);
  const settings = {
    out: resolve(out),
    repository: options.repository,
    distPath: relative(repositoryRoot(out), resolve(out, "dist")),
    waivedUntil: options.waiveUntil ?? inDays(90),
    literals,
    slipway: ownModule(),
    onRender: progress("rendering"),
    ...(model ? { model } : {}),
    ...(plan ? { plan } : {}),
    ...(options.app ? { apps: new Set(options.app) } : {}),
  };
  const added = isThere ? await addToRepository(environments, settings) : undefined;
  const record = added && isRefused(added) ? replaceable(out, environments, options) : undefined;
  const found = added && !record ? added : await importEstate(environments, settings);
  if (model) refuseUnknown(model, found.models);
  const copies = found.copies.filter(({ file }) => found.files.has(file));
  const files = new Map([...found.files, ...copies.map(({ file, text }) => [file, text] as const)]);
  return { report: importReport(found, environments), files, copies, out, isThere, ...(record ? { replaced: record } : {}) };
}

/** Whether something is in overlays already, and isn't what the sources hold. */
const isRefused = ({ problems }: { readonly problems: readonly Problem[] }) => problems.some(({ app }) => app !== undefined);

/** The record of imports that left something out and nobody has changed, if all their environments are imported again: then they are written anew. */
function replaceable(out: string, environments: readonly SourceEnvironment[], { app, model }: ImportOptions): ImportRecord | undefined {
  const record = readRecord(textAt(resolve(out, reportFile)));
  if (!record || record.problems.length === 0 || app || (record.models.length > 0 && !model)) return undefined;
  const given = new Map(environments.map(({ name, sources }) => [name, new Set(sources)]));
  const found = new Set(
    environments.flatMap((environment) => objectsOf(environment).map((object) => `${environment.name} ${describeObject(object)}`)),
  );
  const isWhole = record.environments.every(
    ({ name, apps }) => given.has(name) && apps.every(({ objects }) => objects.some(({ object }) => found.has(`${name} ${object}`))),
  );
  const isInside = (path: string) => realpathSync(resolve(out, path)) === join(realpathSync(resolve(out)), path);
  const files = Object.keys(record.files);
  const isOwn = files.every((path) => existsSync(resolve(out, path)) && isInside(path));
  return isWhole && isOwn && isUntouched(record, (path) => textAt(resolve(out, path))) ? record : undefined;
}

/** Copies charts into the repository; one that is there is the same. */
function copyCharts(copies: readonly ChartCopy[], out: string): void {
  for (const { from, to } of copies.filter((copy) => !existsSync(join(out, copy.to)))) {
    cpSync(from, resolve(out, to), { recursive: true });
    warn(`copied the chart ${relative(".", from)} to ${join(out, to)}\n`);
  }
}

/** The module that overlays import as `slipway`: a repository that was just written has installed nothing yet. */
const ownModule = () => createRequire(import.meta.url).resolve("slipway");

/** `slipway import --model` in a repository of overlays: lifts apps that were imported before. */
async function modelCommand(model: ModelRequest, { format }: ImportOptions): Promise<void> {
  const root = projectRoot();
  const found = await modelRepository(root, model, { slipway: ownModule(), onRender: progress("rendering") });
  refuseUnknown(model, found.models);
  const isEqual = found.differences.length === 0;
  if (isEqual) {
    const record = readRecord(textAt(join(root, reportFile)));
    const isNew = found.files.size + found.removed.length > 0;
    const own = record && isNew ? reportFiles(recordOfModels(record, found)) : [];
    replaceFiles([...found.files, ...own].map(([path, text]) => [join(root, path), text]));
    for (const path of found.removed) rmSync(join(root, path), { force: true });
  }
  const { files, removed, ...report } = found;
  if (format === "json") printJson({ apiVersion: "slipway/v1", kind: "ModelReport", ...report, files: [...files.keys()], removed });
  else
    print(
      `${[...modelLines(found), ...differenceLines(found), provenSentence(found), isEqual ? writtenLine(files.size, removed) : "Nothing was written."].join("\n")}\n`,
    );
  if (!isEqual) process.exitCode = 1;
}

const writtenLine = (written: number, removed: readonly string[]) =>
  written + removed.length === 0
    ? "Nothing was written."
    : `Wrote ${counted(written, "file")}${removed.length > 0 ? `, and removed ${removed.join(", ")}` : ""}.`;

/** @throws InputError for names that no app has */
function refuseUnknown({ apps }: ModelRequest, models: ImportReport["models"]): void {
  const known = models.map(({ app }) => app);
  const unknown = apps === "all" ? [] : [...apps].filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new InputError(unknown.map((app) => ({ app, message: "there is no such app to lift", fix: "Name an app of included YAML." })));
}

/** The apps to lift; undefined where none are asked for. @throws InputError for options that don't fit together */
function modelRequest({ model, ...options }: ImportOptions): ModelRequest | undefined {
  if (model === undefined) {
    refuseWithoutModel(options);
    return undefined;
  }
  const { all, acceptRollout = false, adoptLabels = false } = options;
  const apps = model === true ? [] : model;
  if (all ? apps.length > 0 : apps.length === 0)
    throw new InputError([{ message: "--model takes names of apps, or --all", fix: "Write --model web api, or --model --all." }]);
  return { apps: all ? "all" : new Set(apps), acceptRollout, adoptLabels };
}

/** @throws InputError for options that say how apps are lifted */
function refuseWithoutModel({ all, acceptRollout, adoptLabels }: ImportOptions): void {
  const given = { "--all": all, "--accept-rollout": acceptRollout, "--adopt-labels": adoptLabels };
  const [option] = Object.entries(given).find(([, isGiven]) => isGiven) ?? [];
  if (option !== undefined) throw new InputError([needsModel(option)]);
}

const needsModel = (option: string): Problem => ({ message: `${option} goes with --model`, fix: "Write --model --all, or name apps." });

const differenceLines = ({ differences }: Pick<ImportReport, "differences">): string[] =>
  differences.map(({ environment, object, reason }) => `${environment}: ${object}: ${reason}`);

/** What was proven, and what to read next. */
function summary(report: ImportReport, { out, files, isAnew }: { out: string; files: number; isAnew: boolean }): string {
  const next =
    report.differences.length > 0 || files === 0
      ? "Nothing was written."
      : `${isAnew ? "Replaced" : "Wrote"} ${join(out, "overlays")}${isAnew ? ": nobody had changed what the last import wrote" : ""}. Read ${join(out, "MIGRATION.md")} for the next steps.`;
  return `${[...modelLines(report), ...differenceLines(report), provenSentence(report), next].join("\n")}\n`;
}

const reportFile = "import-report.json";

const reportFiles = (report: ImportRecord): [string, string][] => [
  [reportFile, toJson(report)],
  ["import-report.md", reportText(report)],
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
  if (problems.length > 0) warnProblems(new InputError(problems).message);
}

const nothingToAddTo: Problem = {
  message: "--app adds to overlays, and there are none here",
  fix: "Import all apps first, without --app.",
};

const nothingFound: Problem = { message: "the sources hold no manifests", fix: "Name a kustomization, chart, folder or file that does." };

/** Files that say what was found, which no person writes. */
const isReport = (path: string) => /^(import-report\.(json|md)|MIGRATION\.md)$/.test(path);

/**
 * Writes what isn't there yet. Of files that may be replaced, those that aren't written again are removed.
 * @param readme README.md of the repository
 * @param replaced what imports wrote that may be replaced
 * @throws InputError, before anything is written, for a file of overlays that holds something else
 */
function write(out: string, files: ReadonlyMap<string, string>, readme: string, replaced?: ImportRecord): void {
  const entries = [...files].map(([path, text]) => ({ path, file: resolve(out, path), text, before: textAt(resolve(out, path)) }));
  const isOwn = (path: string) => isReport(path) || (replaced !== undefined && Object.hasOwn(replaced.files, path));
  const taken = entries.filter(({ path, text, before }) => before !== undefined && before !== text && !isOwn(path));
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
  for (const path of Object.keys(replaced?.files ?? {})) if (!files.has(path)) rmSync(resolve(out, path), { force: true });
}

/** Writes what is added to a repository; when nothing is, its report stays too. */
function add(out: string, files: ReadonlyMap<string, string>, report: ImportReport, environments: readonly SourceEnvironment[]): void {
  if (files.size === 0) return;
  const recorded = textAt(resolve(out, reportFile));
  const known = readRecord(recorded);
  if (recorded !== undefined && !known) warn(`${reportFile} isn't as it was written, and stays\n`);
  const added = environments.filter(({ name }) => files.has(`overlays/${name}/kustomization.yaml`) && files.has(`test/${name}.test.ts`));
  const before = textAt(resolve(out, migration));
  const steps = before === undefined ? migrationText(report, added, out) : withEnvironments(before, added, out, report);
  const own: [string, string][] = added.length > 0 && steps !== undefined ? [[migration, steps]] : [];
  if (added.length > 0 && steps === undefined)
    warn(`${migration} isn't as it was written, and gets no steps for ${added.map(({ name }) => name).join(", ")}\n`);
  const record = recorded !== undefined && !known ? [] : reportFiles(recordOf(report, new Map([...files, ...own]), known));
  replaceFiles([...files, ...record, ...own].map(([path, text]) => [resolve(out, path), text]));
}

const migration = "MIGRATION.md";

const textAt = (file: string) => (statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, "utf8") : undefined);
