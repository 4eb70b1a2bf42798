import { podReads, podSpecOf, podTemplateOf, selects } from "../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import { isRecord, membersOf, recordsOf, textOf } from "../outside/index.ts";

type Members = Readonly<Record<string, unknown>>;

/** That an object belongs to another, and the sentence that says why. */
export interface Link {
  readonly to: KubernetesObject;
  readonly why: string;
}

/** Kinds that run pods by a template, and are an app each. */
export const isWorkload = (object: KubernetesObject): boolean =>
  (podTemplateOf(object) !== undefined && object.kind !== "PodTemplate") || object.kind === "Pod";

/** The objects of an environment by what links ask for. */
export class Links {
  readonly #all: readonly KubernetesObject[];
  readonly #workloads: readonly KubernetesObject[];

  constructor(all: readonly KubernetesObject[]) {
    this.#all = all;
    this.#workloads = all.filter(isWorkload);
  }

  /** What an object belongs to: what it selects, scales, guards or routes to, and what mounts or names it. */
  of(object: KubernetesObject): Link[] {
    if (isWorkload(object)) return [];
    return [...this.#selected(object), ...this.#targets(object), ...this.#readers(object), ...this.#routed(object), ...this.#bound(object)];
  }

  #selected(object: KubernetesObject): Link[] {
    const selector = selectorIn(object);
    if (selector === undefined) return [];
    const own = this.#workloads.filter((workload) => isNear(object, workload) && fits(selector, labelsOfPods(workload)));
    if (own.length > 0) return own.map((to) => ({ to, why: "selects its pods" }));
    const services = object.kind === "Service" ? [] : this.#all.filter(({ kind }) => kind === "Service");
    return services
      .filter((service) => fits(selector, membersOf(service.metadata.labels)))
      .map((to) => ({ to, why: `selects Service ${to.metadata.name}` }));
  }

  #targets(object: KubernetesObject): Link[] {
    const spec = membersOf(object.spec);
    const targets = [spec.scaleTargetRef, spec.targetRef, spec.workloadRef, ...recordsOf(spec.targetRefs)].filter(isRecord);
    return targets.flatMap(({ kind, name }) =>
      this.#all
        .filter((other) => other.metadata.name === name && (kind === undefined || other.kind === kind) && isNear(object, other))
        .map((to) => ({ to, why: `names ${to.kind} ${to.metadata.name} as its target` })),
    );
  }

  /** The workloads whose pods read, mount or run as the object. */
  #readers(object: KubernetesObject): Link[] {
    const what = readAs(object);
    if (what === undefined) return [];
    const [kind, name] = what;
    return this.#workloads
      .filter((workload) => isNear(object, workload) && namesIn(workload).has(`${kind}/${name}`))
      .map((to) => ({ to, why: kind === "ServiceAccount" ? "its pods run as it" : `its pods read ${kind} ${name}` }));
  }

  /** The Services that a route leads to, and the routes that a certificate is for. */
  #routed(object: KubernetesObject): Link[] {
    if (/^(Certificate)$/.test(object.kind)) {
      const secret = textOf(membersOf(object.spec).secretName);
      return this.#all
        .filter(({ kind, spec }) => kind === "Ingress" && recordsOf(membersOf(spec).tls).some(({ secretName }) => secretName === secret))
        .map((to) => ({ to, why: `is for Ingress ${to.metadata.name}` }));
    }
    if (!routeKinds.test(object.kind)) return [];
    const names = serviceNamesIn(object.spec);
    return this.#all
      .filter((other) => other.kind === "Service" && names.has(other.metadata.name) && isNear(object, other))
      .map((to) => ({ to, why: `leads to Service ${to.metadata.name}` }));
  }

  /** Roles by their bindings, and bindings by the accounts in them. */
  #bound(object: KubernetesObject): Link[] {
    if (groupOf(object) !== "rbac.authorization.k8s.io") return [];
    if (object.kind.endsWith("Binding"))
      return recordsOf(object.subjects).flatMap(({ kind, name, namespace = object.metadata.namespace }) =>
        this.#all
          .filter(
            (other) =>
              kind === "ServiceAccount" && other.kind === kind && other.metadata.name === name && other.metadata.namespace === namespace,
          )
          .map((to) => ({ to, why: `gives rights to ServiceAccount ${to.metadata.name}` })),
      );
    return this.#all
      .filter(({ kind, roleRef, metadata }) => {
        const role = membersOf(roleRef);
        const isHere = object.kind === "ClusterRole" || metadata.namespace === object.metadata.namespace;
        return kind.endsWith("Binding") && role.kind === object.kind && role.name === object.metadata.name && isHere;
      })
      .map((to) => ({ to, why: `${to.kind} ${to.metadata.name} gives it` }));
  }
}

