import type { KubernetesObject } from "slipway";
import { applied } from "../review/rollout-pairs.ts";
import type { Cluster } from "./cluster.ts";

export interface PodStatus {
  readonly metadata: {
    readonly uid: string;
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
    readonly deletionTimestamp?: string;
  };
  readonly status?: { readonly phase?: string; readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Pods of a namespace, or of all, as they come and go: each state that was, however short, since asking now and then would miss some. */
export class PodWatch {
  readonly #pods = new Map<string, PodStatus>();
  #state = "";
  #since = Date.now();
  /** The fewest that were ready at any time; may be set to start anew. */
  fewest = Number.POSITIVE_INFINITY;
  #end = () => {};
  readonly #counts: (pod: PodStatus) => boolean;

  /** @param counts which of the pods are meant; by default all */
  constructor(counts: (pod: PodStatus) => boolean = () => true) {
    this.#counts = counts;
  }

  /** @param namespace all namespaces where it is left out */
  async start(cluster: Cluster, namespace?: string): Promise<this> {
    const path = namespace === undefined ? "/api/v1/pods" : `/api/v1/namespaces/${namespace}/pods`;
    const { body } = await cluster.ask("GET", path);
    const { items = [], metadata } = body as { items?: PodStatus[]; metadata: { resourceVersion: string } };
    for (const pod of items) this.#pods.set(pod.metadata.uid, pod);
    this.#end = cluster.watch(path, metadata.resourceVersion, ({ type, object }) => {
      const pod = object as PodStatus;
      if (type === "DELETED") this.#pods.delete(pod.metadata.uid);
      else this.#pods.set(pod.metadata.uid, pod);
      this.fewest = Math.min(this.fewest, this.pods.filter(isReady).length);
      const state = JSON.stringify(this.pods.map((entry) => [entry.metadata.uid, isReady(entry)]));
      if (state !== this.#state) [this.#state, this.#since] = [state, Date.now()];
    });
    return this;
  }

  stop(): void {
    this.#end();
  }

  /** Those there are, but for what is on its way out. */
  get pods(): PodStatus[] {
    return [...this.#pods.values()].filter((pod) => !pod.metadata.deletionTimestamp && this.#counts(pod));
  }

  /** Waits until pods, and whether they are ready, haven't changed for a while. @param quiet in ms */
  async settled(quiet: number): Promise<PodStatus[]> {
    this.#since = Date.now();
    for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50)))
      if (Date.now() - this.#since > quiet) break;
    return this.pods;
  }
}

const isReady = ({ status }: PodStatus) => status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;

/** Waits until the controller has brought about what a Rollout asks for, but for what goes some seconds later. */
async function started(cluster: Cluster, object: KubernetesObject): Promise<void> {
  const path = (await cluster.pathOf(object)) as string;
  await cluster.until(`Rollout ${object.metadata.name} is there`, async () => {
    const { metadata, status } = (await cluster.ask("GET", path)).body as {
      metadata: { generation: number };
      status?: { phase?: string; observedGeneration?: string };
    };
    return status?.observedGeneration === String(metadata.generation) && /Healthy|Paused|Degraded/.test(status.phase ?? "");
  });
}

/** An object in which the time that stands for it is that of now, to the second. */
const atThisTime = (object: KubernetesObject) =>
  JSON.parse(JSON.stringify(object).replaceAll(applied, `${new Date().toISOString().slice(0, 19)}Z`)) as KubernetesObject;

/** What a server showed of a change: as review names it, with what else is reported of it. */
export interface Observed {
  readonly impact: "none" | "in-place" | "scale" | "rollout" | "downtime" | "rejected" | "deletion";
  readonly message: string;
}

/** What belongs to the server of an object: who wrote it when, and how it stands. */
function content(object: KubernetesObject): string {
  const { status: _status, metadata, ...rest } = object;
  const { managedFields: _1, resourceVersion: _2, generation: _3, uid: _4, creationTimestamp: _5, ...own } = metadata;
  const annotations = Object.entries(own.annotations ?? {}).filter(
    ([key]) => !key.startsWith("deployment.kubernetes.io/") && !key.startsWith("deprecated."),
  );
  return JSON.stringify({ ...rest, metadata: { ...own, annotations } });
}

/** Applies manifests as Argo CD does, first those of before, then those of after, and removes what is gone; says what became of one object. @param quiet how long nothing may happen before it counts as done, in ms */
export async function observe(
  cluster: Cluster,
  namespace: string,
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
  quiet = 1200,
): Promise<Observed> {
  const watch = await new PodWatch().start(cluster, namespace);
  try {
    return await observed(cluster, watch, before, after, quiet);
  } finally {
    watch.stop();
  }
}

// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one observation from beginning to end, in the order in which it happens
async function observed(
  cluster: Cluster,
  watch: PodWatch,
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
  quiet: number,
): Promise<Observed> {
  const subject = before[0] as KubernetesObject;
  for (const object of before) {
    const { status, message } = await cluster.apply(object);
    if (status >= 300) throw new Error(`${object.kind}: ${message}`);
  }
  const path = (await cluster.pathOf(subject)) as string;
  const held = async () => (await cluster.ask("GET", path)).body as KubernetesObject;
  if (before.some(({ kind }) => kind === "PersistentVolume") && subject.kind === "PersistentVolumeClaim")
    await cluster.until("the claim is bound", async () => ((await held()) as { status?: { phase?: string } }).status?.phase === "Bound");
  for (const object of before) if (object.kind === "Rollout") await started(cluster, object);
  const old = await watch.settled(quiet);
  const first = content(await held());
  watch.fewest = old.filter(isReady).length;
  for (const object of after) {
    const { status, message } = await cluster.apply(atThisTime(object));
    if (status >= 300) return { impact: "rejected", message };
  }
  const same = (left: KubernetesObject, right: KubernetesObject) => left.kind === right.kind && left.metadata.name === right.metadata.name;
  for (const object of before)
    if (!after.some((entry) => same(entry, object)))
      await cluster.ask("DELETE", `${(await cluster.pathOf(object)) as string}?propagationPolicy=Background`);
  for (const object of after) if (object.kind === "Rollout") await started(cluster, object);
  const now = await watch.settled(quiet);
  const { fewest } = watch;
  if (!after.some((entry) => same(entry, subject))) return { impact: "deletion", message: "" };
  const [was, is] = [new Set(old.map(({ metadata }) => metadata.uid)), new Set(now.map(({ metadata }) => metadata.uid))];
  const message = `pods ${old.length} -> ${now.length}, fewest ready ${fewest}`;
  const kept = [...was].filter((uid) => is.has(uid)).length;
  if (was.size > 0 && kept < Math.min(was.size, is.size)) return { impact: fewest === 0 ? "downtime" : "rollout", message };
  if (was.size !== is.size) return { impact: "scale", message };
  return { impact: content(await held()) === first ? "none" : "in-place", message };
}
