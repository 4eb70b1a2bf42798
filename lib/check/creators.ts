import type { ObjectOf } from "../kubernetes/index.ts";
import { selects } from "../kubernetes/index.ts";
import { describeObject, groupBy, groupOf, type KubernetesObject } from "../manifest/index.ts";
import { isRecord, own } from "../outside/index.ts";
import type { MissingObject } from "./missing.ts";
import { itemsOf, membersOf, sourcesOf, textOf, textsOf } from "./read.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "./scope.ts";

/** Where a custom resource may have something made: in its own namespace, in one that it names, in all, or nowhere. */
type Reach = (object: KubernetesObject, scope: Scope) => string | "*" | undefined;

const nowhere: Reach = () => undefined;
const anywhere: Reach = () => "*";
const ownNamespace: Reach = ({ metadata }) => metadata.namespace ?? "*";

/** Groups whose kinds configure something and have no objects made that manifests refer to, with the exceptions among them. */
const configuring: Readonly<Record<string, Readonly<Record<string, Reach>>>> = {
  "apps.open-cluster-management.io": {},
  "argoproj.io": {
    // https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/
    Application: (object, scope) => applicationReach(object, scope),
    ApplicationSet: anywhere,
    Workflow: ownNamespace,
    CronWorkflow: ownNamespace,
    EventBus: ownNamespace,
    EventSource: ownNamespace,
    Sensor: ownNamespace,
    ArgoCD: ownNamespace,
    RolloutManager: ownNamespace,
  },
  "autoscaling.k8s.io": {},
  "bitnami.com": {},
  "cert-manager.io": {},
  "cilium.io": {},
  "crd.projectcalico.org": {},
  "external-secrets.io": { ClusterExternalSecret: anywhere },
  "gateway.networking.k8s.io": { Gateway: ownNamespace },
  // https://fluxcd.io/flux/components/helm/helmreleases/#target-namespace
  "helm.toolkit.fluxcd.io": { HelmRelease: ({ spec, metadata }) => textIn(spec, "targetNamespace") ?? metadata.namespace ?? "*" },
  "image.toolkit.fluxcd.io": {},
  "karpenter.sh": {},
  "keda.sh": { ScaledJob: ownNamespace },
  // https://fluxcd.io/flux/components/kustomize/kustomizations/#target-namespace
  "kustomize.toolkit.fluxcd.io": { Kustomization: ({ spec }) => textIn(spec, "targetNamespace") ?? "*" },
  "kyverno.io": {
    ClusterPolicy: (object) => (generates(object) ? "*" : undefined),
    Policy: (object) => (generates(object) ? "*" : undefined),
  },
  "metallb.io": {},
  "monitoring.coreos.com": {
    Alertmanager: ownNamespace,
    Prometheus: ownNamespace,
    PrometheusAgent: ownNamespace,
    ThanosRuler: ownNamespace,
  },
  "networking.istio.io": {},
  "notification.toolkit.fluxcd.io": {},
  "operators.coreos.com": { Subscription: anywhere, CatalogSource: ownNamespace, ClusterServiceVersion: ownNamespace },
  "policy.networking.k8s.io": {},
  "projectcontour.io": {},
  "security.istio.io": {},
  "snapshot.storage.k8s.io": {},
  "source.toolkit.fluxcd.io": {},
  "telemetry.istio.io": {},
  "traefik.containo.us": {},
  "traefik.io": {},
};

/** Kinds that bring pods, and Services and accounts for them, and neither Secrets nor ConfigMaps that others read. */
const podCreators = new Set([
  "argoproj.io/CronWorkflow",
  "argoproj.io/EventSource",
  "argoproj.io/Sensor",
  "argoproj.io/Workflow",
  "gateway.networking.k8s.io/Gateway",
  "keda.sh/ScaledJob",
]);
const ofPods = new Set(["Pod", "Service", "ServiceAccount", "Deployment"]);

