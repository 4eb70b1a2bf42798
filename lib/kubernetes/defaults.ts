import type { KubernetesObject } from "../manifest/index.ts";
import { groupOf } from "../manifest/index.ts";
import { isRecord, own as lookUp } from "../outside/index.ts";
import { kindNameOf } from "./kinds.ts";
import { podTemplatePaths } from "./pod.ts";

type Members = Record<string, unknown>;
/** A value the server fills in where the field isn't given; a function sees the object that would hold it. */
type Default = readonly [path: string, value: unknown];

/** Of a pod's spec: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
const probe: readonly Default[] = [
  ["timeoutSeconds", 1],
  ["periodSeconds", 10],
  ["successThreshold", 1],
  ["failureThreshold", 3],
  ["initialDelaySeconds", 0],
  ["httpGet.path", "/"],
  ["httpGet.scheme", "HTTP"],
  ["grpc.service", ""],
];
const container: readonly Default[] = [
  // Nothing, to the server, where a field isn't a pointer.
  ["resources", {}],
  ["stdin", false],
  ["stdinOnce", false],
  ["tty", false],
  ["volumeMounts[].readOnly", false],
  ["volumeMounts[].subPath", ""],
  ["env[].value", ""],
  ["terminationMessagePath", "/dev/termination-log"],
  ["terminationMessagePolicy", "File"],
  ["imagePullPolicy", ({ image }: Members) => (isLatest(String(image ?? "")) ? "Always" : "IfNotPresent")],
  ["ports[].protocol", "TCP"],
  ["env[].valueFrom.fieldRef.apiVersion", "v1"],
  ["lifecycle.preStop.httpGet.path", "/"],
  ["lifecycle.preStop.httpGet.scheme", "HTTP"],
  ["lifecycle.postStart.httpGet.path", "/"],
  ["lifecycle.postStart.httpGet.scheme", "HTTP"],
  ...["livenessProbe", "readinessProbe", "startupProbe"].flatMap((name) => within(name, probe)),
];
const podSpec: readonly Default[] = [
  ["restartPolicy", "Always"],
  ["dnsPolicy", "ClusterFirst"],
  ["terminationGracePeriodSeconds", 30],
  ["schedulerName", "default-scheduler"],
  ["securityContext", {}],
  ["hostNetwork", false],
  ["hostPID", false],
  ["hostIPC", false],
  ["volumes[].persistentVolumeClaim.readOnly", false],
  ["priorityClassName", ""],
  ["serviceAccountName", ({ serviceAccount }: Members) => serviceAccount],
  ["serviceAccount", ({ serviceAccountName }: Members) => serviceAccountName],
  ...within("containers[]", container),
  ...within("initContainers[]", container),
  ["volumes[].emptyDir", (volume: Members) => (Object.keys(volume).length === 1 ? {} : undefined)],
  ["volumes[].secret.defaultMode", 420],
  ["volumes[].configMap.defaultMode", 420],
  ["volumes[].downwardAPI.defaultMode", 420],
  ["volumes[].downwardAPI.items[].fieldRef.apiVersion", "v1"],
  ["volumes[].projected.defaultMode", 420],
  ["volumes[].projected.sources[].serviceAccountToken.expirationSeconds", 3600],
  ["volumes[].projected.sources[].downwardAPI.items[].fieldRef.apiVersion", "v1"],
  ["volumes[].hostPath.type", ""],
  ["volumes[].ephemeral.volumeClaimTemplate.metadata", {}],
  ["volumes[].ephemeral.volumeClaimTemplate.spec.volumeMode", "Filesystem"],
  ["volumes[].image.pullPolicy", ({ reference }: Members) => (isLatest(String(reference ?? "")) ? "Always" : "IfNotPresent")],
  ["volumes[].iscsi.iscsiInterface", "default"],
];

/** Whether an image's tag is the one that is pulled at each start. */
function isLatest(image: string): boolean {
  if (image.includes("@")) return false;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === "latest";
}

function within(path: string, defaults: readonly Default[]): Default[] {
  return defaults.map(([below, value]) => [`${path}.${below}`, value]);
}

