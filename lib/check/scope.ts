import type { KnownCluster } from "../cluster/index.ts";
import {
  containersOf,
  isKind,
  joined,
  type KindName,
  kindNameOf,
  type LineOf,
  type ObjectOf,
  type PlacedContainer,
  type PodSpec,
  podTemplateOf,
  podTemplatePaths,
  replicasOf,
  type SchemaFolder,
  type Selector,
  selects,
} from "../kubernetes/index.ts";
import { groupBy, groupOf, identity, type KubernetesObject } from "../manifest/index.ts";
import { isRecord, own } from "../outside/index.ts";
import type { ProvidedName } from "../sources/index.ts";
import type { OriginOf } from "./origin.ts";

/** A manifest as it is checked: the object, and where it comes from. */
export interface CheckedManifest<Kind extends KubernetesObject = KubernetesObject> {
  readonly object: Kind;
  /** The app it belongs to, or `shared` or `argocd`; empty for a plain directory. */
  readonly app: string;
  /** Where the server keeps it; empty for a kind that has no namespace. The engine says so before the rules run. */
  readonly namespace?: string;
  /** Relative to the project. */
  readonly file?: string;
  /** The line of its file a path stands on, where the file's text is at hand. */
  readonly lineOf?: LineOf;
  /** Where in its sources a path of a rendered object stands, where that is known. */
  readonly originOf?: OriginOf;
  /** Whether it isn't checked, and only known to be there by the cluster's snapshot. */
  readonly isFromSnapshot?: true;
}

/** A file that can't be taken for manifests, and why. */
export interface UnreadFile {
  readonly file: string;
  readonly message: string;
  readonly line?: number;
  /** Id of the rule that the file breaks. Default: schema/yaml. */
  readonly rule?: string;
  /** The app whose folder it lies in. */
  readonly app?: string;
  /** Whether the rule's severity counts also where only a part was given. Default: false. */
  readonly isSure?: boolean;
}

/** A finding that is accepted until a day. */
export interface Waiver {
  /** Id of the rule. */
  readonly rule: string;
  /** Kind and name of the object, as `Deployment backend-app`, or `Deployment shop/backend-app` where only that namespace's is meant. */
  readonly resource: string;
  /** Why it may be so. */
  readonly reason: string;
  /** The last day it holds, as 2030-01-31. */
  readonly until: string;
  /** Where it stands. Default: in the file that its environment names. */
  readonly file?: string;
}

/** What is checked together: everything that one environment applies. */
export interface CheckedEnvironment {
  readonly name: string;
  /** Minor version of the cluster. */
  readonly kubernetes: string;
  /** Pod Security Standard of namespaces without a label. Default: none is enforced. */
  readonly podSecurity?: PodSecurityLevel;
  /** Pod Security Standard of namespaces that something else creates, by name: `privileged` where none is known. */
  readonly foreignLevels?: ReadonlyMap<string, PodSecurityLevel>;
  /** Where `argocd` objects lie, and paths of Applications lead to: folders of manifests by path in the repository. */
  readonly folders?: ReadonlySet<string>;
  readonly manifests: readonly CheckedManifest[];
  /** Namespace of objects that name none. Default: `default`, as the server's. */
  readonly namespace?: string;
  /** The folder that the manifests were read from, as their files name it. */
  readonly root?: string;
  /** Whether what the manifests refer to may lie elsewhere, so that it isn't missing. Default: false. */
  readonly isPart?: boolean;
  /** Files that should have held manifests. */
  readonly unread?: readonly UnreadFile[];
  readonly waivers?: Readonly<Record<string, Waiver>>;
  /** Whether others that aren't checked now have the same waivers, so that one may be in vain here. Default: false. */
  readonly sharesWaivers?: boolean;
  /** Where the waivers stand. */
  readonly waiverFile?: string;
  /** Objects that exist although none of the manifests creates them. */
  readonly provided?: readonly ProvidedName[];
  /** Rules that are off or milder here, by id or pattern. */
  readonly severities?: Readonly<Record<string, { readonly severity: "off" | "info" | "warning" }>>;
  /** Where the manifests were read from. */
  readonly sources?: readonly CheckedSource[];
  /** Files that hold something else than manifests, and what. */
  readonly skipped?: readonly SkippedFile[];
  /** What is known of its cluster. Default: nothing but its version. */
  readonly cluster?: KnownCluster;
  /** Schemas of kinds that neither a CRD among the manifests nor the cluster has. */
  readonly schemas?: SchemaFolder;
  /** Kustomizations and charts that couldn't be rendered, and why. */
  readonly notRendered?: readonly { readonly source: string; readonly reason: string }[];
}

