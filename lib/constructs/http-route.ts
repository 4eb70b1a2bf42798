import { ApiObject } from "cdk8s";
import type { Construct } from "constructs";
import { fitsHost, isExpression, nginxPath } from "../kubernetes/index.ts";
import {
  type AppRoute,
  type ResolvedApp,
  type Route,
  type RouteGroup,
  readsExpressions,
  routeGroups,
  routePort,
  securedSections,
  servedBy,
  translatedPolicies,
  untranslated,
} from "../overlay/index.ts";
import { gatewayGroup } from "./gateway.ts";
import { metadata, nonEmpty, sorted } from "./metadata.ts";
import type { AppProps } from "./props.ts";
import { canaryServiceName, serviceName } from "./service.ts";
import { verbatim } from "./verbatim.ts";

/** Serves an app's routes through a Gateway: an HTTPRoute or GRPCRoute for each host, and what it needs beside it. */
export function addGatewayRoutes(chart: Construct, props: AppProps): void {
  const { gateway } = servedBy(props.environment.settings, props.app.spec);
  if (!gateway) return;
  const groups = routeGroups(props);
  const left = untranslated(props);
  for (const { kind, host, routes, name } of groups) {
    const spec = { parentRefs: parentsOf(props, host), hostnames: [host], rules: routes.map((route) => rule(props, kind, route)) };
    new GatewayRoute(chart, `${kind}-${name}`, props, { kind, name, spec, left });
  }
  const { backendTls } = props.app.spec.routing ?? {};
  if (backendTls) new BackendTlsPolicy(chart, "backend-tls", props, backendTls);
  if (gateway.implementation === "envoy-gateway") addEnvoyPolicies(chart, props, groups);
}

/** The Gateway that an app's routes attach to, or the listeners of it that take a host with TLS where it has listeners without. */
function parentsOf({ environment, app }: AppProps, host: string) {
  const own = app.spec.routing?.parent;
  const { name = "", namespace = "", section } = own ?? environment.settings.routing?.gateway?.parent ?? {};
  if (section !== undefined) return [{ name, namespace, sectionName: section }];
  const secured = own ? [] : securedSections(environment);
  const taking = secured.filter(({ listener }) => listener.host === undefined || fitsHost(host, listener.host));
  const sections = taking.length > 0 ? taking : secured;
  return sections.length === 0 ? [{ name, namespace }] : sections.map((listener) => ({ name, namespace, sectionName: listener.name }));
}

type Annotations = Readonly<Record<string, string>>;

/** Requests an app's routes take, what becomes of them, and where they go: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule */
class GatewayRoute extends ApiObject {
  constructor(
    scope: Construct,
    id: string,
    props: AppProps,
    { kind, name, spec, left }: Pick<RouteGroup, "kind" | "name"> & { readonly spec: object; readonly left: Annotations },
  ) {
    const { environment, app } = props;
    const annotations = {
      ...environment.settings.routing?.gateway?.annotations,
      ...left,
      ...app.spec.routing?.annotations,
    };
    super(scope, id, { apiVersion: `${gatewayGroup}/v1`, kind, metadata: metadata(props, name, { annotations }), spec });
  }
}

function rule(props: AppProps, kind: RouteGroup["kind"], { name, model: route }: AppRoute) {
  const filters = kind === "GRPCRoute" ? headerFilters(route) : [...headerFilters(route), ...httpFilters(props, route)];
  return {
    name,
    matches: kind === "GRPCRoute" ? [grpcMatch(route)] : httpMatches(props, route),
    ...nonEmpty("filters", filters),
    ...(route.redirect ? {} : { backendRefs: backendRefs(props, route) }),
    ...nonEmpty("timeouts", timeouts(route)),
    ...(route.retries ? { retry: route.retries } : {}),
    ...(route.session ? { sessionPersistence: session(route.session) } : {}),
  };
}

function timeouts({ timeouts: { request, backend } = {} }: Route) {
  return { ...(request ? { request } : {}), ...(backend ? { backendRequest: backend } : {}) };
}

