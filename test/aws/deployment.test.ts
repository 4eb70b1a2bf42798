import type { CfnResource } from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { CfnMethod, CfnStage } from "aws-cdk-lib/aws-apigateway";
import type { Gateway, Route } from "slipway";
import type { GatewayStack } from "slipway/aws";
import { appOf, gatewayOf, ofType, shop, type Template } from "./stacks.ts";

const orders = (template: string, more: object = {}): Record<string, Route> => ({
  orders: {
    path: "/orders",
    gateway: {
      kind: "mapped",
      operations: { place: { method: "POST", request: { template }, responses: { "201": {} }, ...more } },
    },
  },
});
const identity = (template: Template) => ofType(template, "AWS::ApiGateway::Deployment")[0]?.[0];
const of = (routes: Record<string, Route>, gateway: Partial<Gateway> = {}, more = {}) => identity(gatewayOf(routes, gateway, more));

describe.each(["resources", "openapi"] as const)("a deployment of %s", (definition) => {
  const before = of(orders("{}"), { definition });

  test.each<[string, () => string | undefined]>([
    ["a mapping template", () => of(orders('{"a":1}'), { definition })],
    ["an integration's target", () => of(orders("{}"), { definition }, { ingress: { host: "other" } })],
    ["a gateway response", () => of(orders("{}"), { definition, cors: { origin: "https://shop.example" } })],
    ["a required parameter", () => of(orders("{}", { headers: { "X-One": true } }), { definition })],
    ["a model", () => of(orders("{}", { body: { type: "object" } }), { definition })],
    ["who may call", () => of(orders("{}", { authorization: { type: "iam" } }), { definition })],
    ["a timeout", () => of(orders("{}"), { definition, timeoutSeconds: 3 })],
    ["a route", () => of({ ...orders("{}"), more: { path: "/more" } }, { definition })],
    [
      "the load balancer behind a VPC link",
      () =>
        of(orders("{}"), {
          definition,
          vpcLink: { id: "abc", loadBalancer: "arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/net/a/1" },
        }),
    ],
  ])("is another one when %s changes", (_name, changed) => expect(changed()).not.toBe(before));

  test.each<[string, () => string | undefined]>([
    ["an alarm", () => of(orders("{}"), { definition, alarms: { errorPercent: 5 } })],
    ["how long logs are kept", () => of(orders("{}"), { definition, accessLogs: { days: 30 } })],
    ["throttling", () => of(orders("{}"), { definition, throttle: { rate: 1, burst: 1 } })],
    ["the firewall", () => of(orders("{}"), { definition, waf: { type: "none", reason: "Nothing to see in a test." } })],
    ["an app's replicas", () => of(orders("{}"), { definition }, { workload: { replicas: 5 } })],
    ["nothing", () => of(orders("{}"), { definition })],
  ])("stays when %s changes", (_name, changed) => expect(changed()).toBe(before));
});

/** What a stack's template says when it was changed by hand before. */
function overridden(change: (stack: GatewayStack) => void): string | undefined {
  const app = appOf([shop(orders("{}"))]);
  change(app.node.findChild("gateway-shop") as GatewayStack);
  return identity(app.synth().getStackByName("gateway-shop").template as Template);
}
const find = (stack: GatewayStack, type: { CFN_RESOURCE_TYPE_NAME: string }) =>
  stack.node.findAll().find((entry) => (entry as CfnResource).cfnResourceType === type.CFN_RESOURCE_TYPE_NAME) as CfnResource;

test("an override of an L1 construct counts where it changes what the API does", () => {
  const before = overridden(() => {});
  expect(overridden((stack) => find(stack, CfnMethod).addPropertyOverride("Integration.TimeoutInMillis", 50))).not.toBe(before);
  expect(overridden((stack) => find(stack, CfnStage).addPropertyOverride("Description", "mine"))).toBe(before);
});

