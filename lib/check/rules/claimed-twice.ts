import { isEmptySelector } from "../../kubernetes/index.ts";
import { describeObject } from "../../manifest/index.ts";
import { autoscalersOf } from "../autoscalers.ts";
import { type Claim, contested } from "../claims.ts";
import { yaml } from "../example.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, placedIdentityOf, type Scope } from "../scope.ts";

export const scaledTwice = rule({
  id: "rollout/scaled-twice",
  severity: "error",
  severityInPart: "warning",
  why: "Two autoscalers of one workload set its number of pods in turn, or stop with AmbiguousSelector: KEDA makes a HorizontalPodAutoscaler of each ScaledObject.",
  fix: "Keep one, and give it the metrics or triggers of both.",
  source: "https://keda.sh/docs/latest/faq/",
  bad: yaml`
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: a, namespace: shop }
    spec: { maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a } }
    ---
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: { name: a, namespace: shop }
    spec: { scaleTargetRef: { name: a } }
  `,
  good: yaml`
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: a, namespace: shop }
    spec: { maxReplicas: 5, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a } }
    ---
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: { name: b, namespace: shop }
    spec: { scaleTargetRef: { name: b } }
  `,
  *check(scope) {
    const claims = autoscalersOf(scope).map(({ manifest, namespace, group, kind, name }) => ({
      manifest,
      key: [namespace, group, kind, name].join("/"),
      path: "spec.scaleTargetRef",
      target: `${kind} ${name}`,
    }));
    for (const [{ manifest, path, target }, first] of contested(claims))
      yield { manifest, path, message: `${describeObject(first.manifest.object)} scales the ${target} too` };
  },
});

export const budgetedTwice = rule({
  id: "rollout/budgeted-twice",
  severity: "error",
  severityInPart: "warning",
  why: "The API server evicts no pod that has two PodDisruptionBudgets: it answers 500, and a node with the pod is never drained.",
  fix: "Keep one of the budgets, or give them selectors that share no pod.",
  source: "https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/#how-api-initiated-eviction-works",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop, labels: { app: a } }
    spec: { containers: [{ name: a, image: a:1 }] }
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: { name: a, namespace: shop }
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: a } } }
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: { name: all, namespace: shop }
    spec: { maxUnavailable: 1, selector: {} }
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop, labels: { app: a } }
    spec: { containers: [{ name: a, image: a:1 }] }
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: { name: a, namespace: shop }
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: a } } }
  `,
  *check(scope) {
    const reported = new Set<CheckedManifest>();
    for (const [{ manifest, path, pods }, first] of contested(budgetClaims(scope))) {
      if (reported.has(manifest)) continue;
      reported.add(manifest);
      yield { manifest, path, message: `${describeObject(first.manifest.object)} selects the pods of ${pods} too` };
    }
  },
});

/** Each workload of each budget. Pods of Jobs come and go, and are evicted all the same. */
const budgetClaims = (scope: Scope) =>
  scope.ofKind("policy/PodDisruptionBudget").flatMap((manifest) => {
    const { selector } = manifest.object.spec ?? {};
    const pods = selector ? scope.selected(namespaceOf(manifest), selector) : [];
    return pods.map(({ manifest: { object, ...place } }) => ({
      manifest,
      key: placedIdentityOf({ object, ...place }),
      path: selector && isEmptySelector(selector) ? "spec" : "spec.selector",
      pods: `${object.kind} ${object.metadata.name}`,
    }));
  });

/** An annotation by which a class is the one of those that name none. */
const defaults = {
  "storage.k8s.io/StorageClass": "storageclass.kubernetes.io/is-default-class",
  "networking.k8s.io/IngressClass": "ingressclass.kubernetes.io/is-default-class",
} as const;

export const defaultTwice = rule({
  id: "references/default-twice",
  severity: "warning",
  why: "Of two default classes the cluster takes the newest, or refuses objects that name none: which one a volume or Ingress gets depends on the order in which they were created.",
  fix: "Mark one class as the default.",
  source: "https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass",
  bad: yaml`
    apiVersion: networking.k8s.io/v1
    kind: IngressClass
    metadata: { name: a, annotations: { ingressclass.kubernetes.io/is-default-class: "true" } }
    spec: { controller: example.com/a }
    ---
    apiVersion: networking.k8s.io/v1
    kind: IngressClass
    metadata: { name: b, annotations: { ingressclass.kubernetes.io/is-default-class: "true" } }
    spec: { controller: example.com/b }
  `,
  good: yaml`
    apiVersion: networking.k8s.io/v1
    kind: IngressClass
    metadata: { name: a, annotations: { ingressclass.kubernetes.io/is-default-class: "true" } }
    spec: { controller: example.com/a }
    ---
    apiVersion: networking.k8s.io/v1
    kind: IngressClass
    metadata: { name: b }
    spec: { controller: example.com/b }
  `,
  *check(scope) {
    for (const [kind, annotation] of Object.entries(defaults)) {
      const claims = scope
        .ofCustomKind(kind)
        .filter(({ object }) => object.metadata.annotations?.[annotation] === "true")
        .map((manifest): Claim => ({ manifest, key: kind, path: `metadata.annotations["${annotation}"]` }));
      for (const [{ manifest, path }, first] of contested(claims)) yield tooManyDefaults(manifest, path, first);
    }
    const priorities = scope
      .ofKind("scheduling.k8s.io/PriorityClass")
      .filter(({ object }) => object.globalDefault === true)
      .map((manifest): Claim => ({ manifest, key: "PriorityClass", path: "globalDefault" }));
    // The API server refuses the second of these.
    for (const [{ manifest, path }, first] of contested(priorities)) yield { ...tooManyDefaults(manifest, path, first), severity: "error" };
  },
});

const tooManyDefaults = (manifest: CheckedManifest, path: string, first: Claim): ManifestIssue => ({
  manifest,
  path,
  message: `${describeObject(first.manifest.object)} is the default too`,
});

export const nodePortTwice = rule({
  id: "schema/node-port-twice",
  severity: "error",
  severityInPart: "warning",
  why: "A node port belongs to one Service: the API server refuses the second one that asks for it.",
  fix: "Choose another port, or leave nodePort out so that the cluster chooses one.",
  source: "https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport",
  bad: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { type: NodePort, selector: { app: a }, ports: [{ port: 80, nodePort: 30080 }] }
    ---
    apiVersion: v1
    kind: Service
    metadata: { name: b, namespace: shop }
    spec: { type: NodePort, selector: { app: b }, ports: [{ port: 80, nodePort: 30080 }] }
  `,
  good: yaml`
    apiVersion: v1
    kind: Service
    metadata: { name: a, namespace: shop }
    spec: { type: NodePort, selector: { app: a }, ports: [{ port: 80, nodePort: 30080 }] }
    ---
    apiVersion: v1
    kind: Service
    metadata: { name: b, namespace: shop }
    spec: { type: NodePort, selector: { app: b }, ports: [{ port: 80, nodePort: 30081 }] }
  `,
  *check(scope) {
    const claims = scope
      .ofKind("Service")
      .flatMap((manifest) =>
        (manifest.object.spec?.ports ?? []).flatMap(({ nodePort }, index): Claim[] =>
          nodePort ? [{ manifest, key: String(nodePort), path: `spec.ports[${index}].nodePort` }] : [],
        ),
      );
    for (const [{ manifest, path, key }, first] of contested(claims))
      yield { manifest, path, message: `${describeObject(first.manifest.object)} has the node port ${key}` };
  },
});
