import { podSpecOf, podTemplatePaths, quantity } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import type { ReviewedManifest, Tree, TreeFile } from "./tree.ts";

/** How a workload reads a ConfigMap or Secret. */
export interface Reader {
  readonly manifest: ReviewedManifest;
  /** As variables, which a running container keeps; as files, which follow within a minute or so; or as files below a subPath, which don't. */
  readonly as: "variables" | "files" | "files below a subPath";
}

interface Autoscaler {
  readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  readonly minReplicas?: number;
}

const workloads = new Set(Object.keys(podTemplatePaths));

/** What stands around an object in one environment of one tree. Files are parsed only where they name what is asked for. */
export class EnvironmentIndex {
  readonly #files: readonly TreeFile[];
  readonly #environment: string;
  readonly #byKind = new Map<string, readonly ReviewedManifest[]>();
  #autoscalers: Map<string, KubernetesObject> | undefined;
  #readers: Map<string, Reader[]> | undefined;

  constructor(tree: Tree, environment: string) {
    this.#files = [...tree.values()];
    this.#environment = environment;
  }

  /** The objects of a kind, whatever group it is of. */
  ofKind(kind: string): readonly ReviewedManifest[] {
    const known = this.#byKind.get(kind) ?? this.#mentioning(kind).filter(({ object }) => object.kind === kind);
    this.#byKind.set(kind, known);
    return known;
  }

  #mentioning(word: string): ReviewedManifest[] {
    return this.#files
      .filter(({ text }) => text.includes(word))
      .flatMap(({ manifests }) => manifests)
      .filter(({ environment }) => environment === this.#environment);
  }

  countOfKind(kind: string): number {
    return this.ofKind(kind).length;
  }

  /** How many objects a namespace holds. */
  inNamespace(name: string): number {
    return this.#mentioning(name).filter(({ object }) => object.metadata.namespace === name).length;
  }

  /** How many objects an Argo CD Application deploys: those in the folder it names. */
  ofApplication({ spec }: KubernetesObject): number {
    const path = (spec as { source?: { path?: string } } | undefined)?.source?.path;
    if (!path) return 0;
    const folder = `${path.split("/").slice(-2).join("/")}/`;
    return this.#files.filter((file) => `/${file.path}`.includes(`/${folder}`)).reduce((sum, { manifests }) => sum + manifests.length, 0);
  }

  /** Name of the autoscaler of a workload. */
  autoscalerOf(workload: KubernetesObject): string | undefined {
    return this.#autoscaler(workload)?.metadata.name;
  }

  /** The fewest pods a workload runs: its autoscaler's bound, or its own number. */
  leastPodsOf(workload: KubernetesObject): number {
    const autoscaler = this.#autoscaler(workload);
    if (autoscaler) return (autoscaler.spec as Autoscaler).minReplicas ?? 1;
    return (workload.spec as { replicas?: number } | undefined)?.replicas ?? 1;
  }

  #autoscaler({ kind, metadata }: KubernetesObject): KubernetesObject | undefined {
    this.#autoscalers ??= new Map(
      this.ofKind("HorizontalPodAutoscaler").map(({ object }) => {
        const { scaleTargetRef } = (object.spec ?? {}) as Autoscaler;
        return [`${object.metadata.namespace ?? ""}/${scaleTargetRef?.kind}/${scaleTargetRef?.name}`, object];
      }),
    );
    return this.#autoscalers.get(`${metadata.namespace ?? ""}/${kind}/${metadata.name}`);
  }

  /** The quota that has no room for so many more pods of a workload; undefined where there is room. */
  surgeBlockedBy(workload: KubernetesObject, more: number): string | undefined {
    const { namespace } = workload.metadata;
    const quotas = this.ofKind("ResourceQuota").filter(({ object }) => object.metadata.namespace === namespace);
    if (quotas.length === 0 || more === 0) return undefined;
    const pods = [...workloads]
      .flatMap((kind) => this.ofKind(kind))
      .filter(({ object }) => object.metadata.namespace === namespace && counted.has(object.kind))
      .reduce((sum, { object }) => sum + this.leastPodsOf(object), 0);
    const blocking = quotas.find(({ object }) => {
      const { hard = {} } = (object.spec ?? {}) as { hard?: Readonly<Record<string, unknown>> };
      const most = quantity(hard.pods ?? hard["count/pods"]);
      return most !== undefined && pods + more > most;
    });
    return blocking && `ResourceQuota ${blocking.object.metadata.name}`;
  }

  /** Whether claims of a storage class may grow; undefined where the class isn't among the manifests. */
  allowsExpansion(name: string): boolean | undefined {
    const found = this.ofKind("StorageClass").find(({ object }) => object.metadata.name === name);
    return found && found.object.allowVolumeExpansion === true;
  }

  /** The workloads that read a ConfigMap or Secret. */
  readersOf(kind: "ConfigMap" | "Secret", namespace: string, name: string): readonly Reader[] {
    this.#readers ??= this.#findReaders();
    return this.#readers.get(`${kind}/${namespace}/${name}`) ?? [];
  }

  #findReaders(): Map<string, Reader[]> {
    const found = new Map<string, Reader[]>();
    for (const kind of workloads)
      for (const manifest of this.ofKind(kind))
        for (const { source, as } of sourcesRead(manifest.object)) {
          const key = `${source.kind}/${manifest.object.metadata.namespace ?? ""}/${source.name}`;
          const readers = found.get(key) ?? [];
          if (!readers.some((one) => one.manifest === manifest && one.as === as)) readers.push({ manifest, as });
          found.set(key, readers);
        }
    return found;
  }
}

/** Kinds whose number of pods is theirs to say. */
const counted = new Set(["Deployment", "StatefulSet", "ReplicaSet", "Pod"]);

interface Source {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
}
type Reference = { readonly name?: string; readonly secretName?: string } | undefined;

function* sourcesRead(object: KubernetesObject): Generator<{ source: Source; as: Reader["as"] }> {
  const pod = podSpecOf(object);
  if (!pod) return;
  const source = (kind: Source["kind"], reference: Reference): Source[] => {
    const name = reference?.secretName ?? reference?.name;
    return name ? [{ kind, name }] : [];
  };
  const containers = [...(pod.initContainers ?? []), ...(pod.containers ?? [])];
  for (const { env = [], envFrom = [] } of containers) {
    for (const from of [...env.map(({ valueFrom }) => valueFrom ?? {}), ...envFrom] as Readonly<Record<string, Reference>>[]) {
      for (const one of source("ConfigMap", from.configMapKeyRef ?? from.configMapRef)) yield { source: one, as: "variables" };
      for (const one of source("Secret", from.secretKeyRef ?? from.secretRef)) yield { source: one, as: "variables" };
    }
  }
  for (const volume of pod.volumes ?? []) {
    const { projected } = volume as { projected?: { sources?: readonly Readonly<Record<string, Reference>>[] } };
    const mounts = containers.flatMap(
      (one) => (one as { volumeMounts?: readonly { name?: string; subPath?: string; subPathExpr?: string }[] }).volumeMounts ?? [],
    );
    const fixed = mounts.some(({ name, subPath, subPathExpr }) => name === volume.name && (subPath ?? subPathExpr));
    for (const part of [volume as Readonly<Record<string, Reference>>, ...(projected?.sources ?? [])]) {
      for (const one of [...source("ConfigMap", part.configMap), ...source("Secret", part.secret)])
        yield { source: one, as: fixed ? "files below a subPath" : "files" };
    }
  }
}
