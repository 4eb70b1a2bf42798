import { relative, resolve } from "node:path";
import {
  type CheckedEnvironment,
  type Choice,
  check,
  chosenRules,
  environmentFrom,
  type Format,
  gapLines,
  hasGaps,
  type PodSecurityLevel,
  partsOf,
  unknownRules,
  writeReport,
} from "../../check/index.ts";
import { clusterFrom, type KnownCluster } from "../../cluster/index.ts";
import { chosen, InputError, type Problem } from "../../problem/index.ts";
import { holdsOverlays, projectRoot } from "../../project/index.ts";
import {
  type Configuration,
  configuredFolder,
  type NamedSource,
  namedSource,
  readConfiguration,
  type Settings,
} from "../../sources/index.ts";
import { checkFormats } from "../formats.ts";
import { hasColours, printReport, progress, warn, warnProblems } from "../output.ts";
import { clusterOptionProblems } from "./cluster-options.ts";
import { readOutputs, writeOutputs } from "./outputs.ts";

interface Options extends Choice {
  readonly env?: string[];
  readonly kubernetes?: string;
  readonly podSecurity?: PodSecurityLevel;
  readonly namespace?: string;
  readonly complete?: true;
  readonly strict?: true;
  readonly snapshot?: string;
  readonly schemas?: string;
  /** What the snapshot says. */
  readonly cluster?: KnownCluster;
  readonly format: Format;
  readonly output?: string[];
}

/** `slipway check`: status 0 when no finding is an error, 1 otherwise. */
export async function checkCommand(sources: readonly string[], options: Options): Promise<void> {
  const { outputs, problems: wrong } = readOutputs(options.output ?? [], checkFormats);
  const problems = [...optionProblems(sources, options), ...wrong];
  if (problems.length > 0) throw new InputError(problems);
  const asked = chosenRules(options);
  const known = clusterFrom(options);
  const warnings: Problem[] = [];
  const environments = await environmentsToCheck(sources, {
    ...options,
    onWarnings: (found) => void warnings.push(...found),
    ...(known.cluster ? { cluster: known.cluster } : {}),
  });
  if (warnings.length > 0) warnProblems(new InputError(warnings).message);
  const report = check(
    environments.map((environment) => ({ ...environment, ...known })),
    new Date().toISOString().slice(0, 10),
    asked,
    progress("checking"),
  );
  writeOutputs(outputs, (format) => writeReport(report, format, false));
  printReport(writeReport(report, options.format, hasColours(process.stdout)));
  // GitLab's form has no place for what couldn't be judged.
  if (options.format === "codequality") for (const line of gapLines(report.coverage)) warn(`${line}\n`);
  if (report.summary.errors > 0 || (options.strict && hasGaps(report.coverage))) process.exitCode = 1;
}

function optionProblems(sources: readonly string[], { env, ...cluster }: Options): Problem[] {
  const problems = clusterOptionProblems(cluster);
  if (sources.length > 0 && env)
    problems.push({
      message: "--env is for environments that the repository names, and sources were given",
      fix: "Use either --env or sources.",
    });
  return problems;
}

/** What the manifests that are checked depend on. */
type SourceOptions = Pick<Options, "env" | "kubernetes" | "podSecurity" | "namespace" | "complete" | "snapshot" | "schemas" | "cluster"> & {
  /** Whether overlays are rendered for the version that is given too, and not just judged by it. Default: false. */
  readonly isRenderedFor?: true;
  /** Receives what is probably a mistake of overlays, and no finding. Default: nobody asks for it. */
  readonly onWarnings?: (warnings: readonly Problem[]) => void;
};

/** What is checked: the sources that are named, else the repository's overlays, its slipway.yaml, or what is found in the folder. */
export async function environmentsToCheck(names: readonly string[], options: SourceOptions): Promise<CheckedEnvironment[]> {
  if (names.length > 0) return namedSources(names).flatMap((source) => partsAt(source, options));
  // Whoever checks a folder doesn't wait for what renders overlays.
  if (holdsOverlays(projectRoot())) return (await import("./check-overlays.ts")).overlayEnvironments(options);
  const root = configuredFolder(process.cwd());
  return root === undefined ? unconfigured(options) : configured(readKnown(root), options);
}

const onRender = progress("rendering");

function namedSources(names: readonly string[]): NamedSource[] {
  const named = names.map((name) => namedSource(name, "."));
  const problems = named.flatMap((source) => ("kind" in source ? [] : source));
  if (problems.length > 0) throw new InputError(problems);
  return named.flatMap((source) => ("kind" in source ? source : []));
}

/** A source that a person names, with what the slipway.yaml of its repository says of all there. */
function partsAt(source: NamedSource, options: SourceOptions): CheckedEnvironment[] {
  const root = "path" in source ? configuredFolder(resolve(source.path)) : undefined;
  if (root === undefined) return partsOf(source, settingsOf({}, options), "", onRender);
  const configuration = readKnown(root);
  const isWhole = source.kind === "folder" && resolve(source.path) === root;
  if (isWhole) return configured(configuration, options);
  const parts = partsOf(source, settingsOf(configuration.settings, options), configuration.file, onRender);
  return parts.map((part) => ({ ...part, sharesWaivers: true }));
}

/** The environments that a slipway.yaml names, or what lies in its folder. */
function configured(configuration: Configuration, options: SourceOptions): CheckedEnvironment[] {
  const { root, file, settings, environments } = configuration;
  if (environments.length === 0) {
    refuseEnvironments(options, `${file} names no environments`);
    return partsOf({ kind: "folder", path: root }, settingsOf(settings, options), file, onRender);
  }
  return chosen(environments, options.env, "environment").map((environment) => ({
    ...environmentFrom(environment.name, environment.sources, settingsOf(environment.settings, options), file, onRender),
    sharesWaivers: options.env !== undefined,
  }));
}

function unconfigured(options: SourceOptions): CheckedEnvironment[] {
  refuseEnvironments(options, "there is neither overlays/index.ts nor slipway.yaml here");
  return partsOf({ kind: "folder", path: "." }, settingsOf({}, options), "", onRender);
}

function refuseEnvironments({ env }: SourceOptions, why: string): void {
  if (env) throw new InputError([{ message: `--env names environments, and ${why}`, fix: "Name a folder instead." }]);
}

function readKnown(folder: string): Configuration {
  const configuration = readConfiguration(relative(process.cwd(), folder) || ".");
  const problems = unknownRules(configuration);
  if (problems.length > 0) throw new InputError(problems);
  return configuration;
}

/** What the command line sets goes before what a file does. A snapshot knows the version where neither says it. */
const settingsOf = (settings: Settings, { kubernetes, podSecurity, namespace, complete, cluster }: SourceOptions): Settings => ({
  ...(cluster ? { kubernetes: cluster.kubernetes } : {}),
  ...settings,
  ...(kubernetes === undefined ? {} : { kubernetes }),
  ...(podSecurity === undefined ? {} : { podSecurity }),
  ...(namespace === undefined ? {} : { namespace }),
  ...(complete ? { complete } : {}),
});
