import { isDataKey, isLabel, isPathSegment, isQualifiedName, isSubdomain } from "../formats.ts";
import type { ClaimSpec, IntOrString, Selector } from "../kinds.ts";
import { quantity } from "../quantity.ts";
import { rule } from "../rule.ts";
import { joined } from "../schema/validate.ts";
import type { CheckedManifest } from "../scope.ts";
import { atLeast, formed, oneOf, required, type Spot, within } from "./spot.ts";
import { selectorSpots } from "./workload.ts";

const refused = "The API server refuses the object, and the sync of its app fails with it.";
const mend = "Change the field as the message says.";
const specOf = <T>({ object }: CheckedManifest) => (object.spec ?? {}) as T;

interface Data {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly type?: string;
}
/** The most an object's values may have in all: https://kubernetes.io/docs/concepts/configuration/configmap/#motivation */
const mostBytes = 1024 * 1024;
/** Keys that a type of Secret has to have: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types */
const secretKeys: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
};

export const data = rule({
  id: "schema/data",
  severity: "error",
  why: refused,
  mend,
  source: "https://kubernetes.io/docs/concepts/configuration/configmap/",
  bad: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\ndata: { "my file": text }\n',
  *check(scope) {
    for (const kind of ["ConfigMap", "Secret"])
      for (const manifest of scope.ofKind(kind)) yield* within(manifest, dataSpots(manifest.object as unknown as Data, kind));
  },
});

function* dataSpots({ data: values = {}, binaryData = {}, stringData = {}, type }: Data, kind: string): Generator<Spot> {
  let bytes = 0;
  for (const [field, members] of Object.entries({ data: values, binaryData, stringData })) {
    for (const [key, value] of Object.entries(members ?? {})) {
      if (!isDataKey(key))
        yield { path: joined(field, key), message: `expected a key of letters, digits, '-', '_' and '.', found ${JSON.stringify(key)}` };
      const size = Buffer.byteLength(String(value));
      bytes += field === "binaryData" || (kind === "Secret" && field === "data") ? Math.floor((size * 3) / 4) : size;
    }
  }
  if (kind === "ConfigMap")
    for (const key of Object.keys(binaryData ?? {}))
      if (Object.hasOwn(values ?? {}, key)) yield { path: joined("binaryData", key), message: "data has the key too" };
  if (bytes > mostBytes)
    yield { path: "data", message: `at most 1048576 bytes in all, found ${bytes}`, fix: "Put large files into an image or a volume." };
  const all = { ...values, ...stringData };
  for (const key of (kind === "Secret" && secretKeys[type ?? ""]) || [])
    if (!Object.hasOwn(all, key)) yield { path: joined("data", key), message: `is required by the type ${type}, and isn't there` };
}

export const claims = rule({
  id: "schema/claim",
  severity: "error",
  why: refused,
  mend,
  source: "https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/persistent-volume-claim-v1/",
  bad: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: a, namespace: shop }\nspec: { accessModes: [ReadWriteOnce] }\n",
  *check(scope) {
    for (const manifest of scope.ofKind("PersistentVolumeClaim")) yield* within(manifest, claimSpots(specOf<ClaimSpec>(manifest), "spec"));
    for (const manifest of scope.ofKind("StatefulSet", "apps")) {
      const { volumeClaimTemplates = [] } = specOf<{ volumeClaimTemplates?: readonly { spec?: ClaimSpec }[] }>(manifest);
      for (const [index, { spec = {} }] of volumeClaimTemplates.entries())
        yield* within(manifest, claimSpots(spec, `spec.volumeClaimTemplates[${index}].spec`));
    }
  },
});

