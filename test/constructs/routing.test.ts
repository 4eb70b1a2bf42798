import { app } from "slipway";
import { ObjectSchemas } from "../../lib/kubernetes/index.ts";
import { container, deployment, manifestsOf, objectsOf, settings, the } from "../fixture.ts";

const parent = { name: "public", namespace: "edge" } as const;
const served = { ...deployment, container: { ...container, ports: { http: 8080 } }, service: { ports: { http: 80 } } } as const;
const byGateway = { routing: { gateway: { parent } } } as const;
type More = Parameters<typeof objectsOf>[1];
const route = (fields: object, more: More = byGateway, spec: object = {}) =>
  the("HTTPRoute", objectsOf({ ...served, ...spec, routes: { all: { path: "/", ...fields } } }, more)).spec;
const rule = (fields: object, more?: More, spec?: object) => route(fields, more, spec).rules[0];
const experimental = { routing: { gateway: { parent, channel: "experimental" } } } as const;
const nginx = (annotations: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(annotations).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]));

describe("HTTPRoute", () => {
  test("has what an Ingress has: host, path, and the Service's port by its number", () => {
    expect(objectsOf({ ...served, routes: { all: { path: "/" } } }, byGateway).filter(({ kind }) => /Route|Ingress/.test(kind))).toEqual([
      {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        metadata: { name: "demo", namespace: "demo", labels: { app: "demo" } },
        spec: {
          parentRefs: [parent],
          hostnames: ["demo.test.example"],
          rules: [{ name: "all", matches: [{ path: { type: "PathPrefix", value: "/" } }], backendRefs: [{ name: "demo", port: 80 }] }],
        },
      },
    ]);
  });

  test("matches: one for each method, with headers and the query", () => {
    const fields = { pathType: "Exact", methods: ["GET", "POST"], headers: { "X-Beta": "yes", A: { regex: "a.*" } }, query: { page: "1" } };
    const match = {
      path: { type: "Exact", value: "/" },
      headers: [
        { name: "A", type: "RegularExpression", value: "a.*" },
        { name: "X-Beta", value: "yes" },
      ],
      queryParams: [{ name: "page", value: "1" }],
    };
    expect(rule(fields).matches).toEqual([
      { ...match, method: "GET" },
      { ...match, method: "POST" },
    ]);
  });

  test.each<[what: string, fields: object, filter: object]>([
    [
      "headers of the request",
      { requestHeaders: { set: { A: "1" }, add: { B: "2" }, remove: ["C"] } },
      {
        type: "RequestHeaderModifier",
        requestHeaderModifier: { set: [{ name: "A", value: "1" }], add: [{ name: "B", value: "2" }], remove: ["C"] },
      },
    ],
    [
      "headers of the response",
      { responseHeaders: { set: { A: "1" } } },
      { type: "ResponseHeaderModifier", responseHeaderModifier: { set: [{ name: "A", value: "1" }] } },
    ],
    [
      "another prefix and host",
      { rewrite: { prefix: "/v1", host: "in.example" } },
      { type: "URLRewrite", urlRewrite: { hostname: "in.example", path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/v1" } } },
    ],
    [
      "another path",
      { rewrite: { path: "/v1" } },
      { type: "URLRewrite", urlRewrite: { path: { type: "ReplaceFullPath", replaceFullPath: "/v1" } } },
    ],
    [
      "elsewhere",
      { redirect: { scheme: "https", host: "a.example", port: 8443, path: "/new", status: 308 } },
      {
        type: "RequestRedirect",
        requestRedirect: {
          scheme: "https",
          hostname: "a.example",
          port: 8443,
          path: { type: "ReplaceFullPath", replaceFullPath: "/new" },
          statusCode: 308,
        },
      },
    ],
    [
      "other origins",
      { cors: { origins: ["https://a.example"], methods: ["GET"], headers: ["A"], exposed: ["B"], credentials: true, maxAgeSeconds: 60 } },
      {
        type: "CORS",
        cors: {
          allowOrigins: ["https://a.example"],
          allowMethods: ["GET"],
          allowHeaders: ["A"],
          exposeHeaders: ["B"],
          allowCredentials: true,
          maxAge: 60,
        },
      },
    ],
    [
      "a copy",
      { mirror: { app: "demo", percent: 10 } },
      { type: "RequestMirror", requestMirror: { backendRef: { name: "demo", port: 80 }, percent: 10 } },
    ],
  ])("filter: %s", (_what, fields, filter) => {
    const { filters, backendRefs } = rule(fields);
    expect(filters).toEqual([filter]);
    expect(backendRefs === undefined).toBe("redirect" in fields);
  });

  test("a prefix is replaced for each method by a rule of its own: with several matches the CRD refuses it", () => {
    const { rules } = route({ methods: ["GET", "POST"], rewrite: { prefix: "/v1" } });
    expect(rules.map(({ name, matches }: { name: string; matches: unknown[] }) => [name, matches.length])).toEqual([
      ["all.get", 1],
      ["all.post", 1],
    ]);
  });

  test("timeouts, retries and sessions", () => {
    const fields = {
      timeouts: { request: "10s", backend: "2s" },
      retries: { attempts: 2, backoff: "100ms", codes: [503] },
      session: { type: "Cookie", name: "shop", timeout: "1h" },
    };
    expect(rule(fields, experimental)).toMatchObject({
      timeouts: { request: "10s", backendRequest: "2s" },
      retry: { attempts: 2, backoff: "100ms", codes: [503] },
      sessionPersistence: { type: "Cookie", sessionName: "shop", absoluteTimeout: "1h" },
    });
  });

  test("hosts have objects of their own, and more than sixteen rules go on in another", () => {
    const routes = Object.fromEntries(Array.from({ length: 17 }, (_entry, index) => [`r${index}`, { path: `/${index}` }]));
    const all = objectsOf(
      {
        ...served,
        routes: { ...routes, partners: { path: "/", host: "partners.other.example" }, any: { path: "/", host: "*.wild.example" } },
      },
      byGateway,
    ).filter(({ kind }) => kind === "HTTPRoute");
    expect(all.map(({ metadata, spec }) => [metadata.name, (spec as { rules: unknown[] }).rules.length])).toEqual([
      ["demo", 16],
      ["demo.2", 1],
      ["demo-any.wild.example", 1],
      ["demo-partners.other.example", 1],
    ]);
  });

  test("two hosts with one first label don't share a name", () => {
    const routes = { a: { path: "/", host: "shop.one.example" }, b: { path: "/", host: "shop.two.example" } };
    const names = objectsOf({ ...served, routes }, byGateway).flatMap(({ kind, metadata }) =>
      kind === "HTTPRoute" ? [metadata.name] : [],
    );
    expect(new Set(names).size).toBe(2);
  });

  test("a gRPC port's routes are a GRPCRoute, its paths services and methods", () => {
    const grpc = {
      ...deployment,
      container: { ...container, ports: { grpc: 9000 } },
      service: { ports: { grpc: 9000 } },
      routes: { all: { path: "/" }, one: { path: "/shop.Orders/Place" }, service: { path: "/shop.Orders" } },
    };
    expect(the("GRPCRoute", objectsOf(grpc, byGateway)).spec.rules.map(({ matches }: { matches: unknown }) => matches)).toEqual([
      [{ method: { service: "shop.Orders", method: "Place" } }],
      [{ method: { service: "shop.Orders" } }],
      [{}],
    ]);
  });

  test("every form fits the schema of the Gateway API", () => {
    const schemas = new ObjectSchemas(settings.kubernetes, []);
    const forms = [
      { methods: ["GET"], headers: { A: "b" }, query: { c: { regex: "d" } }, cors: { origins: ["*"] }, timeouts: { request: "1m30s" } },
      { rewrite: { prefix: "/" }, requestHeaders: { set: { A: "b" } }, mirror: { app: "demo" } },
      { redirect: { status: 307, prefix: "/x" } },
    ];
    for (const form of forms)
      for (const object of objectsOf({ ...served, routes: { all: { path: "/", ...form } } }, byGateway))
        expect(schemas.issues(object)).toEqual([]);
  });
});

describe("routing", () => {
  const kinds = (more: More, spec: object = {}) =>
    objectsOf({ ...served, ...spec, routes: { all: { path: "/" } } }, more).flatMap(({ kind }) =>
      /Route|Ingress/.test(kind) ? [kind] : [],
    );

  test("Ingresses, a Gateway, or both", () => {
    expect(kinds({})).toEqual(["Ingress"]);
    expect(kinds({ routing: { ingress: {} } })).toEqual(["Ingress"]);
    expect(kinds(byGateway)).toEqual(["HTTPRoute"]);
    expect(kinds({ routing: { ingress: {}, gateway: { parent } } })).toEqual(["Ingress", "HTTPRoute"]);
  });

  test("an app leaves one of the two", () => {
    const both = { routing: { ingress: {}, gateway: { parent } } } as const;
    expect(kinds(both, { routing: { ingress: false } })).toEqual(["HTTPRoute"]);
    expect(kinds(both, { routing: { gateway: false } })).toEqual(["Ingress"]);
  });

  test("the settings of routing's Ingress go over those of every Ingress", () => {
    const more = { ingress: { class: "a", tls: true }, routing: { ingress: { class: "b" } } } as const;
    const { spec } = the("Ingress", objectsOf({ ...served, routes: { all: { path: "/" } } }, more));
    expect(spec).toMatchObject({ ingressClassName: "b", tls: [{ secretName: "demo-tls" }] });
  });

  test("weights share requests among apps, with a grant where a namespace is another", () => {
    const shop = app("shop", { namespace: "shop", ...served, routes: { all: { path: "/", weights: { shop: 90, next: 10 } } } });
    const next = app("next", { namespace: "next", ...served });
    const objects = manifestsOf([shop, next], byGateway).map(({ object }) => object);
    expect(the("HTTPRoute", objects).spec.rules[0].backendRefs).toEqual([
      { name: "next", namespace: "next", port: 80, weight: 10 },
      { name: "shop", port: 80, weight: 90 },
    ]);
    expect(the("ReferenceGrant", objects)).toMatchObject({
      metadata: { name: "test-routing", namespace: "next" },
      spec: {
        from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "shop" }],
        to: [{ group: "", kind: "Service", name: "next" }],
      },
    });
  });

  test("TLS to the pods is a policy of their Service", () => {
    const policy = (ca: object | string) =>
      the(
        "BackendTLSPolicy",
        objectsOf({ ...served, routes: { all: { path: "/" } }, routing: { backendTls: { host: "in.example", ca } } }, byGateway),
      ).spec;
    expect(policy({ configMap: "ca" })).toEqual({
      targetRefs: [{ group: "", kind: "Service", name: "demo" }],
      validation: { hostname: "in.example", caCertificateRefs: [{ group: "", kind: "ConfigMap", name: "ca" }] },
    });
    expect(policy("system").validation).toEqual({ hostname: "in.example", wellKnownCACertificates: "System" });
  });

  test("a policy that denies lets the Gateway through to apps that others' weights and mirrors name", () => {
    const network = { policy: "default-deny", gateway: { namespace: "envoy" } } as const;
    const routes = { all: { path: "/", weights: { web: 1, next: 1 }, mirror: { app: "copy" } } };
    const apps = ["web", "next", "copy", "other"].map((name) =>
      app(name, { namespace: "shop", ...served, ...(name === "web" ? { routes } : {}) }),
    );
    const open = manifestsOf(apps, { ...byGateway, network } as More)
      .filter(({ object }) => object.kind === "NetworkPolicy" && JSON.stringify(object.spec).includes('"envoy"'))
      .map(({ object }) => object.metadata.name);
    expect(open.sort()).toEqual(["copy", "next", "web"]);
  });

  test("a policy that denies lets the Gateway's pods through, as it does the ingress controller's", () => {
    const network = {
      policy: "default-deny",
      ingressController: { namespace: "nginx" },
      gateway: { namespace: "envoy", pods: { matchLabels: { a: "b" } } },
    };
    const rules = (routing: object) =>
      the("NetworkPolicy", objectsOf({ ...served, routes: { all: { path: "/" } } }, { network, routing } as More)).spec.ingress;
    const ports = [{ port: 8080, protocol: "TCP" }];
    const from = (namespace: string, more = {}) => [
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } }, ...more },
    ];
    const gateway = { from: from("envoy", { podSelector: { matchLabels: { a: "b" } } }), ports };
    expect(rules({ gateway: { parent } })).toEqual([gateway]);
    expect(rules({ ingress: {}, gateway: { parent } })).toEqual([{ from: from("nginx"), ports }, gateway]);
  });
});

