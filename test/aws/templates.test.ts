import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Environment, type Route, render } from "slipway";
import { servedPaths } from "../../lib/kubernetes/index.ts";
import { resolve, routeHost } from "../../lib/overlay/index.ts";
import { readDefinition } from "../../lib/testing/gateway/definition.ts";
import { ordersGateway } from "../../overlays/base/orders-gateway.ts";
import * as overlays from "../../overlays/index.ts";
import { appOf, gatewayOf, shop, type Template, templatesIn } from "./stacks.ts";

const environments: readonly Environment[] = Object.values(overlays);
const assembly = appOf(environments, true).synth();
const templates = templatesIn(assembly);

test.each(Object.entries(templates))("%s is as it was reviewed", (_name, template) => {
  expect(withoutPins(template)).toMatchSnapshot();
});

/** Which tags are pinned changes with every release, and is tested where the registry is. */
function withoutPins(template: Template): unknown {
  return JSON.parse(JSON.stringify(template), (key, value) => {
    if (key !== "LifecyclePolicyText") return value;
    const { rules } = JSON.parse(value) as { rules: { rulePriority: number; description: string }[] };
    return rules.flatMap(({ rulePriority: _priority, ...rule }) => (rule.description.endsWith("is pinned") ? [] : [rule]));
  });
}

test("nothing has to be uploaded or looked up", () => {
  expect(assembly.manifest.missing ?? []).toEqual([]);
  for (const file of readdirSync(assembly.directory).filter((name) => name.endsWith(".assets.json"))) {
    const { files, dockerImages } = JSON.parse(readFileSync(join(assembly.directory, file), "utf8"));
    // The templates themselves.
    expect(
      Object.values(files as Record<string, { displayName: string }>).filter(({ displayName }) => !/Template$/.test(displayName)),
    ).toEqual([]);
    expect(dockerImages).toEqual({});
  }
});

test("each route is served in the cluster and by the API Gateway, or says why not", () => {
  for (const declared of environments) {
    const { apps, settings, ...rest } = resolve(declared, process.cwd());
    const { methods } = readDefinition(templates[`gateway-${declared.name}`] as object);
    const inCluster = render(declared).manifests.flatMap(({ object }) => servedPaths(object));
    for (const app of apps) {
      for (const route of Object.values(app.spec.routes ?? {})) {
        const host = routeHost({ environment: { apps, settings, ...rest }, app }, route);
        expect(inCluster).toContainEqual(expect.objectContaining({ host, path: route.path }));
        const served = methods.filter(({ integration }) => integration.uri && new URL(integration.uri).host === host);
        if (route.gateway?.kind === "none") expect(served.filter(({ path }) => path.startsWith(route.path))).toEqual([]);
        else expect(served.map(({ path }) => path)).toContain(route.path);
      }
    }
  }
});

describe("cdk-nag", () => {
  test("finds nothing in the estate, whose every exception has a reason", () => {
    const report = JSON.parse(readFileSync(join(assembly.directory, "validation-report.json"), "utf8"));
    expect(report).toMatchObject({ pluginReports: [] });
  });

  test("stops a stack that breaks a rule without a reason", () => {
    const app = appOf([shop({ all: { path: "/" } })]);
    const stage = app.node.findAll().find((entry) => entry.node.path.endsWith("Stage/Stage")) as unknown as { accessLogSetting: unknown };
    stage.accessLogSetting = undefined;
    expect(() => app.synth()).toThrow(/AwsSolutions-APIG1/);
  });
});

test("as resources and as one body, a gateway does the same", () => {
  const { place, ...reads } = ordersGateway.operations;
  // But for the limits of the list, which an OpenAPI body can't have.
  const { minItems: _least, maxItems: _most, ...items } = place.body.properties.items;
  const body = { ...place.body, properties: { ...place.body.properties, items } };
  const orders: Route = { path: "/orders", gateway: { ...ordersGateway, operations: { ...reads, place: { ...place, body } } } };
  const routes: Record<string, Route> = { menu: { path: "/menu", methods: ["GET"] }, orders };
  const definitions = (["resources", "openapi"] as const).map((definition) =>
    readDefinition(gatewayOf(routes, { definition, cors: { origin: "https://shop.example" } })),
  );
  const plain = ({ models, ...rest }: ReturnType<typeof readDefinition>) => ({
    ...rest,
    models: [...models].map(([name, { $schema: _, ...schema }]: [string, { $schema?: string }]) => [name, schema]),
  });
  const [resources, openapi] = definitions.map(plain);
  expect(openapi?.methods.length).toBeGreaterThan(4);
  expect(openapi).toEqual(resources);
});