const session = ({ type, name, timeout }: NonNullable<Route["session"]>) => ({
  ...(type ? { type } : {}),
  ...(name ? { sessionName: name } : {}),
  ...(timeout ? { absoluteTimeout: timeout } : {}),
});

type Match = string | { readonly regex: string };
const matching = (fields: Readonly<Record<string, Match>> | undefined) =>
  sorted(fields).map(([name, value]) =>
    typeof value === "string" ? { name, value } : { name, type: "RegularExpression", value: value.regex },
  );

/** One match for each method: a match has but one. */
function httpMatches(props: AppProps, route: Route) {
  const match = {
    path: pathMatch(props, route),
    ...nonEmpty("headers", matching(route.headers)),
    ...nonEmpty("queryParams", matching(route.query)),
  };
  return route.methods ? route.methods.map((method) => ({ ...match, method })) : [match];
}

/** ingress-nginx reads every path as an expression where an annotation says so, whatever its type. */
function pathMatch(props: AppProps, { path, pathType = "Prefix" }: Route) {
  if (pathType === "Exact") return { type: "Exact", value: path };
  const isRegex = readsExpressions(props);
  return pathType === "Prefix" && !(isRegex && isExpression(path)) ? { type: "PathPrefix", value: path } : nginxPath(path, isRegex);
}

/** A path of gRPC is /package.Service/Method; a prefix of it says the service alone, and / any. */
function grpcMatch({ path, headers }: Route) {
  const [service, method] = path.split("/").slice(1);
  return {
    ...nonEmpty("method", { ...(service ? { service } : {}), ...(method ? { method } : {}) }),
    ...nonEmpty("headers", matching(headers)),
  };
}

function headerFilters({ requestHeaders, responseHeaders }: Route) {
  return [
    ...(requestHeaders ? [{ type: "RequestHeaderModifier", requestHeaderModifier: headerChange(requestHeaders) }] : []),
    ...(responseHeaders ? [{ type: "ResponseHeaderModifier", responseHeaderModifier: headerChange(responseHeaders) }] : []),
  ];
}

function headerChange({ set, add, remove }: NonNullable<Route["requestHeaders"]>) {
  const listed = (headers: Readonly<Record<string, string>> | undefined) => sorted(headers).map(([name, value]) => ({ name, value }));
  return { ...nonEmpty("set", listed(set)), ...nonEmpty("add", listed(add)), ...nonEmpty("remove", remove && [...remove]) };
}

function httpFilters(props: AppProps, { rewrite, redirect, cors, mirror }: Route) {
  return [
    ...(rewrite
      ? [{ type: "URLRewrite", urlRewrite: { ...(rewrite.host ? { hostname: rewrite.host } : {}), ...pathChange(rewrite) } }]
      : []),
    ...(redirect ? [{ type: "RequestRedirect", requestRedirect: redirectOf(redirect) }] : []),
    ...(cors ? [{ type: "CORS", cors: corsOf(cors) }] : []),
    ...(mirror ? [{ type: "RequestMirror", requestMirror: mirrorOf(props, mirror) }] : []),
  ];
}

function pathChange({ prefix, path }: { readonly prefix?: string; readonly path?: string }) {
  if (prefix !== undefined) return { path: { type: "ReplacePrefixMatch", replacePrefixMatch: prefix } };
  return path === undefined ? {} : { path: { type: "ReplaceFullPath", replaceFullPath: path } };
}

const redirectOf = ({ scheme, host, port, status, ...path }: NonNullable<Route["redirect"]>) => ({
  ...(scheme ? { scheme } : {}),
  ...(host ? { hostname: host } : {}),
  ...(port ? { port } : {}),
  ...pathChange(path),
  ...(status ? { statusCode: status } : {}),
});

const corsOf = ({ origins, methods, headers, exposed, credentials, maxAgeSeconds }: NonNullable<Route["cors"]>) => ({
  allowOrigins: origins,
  ...(methods ? { allowMethods: methods } : {}),
  ...(headers ? { allowHeaders: headers } : {}),
  ...(exposed ? { exposeHeaders: exposed } : {}),
  ...(credentials === undefined ? {} : { allowCredentials: credentials }),
  ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }),
});

