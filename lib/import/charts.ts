import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { digestOfFolder } from "../charts/index.ts";
import { groupBy } from "../manifest/index.ts";
import { isRecord } from "../outside/index.ts";
import { InputError } from "../problem/index.ts";
import { isInside, releaseName } from "../sources/index.ts";
import type { CopiedChart, SourceChart, SourceEnvironment } from "./environment.ts";
import { canonical } from "./exported.ts";
import type { KnownApp } from "./known-apps.ts";
import { difference } from "./layers.ts";
import { appModule, callText, variable } from "./source-text.ts";

type Members = Readonly<Record<string, unknown>>;

/** The name of a chart's app and release: that of its folder. */
export const chartName = (folder: string): string => releaseName(basename(resolve(folder)));

/** Files of values as one, the later the stronger. A null stays: by it Helm takes away what the chart says. */
export const joinedValues = (files: readonly Members[]): Members => files.reduce<Members>(joined, {});

function joined(weak: Members, strong: Members): Members {
  const members = new Map(Object.entries(weak));
  for (const [key, value] of Object.entries(strong)) {
    const before = members.get(key);
    members.set(key, isRecord(before) && isRecord(value) ? joined(before, value) : value);
  }
  return Object.fromEntries(members);
}

/** Values without those that the chart has anyway. */
export function beyond(chart: Members, values: Members): Members {
  const own = Object.entries(values).flatMap(([key, value]): [string, unknown][] => {
    if (!Object.hasOwn(chart, key)) return [[key, value]];
    const known = chart[key];
    if (canonical(known) === canonical(value)) return [];
    if (!isRecord(known) || !isRecord(value)) return [[key, value]];
    const more = beyond(known, value);
    return Object.keys(more).length > 0 ? [[key, more]] : [];
  });
  return Object.fromEntries(own);
}

/** Whether values take away what the chart says, which layers can't: a null deletes there what other layers say. */
export const takesAway = (values: unknown): boolean =>
  values === null || (Array.isArray(values) ? values.some(takesAway) : isRecord(values) && Object.values(values).some(takesAway));

/** A chart in all environments that have it. */
export interface FoldedChart extends Pick<SourceChart, "name" | "namespace" | "folder"> {
  /** The values that all of them share. */
  readonly values: Members;
  /** Whether overlays have it already: its base stays as it is. */
  readonly isKnown: boolean;
  /** What each says beside those, by environment. */
  readonly layers: ReadonlyMap<string, Members>;
  /** Its namespace by environment. */
  readonly namespaces: ReadonlyMap<string, string>;
}

/** The charts of all environments, each once. @param known apps that overlays have already */
export function foldCharts(
  environments: readonly Pick<SourceEnvironment, "name" | "charts">[],
  known: ReadonlyMap<string, KnownApp> = new Map(),
): FoldedChart[] {
  const all = environments.flatMap(({ name, charts }) => charts.map((chart) => ({ environment: name, chart })));
  return [...groupBy(all, ({ chart }) => chart.name).values()].map((own) =>
    foldChart(new Map(own.map(({ environment, chart }) => [environment, chart])), known),
  );
}

/** Puts the values that environments share into one place. */
function foldChart(byEnvironment: ReadonlyMap<string, SourceChart>, known: ReadonlyMap<string, KnownApp>): FoldedChart {
  const [first, ...more] = [...byEnvironment.values()];
  if (!first) throw new RangeError("a chart is in no environment");
  const base = known.get(first.name)?.base;
  const before = base?.kind === "chart" && [first.copy?.to, first.folder].includes(base.folder) ? base.values : undefined;
  const values = before ?? commonValues([first, ...more]);
  // The cast holds because the difference of two objects is an object.
  const layers = [...byEnvironment].map(([name, chart]) => [name, (difference(values, chart.values) ?? {}) as Members] as const);
  const isKnown = before !== undefined;
  return {
    name: first.name,
    namespace: (isKnown ? known.get(first.name)?.namespace : undefined) ?? first.namespace,
    folder: first.folder,
    values,
    layers: new Map(layers),
    namespaces: new Map([...byEnvironment].map(([name, { namespace }]) => [name, namespace])),
    isKnown,
  };
}

/** The values that all charts share. Those of a single environment are its own: another may come. */
function commonValues([first, ...more]: readonly SourceChart[]): Members {
  return more.length === 0 || !first ? {} : more.reduce((common, chart) => shared(common, chart.values), first.values);
}

/** The members that both have with the same value. */
function shared(one: Members, other: Members): Members {
  const members = Object.entries(one).flatMap(([key, value]): [string, unknown][] => {
    if (!Object.hasOwn(other, key)) return [];
    if (canonical(value) === canonical(other[key])) return [[key, value]];
    if (!isRecord(value) || !isRecord(other[key])) return [];
    const both = shared(value, other[key]);
    return Object.keys(both).length > 0 ? [[key, both]] : [];
  });
  return Object.fromEntries(members);
}

/** The file of a chart's app in overlays/base. */
export const chartFile = ({ name }: Pick<FoldedChart, "name">): string => `overlays/base/${name}.ts`;

/** The file of a chart's app: what its environments share. */
export function chartText({ name, namespace, folder, values }: FoldedChart): string {
  const spec = { namespace, defaults: "none", helm: { chart: folder, ...(Object.keys(values).length > 0 ? { values } : {}) } };
  return appModule(variable(name, "App"), (column) => callText(name, spec, column));
}

/** A chart that is copied into the repository, with the file of overlays that names it then. */
export interface ChartCopy extends CopiedChart {
  readonly file: string;
  readonly text: string;
}

/** The charts that are copied. Until then their apps name them where they are. */
export function copiesOf(charts: readonly FoldedChart[], environments: readonly Pick<SourceEnvironment, "charts">[]): ChartCopy[] {
  return charts.flatMap((chart) => {
    const copy = environments.flatMap((environment) => environment.charts).find(({ name }) => name === chart.name)?.copy;
    return copy ? [{ ...copy, file: chartFile(chart), text: chartText({ ...chart, folder: copy.to }) }] : [];
  });
}

const isWithin = (path: string, folder: string) => `${path}/`.startsWith(`${folder}/`);

/**
 * Where a chart goes that lies outside of the git repository of the overlays; undefined for one that lies in it, and stays where it is.
 * @param out folder that becomes the repository
 * @throws InputError where it can't be copied: something in it is neither a file nor a folder, or something else is there already
 */
export function copyOf(
  folder: string,
  { out, repository }: { readonly out: string; readonly repository: string },
): CopiedChart | undefined {
  if (existsSync(repository) && isInside(folder, repository)) return undefined;
  if (isWithin(resolve(out), resolve(folder)))
    throw new InputError([{ file: folder, message: "the new repository would lie in the chart", fix: "Give another folder with --out." }]);
  const copy = { from: resolve(folder), to: `charts/${chartName(folder)}` };
  const digest = digestOfFolder(copy.from);
  if (digest === undefined)
    throw new InputError([
      {
        file: folder,
        message: "lies outside of the repository, and can't be copied into it: it has links, or is too large for a chart",
        fix: "Put the chart into the repository.",
      },
    ]);
  const there = resolve(out, copy.to);
  if (existsSync(there) && digestOfFolder(there) !== digest)
    throw new InputError([
      { file: copy.to, message: `is there already, and isn't ${folder}`, fix: "Name the chart that is there, or move it away." },
    ]);
  return copy;
}
