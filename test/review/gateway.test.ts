import type { Change } from "../../lib/review/change.ts";
import { review, treeOf } from "../../lib/review/index.ts";

const metadata = (name: string, more: object = {}) => ({ name, namespace: "shop", ...more });
const route = (spec: object, name = "web") => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: metadata(name),
  spec: {
    parentRefs: [{ name: "public", namespace: "edge" }],
    hostnames: ["shop.example"],
    rules: [{ matches: [{ path: { type: "PathPrefix", value: "/" } }], backendRefs: [{ name: "web", port: 80 }] }],
    ...spec,
  },
});
const ruled = (rule: object) =>
  route({ rules: [{ matches: [{ path: { type: "PathPrefix", value: "/" } }], backendRefs: [{ name: "web", port: 80 }], ...rule }] });
const ingress = (annotations: object = {}, path: object = { path: "/", pathType: "Prefix" }) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: metadata("web", { annotations }),
  spec: {
    ingressClassName: "nginx",
    tls: [{ hosts: ["shop.example"], secretName: "tls" }],
    rules: [{ host: "shop.example", http: { paths: [{ ...path, backend: { service: { name: "web", port: { number: 80 } } } }] } }],
  },
});
const gateway = (spec: object = {}) => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata: { name: "public", namespace: "edge" },
  spec: { gatewayClassName: "envoy", listeners: [{ name: "http", port: 80, protocol: "HTTP" }], ...spec },
});

function changesOf(before: readonly object[], after: readonly object[]): readonly Change[] {
  const tree = (items: readonly object[]) => treeOf(new Map(items.map((item, index) => [`${index}.json`, JSON.stringify(item)])), "test");
  return review(tree(before), tree(after), { kubernetes: "1.34" }).changes;
}
const of = (kind: string, changes: readonly Change[]) => changes.filter(({ resource }) => resource.kind === kind);
const exposed = (changes: readonly Change[]) =>
  changes.flatMap(({ notes }) => notes.filter(({ flag }) => flag === "exposure").map(({ text }) => text));

describe("what a change of a route does", () => {
  test.each<[what: string, before: object, after: object, impact: string, reason: RegExp]>([
    [
      "weights",
      route({}),
      ruled({
        backendRefs: [
          { name: "web", port: 80, weight: 9 },
          { name: "next", port: 80, weight: 1 },
        ],
      }),
      "in-place",
      /shared out differently, at once/,
    ],
    ["a timeout", route({}), ruled({ timeouts: { request: "5s" } }), "in-place", /given up sooner or later/],
    [
      "a filter",
      route({}),
      ruled({ filters: [{ type: "URLRewrite", urlRewrite: { hostname: "a.example" } }] }),
      "in-place",
      /changed differently at once/,
    ],
    ["retries", route({}), ruled({ retry: { attempts: 2 } }), "in-place", /tried again more or less often/],
    ["a session", route({}), ruled({ sessionPersistence: { type: "Cookie" } }), "in-place", /clients stay with their pods/],
    ["a rule's name", route({}), ruled({ name: "all" }), "in-place", /routed as before/],
    ["a host more", route({}), route({ hostnames: ["shop.example", "other.example"] }), "in-place", /other hosts are served/],
    [
      "a host less",
      route({ hostnames: ["shop.example", "other.example"] }),
      route({}),
      "downtime",
      /nothing serves other\.example\/ there any more: requests get 404/,
    ],
    [
      "a narrower path",
      route({}),
      ruled({ matches: [{ path: { type: "PathPrefix", value: "/orders" } }] }),
      "downtime",
      /nothing serves shop\.example\/ there any more/,
    ],
    ["a wider path", ruled({ matches: [{ path: { type: "PathPrefix", value: "/orders" } }] }), route({}), "in-place", /routed differently/],
    [
      "another listener too",
      route({}),
      route({
        parentRefs: [
          { name: "public", namespace: "edge" },
          { name: "inside", namespace: "edge" },
        ],
      }),
      "in-place",
      /more listeners/,
    ],
    [
      "another Gateway",
      route({}),
      route({ parentRefs: [{ name: "inside", namespace: "edge" }] }),
      "downtime",
      /leaves Gateway edge\/public/,
    ],
  ])("%s", (_what, before, after, impact, reason) => {
    expect(changesOf([before], [after])).toEqual([expect.objectContaining({ impact, reason: expect.stringMatching(reason) })]);
  });

  test("a host that another route serves is no loss", () => {
    const other = route({ hostnames: ["*.example"] }, "other");
    const two = route({ hostnames: ["shop.example", "a.example"] });
    expect(changesOf([two, other], [route({}), other])).toEqual([expect.objectContaining({ impact: "in-place" })]);
  });

  test("a route that goes says what nothing serves any more", () => {
    expect(changesOf([route({})], [])).toEqual([
      expect.objectContaining({ impact: "deletion", reason: "nothing serves shop.example/ there any more: requests get 404" }),
    ]);
    const other = route({ hostnames: [] }, "other");
    expect(changesOf([route({}), other], [other])).toEqual([
      expect.objectContaining({ reason: "other routes of its Gateway serve its hosts and paths" }),
    ]);
  });
});

