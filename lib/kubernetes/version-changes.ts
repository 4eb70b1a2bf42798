import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import { isRecord, own } from "../outside/index.ts";
import { kindNameOf } from "./kinds.ts";
import { joined } from "./path.ts";
import { podTemplatePaths } from "./pod.ts";
import { kubernetesSchemas, minorOf, type Schema } from "./schema/load.ts";

/**
 * A field that a version's schema has, and that its API server drops without a word: a feature gate that is off there keeps it out. With
 * the gate on, the same manifest means something else.
 */
interface GatedField {
  /** Where it is, as `containers[].restartPolicy`: below the pod's spec, or below the object. */
  readonly path: string;
  /** The minor version from which on the gate is on. */
  readonly on: number;
  readonly gate: string;
}

/** Of pods. The source of each row is the list of gates in the release's own code: pkg/features/kube_features.go of k8s.io/kubernetes. */
const ofPods: readonly GatedField[] = [
  { path: "schedulingGates", on: 27, gate: "PodSchedulingReadiness" },
  { path: "initContainers[].restartPolicy", on: 29, gate: "SidecarContainers" },
  ...containerFields("lifecycle.preStop.sleep", 30, "PodLifecycleSleepAction"),
  ...containerFields("volumeMounts[].recursiveReadOnly", 31, "RecursiveReadOnlyMounts"),
  ...["podAffinity", "podAntiAffinity"].flatMap((affinity) =>
    ["required~[]", "preferred~[].podAffinityTerm"].flatMap((term) =>
      ["matchLabelKeys", "mismatchLabelKeys"].map((field) => ({
        path: `affinity.${affinity}.${term.replace("~", "DuringSchedulingIgnoredDuringExecution")}.${field}`,
        on: 31,
        gate: "MatchLabelKeysInPodAffinity",
      })),
    ),
  ),
  ...containerFields("resizePolicy", 33, "InPlacePodVerticalScaling"),
  ...containerFields("securityContext.procMount", 33, "ProcMountType"),
  { path: "hostUsers", on: 33, gate: "UserNamespacesSupport" },
  { path: "securityContext.supplementalGroupsPolicy", on: 33, gate: "SupplementalGroupsPolicy" },
  { path: "securityContext.seLinuxChangePolicy", on: 33, gate: "SELinuxChangePolicy" },
  { path: "resources", on: 34, gate: "PodLevelResources" },
  { path: "resourceClaims", on: 34, gate: "DynamicResourceAllocation" },
  ...containerFields("resources.claims", 34, "DynamicResourceAllocation"),
  { path: "hostnameOverride", on: 35, gate: "HostnameOverride" },
  { path: "containers[].restartPolicy", on: 35, gate: "ContainerRestartRules" },
  ...containerFields("restartPolicyRules", 35, "ContainerRestartRules"),
  { path: "volumes[].image", on: 35, gate: "ImageVolume" },
  { path: "volumes[].projected.sources[].clusterTrustBundle", on: 37, gate: "ClusterTrustBundleProjection" },
  { path: "volumes[].projected.sources[].podCertificate", on: 37, gate: "PodCertificateRequest" },
];

function containerFields(path: string, on: number, gate: string): GatedField[] {
  return ["initContainers", "containers"].map((list) => ({ path: `${list}[].${path}`, on, gate }));
}

/** Of objects, by kind. */
const ofKinds: Readonly<Record<string, readonly GatedField[]>> = {
  "apps/StatefulSet": [{ path: "spec.updateStrategy.rollingUpdate.maxUnavailable", on: 37, gate: "MaxUnavailableStatefulSet" }],
  "autoscaling/HorizontalPodAutoscaler": ["scaleUp", "scaleDown"].map((direction) => ({
    path: `spec.behavior.${direction}.tolerance`,
    on: 35,
    gate: "HPAConfigurableTolerance",
  })),
  "batch/Job": [
    { path: "spec.backoffLimitPerIndex", on: 29, gate: "JobBackoffLimitPerIndex" },
    { path: "spec.podReplacementPolicy", on: 29, gate: "JobPodReplacementPolicy" },
    { path: "spec.successPolicy", on: 31, gate: "JobSuccessPolicy" },
    { path: "spec.managedBy", on: 32, gate: "JobManagedBy" },
  ],
  Service: [{ path: "spec.trafficDistribution", on: 31, gate: "ServiceTrafficDistribution" }],
  PersistentVolumeClaim: [{ path: "spec.volumeAttributesClassName", on: 34, gate: "VolumeAttributesClass" }],
  "storage.k8s.io/CSIDriver": [{ path: "spec.nodeAllocatableUpdatePeriodSeconds", on: 35, gate: "MutableCSINodeAllocatableCount" }],
};

