import type { KubernetesObject } from "../manifest/index.ts";
import { isRecord } from "../outside/index.ts";
import { nginxHabits, nginxPath, nginxPrefix, type Translation, translateNginx } from "./ingress-nginx.ts";
import { isKind, type ObjectOf } from "./kinds.ts";

type Members = Readonly<Record<string, unknown>>;
const membersOf = (value: unknown): Members => (isRecord(value) ? value : {});
const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const gatewayGroup = "gateway.networking.k8s.io";

/** A path at a host that an Ingress, HTTPRoute or GRPCRoute serves. */
export interface ServedPath {
  /** Empty for every host. */
  readonly host: string;
  readonly path: string;
  readonly type: "Exact" | "Prefix" | "RegularExpression";
  /** The methods that pass; empty for all. */
  readonly methods: readonly string[];
  /** What else a request must have, in words, as `header X-Beta: yes`. */
  readonly conditions: readonly string[];
  /** The Services that requests go to, in order. */
  readonly services: readonly string[];
  /** Types of the filters, and `timeouts`, that apply. */
  readonly applied: readonly string[];
}

/** Whether an object is an HTTPRoute or GRPCRoute of the Gateway API. */
export const isGatewayRoute = ({ apiVersion, kind }: Pick<KubernetesObject, "apiVersion" | "kind">): boolean =>
  apiVersion.startsWith(`${gatewayGroup}/`) && (kind === "HTTPRoute" || kind === "GRPCRoute");

/** What an Ingress or a route of the Gateway API serves; nothing of other kinds. */
export function servedPaths(object: KubernetesObject): ServedPath[] {
  if (isKind(object, "networking.k8s.io/Ingress")) return ingressPaths(object);
  return isGatewayRoute(object) ? routePaths(object) : [];
}

function ingressPaths({ metadata: { annotations = {} }, spec }: ObjectOf<"networking.k8s.io/Ingress">): ServedPath[] {
  const isRegex = annotations[`${nginxPrefix}use-regex`] === "true";
  return (spec?.rules ?? []).flatMap(({ host = "", http }) =>
    (http?.paths ?? []).map(({ path = "/", pathType, backend }): ServedPath => {
      const own = pathType === "ImplementationSpecific" ? nginxPath(path, isRegex) : { type: "PathPrefix", value: path };
      const type = pathType === "Exact" ? "Exact" : own.type === "RegularExpression" ? "RegularExpression" : "Prefix";
      const services = backend?.service?.name ? [backend.service.name] : [];
      return { host, path: plain(own.value), type, methods: [], conditions: [], services, applied: [] };
    }),
  );
}

/** A path as prefixes are compared: without a slash at its end. */
const plain = (path: string) => (path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);

function routePaths({ kind, spec }: KubernetesObject): ServedPath[] {
  const { hostnames, rules } = membersOf(spec);
  const hosts = itemsOf(hostnames).map(textOf);
  return itemsOf(rules).flatMap((entry) => {
    const rule = membersOf(entry);
    const ofRule = {
      services: itemsOf(rule.backendRefs).map((backend) => textOf(membersOf(backend).name)),
      applied: [...itemsOf(rule.filters).map((filter) => textOf(membersOf(filter).type)), ...(rule.timeouts ? ["timeouts"] : [])],
    };
    const matches = itemsOf(rule.matches);
    const matched = joinedMethods((matches.length > 0 ? matches : [{}]).map((match) => matchOf(kind, membersOf(match))));
    return (hosts.length > 0 ? hosts : [""]).flatMap((host) => matched.map((match): ServedPath => ({ host, ...match, ...ofRule })));
  });
}

type Match = Pick<ServedPath, "path" | "type" | "methods" | "conditions">;
const types: Readonly<Record<string, ServedPath["type"]>> = {
  Exact: "Exact",
  PathPrefix: "Prefix",
  RegularExpression: "RegularExpression",
};

function matchOf(kind: string, match: Members): Match {
  const conditions = [...wordsOf("header", match.headers), ...wordsOf("query", match.queryParams)];
  if (kind === "GRPCRoute") {
    const { service, method } = membersOf(match.method);
    const path = [textOf(service), textOf(method)].filter((part) => part !== "").join("/");
    return { path: `/${path}`, type: textOf(method) === "" ? "Prefix" : "Exact", methods: [], conditions };
  }
  const { type = "PathPrefix", value = "/" } = membersOf(match.path);
  return {
    path: plain(textOf(value)),
    type: types[textOf(type)] ?? "Prefix",
    methods: typeof match.method === "string" ? [match.method] : [],
    conditions,
  };
}

const wordsOf = (what: string, entries: unknown) =>
  itemsOf(entries).map((entry) => {
    const { name, value, type } = membersOf(entry);
    return `${what} ${textOf(name)}${type === "RegularExpression" ? " like" : ":"} ${textOf(value)}`;
  });

