import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { namespaceOf } from "../scope.ts";

export const blockingBudget = rule({
  id: "rollout/blocking-budget",
  severity: "error",
  why: "A budget that never allows an eviction keeps nodes from being drained: cluster upgrades hang until somebody deletes it.",
  fix: "Allow one eviction at a time (maxUnavailable: 1), and run at least two pods.",
  source: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors",
  bad: yaml`
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: { name: a, namespace: shop }
    spec: { minAvailable: 1, selector: { matchLabels: { app: a } } }
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      replicas: 1
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  good: yaml`
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: { name: a, namespace: shop }
    spec: { minAvailable: 1, selector: { matchLabels: { app: a } } }
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      replicas: 2
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("policy/PodDisruptionBudget")) {
      const { minAvailable, maxUnavailable, selector } = manifest.object.spec ?? {};
      if (maxUnavailable === 0 || maxUnavailable === "0%") {
        yield { manifest, path: "spec.maxUnavailable", message: "never allows an eviction" };
        continue;
      }
      if (minAvailable === "100%") {
        yield { manifest, path: "spec.minAvailable", message: "never allows an eviction" };
        continue;
      }
      if (typeof minAvailable !== "number" || !selector) continue;
      const workloads = scope.selected(namespaceOf(manifest), selector);
      const least = sum(
        workloads.map(({ manifest: workload }) => (counted.has(workload.object.kind) ? scope.leastPodsOf(workload) : undefined)),
      );
      if (least !== undefined && workloads.length > 0 && minAvailable >= least)
        yield { manifest, path: "spec.minAvailable", message: `requires ${minAvailable} of ${least} pods, so none may be evicted` };
    }
  },
});

const sum = (counts: readonly (number | undefined)[]) =>
  counts.reduce<number | undefined>((total, count) => (total === undefined || count === undefined ? undefined : total + count), 0);

/** Kinds that say how many pods they run. */
const counted = new Set(["Deployment", "StatefulSet", "Rollout"]);
