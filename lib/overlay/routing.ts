import type { AppSpec, GatewayRouting, IngressSettings, Route } from "./model.ts";
import type { PlacedApp, ResolvedEnvironment } from "./resolved.ts";

type Settings = Pick<ResolvedEnvironment["settings"], "ingress" | "routing">;

/** What serves an app's routes in its environment: an Ingress, a Gateway, both while moving, or nothing. */
export interface ServedBy {
  readonly ingress?: IngressSettings;
  readonly gateway?: GatewayRouting;
}

/** What serves an app's routes. An environment that says nothing of routing has Ingresses. */
export function servedBy({ ingress, routing }: Settings, { routes, routing: own }: Pick<AppSpec, "routes" | "routing">): ServedBy {
  if (Object.keys(routes ?? {}).length === 0) return {};
  const byIngress = routing === undefined || routing.ingress !== undefined;
  return {
    ...(byIngress && own?.ingress !== false ? { ingress: { ...ingress, ...routing?.ingress } } : {}),
    ...(routing?.gateway && own?.gateway !== false ? { gateway: routing.gateway } : {}),
  };
}

/** The host a route is served under: the route's, the app's, or the app's name, with the environment's domain unless it has a dot. */
export function routeHost({ environment, app }: PlacedApp, route: Pick<Route, "host">): string {
  const host = route.host ?? app.spec.ingress?.host ?? app.name;
  return host.includes(".") ? host : `${host}.${environment.settings.domain}`;
}

/** Whether the app's hosts are served with TLS, by its Ingress or, where it has none, by the Gateway. */
export function servesTls({ environment, app }: PlacedApp): boolean {
  const { ingress, gateway } = servedBy(environment.settings, app.spec);
  const ofIngress = Boolean(app.spec.ingress?.tls ?? (ingress ?? environment.settings.ingress)?.tls);
  return ingress || !gateway ? ofIngress : endsTls(gateway, environment.settings);
}

/** Whether the Gateway ends TLS. */
export function endsTls({ tls, create }: GatewayRouting, { ingress }: Settings): boolean {
  const hasCertificate = Object.values(create?.listeners ?? {}).some(({ certificate }) => certificate !== undefined);
  return tls ?? (create?.listeners ? hasCertificate : Boolean(ingress?.tls));
}

/** The port of its Service that a route leads to: the one it names, `http`, or the only one. */
export function routePort({ service }: Pick<AppSpec, "service">, { port }: Pick<Route, "port">): string {
  const names = Object.keys(service?.ports ?? {});
  return port ?? (names.includes("http") ? "http" : (names[0] ?? "http"));
}

/** Whether a route leads to a port of gRPC: one whose appProtocol is grpc, or whose name is or begins with it. */
export function isGrpc(spec: Pick<AppSpec, "service">, route: Pick<Route, "port">): boolean {
  const name = routePort(spec, route);
  const port = spec.service?.ports[name];
  const protocol = typeof port === "object" ? port.appProtocol : undefined;
  return protocol === undefined ? /^grpc(-|$)/.test(name) : protocol === "grpc";
}
