/** Gateway API: https://gateway-api.sigs.k8s.io/reference/spec/ */
import { covers, hasParent, isGatewayRoute, parentsOf, servedPaths } from "../../kubernetes/index.ts";
import type { KubernetesObject } from "../../manifest/index.ts";
import { isRecord, membersOf, recordsOf } from "../../outside/index.ts";
import type { EnvironmentIndex } from "../environment-index.ts";
import { type Changing, deletion, downtime, inPlace, kindImpact, type Verdict } from "../impact.ts";
import { orLost, shownAddresses } from "../lost-addresses.ts";
import { isServed, servingHost } from "../served-in.ts";

const kindsOf = (...kinds: readonly string[]) => kinds.map((kind) => `gateway.networking.k8s.io/${kind}`);
const itemsOf = ({ spec }: KubernetesObject, list: string) => recordsOf(membersOf(spec)[list]);

function parents({ before, after }: Changing): Verdict {
  const [was, is] = [parentsOf(before), parentsOf(after)];
  const gone = was.filter((parent) => !hasParent(is, parent));
  return gone.length > 0
    ? downtime(`it leaves Gateway ${gone.join(", ")}: where clients still get there they get 404`)
    : inPlace("it is served at more listeners at once");
}

/** Whether a rule leads to no Service: it answers 500, unless it redirects. */
const isEmptyRule = ({ backendRefs, filters }: Readonly<Record<string, unknown>>) => {
  const weights = recordsOf(backendRefs).map(({ weight = 1 }) => Number(weight));
  return weights.reduce((sum, weight) => sum + weight, 0) === 0 && !recordsOf(filters).some(({ type }) => type === "RequestRedirect");
};

function backends({ before, after }: Changing): Verdict {
  const empty = (object: KubernetesObject) => itemsOf(object, "rules").filter(isEmptyRule).length;
  return empty(after) > empty(before)
    ? downtime("a rule leads to no Service, or with weight 0 alone: requests get 500")
    : inPlace("requests go to other Services, or are shared out differently, at once");
}

export const gatewayRoute = kindImpact(kindsOf("HTTPRoute", "GRPCRoute"), {
  fields: [
    ["spec.parentRefs", parents],
    ["spec.hostnames", orLost("requests to other hosts are served at once")],
    ["spec.rules[].backendRefs", backends],
    ["spec.rules[].timeouts", inPlace("requests are given up sooner or later")],
    ["spec.rules[].filters", inPlace("requests or responses are changed differently at once")],
    ["spec.rules[].retry", inPlace("failed requests are tried again more or less often")],
    ["spec.rules[].sessionPersistence", inPlace("clients stay with their pods, or no longer; sessions that run may begin anew")],
    ["spec.rules[].name", inPlace("the rule has another name; requests are routed as before")],
    ["spec", orLost("requests are routed differently at once")],
  ],
  added: (object, environment) => inPlace(arrival(object, environment)),
  removed: (object, _before, after) => {
    const gone = servedPaths(object).filter((path) => !isServed(after, path, object));
    return deletion(
      gone.length > 0
        ? `nothing serves ${shownAddresses(gone)} there any more: requests get 404`
        : "other routes of its Gateway serve its hosts and paths",
    );
  },
});

/** Whom a new route takes requests from. */
function arrival(object: KubernetesObject, environment: EnvironmentIndex): string {
  const own = servedPaths(object);
  const others = own.flatMap((path) =>
    servingHost(environment, path.host).filter((other) => other.object !== object && covers(other.path, path)),
  );
  const [route] = others.filter(({ path }) => path.parents?.some((parent) => own[0]?.parents && hasParent(own[0].parents, parent)));
  if (route) return `it takes ${shownAddresses(own)} from ${route.object.kind} ${route.object.metadata.name} at once`;
  return others.some(({ path }) => path.parents === undefined)
    ? "the Gateway serves its hosts and paths too: clients get there once their DNS record leads to it"
    : "the Gateway serves its hosts and paths at once";
}

/** Listeners by what clients know them by. */
const listenersOf = (object: KubernetesObject) =>
  itemsOf(object, "listeners").map(
    ({ port, protocol, hostname = "" }) => `${String(protocol)} ${String(port)}${hostname ? ` ${String(hostname)}` : ""}`,
  );

