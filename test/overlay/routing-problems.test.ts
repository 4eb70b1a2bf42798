import { type AppOf, app, InputError, type Problem, render } from "slipway";
import { container, deployment, testEnvironment } from "../fixture.ts";

const parent = { name: "public", namespace: "edge" };
const gateway = { routing: { gateway: { parent } } };
const experimental = { routing: { gateway: { parent, channel: "experimental" } } };
const both = { routing: { ingress: {}, gateway: { parent } } };
const served = {
  ...deployment,
  container: { ...container, ports: { http: 8080, grpc: 9000 } },
  service: { ports: { http: 80, grpc: 9000 } },
};

function problemsOf(routes: object, more: object, spec: object = {}): readonly Problem[] {
  const demo = app("demo", { namespace: "demo", ...served, routes, ...spec } as unknown as AppOf<never>);
  const other = app("other", { namespace: "demo", ...deployment });
  try {
    render(testEnvironment([demo, other], more));
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems;
  }
}

type Case = readonly [what: string, routes: object, path: string, message: RegExp, more?: object, spec?: object];
const one = (fields: object) => ({ all: { path: "/", ...fields } });
const cases: readonly Case[] = [
  ["a header that an Ingress can't match", one({ headers: { A: "b" } }), "routes.all.headers", /nothing else serves the route/, {}],
  [
    "weights that an Ingress beside the Gateway doesn't have",
    one({ weights: { demo: 1 } }),
    "routes.all.weights",
    /one serves the route too/,
    both,
  ],
  ["a rewrite that no annotation says", one({ rewrite: { path: "/x" } }), "routes.all.rewrite", /one serves the route too/, both],
  ["retries of the standard channel", one({ retries: { attempts: 2 } }), "routes.all.retries", /experimental channel/],
  ["a session of the standard channel", one({ session: {} }), "routes.all.session", /experimental channel/],
  [
    "a redirect that rewrites",
    one({ rewrite: { path: "/x" }, redirect: { status: 301 } }),
    "routes.all.redirect",
    /can't redirect and rewrite/,
  ],
  ["a redirect with weights", one({ redirect: { status: 301 }, weights: { demo: 1 } }), "routes.all.weights", /no pods to share/],
  ["a prefix and a path", one({ rewrite: { path: "/x", prefix: "/y" } }), "routes.all.rewrite", /expected prefix or path, found both/],
  [
    "a prefix of an exact path",
    one({ pathType: "Exact", redirect: { prefix: "/y" } }),
    "routes.all.redirect.prefix",
    /no prefix to replace/,
  ],
  [
    "an attempt longer than all of them",
    one({ timeouts: { request: "1s500ms", backend: "2s" } }),
    "routes.all.timeouts.backend",
    /expected at most timeouts.request \(1s500ms\), found 2s/,
  ],
  ["weights without the app", one({ weights: { other: 1 } }), "routes.all.weights", /this app, "demo", is not among them/],
  ["weights of an unknown app", one({ weights: { demo: 1, othr: 1 } }), "routes.all.weights.othr", /no app "othr"/],
  ["a copy to an app without a Service", one({ mirror: { app: "other" } }), "routes.all.mirror.app", /the app "other" has no Service/],
  ["a copy to a port that isn't there", one({ mirror: { app: "demo", port: "htp" } }), "routes.all.mirror.app", /has no port "htp"/],
  [
    "gRPC and HTTP of one host",
    { all: { path: "/" }, calls: { path: "/shop.Orders", port: "grpc" } },
    "routes.calls.host",
    /serves HTTP too, and a Gateway takes one kind of route/,
  ],
  ["a gRPC route with methods", { all: { path: "/", port: "grpc", methods: ["POST"] } }, "routes.all.methods", /no GRPCRoute with it/],
  ["a path that gRPC doesn't have", { all: { path: "/a/b/c", port: "grpc" } }, "routes.all.path", /is no path of gRPC/],
  [
    "a Gateway that the environment doesn't have",
    one({}),
    "routing.gateway",
    /the environment has no routing.gateway/,
    {},
    { routing: { gateway: true } },
  ],
  ["a path that climbs", { all: { path: "/a/../b" } }, "routes.all.path", /a Gateway takes no path "\/a\/..\/b"/],
  [
    "every origin and one more",
    one({ cors: { origins: ["*", "https://a.example"] } }),
    "routes.all.cors.origins",
    /can't stand beside others/,
  ],
  ["weights that are all 0", one({ weights: { demo: 0 } }), "routes.all.weights", /are 0 for every app/],
  [
    "a redirect by annotation beside a rewrite",
    one({ rewrite: { path: "/x" } }),
    "routes.all.redirect",
    /can't redirect and rewrite/,
    gateway,
    { ingress: { annotations: { "nginx.ingress.kubernetes.io/permanent-redirect": "https://a.example" } } },
  ],
  [
    "a default backend",
    one({}),
    "ingress.defaultBackend",
    /a Gateway has no default backend/,
    gateway,
    { ingress: { defaultBackend: { service: { name: "a" } } } },
  ],
  [
    "a certificate of the app's Ingress",
    one({}),
    "ingress.tls.secret",
    /certificates of its listeners/,
    gateway,
    { ingress: { tls: { secret: "a" } } },
  ],
  ["nothing that serves the app", one({}), "routing.ingress", /nothing else serves the app's routes/, {}, { routing: { ingress: false } }],
  ["a duration of elsewhere", one({ timeouts: { request: "10 seconds" } }), "routes.all.timeouts.request", /duration of the Gateway API/],
];
test.each(cases.map(([what, ...rest]) => [what, rest] as const))("%s", (_what, [routes, path, message, more = gateway, spec = {}]) => {
  const problems = problemsOf(routes, more, spec);
  expect(problems).toContainEqual(expect.objectContaining({ path, message: expect.stringMatching(message) }));
  expect(problems.every(({ fix, message: text }) => fix !== undefined || /duration/.test(text))).toBe(true);
});

test("a network that denies has to know the Gateway's pods", () => {
  const network = { policy: "default-deny" };
  const [problem, ...others] = problemsOf(one({}), { ...gateway, network });
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    environment: "test",
    path: "network.gateway",
    message: expect.stringMatching(/is required but missing/),
  });
  expect(problem).not.toHaveProperty("app");
  expect(problemsOf(one({}), { ...gateway, network: { ...network, gateway: { namespace: "edge" } } })).toEqual([]);
});

