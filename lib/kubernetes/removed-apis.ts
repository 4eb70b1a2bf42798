import { own } from "../outside/index.ts";
import { knownVersions, kubernetesSchemas, minorOf } from "./schema/load.ts";

/** An API version that a Kubernetes version serves no longer, with what took its place. */
export interface RemovedApi {
  readonly apiVersion: string;
  /** All kinds of the version without it. */
  readonly kinds?: readonly string[];
  /** The first version without it. */
  readonly since: string;
  /** What took its place. Default: nothing did. */
  readonly use?: string;
  /** The first version that serves what took its place. */
  readonly useSince?: string;
  /** What differs in what took its place, beside the apiVersion. Default: nothing. */
  readonly changes?: readonly string[];
}

const selectorRequired = "spec.selector is required and can't be changed later";
const appsDeployment = [
  selectorRequired,
  "spec.rollbackTo is gone",
  "spec.progressDeadlineSeconds defaults to 600, spec.revisionHistoryLimit to 10, and maxSurge and maxUnavailable to 25%",
];
const daemonSet = [selectorRequired, "spec.templateGeneration is gone", "spec.updateStrategy.type defaults to RollingUpdate"];
const statefulSet = [selectorRequired, "spec.updateStrategy.type defaults to RollingUpdate"];
const ingress = [
  "spec.backend is called spec.defaultBackend",
  "serviceName and servicePort of backends are service.name and service.port.number, or service.port.name",
  "pathType of each path is required: Exact, Prefix or ImplementationSpecific",
];
const webhooks = [
  "failurePolicy defaults to Fail, where it was Ignore",
  "matchPolicy defaults to Equivalent, where it was Exact",
  "timeoutSeconds defaults to 10, where it was 30",
  "sideEffects is required, and must be None or NoneOnDryRun",
  "admissionReviewVersions is required",
];
const customResourceDefinition = [
  "spec.scope is required",
  "spec.version is gone: use spec.versions",
  "spec.validation, spec.subresources and spec.additionalPrinterColumns belong into each of spec.versions",
  "a structural schema is required for each version",
  "spec.preserveUnknownFields must be false",
];
const metrics = ["targetAverageUtilization of a metric is target.averageUtilization, with target.type Utilization; other targets alike"];
const shares = ["spec.limited.assuredConcurrencyShares is called spec.limited.nominalConcurrencyShares"];
const emptySelector = [
  "an empty spec.selector selects all pods of the namespace, where it selected none: give the labels of the pods that are meant",
];

/**
 * Removed API versions, from 1.16 on: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 * Those that the schemas of two known versions tell, and that change nothing but their name, need no row.
 */