const shares = (type: unknown) => type === undefined || type === "RollingUpdate";
const job: readonly Default[] = [
  [
    "completions",
    ({ completions, parallelism, completionMode }: Members) =>
      completions === undefined && parallelism === undefined && completionMode !== "Indexed" ? 1 : undefined,
  ],
  ["parallelism", 1],
  ["backoffLimit", ({ backoffLimitPerIndex }: Members) => (backoffLimitPerIndex === undefined ? 6 : 2147483647)],
  ["completionMode", "NonIndexed"],
  ["suspend", false],
  ["manualSelector", false],
  ["podReplacementPolicy", ({ podFailurePolicy }: Members) => (podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed")],
];
const claimTemplate: readonly Default[] = [
  ["apiVersion", "v1"],
  ["kind", "PersistentVolumeClaim"],
  ["spec.volumeMode", "Filesystem"],
  ["status", { phase: "Pending" }],
];
const webhook: readonly Default[] = [
  ["failurePolicy", "Fail"],
  ["matchPolicy", "Equivalent"],
  ["namespaceSelector", {}],
  ["objectSelector", {}],
  ["timeoutSeconds", 10],
  ["clientConfig.service.port", 443],
  ["rules[].scope", "*"],
];

/** What the server fills in, by group and kind. Later entries see what earlier ones filled in. */
const byKind: Readonly<Record<string, readonly Default[]>> = {
  "apps/Deployment": [
    ["spec.replicas", 1],
    ["spec.revisionHistoryLimit", 10],
    ["spec.progressDeadlineSeconds", 600],
    ["spec.paused", false],
    ["spec.minReadySeconds", 0],
    ["spec.strategy", {}],
    ["spec.strategy.type", "RollingUpdate"],
    ["spec.strategy.rollingUpdate", ({ type }: Members) => (shares(type) ? {} : undefined)],
    ["spec.strategy.rollingUpdate.maxSurge", "25%"],
    ["spec.strategy.rollingUpdate.maxUnavailable", "25%"],
  ],
  "apps/ReplicaSet": [
    ["spec.replicas", 1],
    ["spec.minReadySeconds", 0],
  ],
  "apps/StatefulSet": [
    ["spec.replicas", 1],
    ["spec.revisionHistoryLimit", 10],
    ["spec.podManagementPolicy", "OrderedReady"],
    ["spec.minReadySeconds", 0],
    ["spec.updateStrategy", {}],
    ["spec.updateStrategy.type", "RollingUpdate"],
    ["spec.updateStrategy.rollingUpdate", ({ type }: Members) => (shares(type) ? {} : undefined)],
    ["spec.updateStrategy.rollingUpdate.partition", 0],
    // Filled in from 1.37 on; before, the field is dropped unless a feature gate is on.
    ["spec.updateStrategy.rollingUpdate.maxUnavailable", 1],
    ["spec.persistentVolumeClaimRetentionPolicy", {}],
    ["spec.persistentVolumeClaimRetentionPolicy.whenDeleted", "Retain"],
    ["spec.persistentVolumeClaimRetentionPolicy.whenScaled", "Retain"],
    ...within("spec.volumeClaimTemplates[]", claimTemplate),
  ],
  "apps/DaemonSet": [
    ["spec.minReadySeconds", 0],
    ["spec.revisionHistoryLimit", 10],
    ["spec.updateStrategy", {}],
    ["spec.updateStrategy.type", "RollingUpdate"],
    ["spec.updateStrategy.rollingUpdate", ({ type }: Members) => (shares(type) ? {} : undefined)],
    ["spec.updateStrategy.rollingUpdate.maxUnavailable", 1],
    ["spec.updateStrategy.rollingUpdate.maxSurge", 0],
  ],
  "batch/Job": within("spec", job),
  "batch/CronJob": [
    ["spec.jobTemplate.metadata", {}],
    ["spec.concurrencyPolicy", "Allow"],
    ["spec.suspend", false],
    ["spec.successfulJobsHistoryLimit", 3],
    ["spec.failedJobsHistoryLimit", 1],
  ],
  ReplicationController: [["spec.replicas", 1]],
  Pod: [["spec.enableServiceLinks", true]],
  Service: [
    ["spec.type", "ClusterIP"],
    ["spec.sessionAffinity", "None"],
    ["spec.publishNotReadyAddresses", false],
    [
      "spec.sessionAffinityConfig",
      ({ sessionAffinity }: Members) => (sessionAffinity === "ClientIP" ? { clientIP: { timeoutSeconds: 10800 } } : undefined),
    ],
    ["spec.ports[].protocol", "TCP"],
    ["spec.ports[].targetPort", ({ port }: Members) => port],
    [
      "spec.ipFamilies",
      ({ type, clusterIP }: Members) => (type === "ExternalName" ? undefined : [String(clusterIP ?? "").includes(":") ? "IPv6" : "IPv4"]),
    ],
    [
      "spec.ipFamilyPolicy",
      ({ type, selector }: Members) => (type === "ExternalName" || selector === undefined ? undefined : "SingleStack"),
    ],
    ["spec.internalTrafficPolicy", ({ type }: Members) => (type === "ExternalName" ? undefined : "Cluster")],
    ["spec.externalTrafficPolicy", ({ type }: Members) => (type === "NodePort" || type === "LoadBalancer" ? "Cluster" : undefined)],
    ["spec.allocateLoadBalancerNodePorts", ({ type }: Members) => (type === "LoadBalancer" ? true : undefined)],
  ],
  PersistentVolumeClaim: [["spec.volumeMode", "Filesystem"]],
  PersistentVolume: [
    ["spec.volumeMode", "Filesystem"],
    ["spec.persistentVolumeReclaimPolicy", "Retain"],
  ],
  Secret: [["type", "Opaque"]],
  "autoscaling/HorizontalPodAutoscaler": [
    ["spec.minReplicas", 1],
    ["spec.metrics", () => [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } }]],
    ["spec.behavior.scaleUp", {}],
    ["spec.behavior.scaleDown", {}],
    ["spec.behavior.scaleUp.selectPolicy", "Max"],
    ["spec.behavior.scaleUp.stabilizationWindowSeconds", 0],
    [
      "spec.behavior.scaleUp.policies",
      () => [
        { type: "Pods", value: 4, periodSeconds: 15 },
        { type: "Percent", value: 100, periodSeconds: 15 },
      ],
    ],
    ["spec.behavior.scaleDown.selectPolicy", "Max"],
    ["spec.behavior.scaleDown.policies", () => [{ type: "Percent", value: 100, periodSeconds: 15 }]],
  ],
  "networking.k8s.io/NetworkPolicy": [
    ["spec.policyTypes", ({ egress }: Members) => (egress === undefined ? ["Ingress"] : ["Ingress", "Egress"])],
    ["spec.ingress[].ports[].protocol", "TCP"],
    ["spec.egress[].ports[].protocol", "TCP"],
  ],
  "networking.k8s.io/IngressClass": [["spec.parameters.scope", "Cluster"]],
  "rbac.authorization.k8s.io/RoleBinding": [
    ["roleRef.apiGroup", "rbac.authorization.k8s.io"],
    ["subjects[].apiGroup", ({ kind }: Members) => (kind === "ServiceAccount" ? "" : "rbac.authorization.k8s.io")],
  ],
  "rbac.authorization.k8s.io/ClusterRoleBinding": [
    ["roleRef.apiGroup", "rbac.authorization.k8s.io"],
    ["subjects[].apiGroup", ({ kind }: Members) => (kind === "ServiceAccount" ? "" : "rbac.authorization.k8s.io")],
  ],
  "storage.k8s.io/StorageClass": [
    ["reclaimPolicy", "Delete"],
    ["volumeBindingMode", "Immediate"],
  ],
  "scheduling.k8s.io/PriorityClass": [
    ["preemptionPolicy", "PreemptLowerPriority"],
    ["globalDefault", false],
  ],
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": within("webhooks[]", webhook),
  "admissionregistration.k8s.io/MutatingWebhookConfiguration": within("webhooks[]", [...webhook, ["reinvocationPolicy", "Never"]]),
};

