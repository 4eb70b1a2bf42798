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
    readonly waivers: number;
    readonly apps: readonly { readonly name: string; readonly objects: readonly { readonly object: string; readonly why: string }[] }[];
  }[];
  readonly differences: Imported["differences"];
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
    environments: imported.environments.map(({ name, sources: given, objects, waivers, apps }) => ({
      name,
      sources: given,
      objects,
      waivers,
      apps: apps.map((app) => ({
        name: app.name,
        objects: app.objects.map(({ object, why }) => ({ object: describeObject(object), why })),
      })),
    })),
    differences: imported.differences,
    secrets: sources.flatMap(({ secrets }) => secrets),
    notes: sources.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`)),
    problems: [...sources.flatMap(({ problems }) => problems), ...imported.problems].map(({ cause: _cause, ...problem }) => problem),
  };
}

/** The sentence that says what was proven. */
export function provenSentence({ environments, differences }: Pick<ImportReport, "environments" | "differences">): string {
  const objects = environments.reduce((sum, environment) => sum + environment.objects, 0);
  const changes = differences.length === 0 ? "nothing changes" : `${counted(differences.length, "object")} would change`;
  return `${counted(objects, "object")} in ${counted(environments.length, "environment")}: ${changes}`;
}

/** A report for people, as Markdown. */
export function reportText(report: ImportReport): string {
  const lines = ["# Import report", "", `${provenSentence(report)}.`, ""];
  for (const { name, sources, objects, waivers, apps } of report.environments) {
    lines.push(
      `## ${name}`,
      "",
      `${counted(objects, "object")} from ${sources.map((source) => `\`${source}\``).join(", ")}; ${counted(waivers, "waiver")}.`,
      "",
    );
    for (const app of apps) {
      lines.push(`- ${app.name}`);
      for (const { object, why } of app.objects) lines.push(`  - ${object}: ${why}`);
    }
    lines.push("");
  }
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