/** Kinds of other groups that run pods by a template whose labels they keep, so that a selector can be held against it. */
const templates = new Set([
  "apps.kruise.io/CloneSet",
  "apps.kruise.io/StatefulSet",
  "apps.kruise.io/DaemonSet",
  "apps.openshift.io/DeploymentConfig",
]);

/** Groups of Kubernetes itself: what their kinds make is known to the rules. */
const isOfKubernetes = (group: string) => !group.includes(".") || (group.endsWith(".k8s.io") && own(configuring, group) === undefined);

/** An Application whose folder is checked too adds nothing that isn't there; any other one may bring whatever is missing where it goes. */
function applicationReach({ spec }: KubernetesObject, scope: Scope): string | undefined {
  const sources = sourcesOf(spec);
  const { folders } = scope.environment;
  const isHere = sources.length > 0 && sources.every((source) => typeof source.path === "string" && (folders?.has(source.path) ?? false));
  return isHere ? undefined : (textIn(membersOf(spec).destination, "namespace") ?? "*");
}

const textIn = (value: unknown, key: string): string | undefined => textOf(own(membersOf(value), key)) || undefined;

function generates({ spec }: KubernetesObject): boolean {
  return itemsOf(own(membersOf(spec), "rules")).some((rule) => membersOf(rule).generate !== undefined);
}

/** What may have objects made that aren't among the manifests. */
export interface Creators {
  /** What may make a missing object, in words; undefined where nothing does. What asks for an object doesn't make it. */
  of(missing: MissingObject, asking: CheckedManifest): string | undefined;
}

const known = new WeakMap<Scope, Creators>();

/** The creators among an environment's manifests; found once for each scope. */
export function creatorsIn(scope: Scope): Creators {
  const found = known.get(scope) ?? read(scope);
  known.set(scope, found);
  return found;
}

interface Creator {
  /** The custom resource itself. */
  readonly manifest?: CheckedManifest;
  readonly words: string;
  /** A namespace, or * for all. */
  readonly namespace: string;
  creates(missing: MissingObject): boolean;
}

function read(scope: Scope): Creators {
  const byNamespace = groupBy([...customCreators(scope), ...accountCreators(scope)], ({ namespace }) => namespace);
  const inNamespace = (namespace: string) => byNamespace.get(namespace) ?? [];
  return {
    of: (missing, asking) =>
      [...inNamespace("*"), ...inNamespace(missing.namespace)].find(({ manifest, creates }) => manifest !== asking && creates(missing))
        ?.words,
  };
}

/** Custom resources: those of a kind that is known to make nothing aside, they may have anything made. */
function customCreators(scope: Scope): Creator[] {
  return [...scope.manifests, ...scope.unsound].flatMap((manifest): Creator[] => {
    const group = groupOf(manifest.object);
    if (isOfKubernetes(group)) return [];
    const { namespace: _written, ...metadata } = manifest.object.metadata;
    const placed = namespaceOf(manifest);
    const object: KubernetesObject = { ...manifest.object, metadata: { ...metadata, ...(placed ? { namespace: placed } : {}) } };
    const reach = own(configuring, group) ? (own(own(configuring, group) ?? {}, object.kind) ?? nowhere) : ownNamespace;
    const namespace = reach(object, scope);
    if (namespace === undefined) return [];
    const kindName = `${group}/${object.kind}`;
    const labels = templates.has(kindName) ? templateLabels(object) : undefined;
    const createsKind = (kind: string) => (podCreators.has(kindName) ? ofPods.has(kind) : kind !== "Namespace");
    return [
      {
        manifest,
        words: describeObject(manifest.object),
        namespace,
        creates: ({ kind, name }) => {
          if (labels !== undefined) return kind === "Pod" && selectsLabels(name, labels);
          return createsKind(kind) && (object.kind !== "Gateway" || kind === "Pod" || name.startsWith(object.metadata.name));
        },
      },
    ];
  });
}

