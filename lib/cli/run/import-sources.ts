import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { environmentName, type GivenSource, readEnvironment, type SourceEnvironment } from "../../import/index.ts";
import { isLabel, newestVersion, versionProblem } from "../../kubernetes/index.ts";
import { groupBy } from "../../manifest/index.ts";
import { InputError, type Problem } from "../../problem/index.ts";
import { configuredFolder, isDay, type NamedSource, namedSource, readConfiguration, type Settings } from "../../sources/index.ts";
import { progress } from "../output.ts";
import { repositoryRoot } from "../repository-root.ts";

export interface ImportOptions {
  readonly out?: string;
  readonly namespace?: string;
  readonly kubernetes?: string;
  readonly repository: string;
  readonly waiveUntil?: string;
  readonly literalSecrets?: string[];
  readonly app?: string[];
  readonly plan?: string;
  readonly model?: string[] | true;
  readonly all?: true;
  readonly acceptRollout?: true;
  readonly adoptLabels?: true;
  readonly format: "text" | "json";
}

/** An option that takes several names takes the sources after it for names as well: no name holds `=`, and each source does. */
export function withSources(named: readonly string[], options: ImportOptions): { given: string[]; options: ImportOptions } {
  const given = [...named];
  const namesOf = (list: string[]) => {
    given.push(...list.filter(isSource));
    return list.filter((name) => !isSource(name));
  };
  const { model, app, literalSecrets } = options;
  const own = {
    ...(app ? { app: namesOf(app) } : {}),
    ...(literalSecrets ? { literalSecrets: namesOf(literalSecrets) } : {}),
    ...(Array.isArray(model) ? { model: namesOf(model) } : {}),
  };
  return { given, options: { ...options, ...own } };
}

const isSource = (text: string) => text.includes("=");

/** Reads the environments that the arguments name, or slipway.yaml does. */
export function readEnvironments(given: readonly string[], options: ImportOptions): SourceEnvironment[] {
  const literals = new Set((options.literalSecrets ?? []).map(environmentName));
  const out = outOf(options);
  const places = { out, repository: repositoryRoot(out) };
  const own = {
    ...(options.kubernetes ? { kubernetes: options.kubernetes } : {}),
    ...(options.namespace ? { namespace: options.namespace } : {}),
  };
  const found = sourcesOf(given, options).map((environment) => ({ ...environment, free: environmentName(environment.name) }));
  const twice = [...groupBy(found, ({ free }) => free)].filter(([, same]) => same.length > 1);
  const unknown = [...literals].filter((name) => !found.some((environment) => environment.free === name || environment.name === name));
  const problems = [...twice.map(([name, same]) => sameName(name, same)), ...unknown.map((name) => unknownEnvironment(name, found))];
  if (problems.length > 0) throw new InputError(problems);
  const onRead = progress("reading");
  return found.map(({ name, free, sources, settings }, index) => {
    onRead(free, index + 1, found.length);
    const options = { literals, ...places, onRender: progress("rendering") };
    const read = readEnvironment(free, sources, { kubernetes: newestVersion(), ...settings, ...own }, options);
    return name === free
      ? read
      : { ...read, notes: [`written as ${free}, since overlays can't have an environment called ${name}`, ...read.notes] };
  });
}

const sameName = (name: string, same: readonly GivenEnvironment[]): Problem => ({
  message: `${same.map((environment) => environment.name).join(" and ")} would both be the environment ${name}`,
  fix: "Give one of them another name.",
});

const unknownEnvironment = (name: string, found: readonly GivenEnvironment[]): Problem => ({
  message: `--literal-secrets: no environment is called "${name}"`,
  fix: `Name one of ${found.map((environment) => environment.name).join(", ")}.`,
});

/** The folder that becomes the repository, or is it already. */
export const outOf = ({ out }: ImportOptions) => out ?? (existsSync("overlays") && !existsSync("overlays/index.ts") ? "deployments" : ".");

/** The day that comes after so many. */
export const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const nothingGiven: Problem = { message: "expected ENVIRONMENT=SOURCE, found nothing", fix: "Write it as prod=overlays/prod." };

interface GivenEnvironment {
  readonly name: string;
  readonly sources: readonly GivenSource[];
  /** What slipway.yaml sets for it. */
  readonly settings: Settings;
}

/** The sources by environment. @throws InputError for all that name nothing */
function sourcesOf(given: readonly string[], options: ImportOptions): GivenEnvironment[] {
  const problems: Problem[] = [];
  problems.push(...settingProblems(options));
  if (given.filter((text) => text.endsWith("=-")).length > 1)
    problems.push({ message: "standard input is named twice", fix: "Name a file for one of the two." });
  const configured = given.length === 0 ? configuredEnvironments() : [];
  if (given.length === 0 && configured.length === 0) problems.push(nothingGiven);
  const named = given.flatMap((text) => {
    const [, name = "", place = ""] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
    if (name === "") {
      problems.push({ message: `expected ENVIRONMENT=SOURCE, found "${text}"`, fix: "Write it as prod=overlays/prod." });
      return [];
    }
    const source = namedSource(place, ".");
    if ("kind" in source) return [{ name, given: place, source }];
    problems.push({ environment: name, ...source });
    return [];
  });
  if (problems.length > 0) throw new InputError(problems);
  return [...configured, ...[...groupBy(named, ({ name }) => name)].map(([name, sources]) => ({ name, sources, settings: {} }))];
}

/** What is wrong with options. */
function settingProblems({ kubernetes, waiveUntil, namespace, repository }: ImportOptions): Problem[] {
  const version = kubernetes === undefined ? undefined : versionProblem(kubernetes);
  const problems: (Problem | undefined)[] = [
    version === undefined ? undefined : { message: `--kubernetes: ${version}`, fix: "Give a minor version, as 1.34." },
    waiveUntil === undefined || isDay(waiveUntil)
      ? undefined
      : { message: `--waive-until: expected a day, found "${waiveUntil}"`, fix: "Give a day, as 2030-01-31." },
    waiveUntil !== undefined && isDay(waiveUntil) && waiveUntil < inDays(0)
      ? { message: `--waive-until: ${waiveUntil} is over`, fix: "Give a day to come." }
      : undefined,
    namespace === undefined || isLabel(namespace)
      ? undefined
      : { message: `--namespace: "${namespace}" is no name of a namespace`, fix: "Use lower-case letters, digits and '-'." },
    repository === "" ? { message: "--repository: expected a URL, found nothing", fix: "Give it as Argo CD fetches it." } : undefined,
  ];
  return problems.flatMap((problem) => problem ?? []);
}

/** The environments of slipway.yaml, where there is one. */
function configuredEnvironments(): GivenEnvironment[] {
  const folder = configuredFolder(resolve("."));
  if (folder === undefined) return [];
  return readConfiguration(relative(".", folder) || ".").environments.map(({ name, sources, settings }) => ({
    name,
    sources: sources.map((source) => ({ given: textOfSource(source), source })),
    settings,
  }));
}

/** A source as a person would name it. */
const textOfSource = (source: NamedSource): string =>
  source.kind === "standard input" ? "-" : [source.path, ...(source.kind === "chart" ? source.values : [])].join(":");
