import { isLabelValue, isQualifiedName, type ObjectOf, selects } from "../../kubernetes/index.ts";
import type { KubernetesObject } from "../../manifest/index.ts";
import { own } from "../../outside/index.ts";
import { inNamespace, kubectl, selecting } from "./command.ts";
import type { Situation, Step } from "./runbook.ts";

export type Labels = Readonly<Record<string, string>>;

/** Whether labels may stand in a command. */
export const areSound = (labels: Labels): boolean =>
  Object.entries(labels).every(([key, value]) => isQualifiedName(key) && isLabelValue(value));

/** What labels lack of a selector's; undefined where another value of one is in the way. */
export function missing(wanted: Labels, labels: Labels): Labels | undefined {
  const entries = Object.entries(wanted).filter(([key, value]) => own(labels, key) !== value);
  return entries.some(([key]) => own(labels, key) !== undefined) ? undefined : Object.fromEntries(entries);
}

type Service = ObjectOf<"Service">;

/**
 * The labels that old pods need so that every Service that stays selects them until the new ones are ready; undefined where a Service
 * leaves the old pods, or will not select the new ones.
 * @param old the labels of the old pods
 * @param now the labels of the new ones
 */
export function labelsForServices({ environments, from, to }: Situation, old: Labels, now: Labels): Labels | undefined {
  const at = (services: readonly Service[], { namespace }: { namespace: string }) =>
    services.filter(({ metadata }) => (metadata.namespace ?? "") === namespace);
  const later = at(environments.after.objectsOf("Service"), to);
  let labels: Labels = {};
  for (const service of at(environments.before.objectsOf("Service"), from)) {
    const { selector = {} } = service.spec ?? {};
    const next = later.find(({ metadata }) => from.namespace === to.namespace && metadata.name === service.metadata.name);
    if (!next || Object.keys(selector).length === 0 || !selects({ matchLabels: selector }, old)) continue;
    const wanted = next.spec?.selector ?? {};
    const lacking = missing(wanted, { ...old, ...labels });
    if (!lacking || !selects({ matchLabels: wanted }, now)) return undefined;
    labels = { ...labels, ...lacking };
  }
  return labels;
}

const owners = "--output=custom-columns=KIND:.kind,NAME:.metadata.name,OWNER:.metadata.ownerReferences[*].name";

/** Gives labels to the pods of a workload, once a person has seen which those are; nothing where they lack none. */
export function labelPods(namespace: string, selector: Labels, labels: Labels): Step[] {
  if (Object.keys(labels).length === 0) return [];
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return [
    {
      text: "Look at what the selector fits. A ReplicaSet in the list must have the workload as its owner, and a pod the workload or such a ReplicaSet. If anything else is in the list, don't go on: the next steps would take it along.",
      command: kubectl("get", "pods,replicasets", selecting(selector), inNamespace(namespace), owners),
    },
    {
      text: "Give the running pods the labels that the new selectors ask for.",
      command: kubectl("label", "pods", selecting(selector), ...pairs, inNamespace(namespace)),
    },
  ];
}

/** Whether another workload of the namespace has pods that a selector fits. */
export function isShared({ environments, from, before }: Situation, selector: Labels): boolean {
  const templates = [environments.before, environments.after].flatMap((side) =>
    workloadKinds.flatMap((kind) =>
      side
        .objectsOf(kind)
        .filter(({ metadata }) => (metadata.namespace ?? "") === from.namespace)
        .filter(({ metadata, kind: own }) => own !== before.kind || metadata.name !== from.name)
        .map(({ spec }) => spec?.template?.metadata?.labels ?? {}),
    ),
  );
  return templates.some((labels) => selects({ matchLabels: selector }, labels));
}

export const workloadKinds = ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet"] as const;

/** The labels of a selector that has nothing else; undefined for other selectors. */
export function plainSelector(object: KubernetesObject & { readonly spec?: SelectorSpec }): Labels | undefined {
  const { matchLabels = {}, matchExpressions = [] } = object.spec?.selector ?? {};
  return matchExpressions.length === 0 && Object.keys(matchLabels).length > 0 && areSound(matchLabels) ? matchLabels : undefined;
}

interface SelectorSpec {
  readonly selector?: { readonly matchLabels?: Labels; readonly matchExpressions?: readonly unknown[] };
}
