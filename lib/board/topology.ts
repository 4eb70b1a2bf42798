import { isEmptySelector, isKind, type ObjectOf, podReads, podSpecOf, podTemplateOf, selects } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";

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
  for (const object of objects)
    if (isKind(object, "networking.k8s.io/Ingress")) {
      const ingress = node("Ingress", object.metadata.name, 1);
      for (const { route, service } of backendsOf(object)) {
        edge(node("route", route, 0), ingress);
        if (service) edge(ingress, node("Service", service, 2));
      }
    }
  const workloads = objects.filter((object) => podTemplateOf(object) !== undefined);
  for (const object of workloads) node(object.kind, object.metadata.name, 3);
  for (const object of objects)
    if (isKind(object, "Service")) {
      const service = node("Service", object.metadata.name, 2);
      for (const workload of workloads) if (reaches(object, workload)) edge(service, node(workload.kind, workload.metadata.name, 3));
    }
  for (const object of workloads) {
    const workload = node(object.kind, object.metadata.name, 3);
    for (const { kind, name } of podReads(podSpecOf(object) ?? {})) edge(workload, node(kind, name, 4));
    for (const name of claimsOf(object)) edge(workload, node("Claim", name, 4));
  }
  for (const object of objects)
    if (isKind(object, "autoscaling/HorizontalPodAutoscaler")) {
      const { kind, name } = object.spec?.scaleTargetRef ?? {};
      if (kind && name) edge(node("Autoscaler", object.metadata.name, 2), node(kind, name, 3));
    }
  return { nodes, edges };
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
