import type { Gateway } from "slipway";
import { gatewayOf, ofType, shop, templatesOf } from "./stacks.ts";

const routes = { all: { path: "/all", gateway: { kind: "proxy", throttle: { rate: 5, burst: 9 } } } } as const;
const properties = (gateway: Partial<Gateway>, type: string) => ofType(gatewayOf(routes, gateway), type).map(([, one]) => one.Properties);

test("unless said otherwise: throttled, traced, measured, logged, behind a firewall, with no body or header in any log", () => {
  const template = gatewayOf(routes);
  const [stage] = ofType(template, "AWS::ApiGateway::Stage").map(([, one]) => one.Properties);
  expect(stage).toMatchObject({
    StageName: "live",
    TracingEnabled: true,
    MethodSettings: [
      {
        ResourcePath: "/*",
        HttpMethod: "*",
        ThrottlingRateLimit: 500,
        ThrottlingBurstLimit: 1000,
        MetricsEnabled: true,
        DataTraceEnabled: false,
        LoggingLevel: "ERROR",
      },
      { ResourcePath: "/~1all", HttpMethod: "*", ThrottlingRateLimit: 5, ThrottlingBurstLimit: 9 },
      { ResourcePath: "/~1all~1{proxy+}", HttpMethod: "*", ThrottlingRateLimit: 5, ThrottlingBurstLimit: 9 },
    ],
  });
  const { Format } = (stage as { AccessLogSetting: { Format: string } }).AccessLogSetting;
  expect(JSON.parse(Format)).toMatchObject({ requestId: "$context.requestId", status: "$context.status" });
  expect(Format).not.toMatch(/authorization|apiKey/i);
  expect(ofType(template, "AWS::Logs::LogGroup")[0]?.[1].Properties).toMatchObject({ RetentionInDays: 90 });
  expect(ofType(template, "AWS::WAFv2::WebACL")).toHaveLength(1);
  expect(ofType(template, "AWS::WAFv2::WebACLAssociation")).toHaveLength(1);
  for (const type of [
    "CloudWatch::Alarm",
    "ApiGateway::DomainName",
    "ApiGateway::UsagePlan",
    "ApiGatewayV2::VpcLink",
    "Route53::RecordSet",
  ])
    expect(ofType(template, `AWS::${type}`)).toEqual([]);
});

describe("access logs are encrypted", () => {
  const keyed = (key?: string) => gatewayOf(routes, { accessLogs: { days: 30, ...(key ? { key } : {}) } });
  const group = (template: ReturnType<typeof gatewayOf>) => ofType(template, "AWS::Logs::LogGroup")[0]?.[1].Properties;

  test("by CloudWatch itself, unless a key is named", () => {
    expect(group(keyed())).not.toHaveProperty("KmsKeyId");
    expect(ofType(keyed(), "AWS::KMS::Key")).toEqual([]);
  });

  test("by a key that exists", () => {
    const key = "arn:aws:kms:eu-west-1:222222222222:key/01234567-89ab-cdef-0123-456789abcdef";
    expect(group(keyed(key))).toMatchObject({ KmsKeyId: key, RetentionInDays: 30 });
    expect(ofType(keyed(key), "AWS::KMS::Key")).toEqual([]);
  });

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
  test("by a key of their own, which CloudWatch Logs of the region uses for them alone", () => {
    const template = keyed("own");
    const [[id, key]] = ofType(template, "AWS::KMS::Key") as unknown as [[string, { DeletionPolicy: string; Properties: KeyProperties }]];
    expect(group(template)).toMatchObject({ KmsKeyId: { "Fn::GetAtt": [id, "Arn"] } });
    expect(key).toMatchObject({ DeletionPolicy: "Retain", Properties: { EnableKeyRotation: true } });
    const services = key.Properties.KeyPolicy.Statement.filter(({ Principal }) => Principal.Service);
    expect(services).toEqual([
      {
        Sid: "AccessLogs",
        Effect: "Allow",
        Principal: { Service: "logs.eu-west-1.amazonaws.com" },
        Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        Resource: "*",
        Condition: {
          ArnEquals: { "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:222222222222:log-group:/slipway/shop-gateway/access" },
        },
      },
    ]);
  });
  interface KeyProperties {
    readonly KeyPolicy: { readonly Statement: readonly { readonly Principal: { readonly Service?: string } }[] };
  }
});

