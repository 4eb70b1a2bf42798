import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { readValues } from "../charts/index.ts";
import { type CheckedEnvironment, environmentFrom, partsOf } from "../check/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { isRecord, membersOf, omit } from "../outside/index.ts";
import { counted, InputError, type Problem } from "../problem/index.ts";
import { kustomizationNames, type NamedSource, type Settings } from "../sources/index.ts";
import { applicationOf, withApplications } from "./applications.ts";
import { beyond, chartName, copyOf, joinedValues } from "./charts.ts";
import type { LeftOutSecret, SaidSettings, SourceChart, SourceEnvironment, SourceObject } from "./environment.ts";
import { asWritten, isExported, isOfController, isOfEveryCluster } from "./exported.ts";
import { inNamespace } from "./in-namespace.ts";
import { holdsSecrets, joinedObjects, keptCharts } from "./join.ts";

/** A source with the name that the person gave it. */
export interface GivenSource {
  readonly given: string;
  readonly source: NamedSource;
}

export interface ReadingOptions {
  /** Environments whose Secrets are written with their values. */
  readonly literals: ReadonlySet<string>;
  /** Folder that becomes the repository. */
  readonly out: string;
  /** Folder of the git repository that it is in. */
  readonly repository: string;
  /** Called for each source before a tool renders it. */
  readonly onRender?: OnRender;
}

type OnRender = (source: string, number: number, total: number) => void;

/**
 * Reads the sources of one environment, each by its tool, and joins them: objects of a cluster as a person would have written them, Secrets
 * without those that hold values. What can't be read is a problem, and the rest is there.
 */
export function readEnvironment(
  name: string,
  sources: readonly GivenSource[],
  settings: Settings & { readonly kubernetes: string },
  { literals, ...places }: ReadingOptions,
): SourceEnvironment {
  const read = sources.map((given) => readSource(name, given, settings, places));
  const { charts, ...plain } = keptCharts(
    read.flatMap(({ chart }) => chart ?? []),
    literals.has(name),
  );
  const joined = joinedObjects(name, [...read.flatMap(({ objects }) => objects), ...plain.objects], charts);
  const placed = joined.objects.map((source) => ({ ...source, object: inNamespace(source.object, settings.namespace ?? "default") }));
  const guessed = placed.filter(({ object }, index) => object !== joined.objects[index]?.object).length;
  const kept = literals.has(name) ? { objects: placed, secrets: [] } : withoutSecrets(name, placed);
  return {
    name,
    sources: sources.map(({ given }) => given),
    kubernetes: settings.kubernetes,
    ...(guessed + charts.length > 0 ? { assumedNamespace: settings.namespace ?? "default" } : {}),
    said: { ...saidIn(settings) },
    isFromCluster: read.some(({ isFromCluster }) => isFromCluster),
    objects: withApplications(kept.objects, places.repository),
    charts,
    secrets: kept.secrets,
    problems: [...read.flatMap(({ problems }) => problems), ...joined.problems],
    notes: [
      ...read.flatMap(({ notes }) => notes),
      ...plain.notes,
      ...leftNotes(settings),
      ...(guessed > 0 ? [guessNote(guessed, settings.namespace)] : []),
    ],
  };
}

/** What an object lacks, and which one it is as far as it says. */
function lackingText(said: Readonly<Record<"apiVersion" | "kind" | "name", unknown>>): string {
  const isSaid = (value: unknown) => typeof value === "string" && value !== "";
  const lacking = Object.keys(said).filter((key) => !isSaid(said[key as keyof typeof said]));
  const known = [said.kind, said.name].filter(isSaid).map((text) => JSON.stringify(text));
  return `an object${known.length > 0 ? ` (${known.join(" ")})` : ""} lacks ${lacking.join(" and ").replace("name", "metadata.name")}`;
}

const guessNote = (count: number, namespace: string | undefined) =>
  `${counted(count, "object")} without a namespace; taken to be in "${namespace ?? "default"}"${namespace === undefined ? "; --namespace says another" : ""}`;