/** The object with what the API server fills in, of which nothing is written back to it. */
export function withDefaults(object: KubernetesObject): KubernetesObject {
  const own = lookUp(byKind, kindNameOf(object));
  const path = groupOf(object) === "" || own ? lookUp(podTemplatePaths, object.kind) : undefined;
  if (!own && !path && object.kind !== "LimitRange") return object;
  const filled = structuredClone(object);
  const pod = path && [...path, "spec"].join(".");
  if (path && path.length > 0) fill(filled, [...path, "metadata"], 0, {});
  if (path) dropAlias(filled, [...path, "spec"]);
  if (pod) for (const [below, value] of podSpec) fill(filled, stepsOf(`${pod}.${below}`), 0, value);
  for (const [at, value] of own ?? []) fill(filled, stepsOf(at), 0, value);
  return withAmounts(filled);
}

/** Of the two names that pods may give their account, the older one means nothing beside the other: https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/v1/conversion.go */
function dropAlias(object: KubernetesObject, path: readonly string[]): void {
  const spec = path.reduce<unknown>((value, step) => membersOf(value)[step], object);
  if (isMembers(spec) && typeof spec.serviceAccountName === "string" && spec.serviceAccountName !== "") delete spec.serviceAccount;
}

type Amounts = readonly [list: string, complete: (entry: Members) => Members];
const membersOf = (value: unknown): Members => (isMembers(value) ? value : {});