/** A place that manifests were read from. */
export interface CheckedSource {
  /** What slipway took it for. */
  readonly kind: "kustomization" | "chart" | "files";
  /** The kustomization.yaml, the Chart.yaml, the folder or the file. */
  readonly source: string;
  /** Manifests that it holds. */
  readonly manifests: number;
}

/** A file, or a document of one, that isn't a manifest. */
export interface SkippedFile {
  readonly file: string;
  /** What it is instead. */
  readonly reason: string;
}
export type PodSecurityLevel = "privileged" | "baseline" | "restricted";

/** The pods an object runs. */
export interface Pods {
  readonly manifest: CheckedManifest;
  readonly spec: PodSpec;
  /** Path of the pod's spec in the object, as `spec.template.spec`. */
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly namespace: string;
  readonly containers: readonly PlacedContainer[];
}

/** Where the server keeps an object, whether it says so or not; empty for a kind that has no namespace. */
export const namespaceOf = ({ object, namespace }: CheckedManifest) => namespace ?? object.metadata.namespace ?? "default";

/** Words for where an object is; none where its author named no namespace either. */
export const inNamespace = ({ object }: CheckedManifest) => (object.metadata.namespace ? ` in ${object.metadata.namespace}` : "");

/** An object's identity with the namespace that the server keeps it in. */
export const placedIdentityOf = (manifest: CheckedManifest) =>
  identity(groupOf(manifest.object), manifest.object.kind, namespaceOf(manifest), manifest.object.metadata.name);

const podGroups = new Set(["", "apps", "batch"]);
/** Whether a kind of that name is one that runs pods: operators have Jobs and Deployments of their own. */
const isPodKind = (object: KubernetesObject) => podGroups.has(groupOf(object)) || isKind(object, "argoproj.io/Rollout");

/** The manifests of an environment, to be looked up by identity, kind, namespace and label; made once for all rules. */
export class Scope {
  readonly environment: CheckedEnvironment;
  readonly manifests: readonly CheckedManifest[];
  /** Those that don't fit their schema: only known to be there. */
  readonly unsound: readonly CheckedManifest[];
  /** The pods of every object that runs some. */
  readonly pods: readonly Pods[];
  readonly #byKind = new Map<string, CheckedManifest[]>();
  readonly #names = new Map<string, ReadonlyMap<string, readonly string[]>>();
  readonly #soundByIdentity = new Map<string, CheckedManifest>();
  readonly #identities: ReadonlySet<string>;
  readonly #podsByNamespace = new Map<string, Pods[]>();
  readonly #podsByLabel = new Map<string, Pods[]>();
  readonly #byFolder = new Map<string, CheckedManifest[]>();
  readonly #autoscalers = new Map<string, CheckedManifest<ObjectOf<"autoscaling/HorizontalPodAutoscaler">>>();

