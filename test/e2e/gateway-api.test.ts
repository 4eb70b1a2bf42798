import { app, environment, type KubernetesObject, render } from "slipway";
import { check } from "../../lib/check/index.ts";
import { servedPaths } from "../../lib/kubernetes/index.ts";
import { dev, staging } from "../../overlays/index.ts";
import { settings } from "../fixture.ts";
import { ApiServer, describeWithServers, kubernetes } from "./api-server.ts";
import { complaints, envoyGatewayPrograms, envoyRoutes, envoyText } from "./envoy-gateway.ts";

const gatewayVersion = "gateway.networking.k8s.io/v1";
const namespace = (name: string, labels: object = {}) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
const service = (name: string, place = "shop") => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: place },
  spec: { clusterIP: "10.0.0.1", ports: [{ name: "http", port: 80 }] },
});
const gateway = (listener: object = {}) => ({
  apiVersion: gatewayVersion,
  kind: "Gateway",
  metadata: { name: "public", namespace: "edge" },
  spec: {
    gatewayClassName: "envoy",
    listeners: [{ name: "http", port: 80, protocol: "HTTP", allowedRoutes: { namespaces: { from: "All" } }, ...listener }],
  },
});
const parent = { name: "public", namespace: "edge" };
const route = (spec: object, name = "web", kind = "HTTPRoute") => ({
  apiVersion: gatewayVersion,
  kind,
  metadata: { name, namespace: "shop" },
  spec: { parentRefs: [parent], hostnames: ["shop.example"], rules: [{ backendRefs: [{ name: "web", port: 80 }] }], ...spec },
});
const rules = (rule: object) => route({ rules: [{ backendRefs: [{ name: "web", port: 80 }], ...rule }] });
const leading = (backend: object) => rules({ backendRefs: [{ port: 80, ...backend }] });
const grant = (from: string) => ({
  apiVersion: "gateway.networking.k8s.io/v1beta1",
  kind: "ReferenceGrant",
  metadata: { name: "routing", namespace: "other" },
  spec: { from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: from }], to: [{ group: "", kind: "Service" }] },
});

/** The rules that errors of check are of. */
const found = (objects: readonly object[], severities = ["error"]) =>
  check(
    [
      {
        name: "test",
        kubernetes,
        manifests: objects.map((object) => ({ object: object as KubernetesObject, app: "web", file: "a.yaml" })),
      },
    ],
    "2030-01-01",
  )
    .findings.filter(({ severity }) => severities.includes(severity))
    .map(({ rule }) => rule);

