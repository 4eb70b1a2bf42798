import { yaml } from "../example.ts";
import { itemsOf, membersOf, textOf } from "../read.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "../scope.ts";
import { circlesOf } from "./circles.ts";

const workload = (name: string, label: string) =>
  yaml`
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: NAME, namespace: shop }
  spec:
    selector: { matchLabels: { app: LABEL } }
    template:
      metadata: { labels: { app: LABEL } }
      spec: { containers: [{ name: a, image: a:1, resources: { requests: { cpu: 100m } } }] }
`
    .replaceAll("NAME", name)
    .replaceAll("LABEL", label);

export const samePods = rule({
  id: "rollout/same-selector",
  severity: "warning",
  why: "Two workloads of one kind with the same selector claim each other's pods in what counts them: budgets, autoscalers and Services take them for one.",
  fix: "Give each its own label, in the selector and in the template.",
  source: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",
  bad: `${workload("a", "a")}---\n${workload("b", "a")}`,
  good: `${workload("a", "a")}---\n${workload("b", "b")}`,
  *check(scope) {
    for (const kind of ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet"] as const) {
      const first = new Map<string, CheckedManifest>();
      for (const manifest of scope.ofKind(kind)) {
        const folder = scope.environment.isPart ? (manifest.file ?? "") : "";
        const key = JSON.stringify([folder, namespaceOf(manifest), manifest.object.spec?.selector]);
        const other = first.get(key);
        if (other && other.object.metadata.name !== manifest.object.metadata.name)
          yield { manifest, path: "spec.selector", message: `${other.object.kind} ${other.object.metadata.name} has the same selector` };
        first.set(key, other ?? manifest);
      }
    }
  },
});

const vertical = (mode: string, resources: string) => `apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: { name: a, namespace: shop }
spec:
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: a }
  updatePolicy: { updateMode: ${mode} }
  resourcePolicy: { containerPolicies: [{ containerName: '*', controlledResources: [${resources}] }] }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: a, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }
  maxReplicas: 5
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]
---
${workload("a", "a")}`;

export const verticalScaling = rule({
  id: "rollout/vertical-scaling",
  severity: "warning",
  why: "A VerticalPodAutoscaler that changes the requests by which a HorizontalPodAutoscaler counts makes the two work against each other, and one for a container that isn't there does nothing.",
  fix: 'Let one of them see to cpu and memory: set controlledResources, or updateMode: "Off".',
  source: "https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/docs/known-limitations.md",
  bad: vertical('"Recreate"', "cpu"),
  good: vertical('"Recreate"', "memory"),
  *check(scope) {
    for (const manifest of scope.ofCustomKind("autoscaling.k8s.io/VerticalPodAutoscaler")) yield* verticalIssues(scope, manifest);
  },
});

function* verticalIssues(scope: Scope, manifest: CheckedManifest): Generator<ManifestIssue> {
  const { targetRef, updatePolicy, resourcePolicy } = membersOf(manifest.object.spec);
  const { kind, name } = membersOf(targetRef);
  const pods = scope.pods.find(
    ({ manifest: { object }, namespace }) => object.kind === kind && object.metadata.name === name && namespace === namespaceOf(manifest),
  );
  const policies = itemsOf(membersOf(resourcePolicy).containerPolicies).map(membersOf);
  for (const [index, { containerName }] of policies.entries())
    if (pods && containerName !== "*" && !pods.containers.some(({ container }) => container.name === containerName))
      yield {
        manifest,
        path: `spec.resourcePolicy.containerPolicies[${index}].containerName`,
        message: `${textOf(kind)} ${textOf(name)} has no container "${textOf(containerName)}"`,
        fix: `It has: ${pods.containers.map(({ container }) => container.name).join(", ")}.`,
      };
  const metrics = (pods && scope.autoscalerOf(pods.manifest)?.object.spec?.metrics) ?? [];
  const counted = metrics.flatMap(({ resource, containerResource }) => resource?.name ?? containerResource?.name ?? []);
  const isChanged = (resource: string) =>
    policies.length === 0 ||
    policies.some(
      ({ controlledResources, mode }) => mode !== "Off" && (!controlledResources || itemsOf(controlledResources).includes(resource)),
    );
  const shared = counted.filter(isChanged);
  if (shared.length > 0 && !["Off", "Initial"].includes(textOf(membersOf(updatePolicy).updateMode)))
    yield {
      manifest,
      path: "spec.updatePolicy.updateMode",
      message: `it changes the requests of ${shared.join(" and ")}, by which the HorizontalPodAutoscaler scales`,
    };
}

const group = "kustomize.toolkit.fluxcd.io";
const dependent = (name: string, on: string) => `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: ${name}, namespace: flux-system }
spec: { interval: 10m, prune: true, path: ./${name}, sourceRef: { kind: GitRepository, name: fleet }${on === "" ? "" : `, dependsOn: [{ name: ${on} }]`} }
`;

export const fluxOrder = rule({
  id: "references/flux-dependency",
  severity: "error",
  why: "Flux applies nothing of a Kustomization or HelmRelease whose dependency isn't ready: one that doesn't exist, or waits for it in turn, never is.",
  fix: "Name an existing object, and break the circle.",
  source: "https://fluxcd.io/flux/components/kustomize/kustomizations/#dependencies",
  bad: `${dependent("a", "b")}---\n${dependent("b", "a")}`,
  good: `${dependent("a", "b")}---\n${dependent("b", "")}`,
  *check(scope) {
    for (const kind of [`${group}/Kustomization`, "helm.toolkit.fluxcd.io/HelmRelease"]) {
      const all = new Map(scope.ofCustomKind(kind).map((manifest) => [placeOf(manifest), manifest]));
      const circles = circlesOf(new Map([...all].map(([place, manifest]) => [place, dependenciesOf(manifest)])));
      for (const manifest of all.values()) yield* dependencyIssues(scope, manifest, circles);
    }
  },
});

const placeOf = (manifest: CheckedManifest) => `${namespaceOf(manifest)}/${manifest.object.metadata.name}`;
const dependenciesOf = (manifest: CheckedManifest) =>
  itemsOf(membersOf(manifest.object.spec).dependsOn).map((entry) => {
    const { name, namespace } = membersOf(entry);
    return `${textOf(namespace) || namespaceOf(manifest)}/${textOf(name)}`;
  });

/** @param circles the circle that each object of the kind is in, by its place */
function* dependencyIssues(scope: Scope, manifest: CheckedManifest, circles: ReadonlyMap<string, number>): Generator<ManifestIssue> {
  const self = placeOf(manifest);
  for (const [index, place] of dependenciesOf(manifest).entries()) {
    const path = `spec.dependsOn[${index}]`;
    const [namespace = "", name = ""] = place.split("/");
    const { kind, apiVersion } = manifest.object;
    if (circles.get(place) === circles.get(self))
      yield { manifest, path, message: `${kind} "${name}" waits for this one, at once or by others` };
    else if (!circles.has(place)) {
      const candidates = scope.namesOf(kind, namespace, apiVersion.split("/")[0]).filter((other) => `${namespace}/${other}` !== self);
      yield { manifest, path, message: `there is no ${kind} "${name}" in ${namespace}`, missing: { kind, namespace, name, candidates } };
    }
  }
}
