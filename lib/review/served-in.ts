import { covers, hasParent, type ServedPath, servedPaths } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import type { EnvironmentIndex } from "./environment-index.ts";

/** A path with the Ingress or route that serves it. */
export interface Serving {
  readonly object: KubernetesObject;
  readonly path: ServedPath;
}

const known = new WeakMap<EnvironmentIndex, ReadonlyMap<string, readonly Serving[]>>();

/** What an environment serves by Ingresses and routes of the Gateway API, by host. */
function byHost(environment: EnvironmentIndex): ReadonlyMap<string, readonly Serving[]> {
  const found = known.get(environment);
  if (found) return found;
  const hosts = new Map<string, Serving[]>();
  for (const { object } of ["Ingress", "HTTPRoute", "GRPCRoute"].flatMap((kind) => environment.named(kind)))
    for (const path of servedPaths(object)) {
      const those = hosts.get(path.host);
      if (those) those.push({ object, path });
      else hosts.set(path.host, [{ object, path }]);
    }
  known.set(environment, hosts);
  return hosts;
}

/** What serves requests to a host in an environment: by its name, by a wildcard above it, or by any host. */
export function servingHost(environment: EnvironmentIndex, host: string): readonly Serving[] {
  const hosts = byHost(environment);
  const labels = host.split(".");
  const wildcards = labels.slice(1).map((_label, index) => `*.${labels.slice(index + 1).join(".")}`);
  return [...new Set([host, ...wildcards, ""])].flatMap((name) => hosts.get(name) ?? []);
}

const isSame = (left: KubernetesObject, right: KubernetesObject) =>
  left.kind === right.kind && left.metadata.name === right.metadata.name && left.metadata.namespace === right.metadata.namespace;

/**
 * Whether an environment serves all requests of a path where they were served: at one of the Gateway's listeners that the route was attached
 * to, or by an Ingress.
 * @param except an object that doesn't count
 */
export function isServed(environment: EnvironmentIndex, path: ServedPath, except?: KubernetesObject): boolean {
  const others = servingHost(environment, path.host)
    .filter(({ object }) => except === undefined || !isSame(object, except))
    .map((serving) => serving.path);
  const { parents } = path;
  if (parents === undefined)
    return isCovered(
      path,
      others.filter((other) => other.parents === undefined),
    );
  return parents.every((parent) =>
    isCovered(
      path,
      others.filter((other) => other.parents !== undefined && hasParent(other.parents, parent)),
    ),
  );
}

/** Whether some paths serve all requests of another, each of its methods by one of them. */
const isCovered = (path: ServedPath, others: readonly ServedPath[]): boolean =>
  others.some((other) => covers(other, path)) ||
  (path.methods.length > 1 && path.methods.every((method) => others.some((other) => covers(other, { ...path, methods: [method] }))));
