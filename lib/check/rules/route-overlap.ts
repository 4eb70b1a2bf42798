import { servedPaths, shownAddress } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { itemsOf, membersOf, textOf } from "../read.ts";
import { rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "../scope.ts";
import { listenersTaking } from "./listeners.ts";
import { routesIn } from "./route-rule-kinds.ts";

const group = "gateway.networking.k8s.io";

const route = (name: string, path: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}, namespace: shop }
spec:
  parentRefs: [{ name: public }]
  hostnames: [shop.example]
  rules: [{ matches: [{ path: { type: PathPrefix, value: ${path} } }], backendRefs: [{ name: a, port: 80 }] }]
`;
const others = yaml`
  apiVersion: gateway.networking.k8s.io/v1
  kind: Gateway
  metadata: { name: public, namespace: shop }
  spec: { gatewayClassName: a, listeners: [{ name: http, port: 80, protocol: HTTP }] }
  ---
  apiVersion: v1
  kind: Service
  metadata: { name: a, namespace: shop }
  spec: { clusterIP: None, ports: [{ port: 80 }] }
`;

export const routeOverlap = rule({
  id: "fleet/route-overlap",
  severity: "warning",
  why: "Of two routes with the same match at one listener the older gets all requests, and the younger none; after a restore from git either may be the older.",
  fix: "Give one of them another host, path or match; share requests of one route by weights.",
  source: "https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule",
  bad: `${route("a1", "/")}---\n${route("a2", "/")}---\n${others}`,
  good: `${route("a1", "/")}---\n${route("a2", "/orders")}---\n${others}`,
  *check(scope) {
    const parentsOf = parentsIn(scope);
    const taken = new Map<string, CheckedManifest>();
    for (const manifest of routesIn(scope)) {
      const messages = new Set<string>();
      for (const { key, text } of placesOf(manifest, parentsOf(manifest))) {
        const other = taken.get(key) ?? manifest;
        taken.set(key, other);
        const { kind, metadata } = other.object;
        // One object in two files is reported as that.
        if (other !== manifest && !isSameObject(other, manifest))
          messages.add(`${text} is matched by ${kind} ${namespaceOf(other)}/${metadata.name} too`);
      }
      for (const message of messages) yield { manifest, path: "spec.rules", message };
    }
  },
});

const isSameObject = (left: CheckedManifest, right: CheckedManifest) =>
  left.object.kind === right.object.kind &&
  left.object.metadata.name === right.object.metadata.name &&
  namespaceOf(left) === namespaceOf(right);

/** Where a route asks for requests: each match at each of its parents. */
const placesOf = (manifest: CheckedManifest, parents: readonly string[]) =>
  parents.flatMap((parent) => matchesOf(manifest).map(({ key, text }) => ({ key: `${parent} ${key}`, text })));

/** Listeners that a Gateway may have: its CRD takes no more. */
const mostListeners = 64;

/** Gives the listeners that a route asks for; a Gateway that isn't among the manifests counts as it is named. */
function parentsIn(scope: Scope): (manifest: CheckedManifest) => string[] {
  const keyOf = (...parts: readonly unknown[]) => JSON.stringify(parts);
  const gateways = new Map(
    scope.ofCustomKind(`${group}/Gateway`).map((gateway) => [keyOf(namespaceOf(gateway), gateway.object.metadata.name), gateway]),
  );
  return (manifest) =>
    itemsOf(membersOf(manifest.object.spec).parentRefs).flatMap((entry) => {
      const to = membersOf(entry);
      const { kind = "Gateway", name, sectionName = "", port = "" } = to;
      const namespace = textOf(to.namespace) || namespaceOf(manifest);
      const gateway = kind === "Gateway" ? gateways.get(keyOf(namespace, name)) : undefined;
      return gateway
        ? listenersTaking(manifest, to, gateway, scope)
            .slice(0, mostListeners)
            .map((listener) => keyOf(kind, namespace, name, listener))
        : [keyOf(kind, namespace, name, sectionName, port)];
    });
}

/** Each method a request, as two routes that differ in their methods alone share a path. */
const matchesOf = ({ object }: CheckedManifest) =>
  servedPaths(object).flatMap(({ host, path, type, methods, conditions }) =>
    (methods.length > 0 ? methods : [""]).map((method) => ({
      key: JSON.stringify([host, type, path, method, [...conditions].sort()]),
      text: `${method ? `${method} ` : ""}${shownAddress({ host, path })}`,
    })),
  );
