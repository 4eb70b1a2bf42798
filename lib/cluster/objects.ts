import type { KubernetesObject } from "../manifest/index.ts";
import type { ClusterSnapshot, SnapshotNamespace } from "./snapshot.ts";

/** The objects that a snapshot knows, with what it knows of each: a Secret has no data, and a ConfigMap has keys with empty values. */
export function objectsOf(snapshot: ClusterSnapshot): KubernetesObject[] {
  const { namespaces, classes = {}, policies = [], webhooks = [] } = snapshot;
  return [
    ...Object.entries(namespaces).flatMap(([name, namespace]) => [namespaceOf(name, namespace), ...objectsIn(name, namespace)]),
    ...Object.entries(classes).flatMap(([kind, named]) =>
      Object.entries(named ?? {}).map(([name, members]) =>
        object(`${classGroups[kind as keyof typeof classGroups]}/v1`, kind, "", name, members),
      ),
    ),
    ...(snapshot.clusterIssuers ?? []).map((name) => object("cert-manager.io/v1", "ClusterIssuer", "", name)),
    ...(snapshot.clusterSecretStores ?? []).map((name) => object("external-secrets.io/v1", "ClusterSecretStore", "", name)),
    ...policies.map(({ apiVersion, kind, name, spec }) => object(apiVersion, kind, "", name, { spec })),
    ...webhooks.map(({ kind, name, webhooks: rules }) => object("admissionregistration.k8s.io/v1", kind, "", name, { webhooks: rules })),
  ];
}

const classGroups = {
  GatewayClass: "gateway.networking.k8s.io",
  IngressClass: "networking.k8s.io",
  PriorityClass: "scheduling.k8s.io",
  RuntimeClass: "node.k8s.io",
  StorageClass: "storage.k8s.io",
} as const;

type Members = Readonly<Record<string, unknown>>;

/** Members that say what an object is are never a snapshot's own. */
const object = (apiVersion: string, kind: string, namespace: string, name: string, members: Members = {}): KubernetesObject => ({
  ...members,
  apiVersion,
  kind,
  metadata: { name, ...(namespace ? { namespace } : {}) },
});

const namespaceOf = (name: string, { labels = {} }: SnapshotNamespace): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { ...labels, "kubernetes.io/metadata.name": name } },
});

function objectsIn(namespace: string, held: SnapshotNamespace): KubernetesObject[] {
  const each = <Value>(
    named: Readonly<Record<string, Value>> | undefined,
    apiVersion: string,
    kind: string,
    membersOf: (value: Value) => Members,
  ) => Object.entries(named ?? {}).map(([name, value]) => object(apiVersion, kind, namespace, name, membersOf(value)));
  const names = (listed: readonly string[] | undefined, apiVersion: string, kind: string) =>
    (listed ?? []).map((name) => object(apiVersion, kind, namespace, name));
  return [
    ...each(held.secrets, "v1", "Secret", (type) => ({ type })),
    ...each(held.configMaps, "v1", "ConfigMap", (keys) => ({ data: Object.fromEntries(keys.map((key) => [key, ""])) })),
    ...names(held.serviceAccounts, "v1", "ServiceAccount"),
    ...each(held.services, "v1", "Service", serviceOf),
    ...each(held.resourceQuotas, "v1", "ResourceQuota", (spec) => ({ spec })),
    ...each(held.limitRanges, "v1", "LimitRange", (spec) => ({ spec })),
    ...each(held.gateways, "gateway.networking.k8s.io/v1", "Gateway", (spec) => ({ spec })),
    ...names(held.issuers, "cert-manager.io/v1", "Issuer"),
    ...names(held.secretStores, "external-secrets.io/v1", "SecretStore"),
  ];
}

const serviceOf = ({ type, headless, ports = [] }: NonNullable<SnapshotNamespace["services"]>[string]): Members => ({
  spec: { ...(type ? { type } : {}), ...(headless ? { clusterIP: "None" } : {}), ports },
});
