import { check } from "../../lib/check/index.ts";

const group = "gateway.networking.k8s.io/v1";
const route = (name: string, spec: object, kind = "HTTPRoute") => ({
  apiVersion: group,
  kind,
  metadata: { name, namespace: "shop" },
  spec,
});
const backend = (weight?: number) => ({ name: "web", port: 80, ...(weight === undefined ? {} : { weight }) });
const listener = (name: string, port: number, more: object = {}) => ({ name, port, protocol: "HTTP", ...more });
const gateway = (...listeners: readonly object[]) => ({
  apiVersion: group,
  kind: "Gateway",
  metadata: { name: "public", namespace: "shop" },
  spec: { gatewayClassName: "a", listeners },
});
const reportOf = (...objects: readonly object[]) =>
  check(
    [{ name: "test", kubernetes: "1.34", manifests: objects.map((object) => ({ object: object as never, app: "web" })) }],
    "2026-01-01",
  );
/** What a rule says, as `severity path: message`. */
const found = (rule: string, ...objects: readonly object[]) =>
  reportOf(...objects)
    .findings.filter((finding) => finding.rule === rule)
    .map(({ severity, path, message }) => `${severity} ${path}: ${message}`);

describe("routes with the same match", () => {
  const at = (name: string, parent: object = {}, namespace?: string) => {
    const object = route(name, {
      parentRefs: [{ name: "public", ...(namespace ? { namespace: "shop" } : {}), ...parent }],
      hostnames: ["shop.example"],
      rules: [{ backendRefs: [backend()] }],
    });
    return namespace ? { ...object, metadata: { name, namespace } } : object;
  };
  const overlaps = (...objects: readonly object[]) => found("fleet/route-overlap", ...objects);
  const both = gateway(listener("http", 80), listener("other", 8080));
  const matched = (name: string) => [`warning spec.rules: shop.example/ is matched by HTTPRoute shop/${name} too`];

  test("a whole Gateway has each of its listeners", () => {
    expect(overlaps(at("a", { sectionName: "http" }), at("b"), both)).toEqual(matched("a"));
    expect(overlaps(at("a"), at("b", { sectionName: "http" }), both)).toEqual(matched("a"));
  });

  test("a listener by its name is the one by its port", () => {
    expect(overlaps(at("a", { sectionName: "http" }), at("b", { port: 80 }), both)).toEqual(matched("a"));
  });

  test("are said once, whatever number of listeners they share", () => {
    expect(overlaps(at("a"), at("b"), both)).toEqual(matched("a"));
  });

  test("at different listeners don't meet", () => {
    expect(overlaps(at("a", { sectionName: "http" }), at("b", { sectionName: "other" }), both)).toEqual([]);
  });

  test("don't meet at a listener that takes none of the other's namespace", () => {
    const open = { allowedRoutes: { namespaces: { from: "All" } } };
    const mixed = gateway(listener("http", 80), listener("other", 8080, open));
    expect(overlaps(at("a", { sectionName: "http" }), at("b", {}, "back"), mixed)).toEqual([]);
    expect(overlaps(at("a", { sectionName: "other" }), at("b", {}, "back"), mixed)).toEqual(matched("a"));
  });

  test("at a Gateway that isn't among the manifests are compared as they name it", () => {
    expect(overlaps(at("a"), at("b"))).toEqual(matched("a"));
    expect(overlaps(at("a", { sectionName: "http" }), at("b"))).toEqual([]);
  });

  test("are found in a time that grows with the number of routes", () => {
    const listeners = Array.from({ length: 64 }, (_entry, index) => listener(`l${index}`, index + 1));
    const routes = Array.from({ length: 2000 }, (_entry, index) => at(`r${index}`, index % 2 ? { sectionName: `l${index % 64}` } : {}));
    const start = performance.now();
    expect(overlaps(...routes, gateway(...listeners))).toHaveLength(1999);
    expect(performance.now() - start).toBeLessThan(15_000);
  });
});

test.each<readonly [what: string, rule: object, kind: string, found: readonly string[]]>([
  [
    "all with weight 0",
    { backendRefs: [backend(0), backend(0)] },
    "HTTPRoute",
    ["all have the weight 0: every request that it matches gets 500"],
  ],
  ["none", { matches: [{ path: { value: "/a" } }] }, "HTTPRoute", ["the rule has none: every request that it matches gets 500"]],
  ["of a GRPCRoute", { backendRefs: [backend(0)] }, "GRPCRoute", ["all have the weight 0: every request that it matches gets UNAVAILABLE"]],
  [
    "none, beside a filter that answers nothing",
    { filters: [{ type: "RequestHeaderModifier", requestHeaderModifier: { remove: ["a"] } }] },
    "HTTPRoute",
    ["the rule has none: every request that it matches gets 500"],
  ],
  ["none, of a redirect", { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https" } }] }, "HTTPRoute", []],
  [
    "none, beside an extension",
    { filters: [{ type: "ExtensionRef", extensionRef: { group: "gateway.envoyproxy.io", kind: "HTTPRouteFilter", name: "a" } }] },
    "HTTPRoute",
    [],
  ],
  ["one of two with weight 0", { backendRefs: [backend(0), backend(1)] }, "HTTPRoute", []],
  ["without a weight", { backendRefs: [backend()] }, "HTTPRoute", []],
])("backends of a rule: %s", (_what, rule, kind, expected) =>
  expect(found("references/route-weight", route("a", { rules: [rule] }, kind))).toEqual(
    expected.map((message) => `warning spec.rules[0].backendRefs: ${message}`),
  ),
);

test("rules of a route have names of their own", () => {
  const rules = (...names: readonly (string | undefined)[]) => ({
    rules: names.map((name) => ({ ...(name ? { name } : {}), backendRefs: [backend()] })),
  });
  expect(found("schema/route-rule", route("a", rules("a", "b", "a")))).toEqual([
    'warning spec.rules[2].name: an earlier rule has the name "a" too, which CRDs of the experimental channel refuse',
  ]);
  expect(found("schema/route-rule", route("a", rules(undefined, "a", undefined)))).toEqual([]);
});

test("rules of a CRD of which some are known are other rules", () => {
  const { coverage } = reportOf(route("a", { rules: [{ backendRefs: [backend()] }] }), gateway(listener("http", 80)));
  expect(coverage.rulesNotEvaluated).toEqual([
    "other rules of the CRD of gateway.networking.k8s.io/v1 HTTPRoute",
    "rules of the CRD of gateway.networking.k8s.io/v1 Gateway",
  ]);
});

test("of examples that share a Gateway's name, one that takes the route is enough", () => {
  const attached = route("web", { parentRefs: [{ name: "public", sectionName: "https" }], rules: [{ backendRefs: [backend()] }] });
  const [http, https] = [gateway(listener("http", 80)), gateway(listener("https", 443))];
  expect(found("references/route-listener", attached, http, https)).toEqual([]);
  expect(found("references/route-listener", attached, http)).toHaveLength(1);
});

test("one route in two files is no overlap", () => {
  const twice = route("web", { parentRefs: [{ name: "public" }], hostnames: ["shop.example"], rules: [{ backendRefs: [backend()] }] });
  expect(found("fleet/route-overlap", gateway(listener("http", 80)), twice, structuredClone(twice))).toEqual([]);
});
