import type { KubernetesObject } from "slipway";
import type { Cluster } from "./cluster.ts";

interface PodStatus {
  readonly metadata: { readonly uid: string; readonly name: string; readonly deletionTimestamp?: string };
  readonly status?: { readonly phase?: string; readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** What was seen of a namespace's pods: which there are, and the fewest that were ready at any time. */
class PodWatch {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  #fewest = Number.POSITIVE_INFINITY;
  #stopped = false;
  #loop: Promise<void> | undefined;

  constructor(cluster: Cluster, namespace: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
  }

  async pods(): Promise<PodStatus[]> {
    const { body } = await this.#cluster.ask("GET", `/api/v1/namespaces/${this.#namespace}/pods`);
    return ((body as { items?: PodStatus[] }).items ?? []).filter(({ metadata }) => !metadata.deletionTimestamp);
  }

  start(): void {
    this.#loop = (async () => {
      while (!this.#stopped) {
        this.#fewest = Math.min(this.#fewest, (await this.pods()).filter(isReady).length);
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    })();
  }

  /** The fewest that were ready since it was started. */
  async stop(): Promise<number> {
    this.#stopped = true;
    await this.#loop;
    return this.#fewest;
  }

  /** Waits until pods, and whether they are ready, haven't changed for a while. */
  async settled(quiet = 1200): Promise<PodStatus[]> {
    let [last, since] = ["", Date.now()];
    for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
      const pods = await this.pods();
      const now = JSON.stringify(pods.map((pod) => [pod.metadata.uid, isReady(pod)]));
      if (now !== last) [last, since] = [now, Date.now()];
      if (Date.now() - since > quiet) return pods;
    }
    return this.pods();
  }
}

const isReady = ({ status }: PodStatus) => status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;

/** What a server showed of a change: as review names it, with what else is told of it. */
export interface Observed {
  readonly impact: "none" | "in-place" | "scale" | "rollout" | "downtime" | "rejected" | "deletion";
  readonly message: string;
}

/** What belongs to the server of an object: who wrote it when, and how it stands. */
function content(object: KubernetesObject): string {
  const { status: _, metadata, ...rest } = object;
  const { managedFields: _1, resourceVersion: _2, generation: _3, uid: _4, creationTimestamp: _5, ...own } = metadata;
  const annotations = Object.entries(own.annotations ?? {}).filter(
    ([key]) => !key.startsWith("deployment.kubernetes.io/") && !key.startsWith("deprecated."),
  );
  return JSON.stringify({ ...rest, metadata: { ...own, annotations } });
}

/** Applies manifests as Argo CD does, first those of before, then those of after, and removes what is gone; says what became of one object. */
export async function observe(
  cluster: Cluster,
  namespace: string,
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): Promise<Observed> {
  const subject = before[0] as KubernetesObject;
  const watch = new PodWatch(cluster, namespace);
  for (const object of before) {
    const { status, message } = await cluster.apply(object);
    if (status >= 300) throw new Error(`${object.kind}: ${message}`);
  }
  const path = (await cluster.pathOf(subject)) as string;
  const held = async () => (await cluster.ask("GET", path)).body as KubernetesObject;
  if (before.some(({ kind }) => kind === "PersistentVolume") && subject.kind === "PersistentVolumeClaim")
    await cluster.until("the claim is bound", async () => ((await held()) as { status?: { phase?: string } }).status?.phase === "Bound");
  const old = await watch.settled();
  const first = content(await held());
  const reader = new PodWatch(cluster, namespace);
  reader.start();
  for (const object of after) {
    const { status, message } = await cluster.apply(object);
    if (status >= 300) {
      await reader.stop();
      return { impact: "rejected", message };
    }
  }
  const same = (one: KubernetesObject, other: KubernetesObject) => one.kind === other.kind && one.metadata.name === other.metadata.name;
  for (const object of before)
    if (!after.some((one) => same(one, object)))
      await cluster.ask("DELETE", `${(await cluster.pathOf(object)) as string}?propagationPolicy=Background`);
  const now = await watch.settled();
  const fewest = await reader.stop();
  if (!after.some((one) => same(one, subject))) return { impact: "deletion", message: "" };
  const [was, is] = [new Set(old.map(({ metadata }) => metadata.uid)), new Set(now.map(({ metadata }) => metadata.uid))];
  const message = `pods ${old.length} -> ${now.length}, fewest ready ${fewest}`;
  const kept = [...was].filter((uid) => is.has(uid)).length;
  if (was.size > 0 && kept < Math.min(was.size, is.size)) return { impact: fewest === 0 ? "downtime" : "rollout", message };
  if (was.size !== is.size) return { impact: "scale", message };
  return { impact: content(await held()) === first ? "none" : "in-place", message };
}