describe("what is milder than it looks, and what isn't", () => {
  const get = { path: { type: "PathPrefix", value: "/" }, method: "GET" };
  const header = { path: { type: "PathPrefix", value: "/" }, headers: [{ name: "X-Beta", value: "yes" }] };
  const all = { path: { type: "PathPrefix", value: "/" } };
  /** The redirect to https that slipway renders: it serves every host, at another listener. */
  const redirect = route(
    {
      parentRefs: [{ name: "public", namespace: "edge", sectionName: "http" }],
      hostnames: [],
      rules: [{ filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https" } }] }],
    },
    "redirect",
  );
  const secured = (hostnames: readonly string[]) =>
    route({ parentRefs: [{ name: "public", namespace: "edge", sectionName: "https" }], hostnames });
  const two = [
    { name: "public", namespace: "edge", sectionName: "https" },
    { name: "internal", namespace: "edge" },
  ];
  const host = (...names: readonly string[]) => {
    const { spec, ...rest } = ingress();
    return { ...rest, spec: { ...spec, rules: names.map((name) => ({ ...spec.rules[0], host: name })) } };
  };
  const listener = (fields: object) => gateway({ listeners: [{ name: "https", port: 443, protocol: "HTTPS", ...fields }] });
  const from = (kind: string) => ({ allowedRoutes: { namespaces: { from: kind } } });

  test.each<[what: string, before: readonly object[], after: readonly object[], impact: string]>([
    ["fewer methods", [ruled({ matches: [all] })], [ruled({ matches: [get] })], "downtime"],
    ["a header that requests must have", [ruled({ matches: [all] })], [ruled({ matches: [header] })], "downtime"],
    ["a header that they need no more", [ruled({ matches: [header] })], [ruled({ matches: [all] })], "in-place"],
    ["a host that only the redirect has", [redirect, secured(["a.example", "b.example"])], [redirect, secured(["a.example"])], "downtime"],
    [
      "a host that only an Ingress has",
      [host("b.example"), route({ hostnames: ["a.example", "b.example"] })],
      [host("b.example"), route({ hostnames: ["a.example"] })],
      "downtime",
    ],
    ["one of two parents", [route({ parentRefs: two })], [route({ parentRefs: two.slice(1) })], "downtime"],
    ["weight 0 for all", [route({})], [ruled({ backendRefs: [{ name: "web", port: 80, weight: 0 }] })], "downtime"],
    ["no backend", [route({})], [ruled({ backendRefs: [] })], "downtime"],
    ["a host of an Ingress", [host("a.example", "b.example")], [host("a.example")], "downtime"],
    [
      "a path with and without a slash at its end",
      [ruled({ matches: [{ path: { type: "Exact", value: "/a" } }] })],
      [ruled({ matches: [{ path: { type: "Exact", value: "/a/" } }] })],
      "downtime",
    ],
    ["routes of another namespace", [listener(from("All")), route({})], [listener(from("Same")), route({})], "downtime"],
    [
      "a listener's name",
      [listener(from("All")), secured(["a.example"])],
      [listener({ ...from("All"), name: "web" }), secured(["a.example"])],
      "downtime",
    ],
    ["routes of more namespaces", [listener(from("Same")), route({})], [listener(from("All")), route({})], "in-place"],
  ])("%s", (_what, before, after, impact) => {
    expect(changesOf(before, after)).toEqual([expect.objectContaining({ impact })]);
  });

  test("what is opened is an exposure, and what is closed isn't", () => {
    expect(exposed(changesOf([ruled({ matches: [header] })], [ruled({ matches: [all] })]))).toEqual(["route: shop.example/"]);
    expect(exposed(changesOf([ruled({ matches: [all] })], [ruled({ matches: [get] })]))).toEqual([]);
    expect(exposed(changesOf([route({ parentRefs: two.slice(1) })], [route({ parentRefs: two })]))).toEqual([
      "served at Gateway edge/public#https",
    ]);
  });

  test("a route that takes requests from another of its Gateway says so", () => {
    const [api] = of(
      "HTTPRoute",
      changesOf([route({})], [route({}), route({ rules: [{ matches: [{ path: { value: "/api" } }] }] }, "api")]),
    );
    expect(api?.reason).toBe("it takes shop.example/api from HTTPRoute web at once");
  });

  test("an Ingress with a default backend alone serves every host", () => {
    const { spec: _spec, ...rest } = ingress();
    const fallback = { ...rest, spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } } };
    expect(changesOf([fallback], [])).toEqual([expect.objectContaining({ reason: "its hosts and paths are no longer served" })]);
  });

  test("a thousand Ingresses that become routes take no longer than they should", () => {
    const named = <T extends { metadata: object }>(object: T, index: number) => ({ ...object, metadata: metadata(`web-${index}`) });
    const before = Array.from({ length: 1000 }, (_item, index) => named(host(`h${index}.example`), index));
    const after = before.map((_item, index) => named(route({ hostnames: [`h${index}.example`] }), index));
    expect(exposed(changesOf(before, after)).length).toBeGreaterThan(2000);
  });
});

