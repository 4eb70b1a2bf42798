import { own } from "../outside/index.ts";
import type { Change } from "./change.ts";
import type { EnvironmentIndex, Reader } from "./environment-index.ts";
import { isWorse } from "./impact.ts";
import { isContentHash, isMarkOnly } from "./marks.ts";

/** Says of a changed ConfigMap or Secret who reads it, and when they see what changed. */
export function readingReason(change: Change, all: readonly Change[], environment: EnvironmentIndex): Change {
  const { kind, namespace, name } = change.resource;
  if (change.action === "add" || isWorse(change.impact, "in-place")) return change;
  const read = readKinds.get(kind);
  if (!read) return change;
  if (!change.fields.some(isContent)) return change;
  const readers = environment.readersOf(read, namespace, name);
  if (readers.length === 0) return { ...change, reason: "no workload of these manifests reads it" };
  const effects = readers.map(({ manifest, as }) => {
    const { object } = manifest;
    const restarts = all.some(({ resource, impact }) => isAt(manifest, resource) && (impact === "rollout" || impact === "downtime"));
    return `${object.kind} ${object.metadata.name} ${restarts ? "restarts with it" : (own(late, object.kind) ?? when[as])}`;
  });
  return { ...change, reason: [...new Set(effects)].join("; ") };
}

/** Says of a workload with a checksum annotation that changes which ConfigMaps and Secrets are behind that. */
export function withBehind(change: Change, all: readonly Change[], environment: EnvironmentIndex): Change {
  if (!change.fields.some(isContentHash)) return change;
  const read = all.filter(({ environment: other, resource }) => {
    const kind = readKinds.get(resource.kind);
    return (
      kind !== undefined &&
      other === change.environment &&
      environment.readersOf(kind, resource.namespace, resource.name).some(({ manifest }) => isAt(manifest, change.resource))
    );
  });
  if (read.length === 0) return change;
  const resourcesOf = (changes: readonly Change[]) => changes.map(({ resource }) => resource);
  const behind = resourcesOf(read.filter(({ action, fields }) => action !== "change" || fields.some(isContent)));
  const fields = change.fields.map((field) => (isContentHash(field) && behind.length > 0 ? { ...field, behind } : field));
  return { ...change, fields, ...(isMarkOnly(change) ? { behind: resourcesOf(read) } : {}) };
}

const readKinds: ReadonlyMap<string, "ConfigMap" | "Secret"> = new Map([
  ["ConfigMap", "ConfigMap"],
  ["Secret", "Secret"],
  ["ExternalSecret", "Secret"],
]);

/** A field of a ConfigMap or Secret that its readers see. */
const isContent = ({ path }: { readonly path: string }) => /^(data|binaryData|spec)\b/.test(path);
const isAt = ({ object }: Reader["manifest"], { kind, namespace, name }: Change["resource"]) =>
  object.kind === kind && (object.metadata.namespace ?? "") === namespace && object.metadata.name === name;

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
