/**
 * What the annotations of ingress-nginx are in Gateway API: the controller is retired, and whoever leaves it has to know what goes with it.
 * Annotations: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
 * Fields: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */

import { isAddress, isCidr, isSubdomain } from "./formats.ts";

export const nginxPrefix = "nginx.ingress.kubernetes.io/";

type Words = Readonly<Record<string, string>>;

/** Fields of a route, spelt as the model has them. */
export interface TranslatedFields {
  readonly rewrite?: { readonly prefix?: string; readonly path?: string; readonly host?: string };
  readonly redirect?: {
    readonly scheme?: "http" | "https";
    readonly host?: string;
    readonly port?: number;
    readonly path?: string;
    readonly status?: 301 | 302 | 303 | 307 | 308;
  };
  readonly requestHeaders?: { readonly set: Words };
  readonly headers?: Readonly<Record<string, string | { readonly regex: string }>>;
  readonly cors?: {
    readonly origins: readonly string[];
    readonly methods?: readonly string[];
    readonly headers?: readonly string[];
    readonly exposed?: readonly string[];
    readonly credentials?: boolean;
    readonly maxAgeSeconds?: number;
  };
  readonly timeouts?: { readonly request?: string; readonly backend?: string };
}

/** What only an implementation's own policies can say; those of Envoy Gateway have these. */
export interface TranslatedPolicies {
  /** Largest body, as a quantity. */
  readonly bodyLimit?: string;
  readonly connectTimeout?: string;
  readonly allowedSources?: readonly string[];
  readonly deniedSources?: readonly string[];
}

/** What becomes of one annotation. */
export interface Translation {
  readonly annotation: string;
  readonly value: string;
  /** What stands for it in Gateway API, in words; undefined where nothing does. */
  readonly as?: string;
  /** Whether it does nothing in ingress-nginx either. */
  readonly isVoid?: true;
  /** What isn't quite the same, or why there is no way to say it. */
  readonly reason?: string;
  readonly fields?: TranslatedFields;
  readonly policies?: TranslatedPolicies;
}

type Translate = (value: string, all: Words, path: string) => Omit<Translation, "annotation" | "value">;

const translated = (as: string, fields: TranslatedFields, reason?: string) => ({ as, fields, ...(reason ? { reason } : {}) });
const untranslated = (reason: string) => () => ({ reason });
const listOf = (text: string | undefined) =>
  (text ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
const isOn = (value: string | undefined) => value === "true";

/** Ends of paths that take what follows in a group, by that group: /api(/|$)(.*) with /$2, /api/(.*) and /api/?(.*) with /$1. */
const groupEnds: readonly (readonly [end: string, group: string])[] = [
  ["(/|$)(.*)", "$2"],
  ["/?(.*)", "$1"],
  ["/(.*)", "$1"],
];
const plainPath = /^\/[\w./~-]*$/;

/** The prefix of a path that ends in a group, and that group; undefined where it is another expression. */
function groupedPrefix(path: string): { readonly prefix: string; readonly group: string } | undefined {
  const [end, group] = groupEnds.find(([text]) => path.endsWith(text)) ?? [];
  if (end === undefined || group === undefined) return undefined;
  const prefix = path.slice(0, -end.length).replace(/\/$/, "");
  return prefix === "" || plainPath.test(prefix) ? { prefix: prefix || "/", group } : undefined;
}

const noGroups = { reason: "Gateway API has no groups of regular expressions: give each path a route of its own" };

function rewriteTarget(value: string, _all: Words, path: string) {
  // nginx leaves the path alone then: it would be replaced by itself.
  if (value === path) return { isVoid: true as const };
  const grouped = groupedPrefix(path);
  if (grouped && value.endsWith(grouped.group)) {
    const start = value.slice(0, -grouped.group.length).replace(/(.)\/$/, "$1");
    return plainPath.test(start || "/") ? translated("filter URLRewrite of the prefix", { rewrite: { prefix: start || "/" } }) : noGroups;
  }
  // Without groups nginx replaces all of the path, whatever follows the route's own.
  return value.startsWith("/") && !value.includes("$") ? translated("filter URLRewrite", { rewrite: { path: value } }) : noGroups;
}

function redirectTo(value: string, status: 301 | 302 | 303 | 307 | 308) {
  const keepsPath = value.endsWith("$request_uri");
  const text = keepsPath ? value.slice(0, -"$request_uri".length) : value;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol) || url.search !== "" || text.includes("$") || (keepsPath && url.pathname !== "/"))
    return { reason: "RequestRedirect takes a scheme, host, port and path, and neither variables nor a query" };
  return translated("filter RequestRedirect", {
    redirect: {
      scheme: url.protocol === "https:" ? "https" : "http",
      host: url.hostname,
      ...(url.port ? { port: Number(url.port) } : {}),
      ...(keepsPath ? {} : { path: url.pathname }),
      status,
    },
  });
}