export function* claimSpots(
  { accessModes = [], resources, volumeMode, storageClassName, selector }: ClaimSpec,
  path: string,
): Generator<Spot> {
  if (accessModes.length === 0) yield { path: `${path}.accessModes`, message: "is required, and isn't there" };
  for (const [index, mode] of accessModes.entries())
    yield* oneOf(mode, ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"], `${path}.accessModes[${index}]`);
  if (accessModes.includes("ReadWriteOncePod") && accessModes.length > 1)
    yield { path: `${path}.accessModes`, message: "ReadWriteOncePod stands alone" };
  yield* required(resources?.requests?.storage, `${path}.resources.requests.storage`);
  yield* formed(
    resources?.requests?.storage,
    (amount) => (quantity(amount) ?? 1) > 0,
    `${path}.resources.requests.storage`,
    "more than nothing",
  );
  yield* oneOf(volumeMode, ["Filesystem", "Block"], `${path}.volumeMode`);
  yield* formed(storageClassName, (name) => name === "" || isSubdomain(name), `${path}.storageClassName`, "an object's name");
  if (selector) yield* selectorSpots(selector, `${path}.selector`);
}

interface MetricTarget {
  readonly type?: string;
  readonly averageUtilization?: number;
  readonly averageValue?: IntOrString;
  readonly value?: IntOrString;
}
interface MetricSource {
  readonly name?: string;
  readonly container?: string;
  readonly metric?: { readonly name?: string };
  readonly describedObject?: { readonly kind?: string; readonly name?: string };
  readonly target?: MetricTarget;
}
/** Has its source under the name of its type. */
interface Metric {
  readonly type?: string;
  readonly [source: string]: unknown;
}
interface ScalingRules {
  readonly policies?: readonly { readonly type?: string; readonly value?: number | null; readonly periodSeconds?: number | null }[];
  readonly selectPolicy?: string;
  readonly stabilizationWindowSeconds?: number;
}
interface AutoscalerSpec {
  readonly behavior?: { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules };
  readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string; readonly apiVersion?: string };
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly metrics?: readonly Metric[];
}
interface BudgetSpec {
  readonly minAvailable?: IntOrString;
  readonly maxUnavailable?: IntOrString;
  readonly selector?: Selector;
  readonly unhealthyPodEvictionPolicy?: string;
}

export const scaling = rule({
  id: "schema/scaling",
  severity: "error",
  why: refused,
  mend,
  source: "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/",
  bad: "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: a, namespace: shop }\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }, minReplicas: 5, maxReplicas: 2 }\n",
  *check(scope) {
    for (const manifest of scope.ofKind("HorizontalPodAutoscaler", "autoscaling"))
      yield* within(manifest, autoscalerSpots(specOf<AutoscalerSpec>(manifest)));
    for (const manifest of scope.ofKind("PodDisruptionBudget", "policy"))
      yield* within(manifest, budgetSpots(specOf<BudgetSpec>(manifest)));
  },
});

function* autoscalerSpots({ scaleTargetRef, minReplicas = 1, maxReplicas, metrics = [], behavior }: AutoscalerSpec): Generator<Spot> {
  yield* required(scaleTargetRef?.kind, "spec.scaleTargetRef.kind");
  yield* required(scaleTargetRef?.name, "spec.scaleTargetRef.name");
  for (const key of ["kind", "name"] as const)
    yield* formed(
      scaleTargetRef?.[key],
      (text) => text === "" || isPathSegment(text),
      `spec.scaleTargetRef.${key}`,
      "no '/', '%', '.' or '..'",
    );
  if (scaleTargetRef && scaleTargetRef.kind !== "ReplicationController" && !scaleTargetRef.apiVersion?.includes("/"))
    yield {
      path: "spec.scaleTargetRef.apiVersion",
      message: "must name the API group",
      fix: "That of a Deployment or StatefulSet is apps/v1.",
    };
  for (const direction of ["scaleUp", "scaleDown"] as const) yield* behaviorSpots(behavior?.[direction], `spec.behavior.${direction}`);
  yield* formed(maxReplicas ?? 0, (most) => Number(most) >= 1, "spec.maxReplicas", "at least 1");
  yield* atLeast(minReplicas, 1, "spec.minReplicas");
  if (maxReplicas !== undefined && maxReplicas < minReplicas)
    yield { path: "spec.maxReplicas", message: `expected at least minReplicas (${minReplicas}), found ${maxReplicas}` };
  for (const [index, metric] of metrics.entries()) {
    const { type = "" } = metric;
    const at = `spec.metrics[${index}]`;
    yield* required(type, `${at}.type`);
    yield* formed(
      type,
      (one) => one === "" || ["Resource", "Pods", "Object", "External", "ContainerResource"].includes(String(one)),
      `${at}.type`,
      "one of Resource, Pods, Object, External, ContainerResource",
    );
    const field = `${type.slice(0, 1).toLowerCase()}${type.slice(1)}`;
    const source = metric[field] as MetricSource | undefined;
    if (type && !source) yield { path: `${at}.${field}`, message: `is required by the type ${type}, and isn't there` };
    if (source) yield* metricSpots(source, type, `${at}.${field}`);
  }
}

