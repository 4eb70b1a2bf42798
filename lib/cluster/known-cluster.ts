import type { KindSchemas, ServedKinds } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { objectsOf } from "./objects.ts";
import { readSnapshot } from "./read.ts";
import type { ClusterSnapshot, RolloutState } from "./snapshot.ts";

/** What is known of a cluster that manifests are for. */
export interface KnownCluster {
  /** The snapshot's file, as findings name it. */
  readonly file: string;
  /** Minor version, as 1.34. */
  readonly kubernetes: string;
  /** What is there beside the manifests. */
  readonly objects: readonly KubernetesObject[];
  /** Kinds, as `networking.k8s.io/IngressClass`, of which every object is known, so that one that isn't among the objects isn't in the cluster. */
  readonly listedKinds: ReadonlySet<string>;
  readonly served: ServedKinds;
  /** Rollouts that aren't done, by namespace and name, as `shop/web`. */
  readonly rollouts: ReadonlyMap<string, RolloutState>;
  /** Schemas of custom resources. */
  readonly schemas: KindSchemas;
}

/** Kinds that a snapshot lists, with their group but for the core one, by how RBAC calls their resource. */
const resources: Readonly<Record<string, string>> = {
  configmaps: "ConfigMap",
  namespaces: "Namespace",
  secrets: "Secret",
  serviceaccounts: "ServiceAccount",
  services: "Service",
  "clusterissuers.cert-manager.io": "cert-manager.io/ClusterIssuer",
  "issuers.cert-manager.io": "cert-manager.io/Issuer",
  "clustersecretstores.external-secrets.io": "external-secrets.io/ClusterSecretStore",
  "secretstores.external-secrets.io": "external-secrets.io/SecretStore",
  "gateways.gateway.networking.k8s.io": "gateway.networking.k8s.io/Gateway",
  "ingressclasses.networking.k8s.io": "networking.k8s.io/IngressClass",
  "priorityclasses.scheduling.k8s.io": "scheduling.k8s.io/PriorityClass",
  "runtimeclasses.node.k8s.io": "node.k8s.io/RuntimeClass",
  "storageclasses.storage.k8s.io": "storage.k8s.io/StorageClass",
};

let last: { readonly text: string; readonly cluster: KnownCluster } | undefined;

/**
 * What a snapshot says of its cluster. The last one is kept: environments share theirs, and a process that renders again reads it again.
 * @param file path of the snapshot
 * @throws InputError with everything that is wrong with it
 */
export function knownCluster(text: string, file: string): KnownCluster {
  if (last?.text !== text || last.cluster.file !== file) {
    const { snapshot, schemas } = readSnapshot(text, file);
    last = { text, cluster: { ...clusterOf(snapshot, file), schemas } };
  }
  return last.cluster;
}

function clusterOf(snapshot: ClusterSnapshot, file: string): Omit<KnownCluster, "schemas"> {
  const { kubernetes, notAllowed = [], notAnswered = [], apiResources } = snapshot;
  const scopes = Object.entries(apiResources).flatMap(([apiVersion, { cluster = [], namespaced = [] }]) => [
    ...cluster.map((kind) => [`${apiVersion}/${kind}`, "Cluster"] as const),
    ...namespaced.map((kind) => [`${apiVersion}/${kind}`, "Namespaced"] as const),
  ]);
  const unknown = new Set(notAllowed);
  return {
    file,
    kubernetes,
    objects: objectsOf(snapshot),
    listedKinds: new Set(Object.entries(resources).flatMap(([resource, kind]) => (unknown.has(resource) ? [] : [kind]))),
    rollouts: new Map(
      Object.entries(snapshot.namespaces).flatMap(([namespace, { rollouts = {} }]) =>
        Object.entries(rollouts).map(([name, state]) => [`${namespace}/${name}`, state] as const),
      ),
    ),
    served: { source: file, version: kubernetes, scopes: new Map(scopes), unknown: new Set(notAnswered) },
  };
}
