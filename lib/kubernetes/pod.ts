import type { KubernetesObject } from "../manifest/index.ts";
import { isRecord, own } from "../outside/index.ts";
import { type Container, isKind, type KeyReference, type KeyToPath, type PodSpec, type PodTemplate } from "./kinds.ts";

/** Where each kind that runs pods keeps their template; a Pod is its own. */
export const podTemplatePaths: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  PodTemplate: ["template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
  ...Object.fromEntries(
    ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "Rollout"].map((kind) => [
      kind,
      ["spec", "template"],
    ]),
  ),
};

/** The template of the pods an object runs, a Pod itself; undefined for kinds that run none. */
export function podTemplateOf(object: KubernetesObject): PodTemplate | undefined {
  let value: unknown = object;
  const path = own(podTemplatePaths, object.kind);
  if (!path || (object.kind === "Rollout" && !isKind(object, "argoproj.io/Rollout"))) return undefined;
  for (const key of path) value = isRecord(value) ? own(value, key) : undefined;
  // Every field may be missing or, in a manifest that no schema has judged, null.
  return (value ?? undefined) as PodTemplate | undefined;
}

/** The spec of the pods an object runs; undefined for kinds that run none. */
export const podSpecOf = (object: KubernetesObject): PodSpec | undefined => podTemplateOf(object)?.spec ?? undefined;

/** The lists of a pod's spec that hold containers, in the order the pod starts them. */
const containerLists = ["initContainers", "containers", "ephemeralContainers"] as const;

/** One container of a pod, with the list it is in and its path. */
export interface PlacedContainer {
  readonly container: Container;
  readonly list: (typeof containerLists)[number];
  /** As `spec.template.spec.containers[0]`. */
  readonly path: string;
}

/** All containers of a pod. @param path the path of the pod's spec, as `spec.template.spec` */
export const containersOf = (pod: PodSpec, path = ""): PlacedContainer[] =>
  containerLists.flatMap((list) => (pod[list] ?? []).map((container, index) => ({ container, list, path: `${path}.${list}[${index}]` })));

/** One place where a pod reads a ConfigMap or Secret. */
export interface PodRead {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
  /**
   * As variables, which a running container keeps; as files, which follow a change within a minute or so; as files below a subPath, which
   * don't; or to pull images.
   */
  readonly as: "variables" | "files" | "files below a subPath" | "pull secret";
  /** The path of the name. */
  readonly path: string;
  /** Whether the pod starts without it. */
  readonly isOptional: boolean;
  /** The keys that are read by name, with the paths that name them. None where all are read. */
  readonly keys: readonly { readonly key: string; readonly path: string }[];
}

type SourceKind = PodRead["kind"];
/** A volume's or projection's source, which reads some files or all of them. */
type FileSource = { readonly name?: string; readonly items?: readonly KeyToPath[]; readonly optional?: boolean } | undefined;

/** Every place where a pod reads a ConfigMap or Secret. @param path the path of the pod's spec, as `spec.template.spec` */
export function* podReads(pod: PodSpec, path = ""): Generator<PodRead> {
  for (const { container, path: at } of containersOf(pod, path)) yield* variableReads(container, at);
  yield* fileReads(pod, path);
  for (const [index, { name }] of (pod.imagePullSecrets ?? []).entries())
    if (name)
      yield { kind: "Secret", name, as: "pull secret", path: `${path}.imagePullSecrets[${index}].name`, isOptional: true, keys: [] };
}

function* variableReads({ env, envFrom }: Container, path: string): Generator<PodRead> {
  const read = (kind: SourceKind, reference: KeyReference | undefined, at: string): PodRead[] =>
    reference?.name
      ? [
          {
            kind,
            name: reference.name,
            as: "variables",
            path: `${at}.name`,
            isOptional: reference.optional === true,
            keys: reference.key ? [{ key: reference.key, path: `${at}.key` }] : [],
          },
        ]
      : [];
  for (const [index, { valueFrom }] of (env ?? []).entries()) {
    yield* read("ConfigMap", valueFrom?.configMapKeyRef, `${path}.env[${index}].valueFrom.configMapKeyRef`);
    yield* read("Secret", valueFrom?.secretKeyRef, `${path}.env[${index}].valueFrom.secretKeyRef`);
  }
  for (const [index, { configMapRef, secretRef }] of (envFrom ?? []).entries()) {
    yield* read("ConfigMap", configMapRef, `${path}.envFrom[${index}].configMapRef`);
    yield* read("Secret", secretRef, `${path}.envFrom[${index}].secretRef`);
  }
}

function* fileReads(pod: PodSpec, path: string): Generator<PodRead> {
  const mounts = containersOf(pod, path).flatMap(({ container }) => container.volumeMounts ?? []);
  for (const [index, volume] of (pod.volumes ?? []).entries()) {
    const isBelowSubPath = mounts.some(({ name, subPath, subPathExpr }) => name === volume.name && (subPath ?? subPathExpr));
    const read = (kind: SourceKind, source: FileSource, at: string, field = "name"): PodRead[] =>
      source?.name
        ? [
            {
              kind,
              name: source.name,
              as: isBelowSubPath ? "files below a subPath" : "files",
              path: `${at}.${field}`,
              isOptional: source.optional === true,
              keys: (source.items ?? []).map(({ key = "" }, item) => ({ key, path: `${at}.items[${item}].key` })),
            },
          ]
        : [];
    const at = `${path}.volumes[${index}]`;
    const { configMap, secret, projected } = volume;
    yield* read("ConfigMap", configMap, `${at}.configMap`);
    yield* read("Secret", secret?.secretName ? { ...secret, name: secret.secretName } : undefined, `${at}.secret`, "secretName");
    for (const [place, source] of (projected?.sources ?? []).entries()) {
      yield* read("ConfigMap", source.configMap, `${at}.projected.sources[${place}].configMap`);
      yield* read("Secret", source.secret, `${at}.projected.sources[${place}].secret`);
    }
  }
}

/** The number of pods that a workload asks for; undefined where it doesn't say. */
export function replicasOf(object: KubernetesObject): number | undefined {
  return isKind(object, "apps/Deployment", "apps/StatefulSet", "apps/ReplicaSet", "ReplicationController", "argoproj.io/Rollout")
    ? object.spec?.replicas
    : undefined;
}