test("a firewall of one's own, or none for a reason", () => {
  const arn = "arn:aws:wafv2:eu-west-1:222222222222:regional/webacl/company/1";
  expect(properties({ waf: { type: "acl", arn } }, "AWS::WAFv2::WebACLAssociation")).toMatchObject([{ WebACLArn: arn }]);
  expect(properties({ waf: { type: "none", reason: "Nothing to see in a test." } }, "AWS::WAFv2::WebACLAssociation")).toEqual([]);
});

test("usage plans, and keys whose values stand nowhere", () => {
  const gateway: Partial<Gateway> = {
    apiKey: true,
    usagePlans: { partners: { throttle: { rate: 1, burst: 2 }, quota: { limit: 10, period: "DAY" }, keys: ["first", "second"] } },
  };
  expect(properties(gateway, "AWS::ApiGateway::UsagePlan")).toMatchObject([
    { UsagePlanName: "shop-gateway-partners", Quota: { Limit: 10, Period: "DAY" }, Throttle: { RateLimit: 1, BurstLimit: 2 } },
  ]);
  const keys = properties(gateway, "AWS::ApiGateway::ApiKey");
  expect(keys.map(({ Name }) => Name)).toEqual(["shop-gateway-first", "shop-gateway-second"]);
  expect(keys.every((key) => !("Value" in key))).toBe(true);
});

test("a domain of one's own, with base path and record, behind which the API's own address is off", () => {
  const domain = {
    name: "gateway.shop.example",
    certificate: "arn:aws:acm:eu-west-1:222222222222:certificate/1",
    basePath: "v1",
    hostedZone: { id: "Z1", name: "shop.example" },
  };
  expect(properties({ domain }, "AWS::ApiGateway::RestApi")).toMatchObject([{ DisableExecuteApiEndpoint: true }]);
  expect(properties({ domain }, "AWS::ApiGateway::DomainName")).toMatchObject([
    { DomainName: "gateway.shop.example", SecurityPolicy: "TLS_1_2", RegionalCertificateArn: domain.certificate },
  ]);
  expect(properties({ domain }, "AWS::ApiGateway::BasePathMapping")).toMatchObject([{ BasePath: "v1" }]);
  expect(properties({ domain }, "AWS::Route53::RecordSet")).toMatchObject([
    { HostedZoneId: "Z1", Name: "gateway.shop.example", Type: "A" },
  ]);
});

test("alarms on the share of errors and on latency", () => {
  const topic = "arn:aws:sns:eu-west-1:222222222222:pager";
  expect(properties({ alarms: { topic, errorPercent: 2, latencyMilliseconds: 700 } }, "AWS::CloudWatch::Alarm")).toMatchObject([
    { MetricName: "5XXError", Statistic: "Average", Threshold: 0.02, AlarmActions: [topic], TreatMissingData: "notBreaching" },
    { MetricName: "Latency", ExtendedStatistic: "p99", Threshold: 700, AlarmActions: [topic] },
  ]);
});

test("a VPC link that is made, or is there", () => {
  const loadBalancer = "arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/ingress/1";
  const vpcLink = {
    loadBalancer,
    subnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    securityGroups: ["sg-0123456789abcdef0"],
  };
  const integration = (gateway: Partial<Gateway>) => properties(gateway, "AWS::ApiGateway::Method").map(({ Integration }) => Integration);
  expect(properties({ vpcLink }, "AWS::ApiGatewayV2::VpcLink")).toMatchObject([
    { SubnetIds: vpcLink.subnets, SecurityGroupIds: vpcLink.securityGroups },
  ]);
  for (const settings of integration({ vpcLink }))
    expect(settings).toMatchObject({
      ConnectionType: "VPC_LINK",
      ConnectionId: { Ref: expect.stringContaining("PrivateLink") },
      IntegrationTarget: loadBalancer,
    });
  for (const settings of integration({ vpcLink: { id: "abc123", loadBalancer } }))
    expect(settings).toMatchObject({ ConnectionId: "abc123" });
  expect(properties({ vpcLink: { id: "abc123", loadBalancer } }, "AWS::ApiGatewayV2::VpcLink")).toEqual([]);
});