/** A gated field that an object has. */
interface DroppedField {
  /** As `spec.template.spec.hostnameOverride`. */
  readonly path: string;
  readonly gate: string;
  /** The version from which on the server keeps it, as 1.35. */
  readonly keptSince: string;
  /** The keys and indexes that lead to it. */
  readonly steps: readonly (string | number)[];
}

/** The fields of an object that a version's API server drops without a word. */
export function droppedFields(object: KubernetesObject, version: string): DroppedField[] {
  const pod = podPathOf(object);
  const rows = [...(own(ofKinds, kindNameOf(object)) ?? []), ...(pod === undefined ? [] : ofPods.map((row) => below(pod, row)))];
  return rows
    .filter(({ on }) => minorOf(version) < on)
    .flatMap(({ path, on, gate }) => placesOf(object, path).map((steps) => ({ path: pathOf(steps), gate, keptSince: `1.${on}`, steps })))
    .filter(({ steps }) => isInSchema(version, object, steps));
}

/** Whether a version's schema has a field; one that it hasn't is refused, and not dropped. */
function isInSchema(version: string, { apiVersion, kind }: KubernetesObject, steps: readonly (string | number)[]): boolean {
  const { kinds, definitions } = kubernetesSchemas(version);
  const resolved = (schema: Schema | undefined): Schema | undefined =>
    schema?.$ref === undefined ? schema : own(definitions, schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1));
  let schema = own(definitions, own(kinds, `${apiVersion}/${kind}`) ?? "");
  for (const step of steps) schema = resolved(typeof step === "number" ? schema?.items : own(schema?.properties, step));
  return schema !== undefined;
}

const below = (prefix: string, row: GatedField): GatedField => ({ ...row, path: `${prefix}.${row.path}` });

/** Where the spec of an object's pods is; undefined for one without pods of its own. */
function podPathOf(object: KubernetesObject): string | undefined {
  const path = ["", "apps", "batch"].includes(groupOf(object)) ? own(podTemplatePaths, object.kind) : undefined;
  return path && [...path, "spec"].join(".");
}

/**
 * An object as a version's API server keeps it: without the fields that it drops.
 * @param unknown the keys and indexes of fields that its schema doesn't have
 */
export function keptBy(version: string, object: KubernetesObject, unknown: readonly (readonly (string | number)[])[]): KubernetesObject {
  const all = [...droppedFields(object, version).map(({ steps }) => steps), ...unknown];
  return all.length === 0 ? object : withoutEmptyVolumes(withoutFields(object, all), object);
}

function withoutFields(object: KubernetesObject, fields: readonly (readonly (string | number)[])[]): KubernetesObject {
  const copy = structuredClone(object);
  for (const steps of fields) {
    const parent = steps.slice(0, -1).reduce<unknown>(memberOf, copy);
    if (isRecord(parent)) Reflect.deleteProperty(parent, String(steps.at(-1)));
  }
  return copy;
}

