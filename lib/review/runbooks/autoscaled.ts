import type { KubernetesObject } from "../../manifest/index.ts";
import { isRecord } from "../../outside/index.ts";
import type { EnvironmentIndex } from "../environment-index.ts";
import type { Situation } from "./runbook.ts";

/**
 * Whether an autoscaler sets the replicas of a workload: a HorizontalPodAutoscaler, or a ScaledObject of KEDA, whose target is a Deployment
 * where it names no kind. A workload that is created anew starts with its manifest's replicas, or 1, and takes over that many pods at most.
 */
export const isAutoscaled = (workload: KubernetesObject, index: EnvironmentIndex): boolean =>
  index.autoscalerOf(workload) !== undefined || index.named("ScaledObject").some(({ object }) => scales(object, workload));

/** Whether that is so before or after a change. */
export const isScaled = ({ before, after, environments }: Situation): boolean =>
  isAutoscaled(before, environments.before) || isAutoscaled(after, environments.after);

function scales({ spec, metadata }: KubernetesObject, workload: KubernetesObject): boolean {
  const target = isRecord(spec) && isRecord(spec.scaleTargetRef) ? spec.scaleTargetRef : {};
  return (
    (metadata.namespace ?? "") === (workload.metadata.namespace ?? "") &&
    target.name === workload.metadata.name &&
    (target.kind || "Deployment") === workload.kind
  );
}
