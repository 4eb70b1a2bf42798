import { weightedCanaryOf } from "./progressive.ts";
import type { PlacedApp } from "./resolved.ts";
import { type AppRoute, routesOf } from "./route-translation.ts";
import { isGrpc, routeHost } from "./routing.ts";

/** Rules that one HTTPRoute may have: https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec */
const mostRules = 16;

/** The rules of one object: an app's routes of one host and kind. */
export interface RouteGroup {
  readonly kind: "HTTPRoute" | "GRPCRoute";
  readonly host: string;
  /** The object's name: the app's for the app's own host, with the host for others. */
  readonly name: string;
  readonly routes: readonly AppRoute[];
}

/** The HTTPRoutes and GRPCRoutes of an app. A name depends on nothing but its own host, so that other hosts come and go without it. */
export function routeGroups(place: PlacedApp): RouteGroup[] {
  const { app } = place;
  const own = routeHost(place, {});
  const base = app.spec.routing?.name ?? app.name;
  const groups = new Map<string, RouteGroup>();
  for (const route of routesOf(place).flatMap(byMethod)) {
    const host = routeHost(place, route.model);
    const kind = isGrpc(app.spec, route.model) ? "GRPCRoute" : "HTTPRoute";
    const name = host === own ? base : `${base}-${host.replace("*", "any")}`;
    const key = `${kind} ${host}`;
    groups.set(key, { kind, host, name, routes: [...(groups.get(key)?.routes ?? []), route] });
  }
  return [...groups.values()].flatMap(inParts);
}

/** A rule that replaces a prefix may have but one match, so that each of its methods is a rule. */
function byMethod({ name, model }: AppRoute): AppRoute[] {
  const { methods = [], rewrite, redirect } = model;
  if (methods.length < 2 || (rewrite?.prefix ?? redirect?.prefix) === undefined) return [{ name, model }];
  return methods.map((method) => ({ name: `${name}.${method.toLowerCase()}`, model: { ...model, methods: [method] } }));
}

/** A group that has more rules than an object takes becomes several. */
function inParts(group: RouteGroup): RouteGroup[] {
  const count = Math.ceil(group.routes.length / mostRules);
  return Array.from({ length: count }, (_item, part) => ({
    ...group,
    name: part === 0 ? group.name : `${group.name}.${part + 1}`,
    routes: group.routes.slice(part * mostRules, (part + 1) * mostRules),
  }));
}

/** The HTTPRoute whose weights an app's canary changes: the one it names, or the app's own. Undefined where no weights change. */
export function weightedRouteOf(place: PlacedApp): string | undefined {
  const canary = weightedCanaryOf(place.app.spec.workload);
  return canary && (canary.httpRoute ?? routeGroups(place)[0]?.name ?? place.app.name);
}