describe("what is live and what comes don't collide", () => {
  const proxies = (routes: Record<string, string>) => Object.fromEntries(Object.entries(routes).map(([name, path]) => [name, { path }]));
  /** Where each path is, as CloudFormation knows it. */
  const paths = (template: Template) => {
    const resources = new Map(ofType(template, "AWS::ApiGateway::Resource"));
    return Object.fromEntries(
      [...resources].map(([id, { Properties }]) => [id, `${JSON.stringify(Properties.ParentId)} ${Properties.PathPart as string}`]),
    );
  };

  test("a route that gets another name changes nothing", () => {
    expect(gatewayOf(proxies({ one: "/a/b" }))).toEqual(gatewayOf(proxies({ other: "/a/b" })));
  });

  test("paths that stay keep their resources when others come and go", () => {
    const before = paths(gatewayOf(proxies({ a: "/a", b: "/a/b", c: "/c" })));
    const after = paths(gatewayOf(proxies({ b: "/a/b", d: "/a/d" })));
    const ids = (of: Record<string, string>) => new Map(Object.entries(of).map(([id, place]) => [place, id]));
    for (const [place, id] of ids(after)) if (ids(before).has(place)) expect(ids(before).get(place)).toBe(id);
    expect(Object.keys(after).filter((id) => before[id] && before[id] !== after[id])).toEqual([]);
  });

  const domain = { name: "gateway.example", certificate: "arn:aws:acm:eu-west-1:222222222222:certificate/1" };
  const mapped = (...paths: string[]): Record<string, Route> => ({
    a: {
      path: "/a",
      gateway: {
        kind: "mapped",
        operations: Object.fromEntries(paths.map((path, index) => [`o${index}`, { method: "GET", path, responses: { "200": {} } }])),
      },
    },
  });
  const idOf = (template: Template, type: string) => ofType(template, `AWS::ApiGateway::${type}`)[0]?.[0];
  /** Below each parent in each API, the variable that stands there. */
  const variables = (template: Template) =>
    new Map(
      ofType(template, "AWS::ApiGateway::Resource").flatMap(([, { Properties }]) => {
        const { RestApiId, PathPart } = Properties as { RestApiId: { Ref: string }; PathPart: string };
        return PathPart.startsWith("{") ? [[`${RestApiId.Ref} ${JSON.stringify(Properties.ParentId)}`, PathPart] as const] : [];
      }),
    );

  describe.each<[string, Partial<Gateway>]>([
    ["with a domain", { domain }],
    ["without a domain", {}],
  ])("%s", (_name, gateway) => {
    test.each<[string, Record<string, Route>, Record<string, Route>]>([
      ["a proxy becomes a variable", proxies({ a: "/a" }), mapped("/{id}")],
      ["a variable becomes a proxy", mapped("/{id}"), proxies({ a: "/a" })],
      ["a variable gets another name", mapped("/{id}"), mapped("/{orderId}")],
      ["one of two variables gets another name", mapped("/{id}", "/{id}/{line}"), mapped("/{id}", "/{id}/{item}")],
    ])("%s in an API of its own", (_change, before, after) => {
      const [old, next] = [gatewayOf(before, gateway), gatewayOf(after, gateway)];
      expect(idOf(old, "RestApi")).not.toBe(idOf(next, "RestApi"));
      const there = variables(old);
      expect(there.size).toBeGreaterThan(0);
      for (const [place, part] of variables(next)) expect([undefined, part]).toContain(there.get(place));
      expect(idOf(old, "BasePathMapping")).toBe(idOf(next, "BasePathMapping"));
    });

    test.each<[string, Record<string, Route>, Record<string, Route>]>([
      ["a proxy is added", mapped("/{id}"), { ...mapped("/{id}"), ...proxies({ b: "/b" }) }],
      ["a proxy is removed", proxies({ a: "/a", b: "/b" }), proxies({ a: "/a" })],
      ["an operation without a variable of its own is added", mapped("/{id}"), mapped("/{id}", "/{id}/lines")],
    ])("the API stays when %s", (_change, before, after) =>
      expect(idOf(gatewayOf(before, gateway), "RestApi")).toBe(idOf(gatewayOf(after, gateway), "RestApi")),
    );
  });

  test("as an OpenAPI body, which is replaced as a whole, the API stays whatever its variables", () => {
    const [old, next] = [proxies({ a: "/a" }), mapped("/{id}")].map((routes) => gatewayOf(routes, { definition: "openapi" }));
    expect(idOf(old as Template, "RestApi")).toBe(idOf(next as Template, "RestApi"));
  });

  test("where an address follows variables, synth says so, and the output has it", () => {
    const stackOf = (routes: Record<string, Route>, gateway: Partial<Gateway> = {}) =>
      appOf([shop(routes, gateway)]).node.findChild("gateway-shop") as GatewayStack;
    const infos = (stack: GatewayStack) =>
      Annotations.fromStack(stack)
        .findInfo("*", Match.anyValue())
        .map(({ entry }) => entry.data);
    const stack = stackOf(mapped("/{id}"));
    expect(infos(stack)).toEqual([expect.stringMatching(/its address changes when .*: \/a\/\{id\}\. The output Url has the address/)]);
    const { Outputs, ...template } = gatewayOf(mapped("/{id}")) as Template & { Outputs: { Url: { Value: unknown } } };
    expect(JSON.stringify(Outputs.Url.Value)).toContain(`{"Ref":"${idOf(template, "RestApi")}"}`);
    expect(infos(stackOf(mapped("/{id}"), { domain }))).toEqual([]);
    expect(infos(stackOf(mapped("/{id}"), { definition: "openapi" }))).toEqual([]);
    expect(infos(stackOf(proxies({ a: "/a" })))).toEqual([]);
  });
});
