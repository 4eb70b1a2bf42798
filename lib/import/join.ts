import { groupBy, identityOf, type KubernetesObject } from "../manifest/index.ts";
import { isRecord } from "../outside/index.ts";
import type { Problem } from "../problem/index.ts";
import { takesAway } from "./charts.ts";
import type { SourceChart, SourceObject } from "./environment.ts";
import { canonical } from "./exported.ts";

/** What the charts of one environment become. */
interface KeptCharts {
  readonly charts: readonly SourceChart[];
  /** Objects of the charts that can't stay charts. */
  readonly objects: readonly SourceObject[];
  readonly notes: readonly string[];
}

/**
 * The charts of an environment that stay charts; of the others their objects, and the reason.
 * @param literals whether the environment's Secrets are written with their values
 */
export function keptCharts(all: readonly SourceChart[], literals: boolean): KeptCharts {
  const charts: SourceChart[] = [];
  const plain: SourceChart[] = [];
  const notes: string[] = [];
  for (const chart of all) {
    const reason = whyPlain(chart, charts, literals);
    if (reason === undefined) charts.push(chart);
    else {
      plain.push(chart);
      notes.push(plainNote(chart, reason));
    }
  }
  return { charts, objects: plain.flatMap(({ objects }) => objects), notes };
}

/** The sentence that says why a chart became YAML. */
export const plainNote = ({ given }: SourceChart, reason: string): string => `${given} is written as YAML, not as a chart: ${reason}`;

function whyPlain({ name, values, objects }: SourceChart, before: readonly SourceChart[], literals: boolean): string | undefined {
  if (takesAway(values)) return "a value is null, which layers can't say";
  const secret = literals ? undefined : objects.find(({ object }) => holdsSecrets(object));
  if (secret) return `it makes Secret ${secret.object.metadata.name} with its values`;
  if (before.some((other) => other.name === name)) return `another chart is called ${name} already`;
  const own = new Set(objects.map(({ object }) => identityOf(object)));
  const other = before.find((chart) => chart.objects.some(({ object }) => own.has(identityOf(object))));
  return other && `${other.given} has one of its objects`;
}

/** Whether an object is a Secret with values. */
export const holdsSecrets = ({ apiVersion, kind, data, stringData }: KubernetesObject): boolean =>
  apiVersion === "v1" && kind === "Secret" && [data, stringData].some((map) => isRecord(map) && Object.keys(map).length > 0);

/** Equal objects of two sources are one. Where two differ, neither is taken; that of a chart stays, since the chart holds it. */
export function joinedObjects(
  environment: string,
  all: readonly SourceObject[],
  charts: readonly SourceChart[],
): { objects: SourceObject[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const ofCharts = new Map(
    charts.flatMap(({ given, objects }) => objects.map(({ object }) => [identityOf(object), { object, file: given }] as const)),
  );
  const objects = [...groupBy(all, ({ object }) => identityOf(object))].flatMap(([identity, [first, ...more]]) => {
    if (!first) return [];
    const charted = ofCharts.get(identity);
    const other = [...(charted ? [charted] : []), ...more].find(({ object }) => canonical(object) !== canonical(first.object));
    if (!other) return charted ? [] : first;
    const { kind, metadata } = first.object;
    problems.push({
      environment,
      file: first.file,
      message: `${kind} ${metadata.name} is also in ${other.file}, and differs there; ${charted ? `that of ${charted.file} was imported` : "neither was imported"}`,
      fix: "Leave it in one of the two, and import again.",
    });
    return [];
  });
  return { objects, problems };
}
