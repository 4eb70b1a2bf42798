import { ApiObject } from "cdk8s";
import type { Construct } from "constructs";
import {
  type GatewayRouting,
  gatewayListeners,
  isSecured,
  type NamedListener,
  type ResolvedEnvironment,
  securedSections,
  servedBy,
} from "../overlay/index.ts";
import { nonEmpty, sorted } from "./metadata.ts";

export const gatewayGroup = "gateway.networking.k8s.io";
/** Adds what an environment's routing shares: the Gateway that it makes, the redirect to https, and grants between namespaces. */
export function addRouting(chart: Construct, environment: ResolvedEnvironment): void {
  const gateway = environment.settings.routing?.gateway;
  if (gateway?.create) addGateway(chart, environment, gateway);
  addGrants(chart, environment);
}

function addGateway(chart: Construct, environment: ResolvedEnvironment, gateway: GatewayRouting): void {
  const { parent, create } = gateway;
  const { labels } = environment.settings;
  const listeners = gatewayListeners(environment);
  const metadata = {
    name: parent.name,
    namespace: parent.namespace,
    labels: { ...labels, ...create?.labels },
    ...nonEmpty("annotations", create?.annotations),
  };
  const spec = {
    gatewayClassName: create?.class,
    listeners: listeners.map((listener) => listenerOf(listener, parent.namespace, allowed(environment, parent.namespace))),
    ...(create?.infrastructure ? { infrastructure: create.infrastructure } : {}),
  };
  new ApiObject(chart, "gateway", { apiVersion: `${gatewayGroup}/v1`, kind: "Gateway", metadata, spec });
  if (securedSections(environment).length === 0) return;
  const plain = listeners.filter(({ listener }) => !isSecured(listener)).map(({ name }) => name);
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

/** Routes of the environment's namespaces, and of the Gateway's own, which redirects to https. */
function allowed({ settings, apps }: ResolvedEnvironment, own: string) {
  const names = [...apps.map(({ spec }) => spec.namespace), ...Object.keys(settings.namespaces ?? {}), own];
  const values = [...new Set(names)].sort();
  return {
    namespaces: { from: "Selector", selector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values }] } },
  };
}

function listenerOf({ name, listener }: NamedListener, own: string, allowedRoutes: object) {
  const { port, host, certificate } = listener;
  const isHttps = isSecured(listener);
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

/** Lets one namespace refer to objects of another: https://gateway-api.sigs.k8s.io/api-types/referencegrant/ */
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
      metadata: { name: `${environment.name}-routing`, namespace, labels: { ...environment.settings.labels } },
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
  return gatewayListeners(environment).flatMap(({ listener: { certificate } }): Grant[] => {
    const { secret, namespace } = certificate ?? {};
    if (secret === undefined || namespace === undefined || namespace === own) return [];
    return [{ from: { kind: "Gateway", namespace: own }, to: { kind: "Secret", name: secret, namespace } }];
  });
}
