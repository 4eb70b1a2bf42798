import { own } from "../outside/index.ts";
import { knownVersions, kubernetesSchemas } from "./schema/load.ts";

/** Resources that no kind of the API stands for: subjects that an account may impersonate, and signers of certificates. */
const withoutKind: Readonly<Record<string, readonly string[]>> = {
  "": ["users", "groups", "userextras", "uids"],
  "certificates.k8s.io": ["signers"],
};

/** Groups whose resources all come with Kubernetes; of others, and of those that ended long ago, no more is known than their names. */
const completeGroups = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
]);

/** Resources that older versions had. */
const removed: Readonly<Record<string, readonly string[]>> = { policy: ["podsecuritypolicies"] };
const status = ["status", "finalizers"];
/** Subresources beside `status` and `finalizers`, which an owner's dependents need: https://kubernetes.io/docs/reference/kubernetes-api/ */
const subresources: Readonly<Record<string, readonly string[]>> = {
  pods: ["attach", "binding", "ephemeralcontainers", "eviction", "exec", "log", "portforward", "proxy", "resize"],
  services: ["proxy"],
  serviceaccounts: ["token"],
  namespaces: ["finalize"],
  certificatesigningrequests: ["approval"],
  nodes: ["proxy", "metrics", "stats", "log", "spec", "checkpoint", "configz", "healthz", "pods"],
  deployments: ["scale", "rollback"],
  replicasets: ["scale"],
  statefulsets: ["scale"],
  replicationcontrollers: ["scale"],
};

let byGroup: ReadonlyMap<string, ReadonlySet<string>> | undefined;

/** The resources of a group by the names that RBAC knows them by, in any version there is data for; undefined where they aren't all known. */
export function resourcesOfGroup(group: string): ReadonlySet<string> | undefined {
  if (!completeGroups.has(group)) return undefined;
  byGroup ??= read();
  return byGroup.get(group);
}

/** The complete groups that have a resource. */
export const groupsOfResource = (resource: string): string[] =>
  [...completeGroups].filter((group) => resourcesOfGroup(group)?.has(resource)).sort();

/** The subresources of a resource. */
export const subresourcesOf = (resource: string): readonly string[] => [...status, ...(own(subresources, resource) ?? [])];

function read(): ReadonlyMap<string, ReadonlySet<string>> {
  const groups = new Map(
    [...completeGroups].map((group) => [group, new Set([...(own(withoutKind, group) ?? []), ...(own(removed, group) ?? [])])]),
  );
  for (const version of knownVersions())
    for (const key of Object.keys(kubernetesSchemas(version).kinds)) {
      const parts = key.split("/");
      const kind = parts.at(-1) ?? "";
      if (!kind.endsWith("List")) groups.get(parts.length === 3 ? (parts[0] ?? "") : "")?.add(plural(kind));
    }
  return groups;
}

/** The resource of a kind, as `networkpolicies` of NetworkPolicy. */
function plural(kind: string): string {
  const name = kind.toLowerCase();
  if (name === "endpoints") return name;
  if (name.endsWith("y")) return `${name.slice(0, -1)}ies`;
  return name.endsWith("s") ? `${name}es` : `${name}s`;
}

/** Whether objects of a resource that comes with Kubernetes have no namespace. */
export const isClusterScopedResource = (group: string, resource: string) =>
  resourcesOfGroup(group)?.has(resource) === true && (own(clusterScoped, group)?.includes(resource) ?? false);

/** https://kubernetes.io/docs/reference/kubernetes-api/ */
const clusterScoped: Readonly<Record<string, readonly string[]>> = {
  "": ["nodes", "namespaces", "persistentvolumes"],
  "admissionregistration.k8s.io": ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
  "apiextensions.k8s.io": ["customresourcedefinitions"],
  "networking.k8s.io": ["ingressclasses"],
  "node.k8s.io": ["runtimeclasses"],
  "rbac.authorization.k8s.io": ["clusterroles", "clusterrolebindings"],
  "scheduling.k8s.io": ["priorityclasses"],
  "storage.k8s.io": ["storageclasses", "csidrivers", "csinodes", "volumeattachments"],
};