describeWithServers(
  "check and Envoy Gateway",
  () => {
    const around = [namespace("shop"), namespace("edge"), namespace("other"), service("web"), service("web", "other")];
    const ofRoutes = /^(references\/(route|grant)|schema\/(route|listener))/;

    test.each<[what: string, objects: readonly object[], complaint: string | undefined]>([
      ["a route that fits", [gateway(), route({})], undefined],
      ["no such Service", [gateway(), leading({ name: "wbe" })], "HTTPRoute web: ResolvedRefs BackendNotFound"],
      ["no such port", [gateway(), leading({ name: "web", port: 81 })], "HTTPRoute web: ResolvedRefs PortNotFound"],
      [
        "another namespace without a grant",
        [gateway(), leading({ name: "web", namespace: "other" })],
        "HTTPRoute web: ResolvedRefs RefNotPermitted",
      ],
      ["another namespace with a grant", [gateway(), grant("shop"), leading({ name: "web", namespace: "other" })], undefined],
      [
        "a grant for somebody else",
        [gateway(), grant("edge"), leading({ name: "web", namespace: "other" })],
        "HTTPRoute web: ResolvedRefs RefNotPermitted",
      ],
      [
        "a copy to no Service",
        [gateway(), rules({ filters: [{ type: "RequestMirror", requestMirror: { backendRef: { name: "wbe", port: 80 } } }] })],
        "HTTPRoute web: ResolvedRefs BackendNotFound",
      ],
      [
        "no such listener",
        [gateway(), route({ parentRefs: [{ ...parent, sectionName: "https" }] })],
        "HTTPRoute web: Accepted NoMatchingParent",
      ],
      [
        "no such port of a listener",
        [gateway(), route({ parentRefs: [{ ...parent, port: 8080 }] })],
        "HTTPRoute web: Accepted NoMatchingParent",
      ],
      [
        "a listener of other hosts",
        [gateway({ hostname: "*.other.example" }), route({})],
        "HTTPRoute web: Accepted NoMatchingListenerHostname",
      ],
      ["a listener with a wildcard", [gateway({ hostname: "*.example" }), route({})], undefined],
      [
        "a listener of its own namespace",
        [gateway({ allowedRoutes: { namespaces: { from: "Same" } } }), route({})],
        "HTTPRoute web: Accepted NotAllowedByListeners",
      ],
      [
        "a listener of another kind",
        [gateway({ allowedRoutes: { namespaces: { from: "All" }, kinds: [{ kind: "GRPCRoute" }] } }), route({})],
        "HTTPRoute web: Accepted NotAllowedByListeners",
      ],
    ])("%s", async (_what, objects, complaint) => {
      const all = [...around, ...objects];
      const own = found(all).filter((rule) => ofRoutes.test(rule));
      expect(await complaints(all)).toEqual(complaint === undefined ? [] : [complaint]);
      expect(own).toHaveLength(complaint === undefined ? 0 : 1);
    });

    test.each([dev, staging])("every route of $name is accepted, and Envoy matches what review says is served", async (environment) => {
      const objects = render(environment).manifests.map(({ object }) => object);
      const certificate = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "public-tls", namespace: "platform-gateway" },
        type: "kubernetes.io/tls",
        data: {},
      };
      const all = [...objects, certificate];
      const routes = objects.filter(({ kind }) => kind === "HTTPRoute");
      expect(routes.length).toBeGreaterThan(2);
      expect((await complaints(all)).filter((text) => !/InvalidCertificateRef/.test(text))).toEqual([]);
      const plain = all.map((object) =>
        object.kind === "Gateway" && environment === staging ? withoutTls(object as KubernetesObject) : object,
      );
      const byHost = await envoyRoutes(plain);
      for (const { host, path, methods } of routes.flatMap(servedPaths).filter((served) => served.host !== ""))
        for (const method of methods.length > 0 ? methods : [undefined])
          expect((byHost.get(host) ?? []).some((candidate) => matches(candidate, path, method))).toBe(true);
    });

    test("weights, a rewrite, timeouts and headers get to Envoy as the overlay says them", async () => {
      const served = {
        workload: { kind: "Deployment" },
        container: { image: "web:1", ports: { http: 8080 } },
        service: { ports: { http: 80 }, clusterIP: "10.0.0.2" },
      } as const;
      const next = app("next", { namespace: "other", ...served });
      const web = app("web", {
        namespace: "shop",
        ...served,
        routes: {
          all: {
            path: "/api",
            rewrite: { prefix: "/v1" },
            timeouts: { request: "7s" },
            requestHeaders: { set: { "X-From": "edge" } },
            weights: { web: 90, next: 10 },
          },
        },
      });
      const { manifests } = render(
        environment("test", { ...settings, routing: { gateway: { parent, create: { class: "envoy" } } }, apps: [web, next] }),
      );
      const objects = manifests.map(({ object }) => object);
      expect(await complaints(objects)).toEqual([]);
      const [only] = (await envoyRoutes(objects)).get("web.test.example") ?? [];
      const text = await envoyText(objects);
      expect(only?.match.pathSeparatedPrefix).toBe("/api");
      expect(only?.route).toMatchObject({ timeout: "7s", prefixRewrite: "/v1" });
      expect(text).toMatch(/"loadBalancingWeight":90\b/);
      expect(text).toMatch(/"loadBalancingWeight":10\b/);
      expect(text).toMatch(/"key":"X-From","value":"edge"/);
    });
  },
  envoyGatewayPrograms,
);

const withoutTls = (object: KubernetesObject): KubernetesObject => {
  const { listeners, ...spec } = object.spec as { listeners: readonly { tls?: object }[] };
  return {
    ...object,
    spec: { ...spec, listeners: listeners.map(({ tls, ...rest }) => (tls ? { ...rest, protocol: "HTTP", port: 8080 } : rest)) },
  };
};

const matches = (
  { match }: Awaited<ReturnType<typeof envoyRoutes>> extends Map<string, (infer Route)[]> ? Route : never,
  path: string,
  method: string | undefined,
) =>
  [match.pathSeparatedPrefix, match.prefix, match.path].includes(path) &&
  (method === undefined ? !JSON.stringify(match.headers ?? []).includes(":method") : JSON.stringify(match.headers).includes(`"${method}"`));