/** A limit for containers defaults to the most that is allowed, and the request to that or to the least: each resource by itself. */
function limitAmounts(limit: Members): Members {
  if (limit.type !== "Container") return limit;
  const given = { ...membersOf(limit.max), ...membersOf(limit.default) };
  return { ...limit, default: given, defaultRequest: { ...membersOf(limit.min), ...given, ...membersOf(limit.defaultRequest) } };
}

/** A container of a bare Pod asks for its limits where it doesn't say; those of templates are completed when their pods are created. */
function requestAmounts(container: Members): Members {
  const resources = membersOf(container.resources);
  if (!isMembers(resources.limits)) return container;
  return { ...container, resources: { ...resources, requests: { ...resources.limits, ...membersOf(resources.requests) } } };
}

/** Lists of a kind's spec whose entries have amounts by resource, and what the server adds to those. */
const amounts: Readonly<Record<string, readonly Amounts[]>> = {
  LimitRange: [["limits", limitAmounts]],
  Pod: [
    ["containers", requestAmounts],
    ["initContainers", requestAmounts],
  ],
};

function withAmounts(object: KubernetesObject): KubernetesObject {
  const rows = lookUp(amounts, kindNameOf(object)) ?? [];
  if (rows.length === 0 || !isMembers(object.spec)) return object;
  const spec = { ...object.spec };
  for (const [list, complete] of rows) {
    const entries: unknown = spec[list];
    if (Array.isArray(entries)) spec[list] = entries.map((entry) => (isMembers(entry) ? complete(entry) : entry));
  }
  return { ...object, spec };
}

const steps = new Map<string, readonly string[]>();
function stepsOf(path: string): readonly string[] {
  const known = steps.get(path) ?? path.replaceAll("[]", ".[]").split(".");
  steps.set(path, known);
  return known;
}

function fill(value: unknown, path: readonly string[], index: number, given: unknown): void {
  const step = path[index] ?? "";
  if (step === "[]") {
    if (Array.isArray(value)) for (const item of value) fill(item, path, index + 1, given);
    return;
  }
  if (!isMembers(value)) return;
  const member = value[step];
  if (index < path.length - 1) {
    fill(member, path, index + 1, given);
    return;
  }
  if (member !== undefined && !(Array.isArray(member) && member.length === 0)) return;
  const filled = typeof given === "function" ? given(value) : structuredClone(given);
  if (filled !== undefined) value[step] = filled;
}

/** Members of a copy, which may be written to. */
const isMembers = (value: unknown): value is Members => isRecord(value);

const lastOf = (path: string) => path.slice(path.lastIndexOf(".") + 1).replace(/\[\]$/, "");

/** Names of the fields that the API server fills in, of whatever kind. */
export const defaultedKeys: ReadonlySet<string> = new Set([...podSpec, ...Object.values(byKind).flat()].map(([path]) => lastOf(path)));