function templateLabels({ spec }: KubernetesObject): Readonly<Record<string, string>> | undefined {
  const { labels } = membersOf(membersOf(membersOf(spec).template).metadata);
  return isRecord(labels) ? textsOf(labels) : undefined;
}

/** A selector of a Service is written as JSON where it stands for a name. */
function selectsLabels(selector: string, labels: Readonly<Record<string, string>>): boolean {
  try {
    return selects({ matchLabels: JSON.parse(selector) as Readonly<Record<string, string>> }, labels);
  } catch {
    return true;
  }
}

type Role = ObjectOf<"rbac.authorization.k8s.io/Role">;
type Binding = ObjectOf<"rbac.authorization.k8s.io/RoleBinding">;
const rbac = "rbac.authorization.k8s.io";

/** Resources, as `group/resource`, by the missing kind that whoever may create them can bring. */
const resourcesOf: Readonly<Record<string, readonly string[]>> = {
  Secret: ["/secrets"],
  ConfigMap: ["/configmaps"],
  Service: ["/services"],
  ServiceAccount: ["/serviceaccounts"],
  PersistentVolumeClaim: ["/persistentvolumeclaims"],
  Pod: ["/pods", "apps/deployments", "apps/statefulsets", "apps/daemonsets", "apps/replicasets", "batch/jobs"],
  Role: [`${rbac}/roles`],
};
const allResources = Object.values(resourcesOf).flat();

/** ClusterRoles of every cluster that may create all this: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles */
const broadRoles = new Set(["admin", "cluster-admin", "edit"]);

/** Pods whose account may create objects, by roles and bindings among the manifests: a controller, or a Job that draws a Secret. */
function accountCreators(scope: Scope): Creator[] {
  const running = new Map(
    scope.pods.map(({ manifest, namespace, spec }) => [`${namespace}/${spec.serviceAccountName ?? "default"}`, manifest.object]),
  );
  return [...scope.ofKind(`${rbac}/RoleBinding`), ...scope.ofKind(`${rbac}/ClusterRoleBinding`)].flatMap((binding): Creator[] => {
    const runner = subjectsOf(binding).flatMap((account) => running.get(account) ?? [])[0];
    if (!runner) return [];
    const created = createdBy(scope, binding);
    return created.size === 0
      ? []
      : [
          {
            words: describeObject(runner),
            namespace: namespaceOf(binding) || "*",
            creates: ({ kind }) => (own(resourcesOf, kind) ?? []).some((resource) => created.has(resource)),
          },
        ];
  });
}

/** The ServiceAccounts a binding is for, as namespace/name. */
const subjectsOf = (binding: CheckedManifest<Binding>): string[] =>
  (binding.object.subjects ?? []).flatMap(({ kind, name, namespace = namespaceOf(binding) }) =>
    kind === "ServiceAccount" ? [`${namespace}/${name}`] : [],
  );

/** Of the resources that count, those that a binding's role may create. */
function createdBy(scope: Scope, binding: CheckedManifest<Binding>): ReadonlySet<string> {
  const { kind, name = "" } = binding.object.roleRef ?? {};
  const role: CheckedManifest<Role> | undefined =
    kind === "ClusterRole" ? scope.find(`${rbac}/ClusterRole`, "", name) : scope.find(`${rbac}/Role`, namespaceOf(binding), name);
  if (!role) return new Set(kind === "ClusterRole" && broadRoles.has(name) ? allResources : []);
  const creating = (role.object.rules ?? []).filter(({ verbs }) => verbs?.some((verb) => verb === "create" || verb === "*"));
  return new Set(allResources.filter((resource) => creating.some((rule) => isAbout(rule, resource))));
}

/** Whether a rule is about a resource, given as `group/resource`. */
function isAbout({ apiGroups = [], resources = [] }: NonNullable<Role["rules"]>[number], resource: string): boolean {
  const [group = "", name = ""] = resource.split("/");
  return (apiGroups.includes(group) || apiGroups.includes("*")) && (resources.includes(name) || resources.includes("*"));
}
