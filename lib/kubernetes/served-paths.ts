import type { KubernetesObject } from "../manifest/index.ts";
import { itemsOf, membersOf, own, textOf } from "../outside/index.ts";
import { nginxDefaults, nginxPath, nginxPrefix, type Translation, translateNginx } from "./ingress-nginx.ts";
import { type IngressBackend, isKind, type ObjectOf } from "./kinds.ts";
import { fitsHost } from "./route-forms.ts";

type Members = Readonly<Record<string, unknown>>;

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
  /** The Gateways and listeners that a route attaches to, as `edge/public#https`; undefined for an Ingress. */
  readonly parents?: readonly string[];
}

/** Whether an object is an HTTPRoute or GRPCRoute of the Gateway API. */
export const isGatewayRoute = ({ apiVersion, kind }: Pick<KubernetesObject, "apiVersion" | "kind">): boolean =>
  apiVersion.startsWith(`${gatewayGroup}/`) && (kind === "HTTPRoute" || kind === "GRPCRoute");

const known = new WeakMap<KubernetesObject, readonly ServedPath[]>();

/** What an Ingress or a route of the Gateway API serves; nothing of other kinds. */
export function servedPaths(object: KubernetesObject): readonly ServedPath[] {
  const paths =
    known.get(object) ??
    (isKind(object, "networking.k8s.io/Ingress") ? ingressPaths(object) : isGatewayRoute(object) ? routePaths(object) : []);
  known.set(object, paths);
  return paths;
}

function ingressPaths({ metadata: { annotations = {} }, spec }: ObjectOf<"networking.k8s.io/Ingress">): ServedPath[] {
  const isRegex = annotations[`${nginxPrefix}use-regex`] === "true";
  const { rules = [], defaultBackend } = spec ?? {};
  const every = { path: "/", type: "Prefix", methods: [], conditions: [], services: [], applied: [] } as const;
  const byRules = rules.flatMap(({ host = "", http }) =>
    // A host without paths leads to the default backend.
    (http?.paths ?? [{ path: "/", pathType: "Prefix", backend: defaultBackend }]).map(
      ({ path = "/", pathType, backend }): ServedPath => ({
        ...every,
        host,
        ...ingressPath(path, pathType, isRegex),
        services: servicesOf(backend),
      }),
    ),
  );
  return defaultBackend ? [...byRules, { ...every, host: "", services: servicesOf(defaultBackend) }] : byRules;
}

const servicesOf = (backend: IngressBackend | undefined) => (backend?.service?.name ? [backend.service.name] : []);

function ingressPath(path: string, pathType: string | undefined, isRegex: boolean): Pick<ServedPath, "path" | "type"> {
  if (pathType === "Exact") return { path, type: "Exact" };
  const { type, value } = pathType === "ImplementationSpecific" ? nginxPath(path, isRegex) : { type: "PathPrefix", value: path };
  return type === "RegularExpression" ? { path: value, type } : { path: plain(value), type: "Prefix" };
}

/** A prefix as prefixes are compared: without a slash at its end. */
const plain = (path: string) => (path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);

/** The Gateways and listeners that a route attaches to, as `edge/public#https`. */
export const parentsOf = ({ metadata, spec }: KubernetesObject): string[] =>
  itemsOf(membersOf(spec).parentRefs).map((entry) => {
    const { namespace = metadata.namespace, name, sectionName, port } = membersOf(entry);
    const listener = [sectionName, port].filter((part) => part !== undefined).join(":");
    return `${String(namespace)}/${textOf(name)}${listener ? `#${listener}` : ""}`;
  });

/** Whether one of the parents that a route attaches to is another, or a whole Gateway that has it. */
export const hasParent = (parents: readonly string[], parent: string): boolean =>
  parents.some((other) => other === parent || (!other.includes("#") && parent.startsWith(`${other}#`)));

