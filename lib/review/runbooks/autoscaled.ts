import type { KubernetesObject } from "../../manifest/index.ts";
import { isRecord } from "../../outside/index.ts";
import type { EnvironmentIndex } from "../environment-index.ts";
import { inNamespace, kubectl, quoted } from "./command.ts";
import type { Place, Situation, Step } from "./runbook.ts";

/**
 * Whether an autoscaler sets the replicas of a workload: a HorizontalPodAutoscaler, or a ScaledObject of KEDA, whose target is a Deployment
 * where it names no kind. A workload that is created anew starts with its manifest's replicas, or 1, and takes over that many pods at most.
 */
export const isAutoscaled = (workload: KubernetesObject, index: EnvironmentIndex): boolean =>
  index.autoscalerOf(workload) !== undefined || index.named("ScaledObject").some(({ object }) => scales(object, workload));

/** What a runbook does beside its own steps so that a workload which is created anew starts with as many pods as run. */
export interface KeptNumber {
  /** Before the merge. */
  readonly first: readonly Step[];
  /** What is merged. */
  readonly merge: (step: Step) => Step;
  /** At the end. */
  readonly last: readonly Step[];
}

/**
 * Nothing where no autoscaler sets the number of pods. Where a HorizontalPodAutoscaler does before and after, the number that runs is in the
 * manifest until the new workload is there; it stays then, as it has another owner too:
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership
 * Undefined where it can't be kept: an autoscaler comes or goes, or it is KEDA's.
 */
export function keptNumber({ before, after, from, to, environments }: Situation): KeptNumber | undefined {
  if (!isAutoscaled(before, environments.before) && !isAutoscaled(after, environments.after))
    return { first: [], merge: (step) => step, last: [] };
  const isByAutoscaler = environments.before.autoscalerOf(before) !== undefined && environments.after.autoscalerOf(after) !== undefined;
  const isByOthers = environments.before.named("ScaledObject").some(({ object }) => scales(object, before));
  if (!isByAutoscaler || isByOthers || environments.after.named("ScaledObject").some(({ object }) => scales(object, after)))
    return undefined;
  const resource = after.kind.toLowerCase();
  const number = ({ namespace, name }: Place) =>
    kubectl("get", resource, name, inNamespace(namespace), "--output=jsonpath={.spec.replicas}");
  const { apiVersion, kind } = after;
  const metadata = { name: to.name, ...(to.namespace === "" ? {} : { namespace: to.namespace }) };
  const owned = JSON.stringify({ apiVersion, kind, metadata, spec: { replicas: "%s" } }).replace('"%s"', "%s");
  const wait = kubectl("wait", "--for=create", `${resource}/${to.name}`, inNamespace(to.namespace), "--timeout=60s");
  const apply = kubectl("apply", "--server-side", "--field-manager=kept-replicas", "--validate=false", "--filename=-");
  return {
    first: [{ text: "See how many pods the autoscaler has set.", command: number(from) }],
    merge: ({ text }) => ({
      text: `${text} Merge it with spec.replicas, at least the number that you saw: a ${kind} that is created without it starts with one pod.`,
    }),
    last: [
      {
        text: "Give the number another owner, so that it stays when the manifest drops it.",
        command: `${wait} && number=$(${number(to)}) && printf ${quoted(owned)} "$number" | ${apply}`,
      },
      { text: "Merge the change as it is, without spec.replicas. The autoscaler sets the number from then on." },
    ],
  };
}

function scales({ spec, metadata }: KubernetesObject, workload: KubernetesObject): boolean {
  const target = isRecord(spec) && isRecord(spec.scaleTargetRef) ? spec.scaleTargetRef : {};
  return (
    (metadata.namespace ?? "") === (workload.metadata.namespace ?? "") &&
    target.name === workload.metadata.name &&
    (target.kind || "Deployment") === workload.kind
  );
}