const statuses = [301, 302, 303, 307, 308] as const;
const statusOf = (text: string | undefined, usual: 301 | 302) => statuses.find((status) => String(status) === text) ?? usual;

/** Seconds as nginx takes them: a number, or a number and s, m or h. */
function durationOf(text: string): string | undefined {
  const [, amount, unit = "s"] = /^(\d{1,5})(s|m|h)?$/.exec(text.trim()) ?? [];
  return amount === undefined ? undefined : `${amount}${unit}`;
}

const seconds = (text: string | undefined) => {
  const [, amount = "0", unit] = /^(\d{1,5})(s|m|h)$/.exec(text ?? "") ?? [];
  return Number(amount) * (unit === "h" ? 3600 : unit === "m" ? 60 : 1);
};

function answerTimeout(value: string, all: Words) {
  const own = durationOf(value);
  if (own === undefined) return { reason: "isn't a number of seconds that Gateway API takes: at most five digits" };
  const others = ["proxy-read-timeout", "proxy-send-timeout"].map((name) => durationOf(all[nginxPrefix + name] ?? ""));
  const longest = [own, ...others].reduce((most, text) => (seconds(text) > seconds(most) ? text : most));
  return translated(
    "timeouts.request",
    { timeouts: { request: longest ?? own } },
    "nginx counts from one read or write to the next, Gateway API the whole request: raise it for long downloads and streams",
  );
}

function connectTimeout(value: string) {
  const own = durationOf(value);
  if (own === undefined) return { reason: "isn't a number of seconds that Gateway API takes: at most five digits" };
  return { as: "timeout.tcp.connectTimeout of a BackendTrafficPolicy", policies: { connectTimeout: own } };
}

function bodySize(value: string) {
  const [, amount = "", unit = ""] = /^(\d{1,9})([kmg]?)$/i.exec(value.trim()) ?? [];
  if (amount === "") return { reason: "isn't a size" };
  if (Number(amount) === 0) return { as: "a Gateway, which has no limit of its own" };
  const bodyLimit = amount + { k: "Ki", m: "Mi", g: "Gi", "": "" }[unit.toLowerCase() as "k" | "m" | "g" | ""];
  return { as: "requestBuffer.limit of a BackendTrafficPolicy", policies: { bodyLimit } };
}

const corsHeaders = "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization";

/** All annotations of CORS are one filter, with the defaults of nginx. */
function cors(_value: string, all: Words) {
  if (!isOn(all[`${nginxPrefix}enable-cors`])) return { isVoid: true as const };
  const of = (name: string) => all[`${nginxPrefix}cors-${name}`];
  const exposed = listOf(of("expose-headers"));
  return translated("filter CORS", {
    cors: {
      origins: listOf(of("allow-origin") ?? "*"),
      methods: listOf(of("allow-methods") ?? "GET,PUT,POST,DELETE,PATCH,OPTIONS"),
      headers: listOf(of("allow-headers") ?? corsHeaders),
      ...(exposed.length > 0 ? { exposed } : {}),
      credentials: of("allow-credentials") !== "false",
      maxAgeSeconds: Number(of("max-age") ?? 1728000) || 1728000,
    },
  });
}

/** Networks; nginx takes single addresses as well. */
const sources = (key: "allowedSources" | "deniedSources") => (value: string) => {
  const networks = listOf(value).map((source) => (isAddress(source) ? `${source}/${source.includes(":") ? 128 : 32}` : source));
  if (networks.length === 0) return { isVoid: true as const };
  const wrong = networks.find((network) => !isCidr(network));
  return wrong === undefined
    ? { as: "authorization of a SecurityPolicy", policies: { [key]: networks } }
    : { reason: `"${wrong}" is neither an address nor a network` };
};

function upstreamHost(value: string) {
  return isSubdomain(value)
    ? translated("filter URLRewrite of the host", { rewrite: { host: value } })
    : { reason: "URLRewrite takes a plain host name, without variables or a port" };
}