describe("what a change of a Gateway, a grant or a policy does", () => {
  const to = [{ group: "", kind: "Service" }];
  const from = (namespace: string) => [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace }];
  const grant = (spec: object) => ({
    apiVersion: "gateway.networking.k8s.io/v1beta1",
    kind: "ReferenceGrant",
    metadata: metadata("a"),
    spec,
  });
  const tls = (hostname: string) => ({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "BackendTLSPolicy",
    metadata: metadata("web"),
    spec: { targetRefs: [{ group: "", kind: "Service", name: "web" }], validation: { hostname, wellKnownCACertificates: "System" } },
  });
  test.each<[what: string, before: readonly object[], after: readonly object[], impact: string, reason: RegExp]>([
    ["another class", [gateway()], [gateway({ gatewayClassName: "other" })], "downtime", /at another address/],
    [
      "a listener more",
      [gateway()],
      [
        gateway({
          listeners: [
            { name: "http", port: 80, protocol: "HTTP" },
            { name: "more", port: 8080, protocol: "HTTP" },
          ],
        }),
      ],
      "in-place",
      /at once/,
    ],
    [
      "a listener less",
      [gateway()],
      [gateway({ listeners: [{ name: "http", port: 8080, protocol: "HTTP" }] })],
      "downtime",
      /no longer listens on HTTP 80/,
    ],
    ["other addresses", [gateway()], [gateway({ addresses: [{ value: "192.0.2.1" }] })], "downtime", /other addresses/],
    ["its infrastructure", [gateway()], [gateway({ infrastructure: { labels: { a: "b" } } })], "in-place", /replaces its proxies/],
    ["its scope", [gateway()], [gateway({ defaultScope: "All" })], "in-place", /listeners take other routes/],
    ["a new Gateway", [], [gateway()], "in-place", /gives it an address/],
    ["a Gateway less", [gateway(), route({})], [route({})], "deletion", /its address goes, and HTTPRoute web with it/],
    ["another grant", [grant({ from: from("a"), to })], [grant({ from: from("b"), to })], "downtime", /answers 500/],
    ["a grant less", [grant({})], [], "deletion", /stops at once/],
    ["TLS to the pods", [], [tls("a.example")], "in-place", /speaks TLS to the pods at once/],
    ["another name", [tls("a.example")], [tls("b.example")], "in-place", /verifies the pods' certificate differently/],
    ["no TLS to the pods", [tls("a.example")], [], "deletion", /plain HTTP/],
  ])("%s", (_what, before, after, impact, reason) => {
    const [first] = changesOf(before, after);
    expect(first).toMatchObject({ impact, reason: expect.stringMatching(reason) });
  });
});