const standardResources = new Set(["cpu", "memory", "ephemeral-storage"]);

/** Which amounts a kind of metric can be held to. */
const amounts: Readonly<Record<string, readonly (keyof MetricTarget)[]>> = {
  Resource: ["averageUtilization", "averageValue"],
  ContainerResource: ["averageUtilization", "averageValue"],
  Pods: ["averageValue"],
  Object: ["value", "averageValue"],
  External: ["value", "averageValue"],
};

function* metricSpots(
  { name, container, metric, describedObject, target = {} }: MetricSource,
  type: string,
  path: string,
): Generator<Spot> {
  if (type === "Resource" || type === "ContainerResource") {
    yield* required(name, `${path}.name`);
    if (type === "ContainerResource") {
      yield* required(container, `${path}.container`);
      yield* formed(container, (one) => one === "" || isLabel(one), `${path}.container`, "a container's name");
      yield* formed(
        name,
        (one) => one === "" || standardResources.has(String(one)) || (isQualifiedName(one) && String(one).includes("/")),
        `${path}.name`,
        "cpu, memory, ephemeral-storage, or one with a DNS prefix",
      );
    }
  } else {
    yield* required(metric?.name, `${path}.metric.name`);
    yield* formed(metric?.name, (one) => one === "" || isPathSegment(one), `${path}.metric.name`, "no '/', '%', '.' or '..'");
  }
  if (type === "Object")
    for (const key of ["kind", "name"] as const) {
      yield* required(describedObject?.[key], `${path}.describedObject.${key}`);
      yield* formed(
        describedObject?.[key],
        (one) => one === "" || isPathSegment(one),
        `${path}.describedObject.${key}`,
        "no '/', '%', '.' or '..'",
      );
    }
  const at = `${path}.target`;
  yield* required(target.type, `${at}.type`);
  yield* formed(
    target.type,
    (one) => one === "" || ["Utilization", "AverageValue", "Value"].includes(String(one)),
    `${at}.type`,
    "one of Utilization, AverageValue, Value",
  );
  yield* atLeast(target.averageUtilization, 1, `${at}.averageUtilization`);
  for (const key of ["averageValue", "value"] as const)
    yield* formed(target[key], (amount) => (quantity(amount) ?? 1) > 0, `${at}.${key}`, "more than nothing");
  const allowed = amounts[type] ?? [];
  const set = (["averageUtilization", "averageValue", "value"] as const).filter((key) => target[key] !== undefined);
  if (!set.some((key) => allowed.includes(key)))
    yield { path: at, message: `expected ${allowed.join(" or ")}, found ${set.join(" and ") || "neither"}` };
  if (type.endsWith("Resource") && set.includes("averageUtilization") && set.includes("averageValue"))
    yield { path: at, message: "averageUtilization and averageValue exclude each other" };
  if ((type === "External" || type === "Object") && set.includes("value") && set.includes("averageValue") && type === "External")
    yield { path: at, message: "value and averageValue exclude each other" };
}

function* behaviorSpots(rules: ScalingRules | undefined, path: string): Generator<Spot> {
  if (!rules) return;
  const { policies, selectPolicy, stabilizationWindowSeconds } = rules;
  yield* formed(
    stabilizationWindowSeconds,
    (seconds) => isBetween(seconds, 0, 3600),
    `${path}.stabilizationWindowSeconds`,
    "from 0 to 3600 seconds",
  );
  yield* oneOf(selectPolicy, ["Max", "Min", "Disabled"], `${path}.selectPolicy`);
  if (policies?.length === 0) yield { path: `${path}.policies`, message: "expected at least one policy, found none" };
  for (const [index, { type = "", value, periodSeconds }] of (policies ?? []).entries()) {
    const at = `${path}.policies[${index}]`;
    yield* oneOf(type, ["Pods", "Percent"], `${at}.type`);
    yield* formed(value ?? 0, (amount) => Number(amount) >= 1, `${at}.value`, "at least 1");
    yield* formed(periodSeconds ?? 0, (seconds) => isBetween(seconds, 1, 1800), `${at}.periodSeconds`, "from 1 to 1800 seconds");
  }
}

const isBetween = (value: unknown, least: number, most: number) => typeof value === "number" && value >= least && value <= most;
const isShare = (value: unknown) =>
  typeof value === "number" ? value >= 0 : /^\d+%$/.test(String(value)) && Number.parseInt(String(value), 10) <= 100;