test("a listener of HTTP has no certificate", () => {
  const create = { class: "a", listeners: { web: { port: 80, protocol: "HTTP", certificate: { secret: "a" } } } };
  expect(problemsOf(one({}), { routing: { gateway: { parent, create } } })).toEqual([
    expect.objectContaining({ environment: "test", path: "routing.gateway.create.listeners.web.certificate" }),
  ]);
});

test("listeners end TLS where the environment's hosts are served with it", () => {
  const listened = (more: object) =>
    problemsOf(one({}), {
      routing: { gateway: { parent, create: { class: "a", listeners: { web: { port: 80 } } }, ...more } },
      ingress: { tls: true },
    });
  expect(listened({})).toEqual([
    expect.objectContaining({ path: "routing.gateway.create.listeners", message: expect.stringMatching(/none of them ends TLS/) }),
  ]);
  expect(listened({ tls: false })).toEqual([]);
});

test("what the Gateway alone serves may have all of it", () => {
  const fields = {
    headers: { A: "b" },
    query: { c: "d" },
    rewrite: { prefix: "/x" },
    retries: { attempts: 1 },
    session: {},
    weights: { demo: 1 },
  };
  expect(problemsOf(one(fields), experimental)).toEqual([]);
  expect(
    problemsOf(one(fields), { routing: { ...both.routing, gateway: experimental.routing.gateway } }, { routing: { ingress: false } }),
  ).toEqual([]);
});

test("an annotation of ingress-nginx that says the same lets an Ingress serve the route too", () => {
  const ingress = { annotations: { "nginx.ingress.kubernetes.io/rewrite-target": "/x" } };
  expect(problemsOf(one({ rewrite: { path: "/x" } }), both, { ingress })).toEqual([]);
});

describe("a canary that shares requests out", () => {
  const canary = (more: object = {}) => ({ workload: { kind: "Deployment", strategy: { type: "Canary", traffic: "gateway", ...more } } });
  const path = "workload.strategy.traffic";
  test.each<[what: string, routes: object, more: object, at: string, message: RegExp]>([
    ["by no Gateway", one({}), {}, path, /no Gateway serves the app/],
    ["by two hosts", { all: { path: "/" }, other: { path: "/", host: "other" } }, gateway, path, /the app's routes are 2/],
    ["by gRPC", one({ port: "grpc" }), gateway, path, /is one of gRPC/],
    ["and has weights of its own", one({ weights: { demo: 1 } }), gateway, "routes.all.weights", /Argo Rollouts' to set/],
  ])("%s", (_what, routes, more, at, message) => {
    expect(problemsOf(routes, more, canary())).toEqual([expect.objectContaining({ path: at, message: expect.stringMatching(message) })]);
  });

  test("by an HTTPRoute of its name, or one that is elsewhere", () => {
    expect(problemsOf(one({}), gateway, canary())).toEqual([]);
    expect(problemsOf(one({}), {}, canary({ httpRoute: "elsewhere" }))).toEqual([]);
  });
});
