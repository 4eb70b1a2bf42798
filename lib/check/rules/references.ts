import { isEmptySelector, type ObjectOf, type Selector } from "../../kubernetes/index.ts";
import { groupOf } from "../../manifest/index.ts";
import { slipOf } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, inNamespace, namespaceOf, type Scope } from "../scope.ts";
import { missing, missingPods } from "./missing.ts";

export const scaleTarget = rule({
  id: "references/scale-target",
  severity: "error",
  why: "An autoscaler without its target scales nothing, and only its own status shows it.",
  fix: "Name its workload, with apiVersion and kind.",
  source: "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
  bad: yaml`
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: a, namespace: shop }
    spec:
      maxReplicas: 2
      scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: nobody }
  `,
  good: yaml`
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: a, namespace: shop }
    spec:
      maxReplicas: 2
      scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: nobody }
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: nobody, namespace: shop }
    spec:
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("autoscaling/HorizontalPodAutoscaler")) {
      const { scaleTargetRef } = manifest.object.spec ?? {};
      const { apiVersion = "", kind = "", name = "" } = scaleTargetRef ?? {};
      const group = groupOf({ apiVersion });
      if (scope.has(kind, namespaceOf(manifest), name, group)) continue;
      const namespace = namespaceOf(manifest);
      const kinds = otherwise(scope, { group, kind, namespace, name });
      if (kinds === undefined && !isKnownTarget(group, kind)) continue;
      yield {
        manifest,
        path: "spec.scaleTargetRef",
        message: `there is no ${kind} "${name}"${inNamespace(manifest)}`,
        ...(kinds ?? missing({ kind, namespace, name, candidates: scope.namesOf(kind, namespace, group) })),
      };
    }
  },
});

interface ScaleTarget {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What to do where the name is that of another kind's object, or of one in another group. */
function otherwise(scope: Scope, { group, kind, namespace, name }: ScaleTarget): { readonly fix: string } | undefined {
  if (group !== "apps" && scope.has(kind, namespace, name, "apps")) return { fix: "Its apiVersion is apps/v1." };
  return group === "apps" && scope.has("Rollout", namespace, name, "argoproj.io")
    ? { fix: "A Rollout has that name: set apiVersion: argoproj.io/v1alpha1 and kind: Rollout." }
    : undefined;
}

const isKnownTarget = (group: string, kind: string) => group === "apps" || group === "" || (group === "argoproj.io" && kind === "Rollout");

export const selectsSomething = rule({
  id: "references/pod-selector",
  severity: "warning",
  why: "A disruption budget or network policy that selects no pod protects nothing, and nothing reports it.",
  fix: "Give it the labels of the pods it is for.",
  source: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
  bad: yaml`
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: { name: a, namespace: shop }
    spec:
      maxUnavailable: 1
      selector: { matchLabels: { app: nobody } }
  `,
  good: yaml`
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: { name: a, namespace: shop }
    spec:
      maxUnavailable: 1
      selector: { matchLabels: { app: nobody } }
    ---
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop, labels: { app: nobody } }
    spec: { containers: [{ name: a, image: a:1 }] }
  `,
  *check(scope) {
    const selecting = [
      ...scope
        .ofKind("policy/PodDisruptionBudget")
        .map((manifest) => ({ manifest, path: "spec.selector", selector: manifest.object.spec?.selector })),
      ...scope
        .ofKind("networking.k8s.io/NetworkPolicy")
        .map((manifest) => ({ manifest, path: "spec.podSelector", selector: manifest.object.spec?.podSelector })),
    ];
    for (const manifest of scope.ofKind("policy/PodDisruptionBudget"))
      if (!manifest.object.spec?.selector)
        yield { manifest, path: "spec.selector", message: "is missing, and a budget without one selects no pod" };
    for (const { manifest, path, selector } of selecting)
      if (selector && !isEmptySelector(selector) && isSelectingNothing(scope, namespaceOf(manifest), selector))
        yield { manifest, path, message: `selects no pod${inNamespace(manifest)}`, missing: missingPods(manifest, selector.matchLabels) };
  },
});

const isSelectingNothing = (scope: Scope, namespace: string, selector: Selector) =>
  scope.selected(namespace, selector).length === 0 && !scope.mayRun(namespace, selector);

/** Namespaces every cluster has. */
const givenNamespaces = new Set(["default", "kube-system", "kube-public", "kube-node-lease"]);

export const namespace = rule({
  id: "references/namespace",
  severity: "warning",
  why: "Objects of a namespace that doesn't exist are refused, unless something else creates it first.",
  fix: "Add a manifest of the namespace, or waive the finding where something else creates it.",
  source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
  bad: yaml`
    apiVersion: v1
    kind: Namespace
    metadata: { name: shop }
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shpo }
  `,
  good: yaml`
    apiVersion: v1
    kind: Namespace
    metadata: { name: shop }
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: { name: a, namespace: shop }
  `,
  *check(scope) {
    const created = scope.ofKind("Namespace").map(({ object }) => object.metadata.name);
    // Where no namespace is created at all, something else makes them.
    if (created.length === 0) return;
    const known = new Set([...created, ...givenNamespaces]);
    const reported = new Set<string>();
    for (const manifest of scope.manifests) {
      const name = manifest.object.metadata.namespace;
      if (!name || known.has(name) || manifest.app === "argocd" || reported.has(name)) continue;
      reported.add(name);
      yield {
        manifest,
        path: "metadata.namespace",
        message: `nothing creates the namespace "${name}"`,
        ...missing({ kind: "Namespace", namespace: "", name, candidates: created }),
      };
    }
  },
});

export const roleReference = rule({
  id: "references/role",
  severity: "warning",
  why: "A binding to a role or account that doesn't exist grants nothing, and nothing reports it.",
  fix: "Create the role or account, or correct the name.",
  source: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding",
  bad: yaml`
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: { name: a, namespace: shop }
    roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: nobody }
    subjects: []
  `,
  good: yaml`
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: { name: a, namespace: shop }
    roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: nobody }
    subjects: []
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: { name: nobody, namespace: shop }
    rules: []
  `,
  *check(scope) {
    for (const kind of ["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"] as const)
      for (const manifest of scope.ofKind(kind)) yield* bindingIssues(manifest, scope);
  },
});

function* bindingIssues(
  manifest: CheckedManifest<ObjectOf<"rbac.authorization.k8s.io/RoleBinding">>,
  scope: Scope,
): Generator<ManifestIssue> {
  const group = "rbac.authorization.k8s.io";
  const { roleRef, subjects = [] } = manifest.object;
  const own = namespaceOf(manifest);
  // Clusters bring ClusterRoles of their own, so that of one only a near miss is known.
  const roles = roleRef?.kind === "ClusterRole" ? scope.namesOf("ClusterRole", "", group) : [];
  const meant =
    roleRef?.name && ![...roles, ...givenRoles].includes(roleRef.name) ? slipOf(roleRef.name, [...roles, ...givenRoles]) : undefined;
  if (meant) {
    const message = `there is no ClusterRole "${roleRef?.name}"`;
    yield { manifest, path: "roleRef.name", message, fix: `Did you mean "${meant}"?` };
  }
  if (roleRef?.kind === "Role" && roleRef.name && !scope.has("Role", own, roleRef.name, group))
    yield {
      manifest,
      path: "roleRef.name",
      message: `there is no Role "${roleRef.name}"${inNamespace(manifest)}`,
      ...missing({ kind: "Role", namespace: own, name: roleRef.name, candidates: scope.namesOf("Role", own, group) }),
    };
  for (const [index, { kind, name = "", namespace = own }] of subjects.entries()) {
    const accounts = scope.namesOf("ServiceAccount", namespace);
    // Controllers of the cluster have accounts of their own.
    const isKnown = name === "default" || namespace === "kube-system" || scope.has("ServiceAccount", namespace, name);
    if (kind === "ServiceAccount" && !isKnown)
      yield {
        manifest,
        path: `subjects[${index}].name`,
        message: `there is no ServiceAccount "${name}"${namespace === own ? inNamespace(manifest) : ` in ${namespace}`}`,
        ...missing({ kind: "ServiceAccount", namespace, name, candidates: accounts }),
      };
  }
}

/** ClusterRoles of every cluster: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles */
const givenRoles = ["admin", "cluster-admin", "edit", "view"];
