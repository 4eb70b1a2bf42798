import { type Issue, type PodAffinityTerm, shownValue } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { namespaceOf, type Pods, type Scope } from "../scope.ts";
import { each, within } from "./issues.ts";
import { missingPods } from "./missing.ts";

export const affinityPods = rule({
  id: "references/affinity",
  severity: "warning",
  why: "Pods that must run beside pods that don't exist stay Pending, and those that keep away from nobody may all run on one node.",
  fix: "Select labels that the pods have in their template.",
  source: "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop, labels: { app: web } }
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - { topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: wbe } } }
      containers: [{ name: a, image: a:1 }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop, labels: { app: web } }
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - { topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } }
      containers: [{ name: a, image: a:1 }]
  `,
  *check(scope) {
    for (const pods of scope.pods) yield* podIssues(pods, scope);
  },
});

function* podIssues(pods: Pods, scope: Scope): Generator<ManifestIssue> {
  const { affinity } = pods.spec;
  for (const kind of ["podAffinity", "podAntiAffinity"] as const) {
    const {
      requiredDuringSchedulingIgnoredDuringExecution: required = [],
      preferredDuringSchedulingIgnoredDuringExecution: preferred = [],
    } = affinity?.[kind] ?? {};
    const at = `${pods.path}.affinity.${kind}`;
    for (const [index, term] of required.entries())
      yield* termIssues(term, `${at}.requiredDuringSchedulingIgnoredDuringExecution[${index}]`, kind === "podAffinity", pods, scope);
    for (const [index, { podAffinityTerm }] of preferred.entries())
      if (podAffinityTerm)
        yield* termIssues(
          podAffinityTerm,
          `${at}.preferredDuringSchedulingIgnoredDuringExecution[${index}].podAffinityTerm`,
          false,
          pods,
          scope,
        );
  }
}

function* termIssues(term: PodAffinityTerm, path: string, mustFind: boolean, pods: Pods, scope: Scope): Generator<ManifestIssue> {
  const { labelSelector, namespaces, namespaceSelector } = term;
  if (!labelSelector || namespaceSelector || (namespaces ?? []).length > 0) return;
  const { manifest, namespace } = pods;
  if (scope.selected(namespace, labelSelector).length > 0 || scope.mayRun(namespace, labelSelector)) return;
  const labels = labelSelector.matchLabels ?? {};
  yield {
    manifest,
    path: `${path}.labelSelector`,
    message: `selects no pod: none in ${namespaceOf(manifest)} fits ${shownValue(labelSelector)}`,
    missing: missingPods(manifest, labels),
    ...(mustFind ? { severity: "error" as const } : {}),
  };
}

export const containerMetric = rule({
  id: "references/container-name",
  severity: "error",
  why: "An autoscaler or a variable that names a container that the pod doesn't have gets no figure: the autoscaler never scales, and the pod doesn't start.",
  fix: "Name a container of the pod.",
  source: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#container-resource-metrics",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          env: [{ name: MEMORY, valueFrom: { resourceFieldRef: { containerName: b, resource: limits.memory } } }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop }
    spec:
      containers:
        - name: a
          image: a:1
          env: [{ name: MEMORY, valueFrom: { resourceFieldRef: { containerName: a, resource: limits.memory } } }]
  `,
  *check(scope) {
    for (const pods of scope.pods)
      for (const { container, path } of pods.containers) yield* within(pods.manifest, variableIssues(container.env, path, pods));
    for (const manifest of scope.ofKind("autoscaling/HorizontalPodAutoscaler")) {
      const { scaleTargetRef, metrics } = manifest.object.spec ?? {};
      const target = scope.pods.find(
        ({ manifest: { object }, namespace }) =>
          object.kind === scaleTargetRef?.kind && object.metadata.name === scaleTargetRef?.name && namespace === namespaceOf(manifest),
      );
      if (target)
        yield* within(
          manifest,
          each(metrics, "spec.metrics", ({ containerResource }, path) =>
            containerResource ? nameIssues(containerResource.container, target, `${path}.containerResource.container`) : [],
          ),
        );
    }
  },
});

const variableIssues = (env: Pods["containers"][number]["container"]["env"], path: string, pods: Pods): Iterable<Issue> =>
  each(env, `${path}.env`, ({ valueFrom }, at) =>
    valueFrom?.resourceFieldRef
      ? nameIssues(valueFrom.resourceFieldRef.containerName, pods, `${at}.valueFrom.resourceFieldRef.containerName`)
      : [],
  );

function nameIssues(name: string | undefined, { containers, manifest: { object } }: Pods, path: string): Issue[] {
  const names = containers.map(({ container }) => container.name);
  if (!name || names.includes(name)) return [];
  return [{ path, message: `${object.kind} ${object.metadata.name} has no container "${name}"`, fix: `It has: ${names.join(", ")}.` }];
}
