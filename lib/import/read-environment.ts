import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { LineCounter } from "yaml";
import { type CheckedEnvironment, environmentFrom, partsOf } from "../check/index.ts";
import { groupBy, identityOf, isClusterScoped, type KubernetesObject } from "../manifest/index.ts";
import { isRecord, membersOf, omit, yamlDocument } from "../outside/index.ts";
import { merge } from "../overlay/index.ts";
import { counted, InputError, type Problem } from "../problem/index.ts";
import { kustomizationNames, type NamedSource, releaseName, type Settings, textOfFile } from "../sources/index.ts";
import { hasNamespace } from "../synth/index.ts";
import type { LeftOutSecret, SourceChart, SourceEnvironment, SourceObject } from "./environment.ts";
import { asWritten, canonical, isExported, isOfController } from "./exported.ts";

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
  { literals, out, onRender }: ReadingOptions,
): SourceEnvironment {
  const read = sources.map((given) => readSource(name, given, settings, onRender));
  const charts = read.flatMap(({ chart }) => (chart ? { ...chart, folder: relative(out, chart.folder) || "." } : []));
  const joined = joinedObjects(
    name,
    read.flatMap(({ objects }) => objects),
  );
  const placed = joined.objects.map((source) => ({ ...source, object: inNamespace(source.object, settings.namespace ?? "default") }));
  const guessed = placed.filter(({ object }, index) => object !== joined.objects[index]?.object).length;
  const kept = literals.has(name) ? { objects: placed, secrets: [] } : withoutSecrets(name, placed);
  return {
    name,
    sources: sources.map(({ given }) => given),
    kubernetes: settings.kubernetes,
    ...(guessed + charts.length > 0 ? { assumedNamespace: settings.namespace ?? "default" } : {}),
    isFromCluster: read.some(({ isFromCluster }) => isFromCluster),
    objects: kept.objects,
    charts,
    secrets: kept.secrets,
    problems: [...read.flatMap(({ problems }) => problems), ...joined.problems],
    notes: [...read.flatMap(({ notes }) => notes), ...(guessed > 0 ? [guessNote(guessed, settings.namespace)] : [])],
  };
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

function readSource(environment: string, { given, source }: GivenSource, settings: Settings, onRender?: OnRender): ReadSource {
  try {
    const read = ownKustomization(source, settings, onRender) ?? environmentFrom(environment, [source], settings, "", onRender);
    const problems = [
      ...(read.unread ?? []).map(({ file, line, message }): Problem => ({ file, ...(line ? { line } : {}), message, fix: sourceFix })),
      ...(read.notRendered ?? []).map(({ source: file, reason }): Problem => ({ file, message: reason, fix: sourceFix })),
    ].map((problem) => ({ environment, ...problem }));
    const objects = read.manifests.map(({ object, file = given }) => ({ object, file }));
    if (source.kind === "chart" && problems.length === 0)
      return { objects: [], problems, notes: [], chart: chartOf(source.path, source.values, settings.namespace ?? "default", objects) };
    const wellNamed = objects.filter(({ object }) => nameProblem(object) === undefined);
    const beside = wellNamed.map(({ object }) => object);
    const found = wellNamed.filter(({ object }) => !(isExported(object) && isOfController(object, beside)));
    return {
      objects: written(found),
      isFromCluster: beside.some(isExported),
      problems: [
        ...problems,
        ...objects.flatMap(({ object, file }) => {
          const message = nameProblem(object);
          return message === undefined ? [] : { environment, file, message, fix: sourceFix };
        }),
      ],
      notes: [
        ...(read.skipped ?? []).map(({ file, reason }) => `${file} isn't imported: ${reason}`),
        ...(found.length < wellNamed.length
          ? [`${counted(wellNamed.length - found.length, "object")} of ${given} left out, which the cluster makes by itself`]
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

const sourceFix = "Correct the source, and import again.";

/** Why nothing can be an object of this kind and name: https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/api/validation/path/name.go */
function nameProblem({ apiVersion, kind, metadata }: Partial<KubernetesObject>): string | undefined {
  const texts = [apiVersion, kind, metadata?.name];
  if (!texts.every((text) => typeof text === "string" && text !== "")) return "an object lacks apiVersion, kind or metadata.name";
  const [, ofKind = "", name = ""] = texts;
  if (!/^[A-Za-z]\w*$/.test(ofKind)) return `no object can be of the kind ${JSON.stringify(ofKind)}`;
  return /^\.{1,2}$|[\s/%\p{Cc}]/u.test(name) ? `no object can have the name ${JSON.stringify(name)}` : undefined;
}

/** A chart with what its files of values say together, the later the stronger. */
function chartOf(folder: string, files: readonly string[], namespace: string, objects: readonly SourceObject[]): SourceChart {
  const values = files.reduce<unknown>((all, file) => merge(all, valuesIn(file)), {});
  return { name: releaseName(basename(resolve(folder))), folder, namespace, values: isRecord(values) ? values : {}, objects };
}

function valuesIn(file: string): Readonly<Record<string, unknown>> {
  const value: unknown = yamlDocument(textOfFile(file), new LineCounter())?.toJS({ maxAliasCount: 100 });
  if (value === null || value === undefined) return {};
  if (isRecord(value)) return value;
  throw new InputError([{ file, message: "expected a map of values", fix: "Correct the file." }]);
}

/** Equal objects of two sources are one; where two differ, neither is taken. */
function joinedObjects(environment: string, all: readonly SourceObject[]): { objects: SourceObject[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const objects = [...groupBy(all, ({ object }) => identityOf(object)).values()].flatMap(([first, ...more]) => {
    const other = first && more.find(({ object }) => canonical(object) !== canonical(first.object));
    if (!first || !other) return first ?? [];
    const { kind, metadata } = first.object;
    problems.push({
      environment,
      file: first.file,
      message: `${kind} ${metadata.name} is also in ${other.file}, and differs there; neither was imported`,
      fix: "Leave it in one of the two, and import again.",
    });
    return [];
  });
  return { objects, problems };
}

function inNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  const { metadata } = object;
  if (metadata.namespace !== undefined && isClusterScoped(object)) {
    const { namespace: _dropped, ...rest } = metadata;
    return { ...object, metadata: rest };
  }
  if (metadata.namespace || !hasNamespace(object)) return object;
  return { ...object, metadata: { ...metadata, namespace } };
}

const isFilled = (value: unknown) => isRecord(value) && Object.keys(value).length > 0;

/** Takes out the Secrets that hold values: they stay in the cluster, and pods go on naming them. */
function withoutSecrets(environment: string, all: readonly SourceObject[]): { objects: SourceObject[]; secrets: LeftOutSecret[] } {
  const holdsValues = ({ object: { apiVersion, kind, data, stringData } }: SourceObject) =>
    apiVersion === "v1" && kind === "Secret" && [data, stringData].some(isFilled);
  const secrets = all.filter(holdsValues).map(({ object: { metadata, data, stringData } }) => ({
    environment,
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    keys: [data, stringData].flatMap((map) => (isRecord(map) ? Object.keys(map) : [])).sort(),
  }));
  return { objects: all.filter((source) => !holdsValues(source)), secrets };
}

/** Objects of a cluster as a person would have written them; the number of pods of an autoscaled workload is the autoscaler's. */
function written(all: readonly SourceObject[]): SourceObject[] {
  const scaled = new Set(
    all.flatMap(({ object: { kind, metadata, spec } }) => {
      const { kind: target, name } = membersOf(membersOf(spec).scaleTargetRef);
      return kind === "HorizontalPodAutoscaler" ? [`${String(target)}/${metadata.namespace ?? ""}/${String(name)}`] : [];
    }),
  );
  return all.map((source) => {
    if (!isExported(source.object)) return source;
    const object = asWritten(source.object);
    const { kind, metadata, spec } = object;
    const isScaled = scaled.has(`${kind}/${metadata.namespace ?? ""}/${metadata.name}`) && isRecord(spec);
    return { ...source, object: isScaled ? { ...object, spec: omit(spec, "replicas") } : object };
  });
}