/** An HTTPRoute without rules, and a rule without matches, take all requests by default. */
function routePaths(object: KubernetesObject): ServedPath[] {
  const { hostnames, rules = [{}] } = membersOf(object.spec);
  const hosts = itemsOf(hostnames).map(textOf);
  const parents = parentsOf(object);
  return itemsOf(rules).flatMap((entry) => {
    const rule = membersOf(entry);
    const ofRule = {
      services: itemsOf(rule.backendRefs).map((backend) => textOf(membersOf(backend).name)),
      applied: [...itemsOf(rule.filters).map((filter) => textOf(membersOf(filter).type)), ...(rule.timeouts ? ["timeouts"] : [])],
      parents,
    };
    const matches = itemsOf(rule.matches);
    const matched = joinedMethods((matches.length > 0 ? matches : [{}]).map((match) => matchOf(object.kind, membersOf(match))));
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
  if (kind === "GRPCRoute") return { ...grpcPath(membersOf(match.method)), methods: [], conditions };
  const { type: of = "PathPrefix", value = "/" } = membersOf(match.path);
  const type = own(types, textOf(of)) ?? "Prefix";
  return {
    path: type === "Prefix" ? plain(textOf(value)) : textOf(value),
    type,
    methods: typeof match.method === "string" ? [match.method] : [],
    conditions,
  };
}

/** A method of gRPC by its path: /package.Service/Method, with * for a service that isn't said. */
function grpcPath({ type, service, method }: Members): Pick<Match, "path" | "type"> {
  const [ofService, ofMethod] = [textOf(service), textOf(method)];
  const path = ofMethod === "" ? `/${ofService}` : `/${ofService || "*"}/${ofMethod}`;
  return { path, type: type === "RegularExpression" ? "RegularExpression" : ofMethod === "" ? "Prefix" : "Exact" };
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

/** Whether what serves one address serves every request of another as well, wherever each is served. */
export function covers(wide: ServedPath, narrow: ServedPath): boolean {
  if (!coversHost(wide, narrow)) return false;
  if (wide.methods.length > 0 && (narrow.methods.length === 0 || narrow.methods.some((method) => !wide.methods.includes(method))))
    return false;
  if (wide.conditions.some((condition) => !narrow.conditions.includes(condition))) return false;
  if (wide.type === "Prefix") return wide.path === "/" || narrow.path === wide.path || narrow.path.startsWith(`${wide.path}/`);
  return wide.type === narrow.type && wide.path === narrow.path;
}

/** A wildcard of an Ingress stands for one label, one of a route for several. */
function coversHost({ host: wide, parents }: ServedPath, { host: narrow }: ServedPath): boolean {
  if (wide === "" || wide === narrow) return true;
  return fitsHost(narrow, wide) && (parents !== undefined || !narrow.slice(0, -wide.length + 1).includes("."));
}

/** An address in words, as `shop.example/orders`. */
export const shownAddress = ({ host, path }: Pick<ServedPath, "host" | "path">): string => `${host || "every host"}${path}`;

const envoyGroup = "gateway.envoyproxy.io";

/** Kinds of Envoy Gateway's policies that translations of annotations become. */
export const envoyPolicyKinds = ["BackendTrafficPolicy", "SecurityPolicy"] as const;

/** The kinds of Envoy Gateway's policies, among some objects, that target a route. */
export function policiesOn({ kind, metadata }: KubernetesObject, objects: readonly KubernetesObject[]): string[] {
  const targets = ({ spec }: KubernetesObject) => {
    const { targetRef, targetRefs } = membersOf(spec);
    return [targetRef, ...itemsOf(targetRefs)].map(membersOf);
  };
  const own = objects.filter(
    (object) =>
      object.apiVersion.startsWith(`${envoyGroup}/`) &&
      object.metadata.namespace === metadata.namespace &&
      targets(object).some((target) => target.kind === kind && target.name === metadata.name),
  );
  return [...new Set(own.map((object) => object.kind))];
}

/** Filters and fields of a route by the model's name for what an annotation says. */
const appliedBy: Readonly<Record<string, string>> = {
  rewrite: "URLRewrite",
  redirect: "RequestRedirect",
  requestHeaders: "RequestHeaderModifier",
  cors: "CORS",
  timeouts: "timeouts",
};

/** An annotation of ingress-nginx that nothing of a route stands for, and why. */
export interface Untranslated {
  readonly annotation: string;
  readonly text: string;
}

/**
 * The annotations of an Ingress that a route which serves the same address doesn't say in its own way.
 * @param policies kinds of an implementation's policies that apply to the route, as `BackendTrafficPolicy`
 */
export function untranslatedAnnotations(
  ingress: KubernetesObject,
  from: ServedPath,
  to: ServedPath,
  policies: readonly string[],
): Untranslated[] {
  return translateNginx(ingress.metadata.annotations ?? {}, from.path).flatMap((translation): Untranslated[] => {
    const text = whyUntranslated(translation, to, policies);
    return text === undefined ? [] : [{ annotation: translation.annotation, text }];
  });
}

function whyUntranslated(
  { as, isVoid, reason, fields, policies: wanted = {} }: Translation,
  to: ServedPath,
  policies: readonly string[],
): string | undefined {
  if (isVoid) return undefined;
  if (as === undefined) return reason ?? "it has no field";
  const lacking = Object.keys(fields ?? {}).some((field) =>
    field === "headers" ? to.conditions.length === 0 : !to.applied.includes(appliedBy[field] ?? field),
  );
  if (lacking) return `the route lacks what stands for it: ${as}`;
  const isNeeded = Object.keys(wanted).length > 0;
  const kind = "allowedSources" in wanted || "deniedSources" in wanted ? "SecurityPolicy" : "BackendTrafficPolicy";
  return isNeeded && !policies.includes(kind) ? `Gateway API has no field for it; in Envoy Gateway it is ${as}` : undefined;
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
  const hasTls = (ingress.spec?.tls ?? []).some(({ hosts = [] }) => hosts.length === 0 || hosts.some((host) => fitsHost(from.host, host)));
  const defaults = isOfNginx(ingress)
    ? nginxDefaults.filter(({ unless, onlyTls }) => (!onlyTls || hasTls) && !unless.some((name) => nginxPrefix + name in annotations))
    : [];
  const others = to.services.filter((service) => !from.services.includes(service));
  return [
    ...(to.methods.length > 0
      ? [`only ${to.methods.join(", ")} ${to.methods.length === 1 ? "passes" : "pass"}, other methods get 404`]
      : []),
    ...(to.conditions.length > 0 ? [`only requests with ${to.conditions.join(", ")} are served`] : []),
    ...(to.type === "RegularExpression" ? ["its pattern is compared with all of the path"] : []),
    ...(others.length > 0 ? [`requests go to ${others.join(", ")}`] : []),
    ...untranslatedAnnotations(ingress, from, to, policies).map(
      ({ annotation, text }) => `${annotation.slice(nginxPrefix.length)} no longer holds: ${text}`,
    ),
    ...defaults.map(({ text }) => text),
  ];
}
