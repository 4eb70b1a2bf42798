import { autoscalersOf } from "../autoscalers.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";

/** Kinds of Kubernetes itself that have a scale subresource. */
const scalable = new Set(["apps/Deployment", "apps/ReplicaSet", "apps/StatefulSet", "/ReplicationController"]);
/** Groups of which all kinds are known. */
const knownGroups = new Set(["", "apps", "batch"]);
/** What to do instead of scaling a kind. */
const instead: Readonly<Record<string, string>> = {
  DaemonSet: "A DaemonSet runs a pod on every node; scale a Deployment instead.",
  Job: "Set the parallelism of a Job; KEDA scales Jobs with a ScaledJob.",
  CronJob: "Set the parallelism of its Jobs; KEDA scales Jobs with a ScaledJob.",
  Pod: "Scale the Deployment of the pod.",
};

export const unscalable = rule({
  id: "rollout/unscalable",
  severity: "error",
  why: "An autoscaler sets the scale subresource of its target: a kind without one is never scaled, and only the autoscaler's status says FailedGetScale.",
  fix: "Name a Deployment or StatefulSet, or a custom resource with a scale subresource.",
  source: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
  bad: yaml`
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: a, namespace: shop }
    spec:
      maxReplicas: 5
      scaleTargetRef: { apiVersion: apps/v1, kind: DaemonSet, name: a }
  `,
  good: yaml`
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: a, namespace: shop }
    spec:
      maxReplicas: 5
      scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }
  `,
  *check(scope) {
    for (const { manifest, group, kind } of autoscalersOf(scope)) {
      // A known kind in the wrong group is a target that isn't there, which another rule reports.
      if (kind === "" || !knownGroups.has(group) || [...scalable].some((name) => name.endsWith(`/${kind}`))) continue;
      yield {
        manifest,
        path: "spec.scaleTargetRef.kind",
        message: `a ${kind} can't be scaled: it has no scale subresource`,
        ...(Object.hasOwn(instead, kind) ? { fix: instead[kind] } : {}),
      };
    }
  },
});
