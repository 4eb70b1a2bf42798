import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Gateway, Route } from "slipway";
import { GatewaySimulator, NotCoveredError } from "slipway/testing";
import { appOf, gatewayOf, ofType, shop, type Template, templatesOf } from "./stacks.ts";

const http = {
  type: "http",
  waf: { type: "none", reason: "An HTTP API can't have one; the load balancer's own stands behind." },
} satisfies Partial<Gateway>;
const routes: Record<string, Route> = { orders: { path: "/orders" }, menu: { path: "/menu", pathType: "Exact", methods: ["GET"] } };
const gateway = (settings: Partial<Gateway> = {}, all = routes) => gatewayOf(all, { ...http, ...settings });
const properties = (template: Template, type: string) =>
  ofType(template, `AWS::ApiGatewayV2::${type}`).map(([, { Properties }]) => Properties);
/** Each route's key with its properties, and those of the integration that it leads to. */
function routed(template: Template) {
  const integrations = new Map(ofType(template, "AWS::ApiGatewayV2::Integration"));
  return Object.fromEntries(
    properties(template, "Route").map((route) => {
      const target = /"Ref":"(\w+)"/.exec(JSON.stringify(route.Target))?.[1] ?? "";
      return [route.RouteKey as string, { route, integration: integrations.get(target)?.Properties }];
    }),
  );
}
const cognito = { type: "cognito", userPools: ["arn:aws:cognito-idp:eu-west-1:222222222222:userpool/eu-west-1_AbCdEf"] } as const;

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-http.html
test("proxies are routes with an integration each, which has the rest of the path", () => {
  const template = gateway();
  expect(properties(template, "Api")).toEqual([{ Name: "shop-gateway", ProtocolType: "HTTP", DisableExecuteApiEndpoint: false }]);
  const found = routed(template);
  expect(Object.keys(found)).toEqual(["GET /menu", "ANY /orders", "ANY /orders/{proxy+}"]);
  expect(found["GET /menu"]?.integration).toEqual({
    ApiId: expect.anything(),
    IntegrationType: "HTTP_PROXY",
    IntegrationMethod: "GET",
    IntegrationUri: "http://web.shop.example/menu",
    PayloadFormatVersion: "1.0",
    ConnectionType: "INTERNET",
    TimeoutInMillis: 29_000,
  });
  expect(found["ANY /orders/{proxy+}"]?.integration).toMatchObject({
    IntegrationMethod: "ANY",
    IntegrationUri: "http://web.shop.example/orders/{proxy}",
  });
  expect(JSON.stringify(template)).not.toMatch(/AWS::(ApiGateway|WAFv2)::/);
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
test("a listener behind a VPC link gets the host and the path of the route", () => {
  const vpcLink = {
    loadBalancer: "arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/ingress/0123456789abcdef",
    listener: "arn:aws:elasticloadbalancing:eu-west-1:222222222222:listener/app/ingress/0123456789abcdef/0123456789abcdef",
    subnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    securityGroups: ["sg-0123456789abcdef0"],
  };
  const moved: Record<string, Route> = { orders: { path: "/orders", gateway: { kind: "proxy", path: "/shop" } } };
  const found = routed(gatewayOf(moved, { ...http, vpcLink }, { ingress: { tls: true } }));
  expect(found["ANY /shop/{proxy+}"]?.integration).toMatchObject({
    ConnectionType: "VPC_LINK",
    IntegrationUri: vpcLink.listener,
    RequestParameters: { "overwrite:header.host": "web.shop.example", "overwrite:path": "/orders/$request.path.proxy" },
    TlsConfig: { ServerNameToVerify: "web.shop.example" },
  });
  const plain = routed(gatewayOf(moved, { ...http, vpcLink }))["ANY /shop"]?.integration;
  expect(plain).toMatchObject({ RequestParameters: { "overwrite:path": "/orders" } });
  expect(plain).not.toHaveProperty("TlsConfig");
});

describe("who may call", () => {
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
  test("holders of a user pool's tokens, for named app clients and scopes", () => {
    const template = gateway({ authorization: { ...cognito, clients: ["client-1"], scopes: ["shop/orders"] } });
    expect(properties(template, "Authorizer")).toMatchObject([
      {
        AuthorizerType: "JWT",
        IdentitySource: ["$request.header.Authorization"],
        JwtConfiguration: { Audience: ["client-1"], Issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf" },
      },
    ]);
    const [id] = ofType(template, "AWS::ApiGatewayV2::Authorizer")[0] ?? [];
    for (const { route } of Object.values(routed(template)))
      expect(route).toMatchObject({ AuthorizationType: "JWT", AuthorizerId: { Ref: id }, AuthorizationScopes: ["shop/orders"] });
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
  test("whom a function lets through, which answers with a policy", () => {
    const lambda = "arn:aws:lambda:eu-west-1:222222222222:function:authorizer";
    const template = gateway({ authorization: { type: "lambda", function: lambda, headers: ["X-Token"], cacheSeconds: 0 } });
    expect(properties(template, "Authorizer")).toMatchObject([
      {
        AuthorizerType: "REQUEST",
        AuthorizerPayloadFormatVersion: "2.0",
        EnableSimpleResponses: false,
        IdentitySource: ["$request.header.X-Token"],
        AuthorizerResultTtlInSeconds: 0,
      },
    ]);
    expect(ofType(template, "AWS::Lambda::Permission")).toHaveLength(1);
  });

  test("AWS identities, or everybody for a reason", () => {
    const open: Route = {
      path: "/open",
      pathType: "Exact",
      gateway: { kind: "proxy", authorization: { type: "none", reason: "The menu is public." } },
    };
    const found = routed(gateway({ authorization: { type: "iam" } }, { ...routes, open }));
    expect(found["ANY /orders"]?.route).toMatchObject({ AuthorizationType: "AWS_IAM" });
    expect(found["ANY /open"]?.route).toMatchObject({ AuthorizationType: "NONE" });
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
test("preflights are the gateway's own, and no authorizer is asked about them", () => {
  const cors = { origin: "https://shop.example", credentials: true, maxAgeSeconds: 60 };
  const template = gateway({ cors, authorization: { type: "iam" } });
  expect(properties(template, "Api")).toMatchObject([
    {
      CorsConfiguration: {
        AllowOrigins: ["https://shop.example"],
        AllowHeaders: ["Authorization", "Content-Type"],
        AllowMethods: ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"],
        AllowCredentials: true,
        MaxAge: 60,
      },
    },
  ]);
  const found = routed(template);
  expect(Object.entries(found).flatMap(([key, { route }]) => (route.AuthorizationType === "NONE" ? key : []))).toEqual([
    "OPTIONS /orders",
    "OPTIONS /orders/{proxy+}",
  ]);
  expect(Object.keys(routed(gateway({ cors })))).not.toContain("OPTIONS /orders");
  const own: Record<string, Route> = {
    all: { path: "/a", pathType: "Exact" },
    asked: { path: "/a", pathType: "Exact", methods: ["OPTIONS"] },
  };
  const asked = routed(gateway({ cors, authorization: { type: "iam" } }, own));
  expect(Object.entries(asked).map(([key, { route }]) => [key, route.AuthorizationType])).toEqual([
    ["ANY /a", "AWS_IAM"],
    ["OPTIONS /a", "AWS_IAM"],
  ]);
});

test("the stage serves every change, with logs and limits", () => {
  const limited: Record<string, Route> = {
    ...routes,
    few: { path: "/few", pathType: "Exact", gateway: { kind: "proxy", throttle: { rate: 1, burst: 2 } } },
  };
  const template = gateway({ throttle: { rate: 7, burst: 8 }, metrics: false, accessLogs: { days: 30 } }, limited);
  const [stage] = ofType(template, "AWS::ApiGatewayV2::Stage").map(([, resource]) => resource);
  expect(stage?.Properties).toMatchObject({
    StageName: "$default",
    AutoDeploy: true,
    DefaultRouteSettings: { DetailedMetricsEnabled: false, ThrottlingRateLimit: 7, ThrottlingBurstLimit: 8 },
    RouteSettings: { "ANY /few": { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 } },
  });
  const few = ofType(template, "AWS::ApiGatewayV2::Route").find(([, { Properties }]) => Properties.RouteKey === "ANY /few")?.[0];
  expect(stage).toMatchObject({ DependsOn: [few], Metadata: { "slipway:no-firewall": http.waf.reason } });
  const { AccessLogSettings } = { ...stage?.Properties } as { AccessLogSettings: { Format: string } };
  expect(JSON.parse(AccessLogSettings.Format)).toMatchObject({
    resource: "$context.routeKey",
    integrationError: "$context.integrationErrorMessage",
  });
  expect(ofType(template, "AWS::Logs::LogGroup")[0]?.[1].Properties).toMatchObject({ RetentionInDays: 30 });
});

test("a domain leads to the stage when its routes are there, and the API's own address is off", () => {
  const domain = { name: "api.shop.example", certificate: "arn:aws:acm:eu-west-1:222222222222:certificate/1", basePath: "v1" };
  const template = gateway({ domain });
  expect(properties(template, "Api")).toMatchObject([{ DisableExecuteApiEndpoint: true }]);
  const [[, mapping]] = ofType(template, "AWS::ApiGatewayV2::ApiMapping") as unknown as [
    [string, { Properties: object; DependsOn: string[] }],
  ];
  expect(mapping.Properties).toMatchObject({ ApiMappingKey: "v1", Stage: "$default" });
  const guards = ["Stage", "Route"].flatMap((type) => ofType(template, `AWS::ApiGatewayV2::${type}`).map(([id]) => id));
  expect(mapping.DependsOn).toEqual(expect.arrayContaining(guards));
});

test("alarms look at the metrics of an HTTP API", () => {
  const alarms = ofType(gateway({ alarms: {} }), "AWS::CloudWatch::Alarm").map(([, { Properties }]) => Properties);
  const Dimensions = [{ Name: "ApiId", Value: { Ref: expect.any(String) } }];
  const sum = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: "AWS/ApiGateway", MetricName, Dimensions }, Period: 300, Stat: "Sum" },
    ReturnData: false,
  });
  expect(alarms).toMatchObject([
    {
      Threshold: 0.01,
      Metrics: [{ Expression: "IF(requests > 0, errors / requests, 0)", ReturnData: true }, sum("errors", "5xx"), sum("requests", "Count")],
    },
    { MetricName: "Latency", ExtendedStatistic: "p99", Dimensions },
  ]);
});

test("its own address has no stage in its path, and the account needs no right to write logs", () => {
  const templates = templatesOf([shop(routes, http)]);
  expect(Object.keys(templates)).toEqual(["gateway-shop"]);
  const { Outputs } = templates["gateway-shop"] as unknown as { Outputs: { Url: { Value: unknown } } };
  expect(JSON.stringify(Outputs.Url.Value)).toMatch(
    /^\{"Fn::Join":\["",\["https:\/\/",\{"Ref":"\w+"\},"\.execute-api\.eu-west-1\.amazonaws\.com"\]\]\}$/,
  );
});

test("no resource changes its type where a gateway becomes an HTTP API, which CloudFormation would refuse", () => {
  const common = { domain: { name: "gateway.example", certificate: "arn:aws:acm:eu-west-1:222222222222:certificate/1" }, alarms: {} };
  const routes = { menu: { path: "/menu" } };
  const [rest, http] = [
    gatewayOf(routes, common),
    gatewayOf(routes, { ...common, type: "http", waf: { type: "none", reason: "Nothing to see in a test." } }),
  ];
  const changed = Object.entries(http?.Resources ?? {}).filter(
    ([id, { Type: type }]) => rest?.Resources[id] && rest.Resources[id]?.Type !== type,
  );
  expect(changed).toEqual([]);
});

test("the simulator refuses to answer for it", () => {
  expect(() => new GatewaySimulator(gateway(), { backend: "http://127.0.0.1:1" })).toThrow(NotCoveredError);
});

test("cdk-nag finds nothing in it", () => {
  const cors = { origin: "https://shop.example" };
  const { directory } = appOf([shop(routes, { ...http, cors, authorization: { ...cognito, clients: ["a"] } })]).synth();
  expect(JSON.parse(readFileSync(join(directory, "validation-report.json"), "utf8"))).toMatchObject({ pluginReports: [] });
});
