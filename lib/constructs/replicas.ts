import type { ResolvedApp } from "../overlay/index.ts";

/**
 * A workload's number of pods. An autoscaler owns it, and a number in the manifest would fight it; but where the autoscaler comes to what
 * runs, a number that is taken out becomes 1, unless Argo CD was set before to leave it alone. `initialReplicas` stays until it is.
 */
export function replicasOf({ spec: { autoscaling } }: ResolvedApp, replicas: number | undefined): { replicas?: number } {
  const number = autoscaling ? autoscaling.initialReplicas : replicas;
  return number === undefined ? {} : { replicas: number };
}