function backendProtocol(value: string) {
  if (value === "HTTP" || value === "AUTO_HTTP") return { as: "a Gateway, which speaks HTTP by default" };
  if (value === "GRPC") return { reason: "name the Service's port grpc, or set its appProtocol to grpc: its routes become GRPCRoutes" };
  if (value === "HTTPS" || value === "GRPCS")
    return { reason: "set routing.backendTls of the app (a BackendTLSPolicy): unlike nginx, it verifies the pods' certificate" };
  return { reason: "Gateway API has no such backend" };
}

const isCanary = (all: Words) => isOn(all[`${nginxPrefix}canary`]);

/** Of a header's value and pattern the value counts. */
const canaryHeader: Translate = (value, all) => {
  if (!isCanary(all)) return { isVoid: true };
  const [wanted, pattern] = ["value", "pattern"].map((name) => all[`${nginxPrefix}canary-by-header-${name}`]);
  const match = wanted ?? (pattern === undefined ? "always" : { regex: pattern });
  return translated("a match of the header", { headers: { [value]: match } });
};

const canary: Translate = (_value, all) => {
  if (!isCanary(all)) return { isVoid: true };
  return `${nginxPrefix}canary-by-header` in all
    ? { as: "a match of the header" }
    : { reason: "set weights on the main app's route, and remove this route" };
};

const redirectsToHttps: Translate = (value) =>
  isOn(value)
    ? { as: "a route of the Gateway's http listener that redirects to https", reason: "with 301, where nginx sends 308" }
    : { as: "no redirect of the http listener" };
const notInGatewayApi = (what: string) => untranslated(`Gateway API has no ${what}: it stops with ingress-nginx`);
const rawConfiguration = untranslated("is configuration of nginx itself, which no other implementation reads");
const ofImplementations = (what: string) => untranslated(`Gateway API has no field for ${what}: see the policies of the implementation`);

/** By the annotation's name behind the prefix. */
const translations: ReadonlyMap<string, Translate> = new Map<string, Translate>([
  ["rewrite-target", rewriteTarget],
  ["use-regex", (value) => (isOn(value) ? { as: "paths of the type RegularExpression" } : { isVoid: true })],
  ["app-root", (value) => ({ reason: `add a route of the path / that is Exact, with redirect: { path: ${JSON.stringify(value)} }` })],
  ["permanent-redirect", (value, all) => redirectTo(value, statusOf(all[`${nginxPrefix}permanent-redirect-code`], 301))],
  ["permanent-redirect-code", () => ({ as: "the status of the redirect" })],
  ["temporal-redirect", (value, all) => redirectTo(value, statusOf(all[`${nginxPrefix}temporal-redirect-code`], 302))],
  ["temporal-redirect-code", () => ({ as: "the status of the redirect" })],
  ["from-to-www-redirect", untranslated("add a route of the other host, with redirect: { host: ... }")],
  ["ssl-redirect", redirectsToHttps],
  ["force-ssl-redirect", redirectsToHttps],
  ["upstream-vhost", upstreamHost],
  [
    "x-forwarded-prefix",
    (value) => translated("filter RequestHeaderModifier", { requestHeaders: { set: { "X-Forwarded-Prefix": value } } }),
  ],
  ["proxy-read-timeout", answerTimeout],
  ["proxy-send-timeout", answerTimeout],
  ["proxy-connect-timeout", connectTimeout],
  ["proxy-body-size", bodySize],
  ["whitelist-source-range", sources("allowedSources")],
  ["allowlist-source-range", sources("allowedSources")],
  ["denylist-source-range", sources("deniedSources")],
  ["backend-protocol", backendProtocol],
  ...["enable-cors", "cors-allow-origin", "cors-allow-methods", "cors-allow-headers", "cors-expose-headers"].map(
    (name): [string, Translate] => [name, cors],
  ),
  ...["cors-allow-credentials", "cors-max-age"].map((name): [string, Translate] => [name, cors]),
  ["canary", canary],
  ["canary-by-header", canaryHeader],
  ["canary-by-header-value", (_value, all) => (isCanary(all) ? { as: "the match of the header" } : { isVoid: true })],
  ["canary-by-header-pattern", (_value, all) => (isCanary(all) ? { as: "the match of the header" } : { isVoid: true })],
  ["canary-by-cookie", untranslated("Gateway API matches no cookie but by a regular expression of the header Cookie")],
  ["canary-weight", (value) => ({ reason: `set weights on the main app's route: { <this app>: ${value}, <main app>: the rest }` })],
  ["canary-weight-total", () => ({ as: "the sum of weights" })],
  ["limit-rps", ofImplementations("rates by client")],
  ["limit-rpm", ofImplementations("rates by client")],
  ["limit-connections", ofImplementations("connections by client")],
  ["limit-burst-multiplier", ofImplementations("rates by client")],
  ["limit-whitelist", ofImplementations("rates by client")],
  ["limit-rate", ofImplementations("the rate of a response")],
  ["auth-type", ofImplementations("passwords (Envoy Gateway: basicAuth of a SecurityPolicy, with the key .htpasswd in the Secret)")],
  ["auth-secret", ofImplementations("passwords")],
  ["auth-realm", ofImplementations("passwords")],
  ["auth-url", ofImplementations("a question to another service in its standard channel (externalAuth is experimental)")],
  ["auth-signin", untranslated("Gateway API redirects nobody to sign in: the service that answers auth-url, or the app, has to")],
  ["auth-response-headers", ofImplementations("a question to another service in its standard channel")],
  ["auth-tls-secret", untranslated("client certificates are a matter of the Gateway's listener (frontendValidation), not of a route")],
  ["affinity", untranslated("set session on the route, where the cluster has the experimental channel")],
  ["session-cookie-name", untranslated("set session.name on the route, where the cluster has the experimental channel")],
  ["proxy-next-upstream-tries", untranslated("set retries on the route, where the cluster has the experimental channel")],
  ["proxy-next-upstream", untranslated("set retries on the route, where the cluster has the experimental channel")],
  ["upstream-hash-by", ofImplementations("how pods are chosen")],
  ["load-balance", ofImplementations("how pods are chosen")],
  ["server-alias", untranslated("add a route for each further host")],
  ["mirror-target", untranslated("set mirror on the route: it names an app, where nginx takes any address")],
  ["default-backend", untranslated("Gateway API has no other backend for when there is no pod")],
  ["custom-http-errors", untranslated("Gateway API has no pages for errors: the app, or a policy of the implementation, has to")],
  ["configuration-snippet", rawConfiguration],
  ["server-snippet", rawConfiguration],
  ["stream-snippet", rawConfiguration],
  ["auth-snippet", rawConfiguration],
  ["modsecurity-snippet", rawConfiguration],
  ["enable-modsecurity", notInGatewayApi("firewall")],
  ["service-upstream", ofImplementations("the Service's own address in place of its pods'")],
]);

