import {
  isEmptySelector,
  isGatewayRoute,
  isKind,
  type ObjectOf,
  podReads,
  podSpecOf,
  podTemplateOf,
  selects,
  servedPaths,
} from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";

/** One thing on the way of a request, or one that a workload stands on. */
interface Node {
  readonly kind: string;
  readonly name: string;
  /** Where it is drawn: 0 routes, 1 Ingress or HTTPRoute, 2 Service, 3 workload, 4 what that reads. */
  readonly column: number;
}

/** How an app's objects hang together, from the routes to what its pods read. */
export interface Topology {
  readonly nodes: readonly Node[];
  /** Indexes of nodes, from and to. */
  readonly edges: readonly (readonly [number, number])[];
}

/** The drawing of an app's objects; what they name and isn't among them is drawn too. */
export function topologyOf(objects: readonly KubernetesObject[]): Topology {
  const drawing = new Drawing();
  const workloads = objects.filter((object) => podTemplateOf(object) !== undefined);
  for (const object of objects) {
    if (isKind(object, "networking.k8s.io/Ingress")) drawing.ingress(object);
    else if (isGatewayRoute(object)) drawing.gatewayRoute(object);
  }
  for (const { kind, metadata } of workloads) drawing.node(kind, metadata.name, 3);
  for (const object of objects) if (isKind(object, "Service")) drawing.service(object, workloads);
  for (const workload of workloads) drawing.reads(workload);
  for (const object of objects) if (isKind(object, "autoscaling/HorizontalPodAutoscaler")) drawing.autoscaler(object);
  return drawing;
}

/** Nodes and edges, each once. */
class Drawing implements Topology {
  readonly nodes: Node[] = [];
  readonly edges: [number, number][] = [];
  readonly #indexes = new Map<string, number>();
  readonly #drawn = new Set<string>();

  node(kind: string, name: string, column: number): number {
    const key = `${kind} ${name}`;
    const index = this.#indexes.get(key) ?? this.nodes.push({ kind, name, column }) - 1;
    this.#indexes.set(key, index);
    return index;
  }

  #edge(from: number, to: number): void {
    const key = `${from} ${to}`;
    if (!this.#drawn.has(key)) this.edges.push([from, to]);
    this.#drawn.add(key);
  }

  ingress(object: ObjectOf<"networking.k8s.io/Ingress">): void {
    const ingress = this.node("Ingress", object.metadata.name, 1);
    for (const { route, service } of backendsOf(object)) {
      this.#edge(this.node("route", route, 0), ingress);
      if (service) this.#edge(ingress, this.node("Service", service, 2));
    }
  }

  gatewayRoute(object: KubernetesObject): void {
    const drawn = this.node(object.kind, object.metadata.name, 1);
    for (const { host, path, services } of servedPaths(object)) {
      this.#edge(this.node("route", `${path} at ${host || "*"}`, 0), drawn);
      for (const service of services) this.#edge(drawn, this.node("Service", service, 2));
    }
  }

  service(object: ObjectOf<"Service">, workloads: readonly KubernetesObject[]): void {
    const service = this.node("Service", object.metadata.name, 2);
    for (const workload of workloads)
      if (reaches(object, workload)) this.#edge(service, this.node(workload.kind, workload.metadata.name, 3));
  }

  reads(object: KubernetesObject): void {
    const workload = this.node(object.kind, object.metadata.name, 3);
    for (const { kind, name } of podReads(podSpecOf(object) ?? {})) this.#edge(workload, this.node(kind, name, 4));
    for (const name of claimsOf(object)) this.#edge(workload, this.node("Claim", name, 4));
  }

  autoscaler({ metadata, spec }: ObjectOf<"autoscaling/HorizontalPodAutoscaler">): void {
    const { kind, name } = spec?.scaleTargetRef ?? {};
    if (kind && name) this.#edge(this.node("Autoscaler", metadata.name, 2), this.node(kind, name, 3));
  }
}

/** The routes of an Ingress, with the Service that each leads to. */
const backendsOf = ({ spec }: ObjectOf<"networking.k8s.io/Ingress">) =>
  (spec?.rules ?? []).flatMap(({ host = "*", http }) =>
    (http?.paths ?? []).map(({ path = "/", backend }) => ({ route: `${path} at ${host}`, service: backend?.service?.name })),
  );

/** Whether a Service's requests come to the pods of a workload. */
function reaches({ spec }: ObjectOf<"Service">, workload: KubernetesObject): boolean {
  const selector = { matchLabels: spec?.selector ?? {} };
  return !isEmptySelector(selector) && selects(selector, podTemplateOf(workload)?.metadata?.labels ?? {});
}

function claimsOf(object: KubernetesObject): string[] {
  const templates = isKind(object, "apps/StatefulSet") ? (object.spec?.volumeClaimTemplates ?? []) : [];
  return [
    ...(podSpecOf(object)?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []),
    ...templates.flatMap(({ metadata }) => metadata?.name ?? []),
  ];
}
