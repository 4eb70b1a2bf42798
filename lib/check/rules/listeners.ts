import { type Selector, selects } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { itemsOf, membersOf, selectorOf, textOf } from "../read.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "../scope.ts";

type Members = Readonly<Record<string, unknown>>;

/** Kinds of routes that each protocol of a listener takes: https://gateway-api.sigs.k8s.io/reference/spec/#routegroupkind */
export const kindsByProtocol: Readonly<Record<string, readonly string[]>> = {
  HTTP: ["HTTPRoute", "GRPCRoute"],
  HTTPS: ["HTTPRoute", "GRPCRoute"],
  TLS: ["TLSRoute", "TCPRoute"],
  TCP: ["TCPRoute"],
  UDP: ["UDPRoute"],
};

/** The listeners of a Gateway that are known: others may be added by a ListenerSet. */
export const listenersOf = ({ object }: CheckedManifest) => itemsOf(membersOf(object.spec).listeners).map(membersOf);

/** The names of a Gateway's listeners that take a route by one of its parents, whatever its hosts are. */
export const listenersTaking = (manifest: CheckedManifest, to: Members, gateway: CheckedManifest, scope: Scope): string[] =>
  listenersOf(gateway).flatMap((listener) =>
    (to.sectionName === undefined || listener.name === to.sectionName) &&
    (to.port === undefined || listener.port === to.port) &&
    takesKind(listener, manifest.object.kind) &&
    takesNamespace(listener, namespaceOf(manifest), gateway, scope)
      ? [textOf(listener.name)]
      : [],
  );

export function takesKind({ protocol, allowedRoutes }: Members, kind: string): boolean {
  const named = itemsOf(membersOf(allowedRoutes).kinds).map((entry) => textOf(membersOf(entry).kind));
  return named.length > 0 ? named.includes(kind) : (own(kindsByProtocol, textOf(protocol))?.includes(kind) ?? true);
}

export function takesNamespace({ allowedRoutes }: Members, namespace: string, gateway: CheckedManifest, scope: Scope): boolean {
  const { from = "Same", selector } = membersOf(membersOf(allowedRoutes).namespaces);
  if (from === "Same") return namespace === namespaceOf(gateway);
  if (from !== "Selector") return from === "All";
  const found = scope.find("Namespace", "", namespace);
  const labels = { ...found?.object.metadata.labels, "kubernetes.io/metadata.name": namespace };
  // The labels of a namespace that isn't among the manifests are known only by its name.
  return (found === undefined && !asksForNameOnly(selectorOf(selector))) || selects(selectorOf(selector), labels);
}

const asksForNameOnly = ({ matchLabels = {}, matchExpressions = [] }: Selector) =>
  [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)].every((key) => key === "kubernetes.io/metadata.name");