/** What becomes of each annotation of ingress-nginx, in the order of their names; others aren't looked at. */
export function translateNginx(annotations: Words, path: string): Translation[] {
  return Object.entries(annotations)
    .filter(([key]) => key.startsWith(nginxPrefix))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([annotation, value]) => {
      const name = annotation.slice(nginxPrefix.length);
      const translate =
        translations.get(name) ??
        (/^(proxy-|http2-|session-cookie|connection-)/.test(name)
          ? notInGatewayApi("settings of nginx's buffers, cookies and connections")
          : undefined);
      return { annotation, value, ...(translate?.(value, annotations, path) ?? { reason: "Gateway API has nothing that says it" }) };
    });
}

/** What nginx does where no annotation says otherwise, and a Gateway doesn't: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/ */
export const nginxDefaults: readonly { readonly unless: readonly string[]; readonly onlyTls: boolean; readonly text: string }[] = [
  {
    unless: ["proxy-body-size"],
    onlyTls: false,
    text: "nginx refuses bodies above 1 MiB (413); the Gateway lets them pass",
  },
  {
    unless: ["proxy-read-timeout", "proxy-send-timeout"],
    onlyTls: false,
    text: "nginx ends requests after 60 seconds without an answer (504); the Gateway waits as long as its implementation does",
  },
  {
    unless: ["ssl-redirect"],
    onlyTls: true,
    text: "nginx redirects http to https (308); at the Gateway a route of its http listener has to",
  },
  { unless: [], onlyTls: true, text: "nginx adds the header Strict-Transport-Security to responses; the Gateway doesn't" },
];

/** Whether a path has characters that only a regular expression gives a meaning. */
export const isExpression = (path: string): boolean => /[()[\]*+?\\^$|]/.test(path);

/** How a path of ingress-nginx is written in Gateway API: a group at its end that only takes a prefix away is no expression. */
export function nginxPath(path: string, isRegex: boolean): { readonly type: "PathPrefix" | "RegularExpression"; readonly value: string } {
  const grouped = groupedPrefix(path);
  if (grouped) return { type: "PathPrefix", value: grouped.prefix };
  if (!isRegex && !isExpression(path)) return { type: "PathPrefix", value: path };
  // nginx looks for the beginning and for any case; Gateways compare all of the path.
  return { type: "RegularExpression", value: `(?i)${path}${/(\$|\.\*\)?)$/.test(path) ? "" : ".*"}` };
}