const removedApis: readonly RemovedApi[] = [
  { apiVersion: "extensions/v1beta1", kinds: ["Ingress"], since: "1.22", use: "networking.k8s.io/v1", useSince: "1.19", changes: ingress },
  { apiVersion: "extensions/v1beta1", kinds: ["NetworkPolicy"], since: "1.16", use: "networking.k8s.io/v1", useSince: "1.8" },
  { apiVersion: "extensions/v1beta1", kinds: ["PodSecurityPolicy"], since: "1.16" },
  { apiVersion: "extensions/v1beta1", kinds: ["Deployment"], since: "1.16", use: "apps/v1", useSince: "1.9", changes: appsDeployment },
  { apiVersion: "extensions/v1beta1", kinds: ["DaemonSet"], since: "1.16", use: "apps/v1", useSince: "1.9", changes: daemonSet },
  { apiVersion: "extensions/v1beta1", since: "1.16", use: "apps/v1", useSince: "1.9", changes: [selectorRequired] },
  ...["apps/v1beta1", "apps/v1beta2"].flatMap((apiVersion): RemovedApi[] => [
    { apiVersion, kinds: ["Deployment"], since: "1.16", use: "apps/v1", useSince: "1.9", changes: appsDeployment },
    { apiVersion, kinds: ["DaemonSet"], since: "1.16", use: "apps/v1", useSince: "1.9", changes: daemonSet },
    { apiVersion, kinds: ["StatefulSet"], since: "1.16", use: "apps/v1", useSince: "1.9", changes: statefulSet },
    { apiVersion, since: "1.16", use: "apps/v1", useSince: "1.9", changes: [selectorRequired] },
  ]),
  {
    apiVersion: "networking.k8s.io/v1beta1",
    kinds: ["Ingress"],
    since: "1.22",
    use: "networking.k8s.io/v1",
    useSince: "1.19",
    changes: ingress,
  },
  { apiVersion: "networking.k8s.io/v1beta1", kinds: ["IngressClass"], since: "1.22", use: "networking.k8s.io/v1", useSince: "1.19" },
  { apiVersion: "rbac.authorization.k8s.io/v1alpha1", since: "1.22", use: "rbac.authorization.k8s.io/v1", useSince: "1.8" },
  { apiVersion: "rbac.authorization.k8s.io/v1beta1", since: "1.22", use: "rbac.authorization.k8s.io/v1", useSince: "1.8" },
  {
    apiVersion: "apiextensions.k8s.io/v1beta1",
    since: "1.22",
    use: "apiextensions.k8s.io/v1",
    useSince: "1.16",
    changes: customResourceDefinition,
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1beta1",
    kinds: ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
    since: "1.22",
    use: "admissionregistration.k8s.io/v1",
    useSince: "1.16",
    changes: webhooks,
  },
  { apiVersion: "apiregistration.k8s.io/v1beta1", since: "1.22", use: "apiregistration.k8s.io/v1", useSince: "1.10" },
  {
    apiVersion: "certificates.k8s.io/v1beta1",
    kinds: ["CertificateSigningRequest"],
    since: "1.22",
    use: "certificates.k8s.io/v1",
    useSince: "1.19",
    changes: ["spec.signerName and spec.usages are required, and kubernetes.io/legacy-unknown is refused as a signer"],
  },
  { apiVersion: "scheduling.k8s.io/v1alpha1", kinds: ["PriorityClass"], since: "1.17", use: "scheduling.k8s.io/v1", useSince: "1.14" },
  { apiVersion: "scheduling.k8s.io/v1beta1", kinds: ["PriorityClass"], since: "1.22", use: "scheduling.k8s.io/v1", useSince: "1.14" },
  {
    apiVersion: "storage.k8s.io/v1beta1",
    kinds: ["StorageClass", "CSIDriver", "CSINode", "VolumeAttachment"],
    since: "1.22",
    use: "storage.k8s.io/v1",
    useSince: "1.19",
  },
  { apiVersion: "storage.k8s.io/v1beta1", kinds: ["CSIStorageCapacity"], since: "1.27", use: "storage.k8s.io/v1", useSince: "1.24" },
  { apiVersion: "coordination.k8s.io/v1beta1", kinds: ["Lease"], since: "1.22", use: "coordination.k8s.io/v1", useSince: "1.14" },
  { apiVersion: "batch/v2alpha1", since: "1.21", use: "batch/v1", useSince: "1.21" },
  { apiVersion: "batch/v1beta1", since: "1.25", use: "batch/v1", useSince: "1.21" },
  { apiVersion: "events.k8s.io/v1beta1", since: "1.25", use: "events.k8s.io/v1", useSince: "1.19" },
  { apiVersion: "policy/v1beta1", kinds: ["PodSecurityPolicy"], since: "1.25" },
  {
    apiVersion: "policy/v1beta1",
    kinds: ["PodDisruptionBudget"],
    since: "1.25",
    use: "policy/v1",
    useSince: "1.21",
    changes: emptySelector,
  },
  { apiVersion: "policy/v1beta1", since: "1.25", use: "policy/v1", useSince: "1.21" },
  {
    apiVersion: "discovery.k8s.io/v1beta1",
    since: "1.25",
    use: "discovery.k8s.io/v1",
    useSince: "1.21",
    changes: ["endpoints[].topology is gone: use endpoints[].nodeName and endpoints[].zone"],
  },
  { apiVersion: "node.k8s.io/v1beta1", since: "1.25", use: "node.k8s.io/v1", useSince: "1.20" },
  { apiVersion: "autoscaling/v2beta1", since: "1.25", use: "autoscaling/v2", useSince: "1.23", changes: metrics },
  { apiVersion: "autoscaling/v2beta2", since: "1.26", use: "autoscaling/v2", useSince: "1.23" },
  {
    apiVersion: "flowcontrol.apiserver.k8s.io/v1beta1",
    since: "1.26",
    use: "flowcontrol.apiserver.k8s.io/v1",
    useSince: "1.29",
    changes: shares,
  },
  {
    apiVersion: "flowcontrol.apiserver.k8s.io/v1beta2",
    since: "1.29",
    use: "flowcontrol.apiserver.k8s.io/v1",
    useSince: "1.29",
    changes: shares,
  },
  { apiVersion: "flowcontrol.apiserver.k8s.io/v1beta3", since: "1.32", use: "flowcontrol.apiserver.k8s.io/v1", useSince: "1.29" },
  {
    apiVersion: "resource.k8s.io/v1alpha2",
    kinds: ["ResourceClaim", "ResourceClaimTemplate"],
    since: "1.31",
    use: "resource.k8s.io/v1",
    useSince: "1.34",
    changes: ["spec is another: spec.devices.requests instead of resourceClassName", "stored objects must be deleted before the upgrade"],
  },
  { apiVersion: "resource.k8s.io/v1alpha2", since: "1.31", changes: ["stored objects must be deleted before the upgrade"] },
];

