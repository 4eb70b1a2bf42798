import { podSpecOf, podTemplateOf, sourcesOf } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { own } from "../outside/index.ts";

/** One thing on the way of a request, or one that a workload stands on. */
interface Node {
  readonly kind: string;
  readonly name: string;
  /** Where it is drawn: 0 routes, 1 Ingress, 2 Service, 3 workload, 4 what that reads. */
  readonly column: number;
}

/** How an app's objects hang together, from the routes to what its pods read. */
export interface Topology {
  readonly nodes: readonly Node[];
  /** Indexes of nodes, from and to. */
  readonly edges: readonly (readonly [number, number])[];
}

interface Ingress {
  readonly rules?: readonly {
    readonly host?: string;
    readonly http?: {
      readonly paths?: readonly { readonly path?: string; readonly backend?: { readonly service?: { readonly name?: string } } }[];
    };
  }[];
}

/** The drawing of an app's objects; what they name and isn't among them is drawn too. */
export function topologyOf(objects: readonly KubernetesObject[]): Topology {
  const nodes: Node[] = [];
  const edges: [number, number][] = [];
  const indexes = new Map<string, number>();
  const drawn = new Set<string>();
  const node = (kind: string, name: string, column: number): number => {
    const key = `${kind} ${name}`;
    const index = indexes.get(key) ?? nodes.push({ kind, name, column }) - 1;
    indexes.set(key, index);
    return index;
  };
  const edge = (from: number, to: number) => {
    const key = `${from} ${to}`;
    if (!drawn.has(key)) edges.push([from, to]);
    drawn.add(key);
  };
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  for (const object of ofKind("Ingress")) {
    const ingress = node("Ingress", object.metadata.name, 1);
    for (const { host = "*", http } of (object.spec as Ingress | undefined)?.rules ?? [])
      for (const { path = "/", backend } of http?.paths ?? []) {
        edge(node("route", `${path} at ${host}`, 0), ingress);
        if (backend?.service?.name) edge(ingress, node("Service", backend.service.name, 2));
      }
  }
  const workloads = objects.filter((object) => podTemplateOf(object) !== undefined);
  for (const object of workloads) node(object.kind, object.metadata.name, 3);
  for (const object of ofKind("Service")) {
    const service = node("Service", object.metadata.name, 2);
    const { selector } = (object.spec ?? {}) as { selector?: Readonly<Record<string, string>> };
    for (const workload of workloads)
      if (selector && selects(selector, workload)) edge(service, node(workload.kind, workload.metadata.name, 3));
  }
  for (const object of workloads) {
    const workload = node(object.kind, object.metadata.name, 3);
    const pod = podSpecOf(object);
    for (const { kind, name } of pod ? sourcesOf(pod) : []) edge(workload, node(kind, name, 4));
    for (const name of claimsOf(object)) edge(workload, node("Claim", name, 4));
  }
  for (const object of ofKind("HorizontalPodAutoscaler")) {
    const { scaleTargetRef } = (object.spec ?? {}) as { scaleTargetRef?: { kind?: string; name?: string } };
    if (scaleTargetRef?.kind && scaleTargetRef.name)
      edge(node("Autoscaler", object.metadata.name, 2), node(scaleTargetRef.kind, scaleTargetRef.name, 3));
  }
  return { nodes, edges };
}

function selects(selector: Readonly<Record<string, string>>, workload: KubernetesObject): boolean {
  const { metadata } = (podTemplateOf(workload) ?? {}) as { metadata?: { labels?: Readonly<Record<string, string>> } };
  const entries = Object.entries(selector);
  return entries.length > 0 && entries.every(([key, value]) => own(metadata?.labels, key) === value);
}

function claimsOf(object: KubernetesObject): string[] {
  const { volumeClaimTemplates = [] } = (object.spec ?? {}) as { volumeClaimTemplates?: readonly { metadata?: { name?: string } }[] };
  const volumes = (podSpecOf(object)?.volumes ?? []) as readonly { persistentVolumeClaim?: { claimName?: string } }[];
  return [
    ...volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []),
    ...volumeClaimTemplates.flatMap(({ metadata }) => metadata?.name ?? []),
  ];
}
