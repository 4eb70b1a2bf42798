import type { CfnResource } from "aws-cdk-lib";
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

  test("a proxy becomes a variable in an API of its own, to which the domain moves", () => {
    const domain = { name: "gateway.example", certificate: "arn:aws:acm:eu-west-1:222222222222:certificate/1" };
    const variable: Record<string, Route> = {
      a: { path: "/a", gateway: { kind: "mapped", operations: { get: { method: "GET", path: "/{id}", responses: { "200": {} } } } } },
    };
    const apis = [proxies({ a: "/a" }), variable].map(
      (routes) => ofType(gatewayOf(routes, { domain }), "AWS::ApiGateway::RestApi")[0]?.[0],
    );
    expect(apis[0]).not.toBe(apis[1]);
    const mappings = [proxies({ a: "/a" }), variable].map(
      (routes) => ofType(gatewayOf(routes, { domain }), "AWS::ApiGateway::BasePathMapping")[0]?.[0],
    );
    expect(mappings[0]).toBe(mappings[1]);
  });
});