describeWithServers("check and the rules of the Gateway API's CRDs", () => {
  const server = new ApiServer();
  beforeAll(async () => {
    await server.start();
    await server.create(namespace("shop") as KubernetesObject);
    await server.installCrds();
  }, 90_000);
  afterAll(() => server.stop());

  const prefix = { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/v1" } };
  const full = { path: { type: "ReplaceFullPath", replaceFullPath: "/v1" } };
  const old = { path: { type: "PathPrefix", value: "/old" } };
  const filter = (...filters: readonly object[]) => rules({ filters });
  const rewrite = (urlRewrite: object) => ({ type: "URLRewrite", urlRewrite });
  const redirect = (requestRedirect: object) => ({ type: "RequestRedirect", requestRedirect });
  const headers = { type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "A", value: "b" }] } };
  const path = (type: string, value: string) => rules({ matches: [{ path: { type, value } }] });
  const cors = (fields: object) => filter({ type: "CORS", cors: fields });
  const mirror = (fields: object) => filter({ type: "RequestMirror", requestMirror: { backendRef: { name: "web", port: 80 }, ...fields } });
  const policy = (validation: object) => ({
    apiVersion: gatewayVersion,
    kind: "BackendTLSPolicy",
    metadata: { name: "web", namespace: "shop" },
    spec: { targetRefs: [{ group: "", kind: "Service", name: "web" }], validation: { hostname: "web.example", ...validation } },
  });
  const ca = { caCertificateRefs: [{ group: "", kind: "ConfigMap", name: "ca" }] };

  test.each<[what: string, object: object, isRefused: boolean]>([
    ["a plain route", route({}), false],
    ["one parent twice", route({ parentRefs: [parent, parent] }), true],
    ["one parent's section, and the parent", route({ parentRefs: [{ ...parent, sectionName: "http" }, parent] }), true],
    [
      "two sections",
      route({
        parentRefs: [
          { ...parent, sectionName: "http" },
          { ...parent, sectionName: "https" },
        ],
      }),
      false,
    ],
    [
      "one section twice",
      route({
        parentRefs: [
          { ...parent, sectionName: "http" },
          { ...parent, sectionName: "http" },
        ],
      }),
      true,
    ],
    ["a redirect with backends", filter(redirect({ scheme: "https" })), true],
    ["a redirect alone", route({ rules: [{ filters: [redirect({ scheme: "https" })] }] }), false],
    ["a redirect of a prefix", route({ rules: [{ matches: [old], filters: [redirect(prefix)] }] }), false],
    ["a rewrite of a prefix", rules({ matches: [old], filters: [rewrite(prefix)] }), false],
    [
      "a rewrite of a prefix with two matches",
      rules({ matches: [old, { path: { type: "PathPrefix", value: "/older" } }], filters: [rewrite(prefix)] }),
      true,
    ],
    [
      "a rewrite of a prefix with an exact match",
      rules({ matches: [{ path: { type: "Exact", value: "/old" } }], filters: [rewrite(prefix)] }),
      true,
    ],
    [
      "a rewrite of a path with two matches",
      rules({ matches: [old, { path: { type: "Exact", value: "/older" } }], filters: [rewrite(full)] }),
      false,
    ],
    ["a rewrite of a prefix by the default match", filter(rewrite(prefix)), false],
    ["a rewrite without its value", filter(rewrite({ path: { type: "ReplaceFullPath" } })), true],
    ["a rewrite of another type's value", filter(rewrite({ path: { type: "ReplaceFullPath", replacePrefixMatch: "/v1" } })), true],
    ["two rewrites", filter(rewrite(full), rewrite({ hostname: "a.example" })), true],
    ["two changes of headers", filter(headers, headers), true],
    [
      "two copies",
      filter(
        { type: "RequestMirror", requestMirror: { backendRef: { name: "web", port: 80 } } },
        { type: "RequestMirror", requestMirror: { backendRef: { name: "other", port: 80 } } },
      ),
      false,
    ],
    ["a filter without its part", filter({ type: "URLRewrite" }), true],
    ["a filter with another's part", filter({ ...headers, urlRewrite: full }), true],
    ["a copy in percent", mirror({ percent: 10 }), false],
    ["a copy in percent and in parts", mirror({ percent: 10, fraction: { numerator: 1 } }), true],
    ["every origin", cors({ allowOrigins: ["*"] }), false],
    ["every origin and one more", cors({ allowOrigins: ["*", "https://a.example"] }), true],
    ["every method and one more", cors({ allowMethods: ["*", "GET"] }), true],
    ["a path with two slashes", path("PathPrefix", "/a//b"), true],
    ["a path that climbs", path("Exact", "/a/.."), true],
    ["a path with an encoded slash", path("Exact", "/a%2Fb"), true],
    ["a path with a space", path("Exact", "/a b"), true],
    ["a path with an encoded space", path("Exact", "/a%20b"), false],
    ["a path without a slash", path("PathPrefix", "a"), true],
    ["an expression", path("RegularExpression", "/a//b.*"), false],
    ["an attempt longer than all", rules({ timeouts: { request: "1s", backendRequest: "1s1ms" } }), true],
    ["an attempt of a request without end", rules({ timeouts: { request: "0s", backendRequest: "2s" } }), false],
    [
      "129 matches",
      route({
        rules: Array.from({ length: 3 }, (_rule, rule) => ({
          matches: Array.from({ length: 43 }, (_match, match) => ({ path: { type: "Exact", value: `/${rule}/${match}` } })),
        })),
      }),
      true,
    ],
    [
      "128 matches",
      route({
        rules: Array.from({ length: 2 }, (_rule, rule) => ({
          matches: Array.from({ length: 64 }, (_match, match) => ({ path: { type: "Exact", value: `/${rule}/${match}` } })),
        })),
      }),
      false,
    ],
    ["a policy by a ConfigMap", policy(ca), false],
    ["a policy by the system's", policy({ wellKnownCACertificates: "System" }), false],
    ["a policy by both", policy({ ...ca, wellKnownCACertificates: "System" }), true],
    ["a policy by none", policy({}), true],
  ])("%s", async (_what, object, isRefused) => {
    const refusal = await server.refusal(object as KubernetesObject);
    const own = found([object]).filter((rule) => rule.startsWith("schema/"));
    expect([refusal !== undefined, own.length > 0]).toEqual([isRefused, isRefused]);
  });

  test("what the model renders of its routes is accepted", async () => {
    const served = {
      workload: { kind: "Deployment" },
      container: { image: "web:1", ports: { http: 8080, grpc: 9000 } },
      service: { ports: { http: 80, grpc: 9000 } },
    } as const;
    const web = app("web", {
      namespace: "shop",
      ...served,
      routing: { backendTls: { host: "web.example", ca: { configMap: "ca" } } },
      routes: {
        prefix: { path: "/a", methods: ["GET", "POST"], rewrite: { prefix: "/b", host: "in.example" } },
        full: { path: "/c", pathType: "Exact", headers: { A: "b", C: { regex: "d.*" } }, query: { e: "f" }, rewrite: { path: "/g" } },
        away: { path: "/h", redirect: { scheme: "https", prefix: "/i", status: 307 } },
        headers: {
          path: "/j",
          requestHeaders: { set: { A: "b" }, remove: ["C"] },
          responseHeaders: { add: { D: "e" } },
          mirror: { app: "web", percent: 5 },
        },
        origins: {
          path: "/k",
          cors: {
            origins: ["https://a.example"],
            methods: ["GET"],
            headers: ["X-A"],
            exposed: ["X-B"],
            credentials: true,
            maxAgeSeconds: 60,
          },
          timeouts: { request: "10s", backend: "2s" },
        },
        pattern: { path: "/l/(.*)", pathType: "ImplementationSpecific" },
        calls: { path: "/shop.Orders/Place", port: "grpc", host: "calls" },
        every: { path: "/", port: "grpc", host: "calls" },
      },
    });
    const create = {
      class: "envoy",
      listeners: {
        http: { port: 80 },
        web: { port: 443, host: "*.test.example", certificate: { secret: "tls", namespace: "certificates" } },
      },
    };
    const { manifests } = render(
      environment("test", {
        ...settings,
        routing: { gateway: { parent, create, implementation: "envoy-gateway" } },
        ingress: {
          annotations: {
            "nginx.ingress.kubernetes.io/proxy-body-size": "8m",
            "nginx.ingress.kubernetes.io/denylist-source-range": "10.0.0.0/8",
          },
        },
        apps: [web],
      }),
    );
    for (const { object } of manifests.filter(({ object: { kind } }) => kind === "Namespace")) await server.create(object);
    await server.create(namespace("certificates") as KubernetesObject);
    const routed = manifests.filter(({ object: { apiVersion } }) => /^gateway\./.test(apiVersion));
    expect([...new Set(routed.map(({ object }) => object.kind))].sort()).toEqual(
      ["BackendTLSPolicy", "BackendTrafficPolicy", "GRPCRoute", "Gateway", "HTTPRoute", "ReferenceGrant", "SecurityPolicy"].sort(),
    );
    for (const { object } of routed) expect([object.kind, await server.refusal(object)]).toEqual([object.kind, undefined]);
  });
});
