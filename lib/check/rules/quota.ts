import { type Container, type ObjectOf, quantity, shownValue } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Pods, type Scope } from "../scope.ts";

export const quota = rule({
  id: "rollout/quota",
  severity: "error",
  severityInPart: "warning",
  why: "The API server refuses what a ResourceQuota of the namespace has no room for, and pods that don't say what they need of a resource with a quota: the workload is accepted, and pods are missing.",
  fix: "Raise the quota, run fewer or smaller pods, or give every container the requests and limits that the quota counts.",
  source: "https://kubernetes.io/docs/concepts/policy/resource-quotas/",
  bad: yaml`
    apiVersion: v1
    kind: ResourceQuota
    metadata: { name: small, namespace: shop }
    spec: { hard: { pods: 1 } }
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
  good: yaml`
    apiVersion: v1
    kind: ResourceQuota
    metadata: { name: small, namespace: shop }
    spec: { hard: { pods: 2 } }
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
    for (const manifest of scope.ofKind("ResourceQuota")) {
      const { hard = {}, scopes, scopeSelector } = manifest.object.spec ?? {};
      // A quota with scopes counts some pods only.
      if (scopes ?? scopeSelector) continue;
      for (const [name, most] of Object.entries(hard)) {
        yield* totalIssues(name, quantity(most), manifest, scope);
        yield* missingAmounts(name, manifest, scope);
      }
    }
  },
});

function* totalIssues(
  name: string,
  most: number | undefined,
  manifest: CheckedManifest<ObjectOf<"ResourceQuota">>,
  scope: Scope,
): Generator<ManifestIssue> {
  const namespace = namespaceOf(manifest);
  const kind = own(countedKinds, name.replace(/^count\//, ""));
  const computed = own(computeResources, name);
  const count = kind ? scope.ofCustomKind(kind).filter((other) => !other.isFromSnapshot && namespaceOf(other) === namespace).length : 0;
  const total =
    name === "pods" || name === "count/pods" ? podsOf(namespace, scope) : computed ? amountOf(computed, namespace, scope) : count;
  if (most === undefined || total <= most * 1.000001) return;
  const { name: quotaName } = manifest.object.metadata;
  // Who can change something is the author of what the quota has no room for.
  const asking = manifest.isFromSnapshot ? scope.manifests.find((other) => namespaceOf(other) === namespace) : undefined;
  if (asking)
    yield {
      manifest: asking,
      path: "metadata.namespace",
      message: `ResourceQuota ${quotaName} of the cluster allows ${most} ${name}, and the manifests of ${namespace} ask for ${total}`,
    };
  else
    yield {
      manifest,
      path: `spec.hard${/^\w+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`}`,
      message: `allows ${most}, and the manifests of ${namespace} ask for ${total}`,
    };
}

/** Kinds of which a quota may count the objects. */
const countedKinds: Readonly<Record<string, string>> = {
  configmaps: "ConfigMap",
  persistentvolumeclaims: "PersistentVolumeClaim",
  secrets: "Secret",
  services: "Service",
  "cronjobs.batch": "batch/CronJob",
  "deployments.apps": "apps/Deployment",
  "ingresses.networking.k8s.io": "networking.k8s.io/Ingress",
  "jobs.batch": "batch/Job",
  "statefulsets.apps": "apps/StatefulSet",
};

/** Where containers say how much they need of what a quota counts. */
interface Counted {
  readonly list: "requests" | "limits";
  readonly resource: string;
}
const computeResources: Readonly<Record<string, Counted>> = Object.fromEntries([
  ...["cpu", "memory"].map((resource) => [resource, { list: "requests", resource }]),
  ...(["requests", "limits"] as const).flatMap((list) => ["cpu", "memory"].map((resource) => [`${list}.${resource}`, { list, resource }])),
]);

/** Kinds whose pods stay, and whose number is known. */
const lasting = new Set(["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout", "Pod"]);
const replicasOf = ({ manifest }: Pods, scope: Scope) =>
  lasting.has(manifest.object.kind) ? (manifest.object.kind === "Pod" ? 1 : scope.leastPodsOf(manifest)) : 0;

const podsOf = (namespace: string, scope: Scope) => scope.selected(namespace, {}).reduce((sum, pods) => sum + replicasOf(pods, scope), 0);

/** What the pods of a namespace ask for together, as far as their containers say. */
const amountOf = (counted: Counted, namespace: string, scope: Scope) =>
  scope
    .selected(namespace, {})
    .filter(({ spec }) => !spec.resources)
    .reduce((sum, pods) => {
      const running = pods.containers.filter(({ list, container }) => list === "containers" || container.restartPolicy === "Always");
      return sum + replicasOf(pods, scope) * running.reduce((own, { container }) => own + (quantity(needOf(container, counted)) ?? 0), 0);
    }, 0);

/** The server takes a limit for the request too where only the limit is given. */
const needOf = ({ resources: { requests, limits } = {} }: Container, { list, resource }: Counted) =>
  (list === "requests" ? own(requests, resource) : undefined) ?? own(limits, resource);

function* missingAmounts(name: string, manifest: CheckedManifest, scope: Scope): Generator<ManifestIssue> {
  const counted = own(computeResources, name);
  const namespace = namespaceOf(manifest);
  if (!counted || hasDefaults(counted, namespace, scope)) return;
  for (const pods of scope.selected(namespace, {}))
    for (const { container, path } of pods.spec.resources || pods.manifest.object.kind === "PodTemplate" ? [] : pods.containers)
      if (needOf(container, counted) === undefined)
        yield {
          manifest: pods.manifest,
          path: `${path}.resources.${counted.list}`,
          message: `the container "${container.name}" must say its ${counted.list}.${counted.resource}: ResourceQuota ${manifest.object.metadata.name} counts it`,
          fix: `Set resources.${counted.list}.${counted.resource}, or a default in a LimitRange of ${shownValue(namespace)}.`,
        };
}

/** Whether a LimitRange gives containers of the namespace what they don't say. */
const hasDefaults = ({ resource }: Counted, namespace: string, scope: Scope) =>
  scope
    .ofKind("LimitRange")
    .some(
      (range) =>
        namespaceOf(range) === namespace &&
        range.object.spec?.limits?.some((item) =>
          [item.default, item.defaultRequest, item.max, item.min].some((amounts) => own(amounts, resource) !== undefined),
        ),
    );