  /**
   * @param sound the manifests that fit their schema, which rules look into
   * @param unsound others, which are only known to be there
   * @param known what the cluster has beside them, as far as its snapshot says
   */
  constructor(
    environment: CheckedEnvironment,
    sound: readonly CheckedManifest[],
    unsound: readonly CheckedManifest[],
    known: readonly CheckedManifest[] = [],
  ) {
    this.environment = environment;
    this.manifests = sound;
    this.unsound = unsound;
    for (const manifest of [...known, ...sound]) {
      push(this.#byKind, kindNameOf(manifest.object), manifest);
      const { object } = manifest;
      this.#soundByIdentity.set(`${kindNameOf(object)}/${namespaceOf(manifest)}/${object.metadata.name}`, manifest);
    }
    this.#identities = new Set([...known, ...sound, ...unsound].map(placedIdentityOf));
    this.pods = sound.flatMap((manifest) => podsOf(manifest) ?? []);
    for (const pods of this.pods) {
      push(this.#podsByNamespace, pods.namespace, pods);
      for (const [key, value] of Object.entries(pods.labels)) push(this.#podsByLabel, labelled(pods.namespace, key, value), pods);
    }
    for (const manifest of sound) if (manifest.file) push(this.#byFolder, manifest.file.slice(0, manifest.file.lastIndexOf("/")), manifest);
    for (const manifest of this.ofKind("autoscaling/HorizontalPodAutoscaler")) {
      const { scaleTargetRef } = manifest.object.spec ?? {};
      this.#autoscalers.set(`${namespaceOf(manifest)}/${scaleTargetRef?.kind}/${scaleTargetRef?.name}`, manifest);
    }
  }

  /** The objects of a kind, as `apps/Deployment`, or `Service` of the core group: those of the manifests, and those known from the snapshot. */
  ofKind<Kind extends KindName>(kind: Kind): readonly CheckedManifest<ObjectOf<Kind>>[] {
    // An object is only in the index once it has been held against the schema of its kind.
    const found: unknown = this.#byKind.get(kind) ?? [];
    return found as readonly CheckedManifest<ObjectOf<Kind>>[];
  }

  /** The objects of a kind that has no type here, as `keda.sh/ScaledObject`: their fields may hold anything. */
  ofCustomKind(kind: string): readonly CheckedManifest[] {
    return this.#byKind.get(kind) ?? [];
  }

  /** An object of a kind by its name, where it fits its schema. @param namespace empty for what has none */
  find<Kind extends KindName>(kind: Kind, namespace: string, name: string): CheckedManifest<ObjectOf<Kind>> | undefined {
    const found: unknown = this.#soundByIdentity.get(`${kind}/${namespace}/${name}`);
    return found as CheckedManifest<ObjectOf<Kind>> | undefined;
  }

  /** Whether an object is there, whether it fits its schema or not. @param namespace empty for what has none */
  has(kind: string, namespace: string, name: string, group = ""): boolean {
    return this.#identities.has(identity(group, kind, namespace, name));
  }

  /** Pods of a namespace that a selector fits. Only those that have one of its labels are looked at. */
  selected(namespace: string, asked: Selector): readonly Pods[] {
    const selector = withoutAdded(asked);
    const wanted = addedLabels(asked);
    const [[key, value] = [undefined, undefined]] = Object.entries(selector.matchLabels ?? {});
    const candidates = key === undefined ? this.#podsByNamespace.get(namespace) : this.#podsByLabel.get(labelled(namespace, key, value));
    return (candidates ?? []).filter(
      ({ labels, manifest }) => selects(selector, labels) && wanted.every((label) => mayHave(manifest, label)),
    );
  }

  /** Whether pods that a selector fits may run by an object that doesn't fit its schema: that is reported as such, and not again here. */
  mayRun(namespace: string, asked: Selector): boolean {
    const selector = withoutAdded(asked);
    return this.unsound.some((manifest) => {
      const labels = namespaceOf(manifest) === namespace ? templateLabelsOf(manifest.object) : undefined;
      return labels !== undefined && selects(selector, labels);
    });
  }

  /** The objects whose files lie in a folder. */
  inFolder(folder: string): readonly CheckedManifest[] {
    return this.#byFolder.get(folder) ?? [];
  }

  /** The autoscaler of a workload. */
  autoscalerOf(manifest: CheckedManifest): CheckedManifest<ObjectOf<"autoscaling/HorizontalPodAutoscaler">> | undefined {
    return this.#autoscalers.get(`${namespaceOf(manifest)}/${manifest.object.kind}/${manifest.object.metadata.name}`);
  }

  /** The fewest pods a Deployment, StatefulSet or Rollout runs: its autoscaler's bound, or its own number. */
  leastPodsOf(manifest: CheckedManifest): number {
    const autoscaler = this.autoscalerOf(manifest);
    return (autoscaler ? autoscaler.object.spec?.minReplicas : replicasOf(manifest.object)) ?? 1;
  }

  /** Whether the cluster's snapshot lists all objects of a kind, so that what is in neither isn't there. */
  isListed(kind: string, group?: string): boolean {
    const { listedKinds = new Set<string>() } = this.environment.cluster ?? {};
    return group === undefined
      ? [...listedKinds].some((listed) => listed === kind || listed.endsWith(`/${kind}`))
      : listedKinds.has(group === "" ? kind : `${group}/${kind}`);
  }

  /** Names of all objects of a kind in a namespace, for suggestions. */
  namesOf(kind: string, namespace: string, group = ""): readonly string[] {
    const key = group === "" ? kind : `${group}/${kind}`;
    const known = this.#names.get(key) ?? namesByNamespace(this.#byKind.get(key) ?? []);
    this.#names.set(key, known);
    return known.get(namespace) ?? [];
  }
}

const namesByNamespace = (manifests: readonly CheckedManifest[]): ReadonlyMap<string, readonly string[]> =>
  new Map([...groupBy(manifests, namespaceOf)].map(([namespace, own]) => [namespace, own.map(({ object }) => object.metadata.name)]));

/** The labels of the pods of an object that may hold anything. */
function templateLabelsOf(object: KubernetesObject): Readonly<Record<string, string>> | undefined {
  const path = [...(own(podTemplatePaths, object.kind) ?? []), "metadata", "labels"];
  let value: unknown = object;
  for (const step of path) value = isRecord(value) ? own(value, step) : undefined;
  if (!isRecord(value)) return undefined;
  return Object.fromEntries(Object.entries(value).flatMap(([key, label]) => (typeof label === "string" ? [[key, label]] : [])));
}

/** Labels that controllers add to the pods they make, so that no template has them. */
const added = new Set([
  "apps.kubernetes.io/pod-index",
  "batch.kubernetes.io/controller-uid",
  "batch.kubernetes.io/job-completion-index",
  "batch.kubernetes.io/job-name",
  "controller-revision-hash",
  "controller-uid",
  "job-name",
  "pod-template-generation",
  "pod-template-hash",
  "rollouts-pod-template-hash",
  "statefulset.kubernetes.io/pod-name",
]);

function withoutAdded(selector: Selector): Selector {
  const { matchLabels = {} } = selector;
  if (!Object.keys(matchLabels).some((key) => added.has(key))) return selector;
  return { ...selector, matchLabels: Object.fromEntries(Object.entries(matchLabels).filter(([key]) => !added.has(key))) };
}

type Label = readonly [key: string, value: string | undefined];

const addedLabels = ({ matchLabels = {} }: Selector): readonly Label[] => Object.entries(matchLabels).filter(([key]) => added.has(key));

/** Whether a controller may give the pods of an object a label: https://kubernetes.io/docs/reference/labels-annotations-taints/ */
function mayHave({ object: { kind, metadata } }: CheckedManifest, [key, value = ""]: Label): boolean {
  if (key === "statefulset.kubernetes.io/pod-name")
    return kind === "StatefulSet" && value.startsWith(`${metadata.name}-`) && /^\d+$/.test(value.slice(metadata.name.length + 1));
  if (key === "apps.kubernetes.io/pod-index") return kind === "StatefulSet" || kind === "Job" || kind === "CronJob";
  if (/job-name$/.test(key)) return kind === "CronJob" ? value.startsWith(`${metadata.name}-`) : kind === "Job" && value === metadata.name;
  if (key.startsWith("batch.kubernetes.io/") || key === "controller-uid") return kind === "Job" || kind === "CronJob";
  if (key === "pod-template-hash") return kind === "Deployment" || kind === "ReplicaSet";
  if (key === "rollouts-pod-template-hash") return kind === "Rollout";
  return kind === "StatefulSet" || kind === "DaemonSet";
}

const labelled = (namespace: string, key: string, value: string | undefined) => `${namespace}/${key}=${value}`;

function push<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}

function podsOf(manifest: CheckedManifest): Pods | undefined {
  const { object } = manifest;
  const path = isPodKind(object) ? own(podTemplatePaths, object.kind) : undefined;
  const template = podTemplateOf(object);
  if (!path || !template?.spec) return undefined;
  const { spec, metadata } = template;
  const at = [...path, "spec"].reduce(joined, "");
  return {
    manifest,
    spec,
    path: at,
    labels: metadata?.labels ?? {},
    annotations: metadata?.annotations ?? {},
    namespace: namespaceOf(manifest),
    containers: containersOf(spec, at),
  };
}