/** The row for a kind of an API version; undefined where the schemas have to tell. */
export const removedApi = (apiVersion: string, kind: string): RemovedApi | undefined =>
  removedApis.find((api) => api.apiVersion === apiVersion && (!api.kinds || api.kinds.includes(kind)));

/** Whether a version's schemas have a kind. For versions older than all that are known, those of the oldest count. */
export const isServed = (version: string, apiVersion: string, kind: string): boolean =>
  own(kubernetesSchemas(version).kinds, `${apiVersion}/${kind}`) !== undefined;

/**
 * Since when a kind is gone in a version, and what that serves instead; undefined for what it serves, and for what was never served.
 * @param version minor version, as 1.37
 */
export function removalIn(version: string, apiVersion: string, kind: string): RemovedApi | undefined {
  const row = removedApi(apiVersion, kind);
  if (row && minorOf(row.since) <= minorOf(version)) return row;
  if (isServed(version, apiVersion, kind)) return undefined;
  const last = knownVersions().findLast((known) => minorOf(known) < minorOf(version) && isServed(known, apiVersion, kind));
  if (last === undefined) return undefined;
  const use = servedInstead(version, apiVersion, kind);
  const useSince = use === undefined ? undefined : knownVersions().find((known) => isServed(known, use, kind));
  return {
    apiVersion,
    since: `1.${minorOf(last) + 1}`,
    ...(use === undefined ? {} : { use }),
    ...(useSince === undefined ? {} : { useSince }),
  };
}

/** The stable version of the same group that serves a kind, or else the newest of its other versions. */
function servedInstead(version: string, apiVersion: string, kind: string): string | undefined {
  const group = apiVersion.slice(0, apiVersion.lastIndexOf("/") + 1);
  const served = Object.keys(kubernetesSchemas(version).kinds)
    .filter((key) => key.startsWith(group) && key.endsWith(`/${kind}`))
    .map((key) => key.slice(0, key.lastIndexOf("/")));
  return served.find((candidate) => /\/v\d+$/.test(candidate)) ?? served.sort().at(-1);
}
