import type { GatewayListener } from "./model.ts";
import type { ResolvedEnvironment } from "./resolved.ts";
import { endsTls } from "./routing.ts";

/** A listener of a Gateway, with its name. */
export interface NamedListener {
  readonly name: string;
  readonly listener: GatewayListener;
}

/** The listeners of the Gateway that an environment makes: those it names, or one for each scheme. None where the platform has the Gateway. */
export function gatewayListeners({ settings }: ResolvedEnvironment): readonly NamedListener[] {
  const gateway = settings.routing?.gateway;
  if (!gateway?.create) return [];
  if (gateway.create.listeners)
    return Object.entries(gateway.create.listeners)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, listener]) => ({ name, listener }));
  const http = { name: "http", listener: { port: 80 } };
  if (!endsTls(gateway, settings)) return [http];
  const host = settings.domain ? { host: `*.${settings.domain}` } : {};
  return [http, { name: "https", listener: { port: 443, ...host, certificate: { secret: `${gateway.parent.name}-tls` } } }];
}

/** Whether a listener ends TLS. */
export const isSecured = ({ protocol, certificate }: GatewayListener): boolean =>
  (protocol ?? (certificate ? "HTTPS" : "HTTP")) === "HTTPS";

/** The listeners that apps' routes attach to where a Gateway made here has both schemes: on the others they would be served without TLS. */
export function securedSections(environment: ResolvedEnvironment): readonly NamedListener[] {
  const all = gatewayListeners(environment);
  const secured = all.filter(({ listener }) => isSecured(listener));
  return secured.length < all.length ? secured : [];
}