test("a Lambda authorizer may be asked by this API alone", () => {
  const lambda = "arn:aws:lambda:eu-west-1:222222222222:function:authorizer";
  const template = gatewayOf(routes, { authorization: { type: "lambda", function: lambda } });
  expect(ofType(template, "AWS::Lambda::Permission")[0]?.[1].Properties).toMatchObject({
    FunctionName: lambda,
    Principal: "apigateway.amazonaws.com",
    SourceArn: { "Fn::Join": ["", [expect.any(String), { Ref: expect.stringContaining("RestApi") }, "/authorizers/*"]] },
  });
});

test("environments of one account and region share its right to write logs", () => {
  const names = Object.keys(templatesOf([shop(routes)]));
  expect(names).toContain("gateway-account-222222222222-eu-west-1");
});

test("a quota that AWS raised lets an app take longer", () => {
  const slow = { all: { path: "/all", gateway: { kind: "proxy", timeoutSeconds: 60 } } } as const;
  const methods = ofType(gatewayOf(slow, { longestTimeoutSeconds: 90 }), "AWS::ApiGateway::Method").map(([, { Properties }]) => Properties);
  expect(methods).toMatchObject([{ Integration: { TimeoutInMillis: 60_000 } }, { Integration: { TimeoutInMillis: 60_000 } }]);
});

test("a rule of the firewall can count in place of blocking, as that against bodies of more than 8 KB", () => {
  const [acl] = properties({ waf: { type: "managed", count: ["SizeRestrictions_BODY"] } }, "AWS::WAFv2::WebACL");
  const { Rules } = acl as { Rules: { Name: string; Statement: { ManagedRuleGroupStatement?: { RuleActionOverrides?: unknown } } }[] };
  expect(Rules.map(({ Name, Statement }) => [Name, Statement.ManagedRuleGroupStatement?.RuleActionOverrides])).toEqual([
    ["requests-of-one-address", undefined],
    ["AWSManagedRulesCommonRuleSet", [{ Name: "SizeRestrictions_BODY", ActionToUse: { Count: {} } }]],
    ["AWSManagedRulesKnownBadInputsRuleSet", undefined],
  ]);
});

test("a domain leads to a stage when firewall, usage plans and their keys stand before it", () => {
  const certificate = "arn:aws:acm:eu-west-1:222222222222:certificate/01234567-89ab-cdef-0123-456789abcdef";
  const template = gatewayOf(routes, {
    domain: { name: "gateway.shop.example", certificate },
    usagePlans: { partners: { keys: ["first"] } },
  });
  const [[, mapping]] = ofType(template, "AWS::ApiGateway::BasePathMapping") as unknown as [[string, { DependsOn: string[] }]];
  const guards = ["WAFv2::WebACLAssociation", "ApiGateway::UsagePlan", "ApiGateway::UsagePlanKey"].flatMap((type) =>
    ofType(template, `AWS::${type}`).map(([id]) => id),
  );
  expect(guards).toHaveLength(3);
  expect(mapping.DependsOn).toEqual(expect.arrayContaining(guards));
});

test.each(["resources", "openapi"] as const)(
  "media types of proxies are bytes for the whole API, defined by %s, and a change of them is deployed",
  (definition) => {
    const files = (...binaryTypes: string[]) =>
      ({
        images: { path: "/images", gateway: { kind: "proxy", binaryTypes } },
        more: { path: "/more", gateway: { kind: "proxy", binaryTypes: ["application/pdf"] } },
      }) as const;
    const [one, two] = [files("image/png"), files("image/png", "image/*")].map((all) => gatewayOf(all, { definition }));
    const apiOf = (template: typeof one) =>
      ofType(template as never, "AWS::ApiGateway::RestApi")[0]?.[1].Properties as { BinaryMediaTypes: string[] };
    expect(apiOf(one).BinaryMediaTypes).toEqual(["application/pdf", "image/png"]);
    expect(apiOf(two).BinaryMediaTypes).toEqual(["application/pdf", "image/*", "image/png"]);
    const deploymentOf = (template: typeof one) => ofType(template as never, "AWS::ApiGateway::Deployment")[0]?.[0];
    expect(deploymentOf(one)).not.toBe(deploymentOf(two));
  },
);
