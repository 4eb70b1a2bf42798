import {
  isKind,
  type KindName,
  type ObjectOf,
  type PodRead,
  podReads,
  podSpecOf,
  podTemplatePaths,
  quantity,
  replicasOf,
} from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import type { PlacedManifest } from "./placing.ts";
import type { ReviewedManifest, Tree, TreeFile } from "./tree.ts";

/** How a workload reads a ConfigMap or Secret. */
export interface Reader {
  readonly manifest: PlacedManifest;
  readonly as: Exclude<PodRead["as"], "pull secret">;
}

type Autoscaler = ObjectOf<"autoscaling/HorizontalPodAutoscaler">;

const workloads = new Set(Object.keys(podTemplatePaths));

/** The objects of one environment in one tree. Files are parsed only where their text names what is looked for. */
export class EnvironmentIndex {
  readonly #files: readonly TreeFile[];
  readonly #environment: string;
  readonly #read: (manifest: ReviewedManifest) => PlacedManifest;
  readonly #byKind = new Map<string, readonly PlacedManifest[]>();
  #autoscalers: Map<string, Autoscaler> | undefined;
  #readers: Map<string, Reader[]> | undefined;

  /** @param read gives an object as the server takes it, and only its identity where its fields aren't what its kind has */
  constructor(tree: Tree, environment: string, read: (manifest: ReviewedManifest) => PlacedManifest) {
    this.#files = [...tree.values()];
    this.#environment = environment;
    this.#read = read;
  }

  /** The objects of a kind by their group, as `apps/Deployment`. */
  objectsOf<Kind extends KindName>(kind: Kind): ObjectOf<Kind>[] {
    return this.named(kind.slice(kind.lastIndexOf("/") + 1)).flatMap(({ object }) => (isKind(object, kind) ? [object] : []));
  }

  /** The objects of a kind, whatever group it is of. */
  named(kind: string): readonly PlacedManifest[] {
    const known = this.#byKind.get(kind) ?? this.#mentioning(kind).filter(({ object }) => object.kind === kind);
    this.#byKind.set(kind, known);
    return known;
  }

  #mentioning(word: string): PlacedManifest[] {
    return manifestsMentioning(this.#files, word, this.#environment).map(this.#read);
  }

  /** The objects of a namespace, also of one that only an option names: all files are parsed for them. */
  allIn(namespace: string | undefined): KubernetesObject[] {
    return this.#mentioning("").flatMap(({ object }) => (object.metadata.namespace === namespace ? [object] : []));
  }

  countOfKind(kind: string): number {
    return this.named(kind).length;
  }

  /** The objects that a namespace holds. */
  inNamespace(name: string): readonly PlacedManifest[] {
    return this.#mentioning(name).filter(({ object }) => object.metadata.namespace === name);
  }

  /** How many objects an Argo CD Application deploys: those in the folder it names. */
  ofApplication({ spec }: ObjectOf<"argoproj.io/Application">): number {
    const path = spec?.source?.path;
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
    if (autoscaler) return autoscaler.spec?.minReplicas ?? 1;
    return replicasOf(workload) ?? 1;
  }

  #autoscaler({ kind, metadata }: KubernetesObject): Autoscaler | undefined {
    this.#autoscalers ??= new Map(
      this.objectsOf("autoscaling/HorizontalPodAutoscaler").map((object) => {
        const { scaleTargetRef } = object.spec ?? {};
        return [`${object.metadata.namespace ?? ""}/${scaleTargetRef?.kind}/${scaleTargetRef?.name}`, object];
      }),
    );
    return this.#autoscalers.get(`${metadata.namespace ?? ""}/${kind}/${metadata.name}`);
  }

  /** The quota that has no room for so many more pods of a workload; undefined where there is room. */
  surgeBlockedBy(workload: KubernetesObject, more: number): string | undefined {
    const { namespace } = workload.metadata;
    const quotas = this.objectsOf("ResourceQuota").filter(({ metadata }) => metadata.namespace === namespace);
    if (quotas.length === 0 || more === 0) return undefined;
    const pods = [...workloads]
      .flatMap((kind) => this.named(kind))
      .filter(({ object }) => object.metadata.namespace === namespace && counted.has(object.kind))
      .reduce((sum, { object }) => sum + this.leastPodsOf(object), 0);
    const blocking = quotas.find(({ spec }) => {
      const most = quantity(spec?.hard?.pods ?? spec?.hard?.["count/pods"]);
      return most !== undefined && pods + more > most;
    });
    return blocking && `ResourceQuota ${blocking.metadata.name}`;
  }

  /** Whether claims of a storage class may grow; undefined where the class isn't among the manifests. */
  allowsExpansion(name: string): boolean | undefined {
    const found = this.objectsOf("storage.k8s.io/StorageClass").find(({ metadata }) => metadata.name === name);
    return found && found.allowVolumeExpansion === true;
  }

  /** The workloads that read a ConfigMap or Secret. */
  readersOf(kind: "ConfigMap" | "Secret", namespace: string, name: string): readonly Reader[] {
    this.#readers ??= this.#findReaders();
    return this.#readers.get(`${kind}/${namespace}/${name}`) ?? [];
  }

  #findReaders(): Map<string, Reader[]> {
    const found = new Map<string, Reader[]>();
    for (const manifest of [...workloads].flatMap((kind) => this.named(kind)))
      for (const [key, as] of readsOf(manifest)) {
        const readers = found.get(key) ?? [];
        if (!readers.some((reader) => reader.manifest === manifest && reader.as === as)) readers.push({ manifest, as });
        found.set(key, readers);
      }
    return found;
  }
}

/** The manifests of an environment in files whose text holds a word. */
export const manifestsMentioning = (files: readonly TreeFile[], word: string, environment: string): ReviewedManifest[] =>
  files
    .filter(({ text }) => text.includes(word))
    .flatMap(({ manifests }) => manifests)
    .filter((manifest) => manifest.environment === environment);

/** What a workload reads when its pods run, by kind, namespace and name. */
const readsOf = ({ object }: PlacedManifest): [key: string, as: Reader["as"]][] =>
  [...podReads(podSpecOf(object) ?? {})].flatMap(({ kind, name, as }) =>
    as === "pull secret" ? [] : [[`${kind}/${object.metadata.namespace ?? ""}/${name}`, as]],
  );

/** Kinds whose number of pods is theirs to say. */
const counted = new Set(["Deployment", "StatefulSet", "ReplicaSet", "Rollout", "Pod"]);
