import { relative } from "node:path";
import {
  type Environment,
  type Layer,
  type PlacedApp,
  type ResolvedEnvironment,
  routeHost,
  servedBy,
  settingLayer,
} from "../overlay/index.ts";
import type { Problem } from "../problem/index.ts";

/** A host that an environment serves, and what decided it. */
export interface ServedHost {
  readonly host: string;
  readonly app: string;
  /** The key that the host comes from, as `domain` of the environment or `routes.main.host` of the app. */
  readonly key: string;
  /** The layer that sets the key. */
  readonly layer: Layer | undefined;
}

/** The hosts under which an environment's Ingresses and Gateways serve routes. */
export function servedHosts(environment: Environment, resolved: ResolvedEnvironment): ServedHost[] {
  return resolved.apps.flatMap((app) => {
    const { ingress, gateway } = servedBy(resolved.settings, app.spec);
    if (!ingress && !gateway) return [];
    return Object.entries(app.spec.routes ?? {}).map(([name, route]) => {
      const host = routeHost({ environment: resolved, app }, route);
      const key = keyOf({ environment: resolved, app }, name);
      return { host, app: app.name, key, layer: settingLayer(key === "domain" ? environment.settings : app.layers, key.split(".")) };
    });
  });
}

function keyOf({ app }: PlacedApp, name: string): string {
  const own = app.spec.routes?.[name]?.host;
  const host = own ?? app.spec.ingress?.host ?? "";
  if (!host.includes(".")) return "domain";
  return own === undefined ? "ingress.host" : `routes.${name}.host`;
}

/** An environment with the hosts that it serves. */
export interface Serving {
  readonly environment: Environment;
  readonly cluster: string;
  readonly hosts: readonly ServedHost[];
}

/**
 * Environments that serve one host since one extends the other, and took over what decides it. Whoever says the key in both means it, as
 * for two regions under one name.
 * @param root folder of the project, to which files are relative
 */
export function sharedHosts(served: readonly Serving[], root: string): Problem[] {
  return served.flatMap((first, index) => served.slice(index + 1).flatMap((second) => sharedBy(first, second, root)));
}

function sharedBy(a: Serving, b: Serving, root: string): Problem[] {
  if (a.environment.settings[0] !== b.environment.settings[0]) return [];
  // The one of more layers extends the other.
  const [parent, child] = a.environment.settings.length <= b.environment.settings.length ? [a, b] : [b, a];
  const byHost = new Map(parent.hosts.map((served) => [served.host, served]));
  const both = child.hosts.filter(({ host, layer }) => layer !== undefined && byHost.get(host)?.layer === layer);
  const place = child.environment.settings.at(-1)?.place();
  const keys = new Map(both.map((served) => [served.key === "domain" ? "domain" : `${served.app}: ${served.key}`, served]));
  return [...keys.values()].map(({ host, app, key }) => {
    const isDomain = key === "domain";
    const others = new Set(both.filter((served) => served.key === key && served.host !== host).map((served) => served.host)).size;
    const names = `${host}${isDomain && others > 0 ? ` and ${others} more` : ""}`;
    const where = parent.cluster === child.cluster ? `, on the cluster "${child.cluster}"` : "";
    const [from, to] = [parent.environment.name, child.environment.name];
    return {
      environment: to,
      ...(isDomain ? {} : { app }),
      path: key,
      ...(place ? { file: relative(root, place.file), line: place.line } : {}),
      message: `${from} and ${to} would both serve ${names}${where}: ${to} takes ${key} over with \`extends\``,
      fix: `Set ${key} in ${to}${isDomain ? "" : ` for ${app}`}; set it to the same value if both are meant to serve the host.`,
    };
  });
}