const routeKinds =
  /^(Ingress|IngressRoute|HTTPRoute|GRPCRoute|TCPRoute|TLSRoute|VirtualService|DestinationRule|Route|HTTPProxy|BackendTLSPolicy|Endpoints|EndpointSlice)$/;

/** Whether two objects are in one namespace, as far as they say. */
const isNear = (a: KubernetesObject, b: KubernetesObject) =>
  a.metadata.namespace === undefined || b.metadata.namespace === undefined || a.metadata.namespace === b.metadata.namespace;

const labelsOfPods = (workload: KubernetesObject): Members => membersOf(membersOf(podTemplateOf(workload)?.metadata).labels);

/** The labels that an object selects by; undefined where it selects nothing, or everything. */
function selectorIn({ kind, spec }: KubernetesObject): Members | undefined {
  const { selector, podSelector, workloadSelector, endpointSelector } = membersOf(spec);
  const found = kind === "Service" ? { matchLabels: selector } : (selector ?? podSelector ?? workloadSelector ?? endpointSelector);
  if (!isRecord(found)) return undefined;
  const { matchLabels = found.labels, matchExpressions } = found as Members;
  const isAny = Object.keys(membersOf(matchLabels)).length === 0 && recordsOf(matchExpressions).length === 0;
  return isAny ? undefined : { matchLabels: membersOf(matchLabels), matchExpressions: recordsOf(matchExpressions) };
}

function fits(selector: Members, labels: Members): boolean {
  try {
    return selects(selector, labels as Readonly<Record<string, string>>);
  } catch {
    return false;
  }
}

/** What pods know an object as: its kind and name, or those of what it makes. */
function readAs({ kind, metadata, spec }: KubernetesObject): readonly [string, string] | undefined {
  const { target } = membersOf(spec);
  if (kind === "ExternalSecret") return ["Secret", textOf(membersOf(target).name) || metadata.name];
  if (kind === "SealedSecret" || kind === "VaultStaticSecret") return ["Secret", metadata.name];
  return ["ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount", "PriorityClass"].includes(kind)
    ? [kind, metadata.name]
    : undefined;
}

const known = new WeakMap<KubernetesObject, ReadonlySet<string>>();

/** What a workload's pods name, as `kind/name`. */
function namesIn(workload: KubernetesObject): ReadonlySet<string> {
  const found = known.get(workload) ?? new Set(namesOf(workload));
  known.set(workload, found);
  return found;
}

function namesOf(workload: KubernetesObject): string[] {
  try {
    const pod = podSpecOf(workload);
    if (!pod) return [];
    const { serviceAccountName, serviceAccount, volumes, priorityClassName } = pod as Members;
    return [
      ...[...podReads(pod)].map(({ kind, name }) => `${kind}/${name}`),
      ...recordsOf(volumes).map(
        ({ persistentVolumeClaim }) => `PersistentVolumeClaim/${textOf(membersOf(persistentVolumeClaim).claimName)}`,
      ),
      `ServiceAccount/${textOf(serviceAccountName) || textOf(serviceAccount)}`,
      `PriorityClass/${textOf(priorityClassName)}`,
    ];
  } catch {
    // A pod that no schema has judged may hold anything anywhere.
    return [];
  }
}

/** Keys of what a route leads to, and of hosts that are names of Services. */
const backendKeys = new Set(["service", "backendRefs", "backendRef", "services", "to", "targetRefs"]);
const hostKeys = new Set(["host", "serviceName"]);

/** Names that a route leads to: those of backends, and hosts of a mesh. */
function serviceNamesIn(spec: unknown): Set<string> {
  const names = new Set<string>();
  const visit = (value: unknown, key: string): void => {
    if (typeof value === "string" && hostKeys.has(key)) names.add(value.split(".")[0] ?? "");
    if (isRecord(value) && backendKeys.has(key)) names.add(textOf(value.name));
    if (Array.isArray(value)) for (const item of value) visit(item, key);
    for (const [inner, member] of Object.entries(membersOf(value))) visit(member, inner);
  };
  visit(spec, "");
  return names;
}
