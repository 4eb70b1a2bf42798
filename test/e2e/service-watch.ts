import type { KubernetesObject } from "slipway";
import type { Cluster } from "./cluster.ts";

interface Slice {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] | null;
}

/** The ready endpoints of a Service as they come and go: each state that was. */
export class EndpointWatch {
  readonly service: string;
  readonly #namespace: string;
  readonly #slices = new Map<string, number>();
  #end = () => {};
  fewest = Number.POSITIVE_INFINITY;

  constructor({ metadata }: KubernetesObject) {
    this.service = metadata.name;
    this.#namespace = metadata.namespace ?? "";
  }

  async start(cluster: Cluster): Promise<this> {
    const path = `/apis/discovery.k8s.io/v1/namespaces/${this.#namespace}/endpointslices`;
    const { body } = await cluster.ask("GET", path);
    const { items = [], metadata } = body as { items?: Slice[]; metadata: { resourceVersion: string } };
    for (const slice of items) this.#take(slice);
    this.fewest = this.#ready();
    this.#end = cluster.watch(path, metadata.resourceVersion, ({ type, object }) => {
      const slice = object as Slice;
      if (type === "DELETED") this.#slices.delete(slice.metadata.name);
      else this.#take(slice);
      this.fewest = Math.min(this.fewest, this.#ready());
    });
    return this;
  }

  stop(): void {
    this.#end();
  }

  #take({ metadata, endpoints }: Slice): void {
    if (metadata.labels?.["kubernetes.io/service-name"] === this.service)
      this.#slices.set(metadata.name, (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false).length);
  }

  #ready = () => [...this.#slices.values()].reduce((sum, count) => sum + count, 0);
}

interface Served {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly type?: string;
    readonly ports?: readonly { readonly port: number; readonly name?: string }[];
    readonly rules?: readonly { readonly http?: { readonly paths: readonly { readonly backend: Backend }[] } }[];
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly unknown[] } };
}

interface Backend {
  readonly service: { readonly name: string; readonly port: { readonly number?: number; readonly name?: string } };
}

/** Services and Ingresses of some namespaces as they come and go: whether each backend is a port, and who has an address. */
export class RouteWatch {
  readonly #namespaces: readonly string[];
  readonly #objects = new Map<string, Served>();
  readonly #ends: (() => void)[] = [];
  /** Ports that an Ingress led to at any time while the Service didn't have them. */
  readonly lost = new Set<string>();
  fewestAddresses = Number.POSITIVE_INFINITY;

  constructor(namespaces: readonly string[]) {
    this.#namespaces = namespaces;
  }

  async start(cluster: Cluster): Promise<this> {
    for (const [kind, group, plural] of [
      ["Service", "/api/v1", "services"],
      ["Ingress", "/apis/networking.k8s.io/v1", "ingresses"],
    ] as const)
      for (const namespace of this.#namespaces) {
        const path = `${group}/namespaces/${namespace}/${plural}`;
        const { body } = await cluster.ask("GET", path);
        const { items = [], metadata } = body as { items?: Served[]; metadata: { resourceVersion: string } };
        for (const object of items) this.#take({ ...object, kind });
        const end = cluster.watch(path, metadata.resourceVersion, ({ type, object }) => {
          this.#take({ ...(object as Served), kind }, type === "DELETED");
          this.#judge();
        });
        this.#ends.push(end);
      }
    this.#judge();
    return this;
  }

  stop(): void {
    for (const end of this.#ends) end();
  }

  #take(object: Served, isDeleted = false): void {
    const key = [object.kind, object.metadata.namespace, object.metadata.name].join("/");
    if (isDeleted) this.#objects.delete(key);
    else this.#objects.set(key, object);
  }

  #judge(): void {
    const all = [...this.#objects.values()];
    const services = all.filter(({ kind }) => kind === "Service");
    this.fewestAddresses = Math.min(
      this.fewestAddresses,
      services.filter(({ spec, status }) => spec.type === "LoadBalancer" && status?.loadBalancer?.ingress?.length).length,
    );
    for (const { spec, metadata } of all)
      for (const { service } of (spec.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend))) {
        const found = services.find(({ metadata: own }) => own.name === service.name && own.namespace === metadata.namespace);
        const at = service.port.number ?? service.port.name;
        if (!found?.spec.ports?.some(({ port, name }) => port === at || name === at)) this.lost.add(`${service.name}:${at}`);
      }
  }
}
