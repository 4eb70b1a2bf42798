import { ApiObject } from "cdk8s";
import type { Construct } from "constructs";
import { endsTls, type GatewayListener, type GatewayRouting, type ResolvedEnvironment, servedBy } from "../overlay/index.ts";
import { nonEmpty, sorted } from "./metadata.ts";

export const gatewayGroup = "gateway.networking.k8s.io";
type Listeners = readonly [name: string, listener: GatewayListener][];

/** The listeners of a Gateway that the environment makes: those it names, or one for each scheme. */
function listenersOf({ parent, create, ...rest }: GatewayRouting, { settings }: ResolvedEnvironment): Listeners {
  if (create?.listeners) return sorted(create.listeners);
  const http: Listeners[number] = ["http", { port: 80 }];
  if (!endsTls({ parent, ...rest }, settings)) return [http];
  const hosts = settings.domain ? { host: `*.${settings.domain}` } : {};
  return [http, ["https", { port: 443, ...hosts, certificate: { secret: `${parent.name}-tls` } }]];
}

const endsHttps = ({ protocol, certificate }: GatewayListener) => (protocol ?? (certificate ? "HTTPS" : "HTTP")) === "HTTPS";

/** The listener that apps' routes attach to where a Gateway made here has both schemes: on the other they would be served without TLS. */
export function securedSection(environment: ResolvedEnvironment): string | undefined {
  const gateway = environment.settings.routing?.gateway;
  if (!gateway?.create) return undefined;
  const listeners = listenersOf(gateway, environment);
  const secured = listeners.filter(([, listener]) => endsHttps(listener));
  return secured.length === 1 && secured.length < listeners.length ? secured[0]?.[0] : undefined;
}

/** Adds what an environment's routing shares: the Gateway that it makes, the redirect to https, and grants between namespaces. */
export function addRouting(chart: Construct, environment: ResolvedEnvironment): void {
  const gateway = environment.settings.routing?.gateway;
  if (gateway?.create) addGateway(chart, environment, gateway);
  addGrants(chart, environment);
}

function addGateway(chart: Construct, environment: ResolvedEnvironment, gateway: GatewayRouting): void {
  const { parent, create } = gateway;
  const { labels } = environment.settings;
  const listeners = listenersOf(gateway, environment);
  const metadata = {
    name: parent.name,
    namespace: parent.namespace,
    labels: { ...labels, ...create?.labels },
    ...nonEmpty("annotations", create?.annotations),
  };
  const spec = {
    gatewayClassName: create?.class,
    listeners: listeners.map(([name, listener]) => listenerOf(name, listener, parent.namespace, allowed(environment, parent.namespace))),
    ...(create?.infrastructure ? { infrastructure: create.infrastructure } : {}),
  };
  new ApiObject(chart, "gateway", { apiVersion: `${gatewayGroup}/v1`, kind: "Gateway", metadata, spec });
  const section = securedSection(environment);
  const plain = listeners.filter(([name, listener]) => name !== section && !endsHttps(listener)).map(([name]) => name);
  if (section === undefined || plain.length === 0) return;
  new ApiObject(chart, "https-redirect", {
    apiVersion: `${gatewayGroup}/v1`,
    kind: "HTTPRoute",
    metadata: { name: `${parent.name}-https-redirect`, namespace: parent.namespace, labels: { ...labels } },
    spec: {
      parentRefs: plain.map((sectionName) => ({ name: parent.name, sectionName })),
      rules: [
        {
          name: "https",
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }],
        },
      ],
    },
  });
}

/** Routes of the namespaces that the Gateway serves, and of its own, which redirects to https. */
function allowed({ settings, apps }: ResolvedEnvironment, own: string) {
  const served = apps.filter(({ spec }) => servedBy(settings, spec).gateway).map(({ spec }) => spec.namespace);
  const values = [...new Set([...served, own])].sort();
  return {
    namespaces: { from: "Selector", selector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values }] } },
  };
}

function listenerOf(name: string, listener: GatewayListener, own: string, allowedRoutes: object) {
  const { port, host, certificate } = listener;
  const isHttps = endsHttps(listener);
  const { secret, namespace } = certificate ?? {};
  const reference = { name: secret, ...(namespace && namespace !== own ? { namespace } : {}) };
  return {
    name,
    ...(host ? { hostname: host } : {}),
    port,
    protocol: isHttps ? "HTTPS" : "HTTP",
    ...(isHttps && certificate ? { tls: { certificateRefs: [reference] } } : {}),
    allowedRoutes,
  };
}

/** One namespace's leave to name what is in another: https://gateway-api.sigs.k8s.io/api-types/referencegrant/ */
interface Grant {
  readonly from: { readonly kind: string; readonly namespace: string };
  readonly to: { readonly kind: string; readonly name: string; readonly namespace: string };
}

function addGrants(chart: Construct, environment: ResolvedEnvironment): void {
  const grants = [...backendGrants(environment), ...certificateGrants(environment)];
  for (const namespace of [...new Set(grants.map(({ to }) => to.namespace))].sort()) {
    const here = grants.filter(({ to }) => to.namespace === namespace);
    new ApiObject(chart, `grants-${namespace}`, {
      apiVersion: `${gatewayGroup}/v1beta1`,
      kind: "ReferenceGrant",
      metadata: { name: "routing", namespace, labels: { ...environment.settings.labels } },
      spec: {
        from: distinct(here.map(({ from }) => ({ group: gatewayGroup, ...from }))),
        to: distinct(here.map(({ to: { kind, name } }) => ({ group: "", kind, name }))),
      },
    });
  }
}

const distinct = <T>(items: readonly T[]): T[] => [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];

/** Services of other namespaces that routes lead or copy to. */
function backendGrants({ settings, apps, appsByName }: ResolvedEnvironment): Grant[] {
  return apps.flatMap(({ name, spec }) => {
    if (!servedBy(settings, spec).gateway) return [];
    const named = sorted(spec.routes).flatMap(([, { mirror, weights }]) => [
      ...(mirror ? [mirror.app] : []),
      ...Object.keys(weights ?? {}),
    ]);
    return [...new Set(named)].sort().flatMap((other): Grant[] => {
      const target = other === name ? undefined : appsByName.get(other);
      if (!target || target.spec.namespace === spec.namespace) return [];
      const to = { kind: "Service", name: target.spec.service?.name ?? target.name, namespace: target.spec.namespace };
      return [{ from: { kind: "HTTPRoute", namespace: spec.namespace }, to }];
    });
  });
}

function certificateGrants(environment: ResolvedEnvironment): Grant[] {
  const gateway = environment.settings.routing?.gateway;
  if (!gateway?.create) return [];
  const own = gateway.parent.namespace;
  return listenersOf(gateway, environment).flatMap(([, { certificate }]): Grant[] => {
    const { secret, namespace } = certificate ?? {};
    if (secret === undefined || namespace === undefined || namespace === own) return [];
    return [{ from: { kind: "Gateway", namespace: own }, to: { kind: "Secret", name: secret, namespace } }];
  });
}
