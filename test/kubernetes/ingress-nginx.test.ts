import { nginxPath, nginxPrefix, translateNginx } from "../../lib/kubernetes/index.ts";

const translated = (annotations: Readonly<Record<string, string>>, path = "/") =>
  translateNginx(Object.fromEntries(Object.entries(annotations).map(([name, value]) => [nginxPrefix + name, value])), path);
const only = (name: string, value: string, others: Readonly<Record<string, string>> = {}, path?: string) =>
  translated({ [name]: value, ...others }, path).find(({ annotation }) => annotation === nginxPrefix + name);

describe("annotations of ingress-nginx in fields of a route", () => {
  type Case = readonly [name: string, value: string, fields: object, others?: Readonly<Record<string, string>>, path?: string];
  const cases: readonly Case[] = [
    ["rewrite-target", "/$2", { rewrite: { prefix: "/" } }, {}, "/api(/|$)(.*)"],
    ["rewrite-target", "/v1/$2", { rewrite: { prefix: "/v1" } }, {}, "/api(/|$)(.*)"],
    ["rewrite-target", "/v1", { rewrite: { path: "/v1" } }, {}, "/api"],
    ["rewrite-target", "/$1", { rewrite: { prefix: "/" } }, {}, "/api/(.*)"],
    ["permanent-redirect", "https://new.example$request_uri", { redirect: { scheme: "https", host: "new.example", status: 301 } }],
    ["upstream-vhost", "in.example", { rewrite: { host: "in.example" } }],
    ["permanent-redirect", "https://new.example/x", { redirect: { scheme: "https", host: "new.example", path: "/x", status: 301 } }],
    [
      "permanent-redirect",
      "https://new.example:8443",
      { redirect: { scheme: "https", host: "new.example", port: 8443, path: "/", status: 308 } },
      { "permanent-redirect-code": "308" },
    ],
    ["temporal-redirect", "http://new.example/", { redirect: { scheme: "http", host: "new.example", path: "/", status: 302 } }],
    ["x-forwarded-prefix", "/api", { requestHeaders: { set: { "X-Forwarded-Prefix": "/api" } } }],
    ["proxy-read-timeout", "120", { timeouts: { request: "120s" } }],
    ["proxy-read-timeout", "5m", { timeouts: { request: "5m" } }, { "proxy-send-timeout": "30" }],
    ["proxy-send-timeout", "30", { timeouts: { request: "60s" } }, { "proxy-read-timeout": "60" }],
    ["canary-by-header", "X-Next", { headers: { "X-Next": "always" } }, { canary: "true" }],
    [
      "canary-by-header",
      "X-Next",
      { headers: { "X-Next": "yes" } },
      { canary: "true", "canary-by-header-value": "yes", "canary-by-header-pattern": "n.*" },
    ],
    ["canary-by-header", "X-Next", { headers: { "X-Next": { regex: "y.*" } } }, { canary: "true", "canary-by-header-pattern": "y.*" }],
  ];
  test.each(cases.map(([name, ...rest]) => [name, rest] as const))("%s, case %#", (name, [value, fields, others, path]) => {
    expect(only(name, value, others, path)).toMatchObject({ fields, as: expect.any(String) });
  });

  test("CORS has the defaults of nginx, and is nothing where it isn't on", () => {
    const { fields } = only("enable-cors", "true", { "cors-expose-headers": "X-A, X-B", "cors-max-age": "60" }) ?? {};
    expect(fields?.cors).toMatchObject({ origins: ["*"], exposed: ["X-A", "X-B"], credentials: true, maxAgeSeconds: 60 });
    expect(only("cors-allow-origin", "https://a.example")?.fields).toBeUndefined();
  });
});

