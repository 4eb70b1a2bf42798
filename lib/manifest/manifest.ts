import { own } from "../outside/index.ts";

/** A Kubernetes object as JSON. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly [field: string]: unknown;
}

/** One rendered object with its place: the environment, the folder of dist it goes to, and the app it comes from. */
export interface Manifest {
  readonly environment: string;
  /** `shared`, `argocd`, or the app's name. */
  readonly folder: string;
  /** The app whose overlay made it; undefined for what the environment itself makes. */
  readonly app?: string;
  readonly object: KubernetesObject;
}

/** A manifest with its file's path in dist. */
export interface PlacedManifest extends Manifest {
  readonly path: string;
}

export function groupOf({ apiVersion }: Pick<KubernetesObject, "apiVersion">): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/** What makes an object the same object to the API server, whatever its version: group, kind, namespace and name. */
export function identityOf(object: KubernetesObject): string {
  return identity(groupOf(object), object.kind, object.metadata.namespace, object.metadata.name);
}

/** An identity by its parts. */
export function identity(group: string, kind: string, namespace: string | undefined, name: string): string {
  return [group, kind, namespace ?? "", name].join("/");
}

/** What an object is described by. */
interface DescribedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}

/** An object's identity for people: `Deployment dominos-service-backend/backend-app`. */
export function describeObject({ kind, metadata }: DescribedObject): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}`;
}

/** Kinds without a namespace, of Kubernetes 1.34 (`kubectl api-resources --namespaced=false`) and of the operators slipway writes for. */
const clusterScopedKinds: Readonly<Record<string, readonly string[]>> = {
  "": ["Namespace", "Node", "PersistentVolume"],
  "admissionregistration.k8s.io": [
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
  ],
  "apiextensions.k8s.io": ["CustomResourceDefinition"],
  "apiregistration.k8s.io": ["APIService"],
  "cert-manager.io": ["ClusterIssuer"],
  "certificates.k8s.io": ["CertificateSigningRequest", "ClusterTrustBundle"],
  "external-secrets.io": ["ClusterSecretStore", "ClusterExternalSecret", "ClusterPushSecret"],
  "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
  "networking.k8s.io": ["IngressClass", "IPAddress", "ServiceCIDR"],
  "node.k8s.io": ["RuntimeClass"],
  "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding"],
  "resource.k8s.io": ["DeviceClass", "ResourceSlice"],
  "scheduling.k8s.io": ["PriorityClass"],
  "snapshot.storage.k8s.io": ["VolumeSnapshotClass", "VolumeSnapshotContent"],
  "storage.k8s.io": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
};

/** True for a kind known to have no namespace. Of a kind nobody knows here, an object without namespace is taken for one. */
export function isClusterScoped(object: Pick<KubernetesObject, "apiVersion" | "kind">): boolean {
  return own(clusterScopedKinds, groupOf(object))?.includes(object.kind) ?? false;
}