interface ReadSource {
  readonly objects: readonly SourceObject[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
  readonly isFromCluster?: boolean;
  readonly chart?: SourceChart;
}

type Places = Omit<ReadingOptions, "literals">;

function readSource(environment: string, { given, source: named }: GivenSource, settings: Settings, places: Places): ReadSource {
  try {
    const source = asChart(named);
    const read =
      ownKustomization(source, settings, places.onRender) ?? environmentFrom(environment, [source], settings, "", places.onRender);
    const problems = [
      ...(read.unread ?? []).map(
        ({ file, line, message }): Problem => ({ file, ...(line ? { line } : {}), message, fix: fixOf(message, environment, file) }),
      ),
      ...(read.notRendered ?? []).map(
        ({ source: file, reason }): Problem => ({ file, message: reason, fix: fixOf(reason, environment, file) }),
      ),
    ].map((problem) => ({ environment, ...problem }));
    const all = read.manifests.map(({ object, file = given }) => ({ object, file }));
    const wellNamed = all.filter(({ object }) => nameProblem(object) === undefined);
    if (source.kind === "chart" && problems.length === 0 && wellNamed.length === all.length)
      return { objects: [], problems, notes: [], chart: chartOf(given, source, settings.namespace ?? "default", all, places) };
    const beside = wellNamed.map(({ object }) => object);
    const isMade = (object: KubernetesObject) => isOfEveryCluster(object) || (isExported(object) && isOfController(object, beside));
    const found = wellNamed.filter(({ object }) => !isMade(object));
    const ofCluster = beside.filter(isMade);
    const files = new Set(found.map(({ file }) => file));
    return {
      objects: written(found),
      isFromCluster: beside.some(isExported),
      problems: [
        ...problems,
        ...all.flatMap(({ object, file }) => {
          const message = nameProblem(object);
          return message === undefined ? [] : { environment, file, message, fix: sourceFix };
        }),
      ],
      notes: [
        ...(read.skipped ?? []).map(({ file, reason }) => `${files.has(file) ? "a document of " : ""}${file} isn't imported: ${reason}`),
        ...(ofCluster.length > 0
          ? [`${counted(ofCluster.length, "object")} of ${given} left out, which the cluster makes by itself: ${someOf(ofCluster)}`]
          : []),
      ],
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { objects: [], problems: error.problems.map((problem) => ({ environment, ...problem })), notes: [] };
  }
}

/** What the kustomization of a folder renders, without the kustomizations in folders below it; undefined where the folder has none. */
function ownKustomization(source: NamedSource, settings: Settings, onRender?: OnRender): CheckedEnvironment | undefined {
  if (source.kind !== "folder" || !kustomizationNames.some((name) => existsSync(join(source.path, name)))) return undefined;
  const isOwn = ({ kind, source: file }: NonNullable<CheckedEnvironment["sources"]>[number]) =>
    kind === "kustomization" && resolve(dirname(file)) === resolve(source.path);
  return partsOf(source, settings, "", onRender).find(({ sources = [] }) => sources.some(isOwn));
}

const saidIn = ({ podSecurity, provided, waivers }: Settings): SaidSettings => ({
  ...(podSecurity ? { podSecurity } : {}),
  ...(provided ? { provided } : {}),
  ...(waivers ? { waivers } : {}),
});

/** What slipway.yaml says and overlays can't, or say by themselves. */
function leftNotes(settings: Settings): string[] {
  const left = (["rules", "snapshot", "schemas"] as const).filter(
    (key) => Object.keys(membersOf(settings[key])).length > 0 || typeof settings[key] === "string",
  );
  return left.length > 0 ? [`overlays have no place for ${left.join(" and ")} of slipway.yaml, which check reads no more`] : [];
}

/** The first of objects by name. */
function someOf(objects: readonly KubernetesObject[]): string {
  const names = [...new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`))];
  return `${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`;
}

/** What to do where a source isn't rendered: one that needs the network, or an option of kustomize, is rendered by whoever may. */
function fixOf(reason: string, environment: string, file: string): string {
  if (reason.includes("last digit")) return "Write it as a text, if what reads it takes one; or deploy the object by other means.";
  const isHelm = reason.includes("--enable-helm");
  if (!isHelm && !reason.includes("nothing is fetched")) return sourceFix;
  const build = `kustomize build ${isHelm ? "--enable-helm " : ""}${dirname(file)} > ${environment}.yaml`;
  return `Render it yourself, and import the file: ${build}; slipway import ${environment}=${environment}.yaml`;
}

const sourceFix = "Correct the source, and import again.";

/** Why nothing can be an object of this kind and name: https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/api/validation/path/name.go */
function nameProblem({ apiVersion, kind, metadata }: Partial<KubernetesObject>): string | undefined {
  const texts = [apiVersion, kind, metadata?.name];
  const generated = metadata?.generateName;
  if (metadata?.name === undefined && typeof generated === "string")
    return `${JSON.stringify(kind)} with generateName ${JSON.stringify(generated)} is another object each time it is created, which nothing can be compared with`;
  if (!texts.every((text) => typeof text === "string" && text !== "")) return lackingText({ apiVersion, kind, name: metadata?.name });
  const [, ofKind = "", name = ""] = texts;
  if (!/^[A-Za-z]\w*$/.test(ofKind)) return `no object can be of the kind ${JSON.stringify(ofKind)}`;
  return /^\.{1,2}$|[\s/%\p{Cc}]/u.test(name) ? `no object can have the name ${JSON.stringify(name)}` : undefined;
}

/** A folder that is a chart is one with its own values. */
const asChart = (source: NamedSource): NamedSource =>
  source.kind === "folder" && existsSync(join(source.path, "Chart.yaml")) ? { kind: "chart", path: source.path, values: [] } : source;

/** A chart with what its files of values say together beyond its own. */
function chartOf(
  given: string,
  { path, values: files }: Extract<NamedSource, { kind: "chart" }>,
  namespace: string,
  objects: readonly SourceObject[],
  { out, repository }: Places,
): SourceChart {
  const values = beyond(
    readValues(join(path, "values.yaml"), join(path, "values.yaml")),
    joinedValues(files.map((file) => readValues(file, file))),
  );
  const copy = copyOf(path, { out, repository });
  return {
    name: chartName(path),
    given,
    folder: relative(out, path) || ".",
    ...(copy ? { copy } : {}),
    namespace,
    values,
    objects: objects.map((source) => ({ ...source, object: inNamespace(source.object, namespace) })),
  };
}

/** Takes out the Secrets that hold values: they stay in the cluster, and pods go on naming them. */
function withoutSecrets(environment: string, all: readonly SourceObject[]): { objects: SourceObject[]; secrets: LeftOutSecret[] } {
  const secrets = all
    .filter(({ object }) => holdsSecrets(object))
    .map(({ object: { metadata, data, stringData } }) => ({
      environment,
      namespace: metadata.namespace ?? "",
      name: metadata.name,
      keys: [data, stringData].flatMap((map) => (isRecord(map) ? Object.keys(map) : [])).sort(),
    }));
  return { objects: all.filter(({ object }) => !holdsSecrets(object)), secrets };
}

/** Objects of a cluster as a person would have written them; the number of pods of an autoscaled workload is the autoscaler's. */
function written(all: readonly SourceObject[]): SourceObject[] {
  const scaled = new Set(
    all.flatMap(({ object: { kind, metadata, spec } }) => {
      const { kind: target, name } = membersOf(membersOf(spec).scaleTargetRef);
      return kind === "HorizontalPodAutoscaler" ? [`${String(target)}/${metadata.namespace ?? ""}/${String(name)}`] : [];
    }),
  );
  return all.map((given) => {
    if (!isExported(given.object)) return given;
    const application = applicationOf(given.object);
    const source = { ...given, ...(application === undefined ? {} : { application }) };
    const object = asWritten(source.object);
    const { kind, metadata, spec } = object;
    const isScaled = scaled.has(`${kind}/${metadata.namespace ?? ""}/${metadata.name}`) && isRecord(spec);
    return { ...source, object: isScaled ? { ...object, spec: omit(spec, "replicas") } : object };
  });
}