function* budgetSpots({ minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy }: BudgetSpec): Generator<Spot> {
  if (minAvailable !== undefined && maxUnavailable !== undefined)
    yield { path: "spec.maxUnavailable", message: "minAvailable is set too, and they exclude each other" };
  yield* formed(minAvailable, isShare, "spec.minAvailable", "a number of pods, or a share as 50%");
  yield* formed(maxUnavailable, isShare, "spec.maxUnavailable", "a number of pods, or a share as 50%");
  yield* oneOf(unhealthyPodEvictionPolicy, ["IfHealthyBudget", "AlwaysAllow"], "spec.unhealthyPodEvictionPolicy");
  if (selector) yield* selectorSpots(selector, "spec.selector");
}

interface Binding {
  readonly roleRef?: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string };
  readonly subjects?: readonly {
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly apiGroup?: string;
  }[];
}

export const bindings = rule({
  id: "schema/role-binding",
  severity: "error",
  why: refused,
  mend,
  source: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",
  bad: "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: { name: a }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: a }\nsubjects: []\n",
  *check(scope) {
    for (const kind of ["RoleBinding", "ClusterRoleBinding"])
      for (const manifest of scope.ofKind(kind, "rbac.authorization.k8s.io"))
        yield* within(manifest, bindingSpots(manifest.object as unknown as Binding, kind));
    for (const kind of ["Role", "ClusterRole"])
      for (const manifest of scope.ofKind(kind, "rbac.authorization.k8s.io"))
        yield* within(manifest, roleSpots(manifest.object as unknown as Role, kind));
  },
});

function* bindingSpots({ roleRef = {}, subjects = [] }: Binding, kind: string): Generator<Spot> {
  yield* formed(
    roleRef.apiGroup ?? "rbac.authorization.k8s.io",
    (group) => group === "rbac.authorization.k8s.io" || group === "",
    "roleRef.apiGroup",
    "rbac.authorization.k8s.io",
  );
  yield* formed(
    roleRef.kind ?? "",
    (one) => (kind === "RoleBinding" ? ["Role", "ClusterRole"] : ["ClusterRole"]).includes(String(one)),
    "roleRef.kind",
    kind === "RoleBinding" ? "Role or ClusterRole" : "ClusterRole",
  );
  yield* required(roleRef.name, "roleRef.name");
  yield* formed(roleRef.name, (name) => name === "" || isPathSegment(name), "roleRef.name", "no '/', '%', '.' or '..'");
  for (const [index, subject] of subjects.entries()) {
    const at = `subjects[${index}]`;
    yield* required(subject.name, `${at}.name`);
    yield* formed(
      subject.kind ?? "",
      (one) => ["ServiceAccount", "User", "Group"].includes(String(one)),
      `${at}.kind`,
      "one of ServiceAccount, User, Group",
    );
    if (subject.kind === "ServiceAccount") {
      yield* formed(subject.name, (name) => name === "" || isSubdomain(name), `${at}.name`, "an object's name");
      if (kind === "ClusterRoleBinding") yield* required(subject.namespace, `${at}.namespace`);
      yield* oneOf(subject.apiGroup, [""], `${at}.apiGroup`);
    } else yield* oneOf(subject.apiGroup, ["", "rbac.authorization.k8s.io"], `${at}.apiGroup`);
  }
}

interface Role {
  readonly rules?: readonly {
    readonly verbs?: readonly string[];
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
    readonly nonResourceURLs?: readonly string[];
  }[];
}

function* roleSpots({ rules }: Role, kind: string): Generator<Spot> {
  for (const [index, { verbs = [], apiGroups = [], resources = [], nonResourceURLs = [] }] of (rules ?? []).entries()) {
    const at = `rules[${index}]`;
    if (verbs.length === 0) yield { path: `${at}.verbs`, message: "is required, and isn't there" };
    if (nonResourceURLs.length > 0) {
      if (kind === "Role") yield { path: `${at}.nonResourceURLs`, message: "is for a ClusterRole only" };
      if (apiGroups.length + resources.length > 0)
        yield { path: `${at}.nonResourceURLs`, message: "can't stand beside apiGroups and resources" };
      continue;
    }
    if (apiGroups.length === 0) yield { path: `${at}.apiGroups`, message: "is required, and isn't there", fix: 'The core group is "".' };
    if (resources.length === 0) yield { path: `${at}.resources`, message: "is required, and isn't there" };
  }
}
