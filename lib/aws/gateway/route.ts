import { type Gateway, type ResolvedEnvironment, type Route, type RouteGateway, routeHost, servesTls } from "../../overlay/index.ts";

type Served = Exclude<RouteGateway, { kind: "none" }>;

/** A route that a gateway serves: what it calls, and how. */
export interface GatewayRoute {
  /** Name by which problems and models call it. */
  readonly name: string;
  /** App or team that the route belongs to. @default - the gateway's name */
  readonly app?: string;
  /** Whole name of the host that the gateway calls, as `orders.shop.example`. */
  readonly host: string;
  /** Path at the host, as `/orders`. */
  readonly path: string;
  /** Whether everything below the path belongs to it, too. @default "Prefix" */
  readonly pathType?: Route["pathType"];
  /** Methods that are let through. @default - all */
  readonly methods?: Route["methods"];
  /** Whether the host is called by https. @default true */
  readonly tls?: boolean;
  /** How it is served: as a proxy, or by mapped operations; and its own path at the gateway, authorization and limits. @default { kind: "proxy" } */
  readonly gateway?: Served;
}

/** A gateway, as its plan is made from it. */
export interface GatewayDescription {
  /** Name by which problems call it. */
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly settings: Gateway;
  readonly routes: readonly GatewayRoute[];
}

/** A route with everything its methods are made of. */
export interface ServedRoute extends GatewayRoute {
  readonly app: string;
  readonly tls: boolean;
  readonly gateway: Served;
  readonly settings: Gateway;
}

/** The routes of a gateway, with their defaults. */
export const servedRoutes = ({ name, settings, routes }: GatewayDescription): ServedRoute[] =>
  routes.map((route) => ({ app: name, tls: true, gateway: { kind: "proxy" }, ...route, settings }));

/** The routes of an environment that its gateway serves: all that don't say why it doesn't. */
export function environmentRoutes(environment: ResolvedEnvironment): GatewayRoute[] {
  return environment.apps.flatMap((app) =>
    Object.entries(app.spec.routes ?? {}).flatMap(([name, route]): GatewayRoute[] => {
      const { path, pathType, methods, gateway } = route;
      if (gateway?.kind === "none") return [];
      return [
        {
          name,
          app: app.name,
          host: routeHost({ environment, app }, route),
          path,
          ...(pathType ? { pathType } : {}),
          ...(methods ? { methods } : {}),
          tls: servesTls({ environment, app }),
          ...(gateway ? { gateway } : {}),
        },
      ];
    }),
  );
}
