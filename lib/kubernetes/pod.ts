import type { KubernetesObject } from "../manifest/index.ts";
import { own } from "../outside/index.ts";

/** The part of a pod's spec that says what it runs and reads; manifests come from anywhere, so every field may be missing. */
interface PodSpec {
  readonly containers?: readonly PodContainer[];
  readonly initContainers?: readonly PodContainer[];
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
}

export interface PodContainer {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: Readonly<Record<string, unknown>> }[];
  readonly envFrom?: readonly {
    readonly prefix?: string;
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string };
  }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[];
}

/** Where each kind that runs pods keeps their template; a Pod is its own. */
export const podTemplatePaths: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  PodTemplate: ["template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
  ...Object.fromEntries(
    ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"].map((kind) => [kind, ["spec", "template"]]),
  ),
};

/** The template of the pods an object runs, a Pod itself; undefined for kinds that run none. */
export function podTemplateOf(object: KubernetesObject): unknown {
  return own(podTemplatePaths, object.kind)?.reduce<unknown>(
    (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
    object,
  );
}

/** The spec of the pods an object runs; undefined for kinds that run none. */
export function podSpecOf(object: KubernetesObject): PodSpec | undefined {
  const template = podTemplateOf(object) as { readonly spec?: PodSpec } | undefined;
  return template?.spec;
}

/** A ConfigMap or Secret by name. */
interface Source {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
}

const container = /^(configMap|secret)(KeyRef|Ref)$/;

/** The ConfigMaps and Secrets a pod reads: as variables, as files, or to pull its images. */
export function sourcesOf(pod: PodSpec): Source[] {
  const containers = [...(pod.initContainers ?? []), ...(pod.containers ?? [])];
  const variables = containers
    .flatMap(({ env, envFrom }) => [...(env ?? []).map(({ valueFrom }) => valueFrom ?? {}), ...(envFrom ?? [])])
    .flatMap(references);
  const volumes = (pod.volumes ?? [])
    .flatMap((volume) => [volume, ...((volume.projected as { sources?: Record<string, unknown>[] } | undefined)?.sources ?? [])])
    .flatMap(mounted);
  const pulls = (pod.imagePullSecrets ?? []).flatMap(({ name }): Source[] => (name === undefined ? [] : [{ kind: "Secret", name }]));
  return [...new Map([...variables, ...volumes, ...pulls].map((source) => [`${source.kind} ${source.name}`, source])).values()];
}

function references(from: Readonly<Record<string, unknown>>): Source[] {
  return Object.entries(from).flatMap(([key, reference]): Source[] => {
    const match = container.exec(key);
    return match ? [{ kind: match[1] === "secret" ? "Secret" : "ConfigMap", name: (reference as { name: string }).name }] : [];
  });
}

function mounted(volume: Readonly<Record<string, unknown>>): Source[] {
  const config = volume.configMap as { name: string } | undefined;
  const secret = volume.secret as { name?: string; secretName?: string } | undefined;
  return [
    ...(config ? [{ kind: "ConfigMap" as const, name: config.name }] : []),
    ...(secret ? [{ kind: "Secret" as const, name: secret.secretName ?? secret.name ?? "" }] : []),
  ];
}
