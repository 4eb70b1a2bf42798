import { routeHost } from "../../constructs/index.ts";
import type { Gateway, ResolvedApp, ResolvedEnvironment, Route, RouteGateway } from "../../overlay/index.ts";

type Served = Exclude<RouteGateway, { kind: "none" }>;
/** A route with everything its methods are made of. */
export interface ServedRoute {
  readonly environment: ResolvedEnvironment;
  readonly settings: Gateway;
  readonly app: ResolvedApp;
  readonly name: string;
  readonly route: Route;
  readonly gateway: Served;
  readonly host: string;
}

const proxy: Served = { kind: "proxy" };

/** The routes a gateway serves: all that don't say why it doesn't. */
export function servedRoutes(environment: ResolvedEnvironment, settings: Gateway): ServedRoute[] {
  return environment.apps.flatMap((app) =>
    Object.entries(app.spec.routes ?? {}).flatMap(([name, route]) => {
      const gateway = route.gateway ?? proxy;
      return gateway.kind === "none"
        ? []
        : [{ environment, settings, app, name, route, gateway, host: routeHost({ environment, app }, route) }];
    }),
  );
}
