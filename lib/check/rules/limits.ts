import { type Issue, joined, quantity, type SpecOf, shownValue } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { suggestion } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { each, refused, within } from "./issues.ts";

export const limits = rule({
  id: "schema/limits",
  ...refused,
  source: "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
  bad: yaml`
    apiVersion: v1
    kind: ResourceQuota
    metadata: { name: a, namespace: shop }
    spec: { hard: { request.memory: 2Gi } }
  `,
  good: yaml`
    apiVersion: v1
    kind: ResourceQuota
    metadata: { name: a, namespace: shop }
    spec: { hard: { requests.memory: 2Gi } }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("ResourceQuota"))
      yield* within(manifest, [...quotaIssues(manifest.object.spec ?? {}), ...unusableIssues(manifest.object.spec ?? {})]);
    for (const manifest of scope.ofKind("LimitRange"))
      yield* within(manifest, each(manifest.object.spec?.limits, "spec.limits", rangeIssues));
    for (const manifest of scope.ofKind("scheduling.k8s.io/PriorityClass")) {
      const { value = 0 } = manifest.object;
      if (value > highestPriority && !manifest.object.metadata.name.startsWith("system-"))
        yield {
          manifest,
          path: "value",
          message: `expected at most ${highestPriority}, found ${value}`,
          fix: "Higher priorities are for system-cluster-critical and system-node-critical, which every cluster has.",
        };
    }
  },
});

/** https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#priorityclass */
const highestPriority = 1_000_000_000;

/** Names without a prefix that a quota may limit: https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
const quotaNames = new Set([
  "cpu",
  "memory",
  "ephemeral-storage",
  ...["cpu", "memory", "ephemeral-storage", "storage"].map((name) => `requests.${name}`),
  ...["cpu", "memory", "ephemeral-storage"].map((name) => `limits.${name}`),
  "storage",
  "pods",
  "services",
  "services.nodeports",
  "services.loadbalancers",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
]);

function* quotaIssues({ hard = {} }: SpecOf<"ResourceQuota">): Generator<Issue> {
  for (const name of Object.keys(hard))
    if (!name.includes("/") && !name.startsWith("hugepages-") && !name.startsWith("requests.hugepages-") && !quotaNames.has(name))
      yield { path: `spec.hard[${JSON.stringify(name)}]`, message: `no quota counts "${name}"`, fix: suggestion(name, quotaNames) };
}

/** A request that no limit lets anybody use: https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/registry/core/resourcequota/strategy.go */
function* unusableIssues({ hard = {} }: SpecOf<"ResourceQuota">): Generator<Issue> {
  for (const name of ["cpu", "memory", "storage", "ephemeral-storage"]) {
    const bare = name === "cpu" || name === "memory" ? [name] : [];
    const key = [`requests.${name}`, ...bare].find((candidate) => own(hard, candidate) !== undefined);
    const [request, limit] = [quantity(key && own(hard, key)), quantity(own(hard, `limits.${name}`))];
    if (key && request !== undefined && limit !== undefined && request > limit)
      yield {
        path: joined("spec.hard", key),
        message: `${shownValue(own(hard, key))} is more than limits.${name}, which is ${shownValue(own(hard, `limits.${name}`))}: a request is never more than its limit`,
        fix: `Lower ${key}, or raise limits.${name}.`,
        severity: "warning",
      };
  }
}

type Range = NonNullable<SpecOf<"LimitRange">["limits"]>[number];

/** The amounts of a LimitRange, from the least to the most. */
const inOrder = ["min", "defaultRequest", "default", "max"] as const;

function* rangeIssues(range: Range, path: string): Generator<Issue> {
  for (const [index, low] of inOrder.entries())
    for (const high of inOrder.slice(index + 1))
      for (const [name, amount] of Object.entries(range[low] ?? {})) {
        const most = own(range[high], name);
        const [less, more] = [quantity(amount), quantity(most)];
        if (less !== undefined && more !== undefined && less > more)
          yield {
            path: joined(`${path}.${low}`, name),
            message: `${shownValue(amount)} is more than ${high}, which is ${shownValue(most)}`,
            fix: `Lower ${low}, or raise ${high}.`,
          };
      }
}
