import { isKind, kindNameOf, type ObjectOf, podTemplateOf, selects, withDefaults } from "../../kubernetes/index.ts";
import type { KubernetesObject } from "../../manifest/index.ts";
import { isRecord } from "../../outside/index.ts";
import type { EnvironmentIndex } from "../environment-index.ts";
import { impactOf } from "../impact/index.ts";
import { rowOf } from "../impact.ts";
import { inNamespace, kubectl } from "./command.ts";
import { areSound, type Labels, missing, workloadKinds } from "./labels.ts";
import { isSound, runbook, type Situation } from "./runbook.ts";

type Workload = ObjectOf<(typeof workloadKinds)[number]>;

const labelsOf = ({ spec }: Workload): Labels => spec?.template?.metadata?.labels ?? {};

/** A Service that would select no pod: its pods get the labels that it asks for before it does. */
export const labelFirst = runbook("label-pods-first", "downtime", ["Service"], (situation) => {
  const { before, after, from, environments } = situation;
  const [old = {}, wanted = {}] = [before.spec?.selector, after.spec?.selector];
  const isOfSelector = situation.fields.every(({ impact, path }) => impact !== "downtime" || path.startsWith("spec.selector"));
  const selected = podsOwners(environments.after, from.namespace).filter((object) => selects({ matchLabels: old }, labelsIn(object)));
  const workloads = selected.filter((object): object is Workload => isKind(object, ...workloadKinds));
  if (!isOfSelector || workloads.length === 0 || workloads.length < selected.length || !areSound(wanted)) return undefined;
  if (!workloads.every((workload) => canBeLabelled(workload, wanted, situation))) return undefined;
  const names = workloads.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(", ");
  const labels = Object.entries(wanted)
    .filter(([key, value]) => workloads.some((workload) => labelsOf(workload)[key] !== value))
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
  return {
    title: "Give the pods the labels that the Service asks for, and change its selector then",
    downtime: false,
    steps: [
      { text: `Merge first a change of ${names} alone: the labels of spec.template get ${labels}. The pods are replaced by that.` },
      {
        text: "Once that is synced, wait until all pods are replaced.",
        command: workloads
          .map(({ kind, metadata }) => kubectl("rollout", "status", kind.toLowerCase(), metadata.name, inNamespace(from.namespace)))
          .join("\n"),
      },
      { text: "Merge the change, which keeps these labels." },
    ],
  };
});

/** What has pods in a namespace, a Pod of its own too. */
const podsOwners = (environment: EnvironmentIndex, namespace: string) =>
  environment.inNamespace(namespace).flatMap(({ object }) => (podTemplateOf(object) ? [object] : []));
const labelsIn = (object: KubernetesObject): Labels => podTemplateOf(object)?.metadata?.labels ?? {};

/** Whether the pods of a workload get labels by a rollout that leaves some ready, and nothing else selects them for that. */
function canBeLabelled(workload: Workload, wanted: Labels, { environments, from }: Situation): boolean {
  const labels = labelsOf(workload);
  const more = missing(wanted, labels);
  if (!more || !isSound(from) || !isSound({ namespace: from.namespace, name: workload.metadata.name })) return false;
  const next = { ...labels, ...more };
  const joins = environments.after
    .inNamespace(from.namespace)
    .filter(({ object }) => object.kind !== "Service" || object.metadata.name !== from.name)
    .some(({ object }) => selectorsOf(object).some((selector) => selects(selector, next) && !selects(selector, labels)));
  return !joins && isRolled(workload, next, environments);
}

/** Fields by which objects select pods, those of operators too: all labels of a map, or a label selector. */
const selectorFields = ["selector", "podSelector", "endpointSelector", "workloadSelector"];

function selectorsOf({ spec }: KubernetesObject): Parameters<typeof selects>[0][] {
  if (!isRecord(spec)) return [];
  return selectorFields.flatMap((field) => {
    const selector = spec[field];
    if (!isRecord(selector)) return [];
    return [isRecord(selector.matchLabels) || Array.isArray(selector.matchExpressions) ? selector : { matchLabels: selector as Labels }];
  });
}

function isRolled(workload: Workload, labels: Labels, environments: Situation["environments"]): boolean {
  const before = withDefaults(workload);
  const template = { ...workload.spec?.template, metadata: { ...workload.spec?.template?.metadata, labels } };
  const after = withDefaults({ ...workload, spec: { ...workload.spec, template } } as KubernetesObject);
  const path = "spec.template.metadata.labels";
  const [, verdict] = rowOf(impactOf.get(kindNameOf(workload)) ?? { kinds: [], fields: [] }, path) ?? [];
  const difference = { path, before: undefined, after: labels };
  return typeof verdict === "function" && verdict({ before, after, environments }, difference).impact === "rollout";
}