describe("a Gateway of the environment's own", () => {
  const shared = (create: object, more: object = {}) =>
    manifestsOf([app("demo", { namespace: "demo", ...served, routes: { all: { path: "/" } } })], {
      routing: { gateway: { parent, create: { class: "envoy", ...create } } },
      ...more,
    } as More).map(({ object }) => object);
  const allowedRoutes = {
    namespaces: {
      from: "Selector",
      selector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["demo", "edge"] }] },
    },
  };

  test("without TLS it has one listener", () => {
    expect(the("Gateway", shared({}))).toMatchObject({
      metadata: parent,
      spec: { gatewayClassName: "envoy", listeners: [{ name: "http", port: 80, protocol: "HTTP", allowedRoutes }] },
    });
  });

  test("with TLS apps attach to https, and http redirects there", () => {
    const objects = shared({ annotations: { "cert-manager.io/cluster-issuer": "ca" } }, { ingress: { tls: true } });
    const [app, redirect] = objects.filter(({ kind }) => kind === "HTTPRoute").sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    expect(the("Gateway", objects)).toMatchObject({
      metadata: { annotations: { "cert-manager.io/cluster-issuer": "ca" } },
      spec: {
        listeners: [
          { name: "http", port: 80, protocol: "HTTP" },
          { name: "https", port: 443, protocol: "HTTPS", hostname: "*.test.example", tls: { certificateRefs: [{ name: "public-tls" }] } },
        ],
      },
    });
    expect(app?.spec).toMatchObject({ parentRefs: [{ ...parent, sectionName: "https" }] });
    expect(redirect).toMatchObject({
      metadata: { name: "public-https-redirect", namespace: "edge" },
      spec: {
        parentRefs: [{ name: "public", sectionName: "http" }],
        rules: [{ filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] }],
      },
    });
    expect(objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name)).toEqual(["demo", "edge"]);
  });

  test("with two listeners that end TLS an app attaches to the one of its host", () => {
    const listeners = {
      http: { port: 80 },
      ours: { port: 443, host: "*.test.example", certificate: { secret: "ours" } },
      others: { port: 443, host: "*.other.example", certificate: { secret: "others" } },
    };
    const routes = shared({ listeners }).filter(({ kind }) => kind === "HTTPRoute");
    expect(routes.map((object) => (object.spec as { parentRefs: unknown }).parentRefs)).toEqual(
      expect.arrayContaining([[{ ...parent, sectionName: "ours" }], [{ name: "public", sectionName: "http" }]]),
    );
  });

  test("a certificate of another namespace gets a grant", () => {
    const objects = shared({ listeners: { web: { port: 443, certificate: { secret: "wild", namespace: "certificates" } } } });
    expect(the("Gateway", objects).spec.listeners[0].tls.certificateRefs).toEqual([{ name: "wild", namespace: "certificates" }]);
    expect(the("ReferenceGrant", objects)).toMatchObject({
      metadata: { namespace: "certificates" },
      spec: { from: [{ kind: "Gateway", namespace: "edge" }], to: [{ kind: "Secret", name: "wild" }] },
    });
  });
});