function mirrorOf(props: AppProps, { app, port, percent }: NonNullable<Route["mirror"]>) {
  const backendRef = backendOf(props, props.environment.appsByName.get(app) ?? props.app, port);
  return { backendRef, ...(percent === undefined ? {} : { percent }) };
}

function backendRefs(props: AppProps, { port, weights }: Route) {
  if (!weights) return ownBackends(props, port);
  return sorted(weights).flatMap(([name, weight]) => {
    const other = props.environment.appsByName.get(name);
    return other ? [{ ...backendOf(props, other, port), weight }] : [];
  });
}

/** The app's Service, and that of a weighted canary's new pods, whose share Argo Rollouts sets. */
function ownBackends(props: AppProps, port: string | undefined) {
  const stable = backendOf(props, props.app, port);
  const canary = canaryServiceName(props.app);
  return canary === undefined
    ? [stable]
    : [
        { ...stable, weight: 100 },
        { ...stable, name: canary, weight: 0 },
      ];
}

/** The Service of an app, by the number of its port, with its namespace where that is another. */
function backendOf({ app }: AppProps, other: ResolvedApp, port: string | undefined) {
  const { service, namespace } = other.spec;
  const entry = service?.ports[routePort(other.spec, port === undefined ? {} : { port })];
  return {
    name: serviceName(other),
    ...(namespace === app.spec.namespace ? {} : { namespace }),
    port: typeof entry === "object" ? entry.port : entry,
  };
}

/** https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/ */
class BackendTlsPolicy extends ApiObject {
  constructor(
    scope: Construct,
    id: string,
    props: AppProps,
    { host, ca }: NonNullable<NonNullable<ResolvedApp["spec"]["routing"]>["backendTls"]>,
  ) {
    const signers =
      ca === "system"
        ? { wellKnownCACertificates: "System" }
        : { caCertificateRefs: [{ group: "", kind: "ConfigMap", name: ca.configMap }] };
    super(scope, id, {
      apiVersion: `${gatewayGroup}/v1`,
      kind: "BackendTLSPolicy",
      metadata: metadata(props, props.app.name),
      spec: { targetRefs: [{ group: "", kind: "Service", name: serviceName(props.app) }], validation: { hostname: host, ...signers } },
    });
  }
}

const envoyVersion = "gateway.envoyproxy.io/v1alpha1";

/** What Gateway API can't say and Envoy Gateway can: https://gateway.envoyproxy.io/docs/api/extension_types/ */
function addEnvoyPolicies(chart: Construct, props: AppProps, groups: readonly RouteGroup[]): void {
  const { bodyLimit, connectTimeout, allowedSources, deniedSources } = translatedPolicies(props);
  const targetRefs = groups.map(({ kind, name }) => ({ group: gatewayGroup, kind, name }));
  const add = (id: string, kind: string, spec: object) =>
    new ApiObject(chart, id, {
      apiVersion: envoyVersion,
      kind,
      metadata: metadata(props, props.app.name),
      spec: { targetRefs, ...verbatim<object>(spec) },
    });
  const traffic = {
    ...(bodyLimit ? { requestBuffer: { limit: bodyLimit } } : {}),
    ...(connectTimeout ? { timeout: { tcp: { connectTimeout } } } : {}),
  };
  if (Object.keys(traffic).length > 0) add("traffic-policy", "BackendTrafficPolicy", traffic);
  const rules = [
    ...(deniedSources ? [{ action: "Deny", principal: { clientCIDRs: deniedSources } }] : []),
    ...(allowedSources ? [{ action: "Allow", principal: { clientCIDRs: allowedSources } }] : []),
  ];
  if (rules.length > 0)
    add("security-policy", "SecurityPolicy", { authorization: { defaultAction: allowedSources ? "Deny" : "Allow", rules } });
}
