import {
  differencesOfMove,
  isGatewayRoute,
  isKind,
  isSameAddress,
  type ObjectOf,
  type ServedPath,
  servedPaths,
} from "../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import { isRecord } from "../outside/index.ts";
import type { Flag } from "./change.ts";
import type { EnvironmentIndex } from "./environment-index.ts";

interface Sides {
  readonly before: KubernetesObject | undefined;
  readonly after: KubernetesObject | undefined;
  readonly environments: { readonly before: EnvironmentIndex; readonly after: EnvironmentIndex };
}
type Ingress = ObjectOf<"networking.k8s.io/Ingress">;

/** Addresses that a route of the Gateway API comes to serve, and what is different for clients of the Ingress that serves or served them. */
export function* routeExposure({ before, after, environments }: Sides): Generator<Flag> {
  if (!after || !isGatewayRoute(after)) return;
  const known = before ? servedPaths(before) : [];
  const ingresses = ingressesOf(environments.before);
  for (const path of servedPaths(after)) {
    if (known.some((other) => isSameAddress(other, path) && other.methods.join() === path.methods.join())) continue;
    const from = ingresses.find(({ paths }) => paths.some((other) => isSameAddress(other, path)));
    yield from ? movedTo(from.ingress, path, after, environments.after) : flag(`route: ${addressOf(path)}`, path);
  }
}

/** Addresses that an Ingress stops serving, by what serves them from now on. */
export function* leftByIngress({ before, after, environments }: Sides): Generator<Flag> {
  if (!before || !isKind(before, "networking.k8s.io/Ingress")) return;
  const kept = after ? servedPaths(after) : [];
  const gone = servedPaths(before).filter((path) => !kept.some((other) => isSameAddress(other, path)));
  if (gone.length === 0) return;
  const routes = [...environments.after.named("HTTPRoute"), ...environments.after.named("GRPCRoute")];
  for (const path of gone) {
    const to = routes.find(({ object }) => servedPaths(object).some((other) => isSameAddress(other, path)));
    if (!to) continue;
    const { kind, metadata } = to.object;
    yield flag(`route: ${addressOf(path)} is served by ${kind} ${metadata.name} alone from now on`, path);
  }
}

const ingressesOf = (environment: EnvironmentIndex) =>
  environment.objectsOf("networking.k8s.io/Ingress").map((ingress) => ({ ingress, paths: servedPaths(ingress) }));

function movedTo(ingress: Ingress, path: ServedPath, route: KubernetesObject, environment: EnvironmentIndex): Flag {
  const from = servedPaths(ingress).find((other) => isSameAddress(other, path)) ?? path;
  const stays = environment.objectsOf("networking.k8s.io/Ingress").some(({ metadata }) => isSameObject(metadata, ingress.metadata));
  const differences = differencesOfMove(ingress, from, path, policiesOf(route, environment));
  const how = stays ? `served beside Ingress ${ingress.metadata.name}` : `moves here from Ingress ${ingress.metadata.name}`;
  const what = differences.length > 0 ? `: ${differences.join("; ")}` : ", and nothing else is known to differ";
  return flag(`route: ${addressOf(path)}, ${how}${what}`, path);
}

const isSameObject = (left: KubernetesObject["metadata"], right: KubernetesObject["metadata"]) =>
  left.name === right.name && left.namespace === right.namespace;

/** Kinds of Envoy Gateway's policies that target a route. */
function policiesOf({ metadata }: KubernetesObject, environment: EnvironmentIndex): string[] {
  return ["BackendTrafficPolicy", "SecurityPolicy"].filter((kind) =>
    environment.named(kind).some(({ object }) => {
      if (groupOf(object) !== "gateway.envoyproxy.io" || object.metadata.namespace !== metadata.namespace || !isRecord(object.spec))
        return false;
      const { targetRef, targetRefs } = object.spec;
      return [targetRef, ...(Array.isArray(targetRefs) ? targetRefs : [])].some(
        (target) => isRecord(target) && target.name === metadata.name,
      );
    }),
  );
}

const addressOf = ({ host, path, methods }: ServedPath) =>
  `${methods.length > 0 ? `${methods.join(", ")} ` : ""}${host || "any host"}${path}`;
const flag = (text: string, path: ServedPath): Flag => ({ flag: "exposure", text, after: addressOf(path) });