/** A volume whose only source was dropped goes, and so does what mounts it: https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/api/pod/util.go */
function withoutEmptyVolumes(object: KubernetesObject, given: KubernetesObject): KubernetesObject {
  const path = podPathOf(object);
  const specOf = (whole: unknown) => path?.split(".").reduce(memberOf, whole);
  const [spec, old] = [specOf(object), specOf(given)];
  if (!isRecord(spec) || !isRecord(old)) return object;
  const had = new Set(recordsIn(old.volumes).flatMap((volume) => (Object.keys(volume).length > 1 ? [volume.name] : [])));
  const gone = new Set(
    recordsIn(spec.volumes).flatMap((volume) => (Object.keys(volume).length === 1 && had.has(volume.name) ? [volume.name] : [])),
  );
  if (gone.size === 0) return object;
  // The object is a copy of this module's own.
  Reflect.set(spec, "volumes", withoutNamed(spec.volumes, gone));
  for (const list of ["initContainers", "containers"])
    for (const container of recordsIn(spec[list]))
      if (container.volumeMounts !== undefined) Reflect.set(container, "volumeMounts", withoutNamed(container.volumeMounts, gone));
  return object;
}

const recordsIn = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : []);
const withoutNamed = (value: unknown, names: ReadonlySet<unknown>) => recordsIn(value).filter(({ name }) => !names.has(name));

function memberOf(value: unknown, step: string | number): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
  return Reflect.get(value, step);
}

/** Each place that a path with `[]` leads to in an object. */
function placesOf(object: unknown, path: string): (string | number)[][] {
  let places: { readonly value: unknown; readonly steps: (string | number)[] }[] = [{ value: object, steps: [] }];
  for (const step of path.replaceAll("[]", ".[]").split("."))
    places = places.flatMap(({ value, steps }) => {
      if (step === "[]") return Array.isArray(value) ? value.map((item, index) => ({ value: item, steps: [...steps, index] })) : [];
      const member = memberOf(value, step);
      return member === undefined ? [] : [{ value: member, steps: [...steps, step] }];
    });
  return places.map(({ steps }) => steps);
}

const pathOf = (steps: readonly (string | number)[]) =>
  steps.reduce<string>((path, step) => (typeof step === "number" ? `${path}[${step}]` : joined(path, step)), "");

/** A value that API servers fill in from a version on. */
interface LaterDefault {
  readonly path: string;
  readonly value: unknown;
  /** The minor version from which on. */
  readonly since: number;
  /** Whether an object gets it. Default: each does. */
  readonly applies?: (object: KubernetesObject) => boolean;
}

const rolls = ({ spec }: KubernetesObject) => {
  const strategy = isRecord(spec) && isRecord(spec.updateStrategy) ? spec.updateStrategy : {};
  return strategy.type === undefined || strategy.type === "RollingUpdate";
};

/** What versions fill in that older ones don't: measured on the servers, test/e2e/upgrade.test.ts. */
const laterDefaults: Readonly<Record<string, readonly LaterDefault[]>> = {
  "apps/StatefulSet": [{ path: "spec.updateStrategy.rollingUpdate.maxUnavailable", value: 1, since: 37, applies: rolls }],
  "storage.k8s.io/CSIDriver": [{ path: "spec.preventPodSchedulingIfMissing", value: false, since: 37 }],
  "batch/Job": [
    {
      path: "spec.podReplacementPolicy",
      value: "TerminatingOrFailed",
      since: 29,
      applies: ({ spec }) => isRecord(spec) && spec.podFailurePolicy === undefined,
    },
  ],
};

/** A value that one of two versions fills in, and the other doesn't. */
export interface ChangedDefault {
  readonly path: string;
  readonly value: unknown;
  /** The version from which on it is filled in. */
  readonly since: string;
  /** Whether it is the second of the two versions that does. */
  readonly isNew: boolean;
}

/** What an API server of one of two versions fills into an object, and that of the other doesn't. */
export function changedDefaults(object: KubernetesObject, from: string, to: string): ChangedDefault[] {
  const [older, newer] = minorOf(from) <= minorOf(to) ? [from, to] : [to, from];
  return (own(laterDefaults, kindNameOf(object)) ?? [])
    .filter(({ since }) => minorOf(older) < since && since <= minorOf(newer))
    .filter(({ path, applies = () => true }) => placesOf(object, path).length === 0 && applies(object))
    .map(({ path, value, since }) => ({ path, value, since: `1.${since}`, isNew: newer === to }));
}
