import { isGatewayRoute, type ObjectOf } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { membersOf, recordsOf } from "../outside/index.ts";
import type { EnvironmentIndex } from "./environment-index.ts";

type Ingress = ObjectOf<"networking.k8s.io/Ingress">;

/**
 * The names of the Ingresses that lead to a port which a Service no longer has, by its number or its name; where another port has the
 * name now, they lead there.
 */
export function ingressesLeadingTo(
  { metadata, spec }: ObjectOf<"Service">,
  port: { readonly port?: unknown; readonly name?: unknown },
  environment: EnvironmentIndex,
): string[] {
  const isNamed = spec?.ports?.some(({ name }) => name === port.name);
  const names = [port.port, ...(isNamed ? [] : [port.name])].filter((name) => name !== undefined);
  return environment
    .objectsOf("networking.k8s.io/Ingress")
    .filter((ingress) => ingress.metadata.namespace === metadata.namespace)
    .filter((ingress) => backendsOf(ingress).some(({ name, port: at }) => name === metadata.name && at !== undefined && names.includes(at)))
    .map((ingress) => ingress.metadata.name);
}

/** The routes of the Gateway API that lead to a port which a Service no longer has, as `HTTPRoute web`. */
export function routesLeadingTo({ metadata }: ObjectOf<"Service">, port: unknown, environment: EnvironmentIndex): string[] {
  if (port === undefined) return [];
  return [...environment.named("HTTPRoute"), ...environment.named("GRPCRoute")]
    .map(({ object }) => object)
    .filter(
      (object) =>
        isGatewayRoute(object) &&
        routeBackends(object).some((backend) => {
          const { name, namespace = object.metadata.namespace, port: at } = backend;
          return name === metadata.name && namespace === metadata.namespace && at === port;
        }),
    )
    .map(({ kind, metadata: { name } }) => `${kind} ${name}`);
}

const routeBackends = ({ spec }: KubernetesObject) => recordsOf(membersOf(spec).rules).flatMap(({ backendRefs }) => recordsOf(backendRefs));

/** The Services and ports that an Ingress leads to. */
function backendsOf({ spec }: Ingress) {
  const backends = [spec?.defaultBackend, ...(spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend))];
  return backends.flatMap((backend) =>
    backend?.service ? [{ name: backend.service.name, port: backend.service.port?.number ?? backend.service.port?.name }] : [],
  );
}
