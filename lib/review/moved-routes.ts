import {
  covers,
  differencesOfMove,
  hasParent,
  isGatewayRoute,
  isKind,
  isSameAddress,
  type ObjectOf,
  parentsOf,
  policiesOn,
  type ServedPath,
  servedPaths,
} from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import type { Flag } from "./change.ts";
import type { EnvironmentIndex } from "./environment-index.ts";
import { servingHost } from "./served-in.ts";

interface Sides {
  readonly before: KubernetesObject | undefined;
  readonly after: KubernetesObject | undefined;
  readonly environments: { readonly before: EnvironmentIndex; readonly after: EnvironmentIndex };
}
type Ingress = ObjectOf<"networking.k8s.io/Ingress">;

/** Requests that a route of the Gateway API comes to serve, and what is different for clients of the Ingress that serves or served them. */
export function* routeExposure({ before, after, environments }: Sides): Generator<Flag> {
  if (!after || !isGatewayRoute(after)) return;
  const served = before ? servedPaths(before) : [];
  for (const path of servedPaths(after)) {
    if (served.some((other) => covers(other, path))) continue;
    const from = servingHost(environments.before, path.host).find(
      (other) => other.path.parents === undefined && isSameAddress(other.path, path),
    );
    yield from && isKind(from.object, "networking.k8s.io/Ingress")
      ? movedTo(from.object, path, after, environments.after)
      : flag(`route: ${addressOf(path)}`, path);
  }
  if (before) yield* newParents(before, after);
}

/** Gateways at which a route comes to be served. */
function* newParents(before: KubernetesObject, after: KubernetesObject): Generator<Flag> {
  const was = parentsOf(before);
  for (const parent of parentsOf(after))
    if (!hasParent(was, parent)) yield { flag: "exposure", text: `served at Gateway ${parent}`, after: parent };
}

/** Addresses that an Ingress stops serving, by what serves them from now on. */
export function* leftByIngress({ before, after, environments }: Sides): Generator<Flag> {
  if (!before || !isKind(before, "networking.k8s.io/Ingress")) return;
  const kept = after ? servedPaths(after) : [];
  for (const path of servedPaths(before).filter((gone) => !kept.some((other) => isSameAddress(other, gone)))) {
    const to = servingHost(environments.after, path.host).find(
      (other) => other.path.parents !== undefined && isSameAddress(other.path, path),
    );
    if (!to) continue;
    const { kind, metadata } = to.object;
    yield flag(`route: ${addressOf(path)} is served by ${kind} ${metadata.name} alone from now on`, path);
  }
}

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

const policiesOf = (route: KubernetesObject, environment: EnvironmentIndex) =>
  policiesOn(
    route,
    ["BackendTrafficPolicy", "SecurityPolicy"].flatMap((kind) => environment.named(kind).map(({ object }) => object)),
  );

const addressOf = ({ host, path, methods }: ServedPath) =>
  `${methods.length > 0 ? `${methods.join(", ")} ` : ""}${host || "any host"}${path}`;
const flag = (text: string, path: ServedPath): Flag => ({ flag: "exposure", text, after: addressOf(path) });
