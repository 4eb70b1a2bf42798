import {
  covers,
  differencesOfMove,
  envoyPolicyKinds,
  hasParent,
  isGatewayRoute,
  isKind,
  isSameAddress,
  type ObjectOf,
  parentsOf,
  policiesOn,
  type ServedPath,
  servedPaths,
  shownAddress,
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
  const moved: Moved[] = [];
  for (const path of servedPaths(after)) {
    if (served.some((other) => covers(other, path))) continue;
    const from = servingHost(environments.before, path.host).find(
      (other) => other.path.parents === undefined && isSameAddress(other.path, path),
    );
    if (from && isKind(from.object, "networking.k8s.io/Ingress")) moved.push({ path, ingress: from.object, from: from.path });
    else yield flag(`route: ${addressOf(path)}`, path);
  }
  yield* moves(moved, after, environments.after);
  if (before) yield* newParents(before, after);
}

/** A path that comes from an Ingress. */
interface Moved {
  readonly path: ServedPath;
  readonly ingress: Ingress;
  readonly from: ServedPath;
}

/** Where each path comes from, then what is different for its clients: what holds for all of them once. */
function* moves(moved: readonly Moved[], route: KubernetesObject, environment: EnvironmentIndex): Generator<Flag> {
  const policies = policiesOf(route, environment);
  const ingresses = environment.objectsOf("networking.k8s.io/Ingress");
  const differing = moved.map(({ path, ingress, from }) => ({
    path,
    ingress,
    differences: differencesOfMove(ingress, from, path, policies),
  }));
  const [first] = differing;
  const common = new Set(first?.differences.filter((text) => differing.every(({ differences }) => differences.includes(text))));
  for (const { path, ingress, differences } of differing) {
    const stays = ingresses.some(({ metadata }) => isSameObject(metadata, ingress.metadata));
    const how = stays ? `served beside Ingress ${ingress.metadata.name}` : `moves here from Ingress ${ingress.metadata.name}`;
    yield flag(`route: ${addressOf(path)}, ${how}${differences.length === 0 ? ", and nothing else is known to differ" : ""}`, path);
    for (const text of differences.filter((difference) => !common.has(difference))) yield flag(`${shownAddress(path)}: ${text}`, path);
  }
  const guards = [...common].filter((text) => /^(whitelist|allowlist|denylist|auth)/.test(text));
  if (first)
    for (const text of [...guards, ...[...common].filter((other) => !guards.includes(other))])
      yield flag(`at the Gateway: ${text}`, first.path);
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

const isSameObject = (left: KubernetesObject["metadata"], right: KubernetesObject["metadata"]) =>
  left.name === right.name && left.namespace === right.namespace;

const policiesOf = (route: KubernetesObject, environment: EnvironmentIndex) =>
  policiesOn(
    route,
    envoyPolicyKinds.flatMap((kind) => environment.named(kind).map(({ object }) => object)),
  );

const addressOf = (path: ServedPath) => `${path.methods.length > 0 ? `${path.methods.join(", ")} ` : ""}${shownAddress(path)}`;
const flag = (text: string, path: ServedPath): Flag => ({ flag: "exposure", text, after: addressOf(path) });
