import { describeObject } from "../manifest/index.ts";
import { counted } from "../problem/index.ts";
import type { LeftOutSecret, SourceEnvironment } from "./environment.ts";
import type { Imported } from "./import.ts";

/** What `slipway import --format json` prints, and import-report.json holds. */
export interface ImportReport {
  readonly apiVersion: "slipway/v1";
  readonly kind: "ImportReport";
  readonly environments: readonly {
    readonly name: string;
    readonly sources: readonly string[];
    readonly objects: number;
    /** Objects that its sources refer to and don't hold, as `Secret shop/db`. */
    readonly provided: readonly string[];
    readonly waivers: number;
    readonly apps: readonly { readonly name: string; readonly objects: readonly { readonly object: string; readonly why: string }[] }[];
  }[];
  readonly differences: Imported["differences"];
  /** What became of each app that was to be lifted into the model. */
  readonly models: Imported["models"];
  /** Workloads whose pods are replaced once, as accepted. */
  readonly rollouts: Imported["rollouts"];
  /** Objects that get labels, as accepted. */
  readonly relabelled: Imported["relabelled"];
  /** Secrets whose values stayed out of the repository: they are in the cluster, and should go to a store. */
  readonly secrets: readonly LeftOutSecret[];
  readonly notes: readonly string[];
  readonly problems: Imported["problems"];
}

/** Says in data what was imported, and what wasn't. */
export function importReport(imported: Imported, sources: readonly SourceEnvironment[]): ImportReport {
  return {
    apiVersion: "slipway/v1",
    kind: "ImportReport",
    environments: imported.environments.map(({ name, sources: given, objects, provided, waivers, apps }) => ({
      name,
      sources: given,
      objects,
      provided,
      waivers,
      apps: apps.map((app) => ({
        name: app.name,
        objects: app.objects.map(({ object, why }) => ({ object: describeObject(object), why })),
      })),
    })),
    differences: imported.differences,
    models: imported.models,
    rollouts: imported.rollouts,
    relabelled: imported.relabelled,
    secrets: sources.flatMap(({ secrets }) => secrets),
    notes: [...sources.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)), ...imported.notes],
    problems: [...sources.flatMap(({ problems }) => problems), ...imported.problems].map(({ cause: _cause, ...problem }) => problem),
  };
}

/** What is proven of a repository. */
interface Proven extends Pick<Imported, "differences" | "rollouts" | "relabelled"> {
  readonly environments: readonly { readonly objects: number }[];
}

/** The sentence that says what was proven. */
export function provenSentence({ environments, differences, rollouts, relabelled }: Proven): string {
  const objects = environments.reduce((sum, environment) => sum + environment.objects, 0);
  const changed = [
    ...(rollouts.length > 0 ? [`the pods of ${counted(rollouts.length, "workload")}`] : []),
    ...(relabelled.length > 0 ? [`labels of ${counted(relabelled.length, "object")}`] : []),
  ];
  const accepted = changed.length > 0 ? `nothing changes but ${changed.join(" and ")}` : "nothing changes";
  const changes = differences.length === 0 ? accepted : `${counted(differences.length, "object")} would change`;
  return `${counted(objects, "object")} in ${counted(environments.length, "environment")}: ${changes}`;
}

/** What became of apps that were to be lifted, a line each. */
export function modelLines({ models }: Pick<ImportReport, "models">): string[] {
  return models.map(({ app, modelled, patched, included, rollout, rolledOut, unlabelled, reason }) => {
    if (reason !== undefined) return `${app}: stays as it is: ${reason}`;
    const parts = [
      `${counted(modelled, "object")} in the model`,
      ...(patched.length > 0 ? [`${patched.length} of them with a patch`] : []),
      ...(included.length > 0 ? [`${included.length} included`] : []),
    ];
    const buys = rollout.length === 0 || rolledOut ? "" : `; one rollout would drop ${rollout.join(", ")}`;
    const lacks = unlabelled === undefined ? "" : `; without the label app: ${app}, since ${unlabelled}`;
    return `${app}: ${parts.join(", ")}${buys}${lacks}`;
  });
}

const labelsLine = ({ environment, object, labels }: Imported["relabelled"][number]) =>
  `- ${environment}: ${object}: ${Object.entries(labels)
    .map((label) => label.join("="))
    .join(", ")}`;

/** A report for people, as Markdown. */
export function reportText(report: ImportReport): string {
  const lines = ["# Import report", "", `${provenSentence(report)}.`, ""];
  for (const { name, sources, objects, provided, waivers, apps } of report.environments) {
    lines.push(
      `## ${name}`,
      "",
      `${counted(objects, "object")} from ${sources.map((source) => `\`${source}\``).join(", ")}; ${counted(waivers, "waiver")}.`,
      "",
      ...(provided.length > 0 ? [`It refers to what something else has to create: ${provided.join(", ")}.`, ""] : []),
    );
    for (const app of apps) {
      lines.push(`- ${app.name}`);
      for (const { object, why } of app.objects) lines.push(`  - ${object}: ${why}`);
    }
    lines.push("");
  }
  if (report.models.length > 0) lines.push("## In the model", "", ...modelLines(report).map((line) => `- ${line}`), "");
  if (report.relabelled.length > 0) lines.push("## Labels that objects get", "", ...report.relabelled.map(labelsLine), "");
  if (report.secrets.length > 0) {
    lines.push(
      "## Secrets that were left out",
      "",
      "Their values stay in the cluster. Put them into the secret store before you turn pruning on:",
      "",
    );
    for (const { environment, namespace, name, keys } of report.secrets)
      lines.push(`- ${environment}: ${namespace}/${name}: ${keys.join(", ")}`);
    lines.push("");
  }
  if (report.notes.length > 0) lines.push("## Notes", "", ...report.notes.map((note) => `- ${note}`), "");
  if (report.problems.length > 0)
    lines.push(
      "## Not imported",
      "",
      ...report.problems.map(({ environment, file, message }) => `- ${[environment, file, message].filter(Boolean).join(": ")}`),
      "",
    );
  lines.push("Comments of the sources are not kept.", "");
  return lines.join("\n");
}