/** A match has one method: those that differ in it alone are one path. */
function joinedMethods(matches: readonly Match[]): Match[] {
  const joined = new Map<string, Match>();
  for (const match of matches) {
    const key = JSON.stringify([match.path, match.type, match.conditions]);
    const other = joined.get(key);
    const isAll = other && (other.methods.length === 0 || match.methods.length === 0);
    joined.set(key, { ...match, methods: isAll ? [] : [...(other?.methods ?? []), ...match.methods] });
  }
  return [...joined.values()];
}

/** Whether two serve requests of one address. */
export const isSameAddress = (left: ServedPath, right: ServedPath): boolean =>
  left.host === right.host && left.path === right.path && (left.type === "Exact") === (right.type === "Exact");

/** Whether what serves one address serves all requests of another as well, whatever their methods and headers. */
export function covers(wide: ServedPath, narrow: ServedPath): boolean {
  const host = wide.host === "" || wide.host === narrow.host || (wide.host.startsWith("*.") && narrow.host.endsWith(wide.host.slice(1)));
  if (!host) return false;
  if (wide.type === "Prefix") return wide.path === "/" || narrow.path === wide.path || narrow.path.startsWith(`${wide.path}/`);
  return wide.type === narrow.type && wide.path === narrow.path;
}

/** Filters and fields of a route by the model's name for what an annotation says. */
const appliedBy: Readonly<Record<string, string>> = {
  rewrite: "URLRewrite",
  redirect: "RequestRedirect",
  requestHeaders: "RequestHeaderModifier",
  cors: "CORS",
  timeouts: "timeouts",
};

/** An annotation of ingress-nginx that a route of the Gateway API doesn't say, and why. */
export interface Unsaid {
  readonly annotation: string;
  readonly text: string;
}

/**
 * The annotations of an Ingress that a route which serves the same address doesn't say in its own way.
 * @param policies kinds of an implementation's policies that apply to the route, as `BackendTrafficPolicy`
 */
export function unsaidAnnotations(ingress: KubernetesObject, from: ServedPath, to: ServedPath, policies: readonly string[]): Unsaid[] {
  return translateNginx(ingress.metadata.annotations ?? {}, from.path).flatMap((translation): Unsaid[] => {
    const text = whyUnsaid(translation, to, policies);
    return text === undefined ? [] : [{ annotation: translation.annotation, text }];
  });
}

function whyUnsaid(
  { as, reason, fields, policies: wanted = {} }: Translation,
  to: ServedPath,
  policies: readonly string[],
): string | undefined {
  if (as === undefined) return reason ?? "it has no field";
  const lacking = Object.keys(fields ?? {}).some((field) =>
    field === "headers" ? to.conditions.length === 0 : !to.applied.includes(appliedBy[field] ?? field),
  );
  if (lacking) return `the route lacks what says it: ${as}`;
  const isNeeded = Object.keys(wanted).length > 0;
  const kind = "allowedSources" in wanted || "deniedSources" in wanted ? "SecurityPolicy" : "BackendTrafficPolicy";
  return isNeeded && !policies.includes(kind) ? `no field of Gateway API says it; in Envoy Gateway it is ${as}` : undefined;
}

/** Whether ingress-nginx serves an Ingress, as its class or annotations say. */
const isOfNginx = ({ metadata: { annotations = {} }, spec }: ObjectOf<"networking.k8s.io/Ingress">): boolean =>
  /nginx/.test(spec?.ingressClassName ?? annotations["kubernetes.io/ingress.class"] ?? "") ||
  Object.keys(annotations).some((key) => key.startsWith(nginxPrefix));

/** What is different for a client whose requests a route of the Gateway API serves in place of an Ingress. */
export function differencesOfMove(
  ingress: ObjectOf<"networking.k8s.io/Ingress">,
  from: ServedPath,
  to: ServedPath,
  policies: readonly string[],
): string[] {
  const { annotations = {} } = ingress.metadata;
  const hasTls = (ingress.spec?.tls ?? []).some(({ hosts = [] }) => hosts.length === 0 || hosts.includes(from.host));
  const habits = isOfNginx(ingress)
    ? nginxHabits.filter(({ unless, onlyTls }) => (!onlyTls || hasTls) && !unless.some((name) => nginxPrefix + name in annotations))
    : [];
  const others = to.services.filter((service) => !from.services.includes(service));
  return [
    ...(to.methods.length > 0
      ? [`only ${to.methods.join(", ")} ${to.methods.length === 1 ? "passes" : "pass"}, other methods get 404`]
      : []),
    ...(to.conditions.length > 0 ? [`only requests with ${to.conditions.join(", ")} are served`] : []),
    ...(to.type === "RegularExpression" ? ["its pattern is compared with all of the path"] : []),
    ...(others.length > 0 ? [`requests go to ${others.join(", ")}`] : []),
    ...unsaidAnnotations(ingress, from, to, policies).map(
      ({ annotation, text }) => `${annotation.slice(nginxPrefix.length)} no longer holds: ${text}`,
    ),
    ...habits.map(({ text }) => text),
  ];
}