function listeners({ before, after, environments }: Changing): Verdict {
  const now = new Set(listenersOf(after));
  const gone = listenersOf(before).filter((listener) => !now.has(listener));
  if (gone.length > 0) return downtime(`the Gateway no longer listens on ${gone.join(", ")}: requests there fail`);
  const [detached] = routesOf(before, environments.after).filter((route) => takes(before, route) && !takes(after, route));
  return detached
    ? downtime(`${detached.kind} ${detached.metadata.name} no longer attaches to any of its listeners: its hosts get 404`)
    : inPlace("the Gateway takes other routes, or shows other certificates, at once");
}

/** The routes of the manifests that attach to a Gateway. */
const routesOf = ({ metadata }: KubernetesObject, environment: EnvironmentIndex) =>
  ["HTTPRoute", "GRPCRoute"]
    .flatMap((kind) => environment.named(kind))
    .map(({ object }) => object)
    .filter(
      (object) =>
        isGatewayRoute(object) && parentsOf(object).some((parent) => parent.split("#")[0] === `${metadata.namespace}/${metadata.name}`),
    );

/** Whether a listener of a Gateway takes a route, by its name and the route's namespace; what isn't known of namespaces' labels counts as yes. */
function takes(gateway: KubernetesObject, route: KubernetesObject): boolean {
  const sections = parentsOf(route).map((parent) => parent.split("#")[1]?.split(":")[0]);
  return itemsOf(gateway, "listeners").some(
    ({ name, allowedRoutes }) =>
      sections.some((section) => section === undefined || section === name) &&
      allows(allowedRoutes, gateway.metadata.namespace, route.metadata.namespace),
  );
}

function allows(allowedRoutes: unknown, own: string | undefined, namespace: string | undefined): boolean {
  const namespaces = membersOf(membersOf(allowedRoutes).namespaces);
  if ((namespaces.from ?? "Same") === "Same") return own === namespace;
  if (namespaces.from !== "Selector" || !isRecord(namespaces.selector)) return namespaces.from === "All";
  const named = recordsOf(namespaces.selector.matchExpressions).find(
    ({ key, operator }) => key === "kubernetes.io/metadata.name" && operator === "In",
  );
  return named === undefined || !Array.isArray(named.values) || named.values.includes(namespace);
}

export const gateway = kindImpact(kindsOf("Gateway"), {
  fields: [
    ["spec.gatewayClassName", downtime("another implementation serves it, at another address")],
    ["spec.listeners", listeners],
    ["spec.addresses", downtime("it is reached at other addresses")],
    [
      "spec.infrastructure",
      inPlace("its implementation changes what it made for the Gateway; Envoy Gateway replaces its proxies one by one"),
    ],
    ["spec", inPlace("its listeners take other routes, or requests are served differently, at once")],
  ],
  added: () => inPlace("its implementation gives it an address, and may start pods for it"),
  removed: (object, environment) => {
    const names = routesOf(object, environment)
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
      .slice(0, 3);
    return deletion(`its address goes${names.length > 0 ? `, and ${names.join(", ")} with it: requests fail` : ""}`);
  },
});

/** What a grant no longer lets through. */
function grants({ before, after }: Changing): Verdict {
  const entries = (object: KubernetesObject) =>
    ["from", "to"].flatMap((list) => itemsOf(object, list).map((entry) => `${list} ${JSON.stringify(entry)}`));
  const now = new Set(entries(after));
  return entries(before).some((entry) => !now.has(entry))
    ? downtime("what only it allowed stops at once: a route to a Service without a grant answers 500")
    : inPlace("more references between namespaces are allowed");
}

export const referenceGrant = kindImpact(kindsOf("ReferenceGrant"), {
  fields: [["spec", grants]],
  removed: () => deletion("what only it allowed stops at once: a route to a Service without a grant answers 500"),
});

export const backendTls = kindImpact(kindsOf("BackendTLSPolicy"), {
  fields: [["spec", inPlace("the Gateway verifies the pods' certificate differently at once; requests fail where it doesn't fit")]],
  added: () => inPlace("the Gateway speaks TLS to the pods at once: requests to pods that don't, or with another certificate, fail"),
  removed: () => deletion("the Gateway speaks plain HTTP to the pods at once: those that expect TLS refuse it"),
});