describe("annotations of ingress-nginx", () => {
  const translated = (annotations: Readonly<Record<string, string>>, fields: object = {}, gateway: object = {}) =>
    objectsOf({ ...served, ingress: { annotations: nginx(annotations) }, routes: { all: { path: "/", ...fields } } }, {
      routing: { gateway: { parent, ...gateway } },
    } as More);
  const filtersOf = (...given: Parameters<typeof translated>) => the("HTTPRoute", translated(...given)).spec.rules[0].filters;

  test("are filters and timeouts", () => {
    const fields = { path: "/api(/|$)(.*)", pathType: "ImplementationSpecific" };
    const annotations = { "rewrite-target": "/$2", "use-regex": "true", "proxy-read-timeout": "120", "upstream-vhost": "in.example" };
    const [first] = the("HTTPRoute", translated(annotations, fields)).spec.rules;
    expect(first).toMatchObject({
      matches: [{ path: { type: "PathPrefix", value: "/api" } }],
      timeouts: { request: "120s" },
      filters: [{ urlRewrite: { hostname: "in.example", path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/" } } }],
    });
  });

  test("a route's own field goes before its annotation", () => {
    const [first] = the("HTTPRoute", translated({ "proxy-read-timeout": "120" }, { timeouts: { request: "5s" } })).spec.rules;
    expect(first.timeouts).toEqual({ request: "5s" });
  });

  test("CORS with nginx's defaults", () => {
    expect(filtersOf({ "enable-cors": "true", "cors-allow-origin": "https://a.example, https://b.example" })).toEqual([
      {
        type: "CORS",
        cors: expect.objectContaining({
          allowOrigins: ["https://a.example", "https://b.example"],
          allowMethods: ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"],
          allowCredentials: true,
          maxAge: 1728000,
        }),
      },
    ]);
  });

  test("what they ask of a gRPC route stays with it, and policies target it by its kind", () => {
    const annotations = nginx({ "proxy-read-timeout": "60", "whitelist-source-range": "10.0.0.0/8" });
    const objects = objectsOf(
      {
        ...deployment,
        container: { ...container, ports: { grpc: 9000 } },
        service: { ports: { grpc: 9000 } },
        ingress: { annotations },
        routes: { all: { path: "/" } },
      },
      { routing: { gateway: { parent, implementation: "envoy-gateway" } } } as More,
    );
    const { metadata, spec } = the("GRPCRoute", objects);
    expect(metadata.annotations).toEqual(nginx({ "proxy-read-timeout": "60" }));
    expect(spec.rules[0]).not.toHaveProperty("timeouts");
    expect(the("SecurityPolicy", objects).spec.targetRefs).toEqual([expect.objectContaining({ kind: "GRPCRoute", name: "demo" })]);
  });

  test("a redirect to https is the Gateway's: what it doesn't do stays with the route", () => {
    const left = (value: string, create?: object, more: object = {}) =>
      the(
        "HTTPRoute",
        objectsOf({ ...served, ingress: { annotations: nginx({ "ssl-redirect": value }) }, routes: { all: { path: "/" } } }, {
          routing: { gateway: { parent, ...(create ? { create } : {}) } },
          ...more,
        } as More),
      ).metadata.annotations;
    const tls = { ingress: { tls: true } };
    expect(left("true")).toEqual(nginx({ "ssl-redirect": "true" }));
    expect(left("false")).toBeUndefined();
    expect(left("true", { class: "envoy" }, tls)).toBeUndefined();
    expect(left("false", { class: "envoy" }, tls)).toEqual(nginx({ "ssl-redirect": "false" }));
  });

  test("a path is an expression where ingress-nginx reads it as one, whatever its type", () => {
    const [first] = the("HTTPRoute", translated({ "use-regex": "true" }, { path: "/orders/[0-9]+" })).spec.rules;
    expect(first.matches).toEqual([{ path: { type: "RegularExpression", value: "(?i)/orders/[0-9]+.*" } }]);
  });

  test("a route's own members stand beside those of its annotations", () => {
    const [first] = the(
      "HTTPRoute",
      translated({ "rewrite-target": "/v1", "proxy-read-timeout": "60" }, { rewrite: { host: "in.example" }, timeouts: { backend: "5s" } }),
    ).spec.rules;
    expect(first.filters[0].urlRewrite).toEqual({ hostname: "in.example", path: { type: "ReplaceFullPath", replaceFullPath: "/v1" } });
    expect(first.timeouts).toEqual({ request: "60s", backendRequest: "5s" });
  });

  test("what nothing says stays with the HTTPRoute, for check to find", () => {
    const annotations = { "configuration-snippet": "deny all;", "proxy-body-size": "8m", "rewrite-target": "/x" };
    expect(the("HTTPRoute", translated(annotations)).metadata.annotations).toEqual(
      nginx({ "configuration-snippet": "deny all;", "proxy-body-size": "8m" }),
    );
  });

  test("what Envoy Gateway's policies say is theirs", () => {
    const annotations = { "proxy-body-size": "8m", "proxy-connect-timeout": "3", "whitelist-source-range": "10.0.0.0/8, 192.0.2.1/32" };
    const objects = translated(annotations, {}, { implementation: "envoy-gateway" });
    const targetRefs = [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: "demo" }];
    expect(the("HTTPRoute", objects).metadata).not.toHaveProperty("annotations");
    expect(the("BackendTrafficPolicy", objects).spec).toEqual({
      targetRefs,
      requestBuffer: { limit: "8Mi" },
      timeout: { tcp: { connectTimeout: "3s" } },
    });
    expect(the("SecurityPolicy", objects).spec).toEqual({
      targetRefs,
      authorization: { defaultAction: "Deny", rules: [{ action: "Allow", principal: { clientCIDRs: ["10.0.0.0/8", "192.0.2.1/32"] } }] },
    });
    const schemas = new ObjectSchemas(settings.kubernetes, []);
    for (const object of objects) expect(schemas.issues(object)).toEqual([]);
  });
});
