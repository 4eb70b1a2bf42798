import { own } from "../outside/index.ts";
import type { Change } from "./change.ts";
import type { EnvironmentIndex } from "./environment-index.ts";
import { isWorse } from "./impact.ts";

/** Says of a changed ConfigMap or Secret who reads it, and when they see what changed. */
export function readingReason(change: Change, all: readonly Change[], environment: EnvironmentIndex): Change {
  const { kind, namespace, name } = change.resource;
  if (change.action === "add" || isWorse(change.impact, "in-place")) return change;
  if (kind !== "ConfigMap" && kind !== "Secret" && kind !== "ExternalSecret") return change;
  if (!change.fields.some(({ path }) => /^(data|binaryData|spec)\b/.test(path))) return change;
  const readers = environment.readersOf(kind === "ConfigMap" ? "ConfigMap" : "Secret", namespace, name);
  if (readers.length === 0) return { ...change, reason: "no workload of these manifests reads it" };
  const effects = readers.map(({ manifest: { object }, as }) => {
    const restarts = all.some(
      ({ resource, impact }) =>
        resource.kind === object.kind &&
        resource.namespace === (object.metadata.namespace ?? "") &&
        resource.name === object.metadata.name &&
        (impact === "rollout" || impact === "downtime"),
    );
    return `${object.kind} ${object.metadata.name} ${restarts ? "restarts with it" : (own(late, object.kind) ?? when[as])}`;
  });
  return { ...change, reason: [...new Set(effects)].join("; ") };
}

const when = {
  variables: "keeps the old values until its pods restart",
  files: "sees the new files within a minute or so, without a restart",
  "files below a subPath": "keeps the old files until its pods restart",
} as const;
/** Kinds whose next pods come by themselves. */
const late: Readonly<Record<string, string>> = {
  CronJob: "reads it at its next run",
  Job: "has read it already, unless its pods are made anew",
};