test.each<[name: string, value: string, policies: object]>([
  ["proxy-body-size", "8m", { bodyLimit: "8Mi" }],
  ["proxy-body-size", "1G", { bodyLimit: "1Gi" }],
  ["proxy-body-size", "4096", { bodyLimit: "4096" }],

  ["proxy-connect-timeout", "3", { connectTimeout: "3s" }],
  ["whitelist-source-range", "10.0.0.0/8, 192.0.2.1, 2001:db8::1", { allowedSources: ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::1/128"] }],
  ["denylist-source-range", "10.0.0.0/8", { deniedSources: ["10.0.0.0/8"] }],
])("%s, case %#, is for an implementation's policies", (name, value, policies) => {
  expect(only(name, value)?.policies).toEqual(policies);
});

type Unsaid = readonly [name: string, value: string, reason: RegExp, path?: string];
const unsaid: readonly Unsaid[] = [
  ["rewrite-target", "/$1/$2", /no groups of regular expressions/, "/a/(.*)/(.*)"],
  ["permanent-redirect", "https://new.example$args", /neither variables nor a query/],
  ["upstream-vhost", "$service_name.shop.svc:8080", /a plain host name/],
  ["whitelist-source-range", "10.0.0.0/8,nobody", /"nobody" is neither an address nor a network/],
  ["permanent-redirect", "javascript:alert(1)", /neither variables nor a query/],
  ["proxy-read-timeout", "soon", /isn't a number of seconds/],
  ["proxy-body-size", "large", /isn't a size/],
  ["backend-protocol", "GRPC", /become GRPCRoutes/],
  ["backend-protocol", "HTTPS", /BackendTLSPolicy/],
  ["backend-protocol", "FCGI", /no such backend/],
  ["canary-weight", "10", /set weights on the main app's route/],
  ["configuration-snippet", "deny all;", /configuration of nginx itself/],
  ["limit-rps", "10", /no field for rates by client/],
  ["auth-url", "http://auth.shop.svc", /externalAuth is experimental/],
  ["auth-type", "basic", /basicAuth of a SecurityPolicy/],
  ["proxy-buffering", "on", /settings of nginx's buffers, cookies and connections/],
  ["a-name-of-tomorrow", "1", /nothing that says it/],
  ["constructor", "1", /nothing that says it/],
];
test.each(unsaid.map(([name, ...rest]) => [name, rest] as const))("nothing says %s, case %#", (name, [value, reason, path]) => {
  const found = only(name, value, {}, path);
  expect(found?.reason).toMatch(reason);
  expect(found?.as).toBeUndefined();
});

test("other controllers' annotations aren't looked at", () => {
  expect(translateNginx({ "cert-manager.io/cluster-issuer": "ca", "external-dns.alpha.kubernetes.io/ttl": "60" }, "/")).toEqual([]);
});

test.each<[path: string, isRegex: boolean, type: string, value: string]>([
  ["/api", false, "PathPrefix", "/api"],
  ["/api(/|$)(.*)", true, "PathPrefix", "/api"],
  ["/(/|$)(.*)", true, "PathPrefix", "/"],
  ["/a/[0-9]+", false, "RegularExpression", "(?i)/a/[0-9]+.*"],
  ["/a", true, "RegularExpression", "(?i)/a.*"],
  ["/a/(.*)", true, "PathPrefix", "/a"],
  ["/a/(b|c)/(.*)", true, "RegularExpression", "(?i)/a/(b|c)/(.*)"],
])("a path of nginx, case %#", (path, isRegex, type, value) => {
  expect(nginxPath(path, isRegex)).toEqual({ type, value });
});

test("a path of a thousand characters takes no time to speak of", () => {
  const begun = process.cpuUsage().user;
  for (const path of ["/a".repeat(500), `${"/".repeat(1000)}(`, `${"/a".repeat(500)}(/|$)(.*`]) nginxPath(path, false);
  expect(process.cpuUsage().user - begun).toBeLessThan(2_000_000);
});

test.each<[name: string, value: string, path: string]>([
  ["rewrite-target", "/", "/"],
  ["use-regex", "false", "/"],
  ["canary-by-header", "X-Next", "/"],
  ["cors-allow-origin", "https://a.example", "/"],
  ["whitelist-source-range", "", "/"],
])("%s does nothing in ingress-nginx either, case %#", (name, value, path) => {
  expect(only(name, value, {}, path)).toEqual({ annotation: nginxPrefix + name, value, isVoid: true });
});