test("a Service's port that goes while a route leads to it is downtime", () => {
  const service = (port: number) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata("web"),
    spec: { selector: { app: "web" }, ports: [{ name: "http", port, targetPort: 8080 }] },
  });
  const led = (to: number) => ruled({ backendRefs: [{ name: "web", port: to }] });
  const [lost] = of("Service", changesOf([service(80), led(80)], [service(8080), led(80)]));
  expect(lost).toMatchObject({ impact: "downtime", reason: "requests to the port fail at once, and HTTPRoute web still leads to it" });
  const [followed] = of("Service", changesOf([service(80), led(80)], [service(8080), led(8080)]));
  expect(followed).toMatchObject({ impact: "in-place" });
});

describe("a path that moves from an Ingress to a route", () => {
  test("says path by path what is different for a client", () => {
    expect(exposed(of("HTTPRoute", changesOf([ingress()], [ruled({ matches: [{ path: { value: "/" }, method: "GET" }] })])))).toEqual([
      "route: GET shop.example/, moves here from Ingress web",
      "at the Gateway: only GET passes, other methods get 404",
      "at the Gateway: nginx refuses bodies above 1 MiB (413); the Gateway lets them pass",
      "at the Gateway: nginx ends requests after 60 seconds without an answer (504); the Gateway waits as long as its implementation does",
      "at the Gateway: nginx redirects http to https (308); at the Gateway a route of its http listener has to",
      "at the Gateway: nginx adds the header Strict-Transport-Security to responses; the Gateway doesn't",
    ]);
  });

  test("says what annotations no longer hold, and not those that the route or a policy says", () => {
    const nginx = (name: string) => `nginx.ingress.kubernetes.io/${name}`;
    const annotations = {
      [nginx("proxy-body-size")]: "8m",
      [nginx("proxy-read-timeout")]: "30",
      [nginx("rewrite-target")]: "/v1",
      [nginx("configuration-snippet")]: "deny all;",
    };
    const policy = {
      apiVersion: "gateway.envoyproxy.io/v1alpha1",
      kind: "BackendTrafficPolicy",
      metadata: metadata("web"),
      spec: { targetRefs: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: "web" }], requestBuffer: { limit: "8Mi" } },
    };
    const bare = exposed(of("HTTPRoute", changesOf([ingress(annotations)], [route({})]))).join("\n");
    for (const name of ["proxy-body-size", "proxy-read-timeout", "rewrite-target", "configuration-snippet"])
      expect(bare).toContain(`${name} no longer holds`);
    const said = ruled({
      timeouts: { request: "30s" },
      filters: [{ type: "URLRewrite", urlRewrite: { path: { type: "ReplaceFullPath", replaceFullPath: "/v1" } } }],
    });
    const whole = exposed(of("HTTPRoute", changesOf([ingress(annotations)], [said, policy]))).join("\n");
    expect(whole.match(/[\w-]+ no longer holds/g)).toEqual(["configuration-snippet no longer holds"]);
  });

  test("both serve it: the Ingress stays, and its removal says who has the path alone", () => {
    const [beside] = exposed(changesOf([ingress()], [ingress(), route({})]));
    expect(beside).toMatch(/^route: shop\.example\/, served beside Ingress web$/);
    const [removed] = changesOf([ingress(), route({})], [route({})]);
    expect(removed).toMatchObject({
      action: "remove",
      impact: "deletion",
      reason: expect.stringMatching(/^what else serves its hosts and paths/),
    });
    expect(exposed([removed as Change])).toEqual(["route: shop.example/ is served by HTTPRoute web alone from now on"]);
  });

  test("a path that only the route has is an exposure like any other", () => {
    expect(exposed(changesOf([], [route({})]))).toEqual(["route: shop.example/"]);
    expect(exposed(changesOf([route({})], [ruled({ timeouts: { request: "5s" } })]))).toEqual([]);
  });

  test("an Ingress of another controller has no habits of nginx", () => {
    const { spec, ...rest } = ingress();
    const other = { ...rest, spec: { ...spec, ingressClassName: "alb" } };
    expect(exposed(of("HTTPRoute", changesOf([other], [route({})])))).toEqual([
      "route: shop.example/, moves here from Ingress web, and nothing else is known to differ",
    ]);
  });

  test.each<object>([
    { spec: null },
    { spec: { rules: [null, 1] } },
    { spec: { rules: [{ matches: [[], "x", { path: 3, headers: [null] }] }], hostnames: [1] } },
    { spec: "x" },
  ])("a route of any shape is no crash: %j", (shape) => {
    expect(() => changesOf([ingress()], [{ ...route({}), ...shape }])).not.toThrow();
  });
});
