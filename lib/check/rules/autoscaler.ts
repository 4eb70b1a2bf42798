import { autoscalersOf } from "../autoscalers.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import type { CheckedManifest, Scope } from "../scope.ts";

export const autoscaledReplicas = rule({
  id: "rollout/autoscaled-replicas",
  severity: "warning",
  why: "Each sync resets the number of pods, and the autoscaler changes it back: in between, too few pods may serve the load.",
  fix: "Leave replicas out of the workload, or have its Application leave the number alone (ignoreDifferences, RespectIgnoreDifferences=true).",
  source:
    "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling",
  bad: yaml`
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      replicas: 2
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
    ---
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: a, namespace: shop }
    spec:
      maxReplicas: 5
      scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }
  `,
  good: yaml`
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
    ---
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: a, namespace: shop }
    spec:
      maxReplicas: 5
      scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }
  `,
  *check(scope) {
    for (const { manifest, namespace, kind, name } of autoscalersOf(scope)) {
      const target =
        kind === "Rollout"
          ? scope.find("argoproj.io/Rollout", namespace, name)
          : (kind === "Deployment" || kind === "StatefulSet") && scope.find(`apps/${kind}`, namespace, name);
      if (target && target.object.spec?.replicas !== undefined && !isLeftAlone(scope, target))
        yield {
          manifest: target,
          path: "spec.replicas",
          message: `is set, and ${manifest.object.kind} ${manifest.object.metadata.name} scales it`,
        };
    }
  },
});

/** Whether an Application leaves the number of a workload's pods as it finds it. */
const isLeftAlone = (scope: Scope, { object: { kind, metadata } }: CheckedManifest): boolean =>
  scope.ofKind("argoproj.io/Application").some((application) => {
    const { ignoreDifferences = [], syncPolicy } = application.object.spec ?? {};
    return (
      syncPolicy?.syncOptions?.includes("RespectIgnoreDifferences=true") &&
      ignoreDifferences.some(
        (ignored) => ignored.kind === kind && ignored.name === metadata.name && ignored.jsonPointers?.includes("/spec/replicas"),
      )
    );
  });
