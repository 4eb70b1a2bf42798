/** Gateway API: https://gateway-api.sigs.k8s.io/reference/spec/ */
import { covers, isGatewayRoute, type ServedPath, servedPaths } from "../../kubernetes/index.ts";
import type { KubernetesObject } from "../../manifest/index.ts";
import { isRecord } from "../../outside/index.ts";
import { type Changing, deletion, downtime, inPlace, kindImpact, type Verdict } from "../impact.ts";
import { servedIn } from "../served-in.ts";

const kindsOf = (...kinds: readonly string[]) => kinds.map((kind) => `gateway.networking.k8s.io/${kind}`);
const itemsOf = (object: KubernetesObject, list: string): readonly Readonly<Record<string, unknown>>[] => {
  const items = isRecord(object.spec) ? object.spec[list] : undefined;
  return Array.isArray(items) ? items.filter(isRecord) : [];
};

const shown = (paths: readonly ServedPath[]): string => {
  const names = [...new Set(paths.map(({ host, path }) => `${host || "any host"}${path}`))];
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
};

/** Addresses that were served and that nothing of these manifests serves any more. */
function lost({ before, environments }: Changing): readonly ServedPath[] {
  const still = servedIn(environments.after);
  return servedPaths(before).filter((path) => !still.some((other) => covers(other, path)));
}

const orLost =
  (reason: string) =>
  (changing: Changing): Verdict => {
    const gone = lost(changing);
    return gone.length > 0 ? downtime(`nothing serves ${shown(gone)} any more: requests get 404`) : inPlace(reason);
  };

/** The Gateways and listeners that a route attaches to. */
const parentsOf = (object: KubernetesObject) =>
  itemsOf(object, "parentRefs").map(({ namespace = object.metadata.namespace, name, sectionName = "" }) =>
    JSON.stringify([namespace, name, sectionName]),
  );

function parents({ before, after }: Changing): Verdict {
  const now = parentsOf(after);
  return parentsOf(before).some((parent) => now.includes(parent))
    ? inPlace("it is served at more or fewer listeners at once")
    : downtime("another Gateway or listener serves it: where clients still reach the old one they get 404");
}

export const gatewayRoute = kindImpact(kindsOf("HTTPRoute", "GRPCRoute"), {
  fields: [
    ["spec.parentRefs", parents],
    ["spec.hostnames", orLost("requests to other hosts are served at once")],
    ["spec.rules[].backendRefs", inPlace("requests go to other Services, or are shared out differently, at once")],
    ["spec.rules[].timeouts", inPlace("requests are given up sooner or later")],
    ["spec.rules[].filters", inPlace("requests or responses are changed differently at once")],
    ["spec.rules[].retry", inPlace("failed requests are tried again more or less often")],
    ["spec.rules[].sessionPersistence", inPlace("clients stay with their pods, or no longer; sessions that run may begin anew")],
    ["spec.rules[].name", inPlace("the rule has another name; requests are routed as before")],
    ["spec", orLost("requests are routed differently at once")],
  ],
  added: (object, environment) => {
    const others = servedIn(environment, object);
    const both = servedPaths(object).filter((path) => others.some((other) => covers(other, path)));
    return inPlace(
      both.length > 0
        ? `the Gateway serves its hosts and paths too: clients get there once their DNS record leads to it`
        : "the Gateway serves its hosts and paths at once",
    );
  },
  removed: (object, _before, after) => {
    const still = servedIn(after, object);
    const gone = servedPaths(object).filter((path) => !still.some((other) => covers(other, path)));
    return deletion(
      gone.length > 0 ? `nothing serves ${shown(gone)} any more: requests get 404` : "other objects serve its hosts and paths",
    );
  },
});

/** Listeners by what clients know them by. */
const listenersOf = (object: KubernetesObject) =>
  itemsOf(object, "listeners").map(
    ({ port, protocol, hostname = "" }) => `${String(protocol)} ${String(port)}${hostname ? ` ${String(hostname)}` : ""}`,
  );

function listeners({ before, after }: Changing): Verdict {
  const now = new Set(listenersOf(after));
  const gone = listenersOf(before).filter((listener) => !now.has(listener));
  return gone.length > 0
    ? downtime(`the Gateway no longer listens on ${gone.join(", ")}: requests there fail`)
    : inPlace("the Gateway listens on other ports, or shows other certificates, at once");
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
    const routes = ["HTTPRoute", "GRPCRoute"]
      .flatMap((kind) => environment.named(kind))
      .filter(({ object: route }) => isGatewayRoute(route));
    const attached = routes.filter(({ object: route }) =>
      itemsOf(route, "parentRefs").some(
        ({ name, namespace = route.metadata.namespace }) => name === object.metadata.name && namespace === object.metadata.namespace,
      ),
    );
    const names = attached.map(({ object: { kind, metadata } }) => `${kind} ${metadata.name}`).slice(0, 3);
    return deletion(`its address goes${names.length > 0 ? `, and ${names.join(", ")} with it: requests fail` : ""}`);
  },
});

export const referenceGrant = kindImpact(kindsOf("ReferenceGrant"), {
  fields: [["spec", inPlace("other namespaces may be referred to, or no longer: a route to a Service without a grant answers 500")]],
  removed: () => deletion("what only it allowed stops at once: a route to a Service without a grant answers 500"),
});

export const backendTls = kindImpact(kindsOf("BackendTLSPolicy"), {
  fields: [["spec", inPlace("the Gateway verifies the pods' certificate differently at once; requests fail where it doesn't fit")]],
  added: () => inPlace("the Gateway speaks TLS to the pods at once: requests to pods that don't, or with another certificate, fail"),
  removed: () => deletion("the Gateway speaks plain HTTP to the pods at once: those that expect TLS refuse it"),
});
