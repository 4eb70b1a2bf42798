import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Aws, DefaultStackSynthesizer, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { InputError } from "slipway";
import {
  awsApp,
  GatewayAccountStack,
  GatewayStack,
  type GatewayStackProps,
  RegistryReplicaStack,
  RegistryStack,
  type RegistryStackProps,
} from "slipway/aws";
import { ofType, shop, type Template, templatesIn } from "./stacks.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-own-app-"));
afterAll(() => rmSync(folder, { recursive: true }));
let apps = 0;
const appIn = () => new App({ outdir: join(folder, String(++apps)), analyticsReporting: false, builtinCloudFormationValidation: false });

const env = { account: "222222222222", region: "eu-west-1" };
const gateway: GatewayStackProps = {
  env,
  routes: [
    { name: "orders", host: "orders.shop.example", path: "/orders" },
    {
      name: "menu",
      app: "menus",
      host: "menu.internal.example",
      path: "/menu",
      tls: false,
      gateway: { kind: "mapped", operations: { read: { method: "GET", responses: { "200": { schema: { type: "object" } } } } } },
    },
  ],
  settings: {
    authorization: { type: "iam" },
    domain: { name: "api.shop.example", certificate: `arn:aws:acm:eu-west-1:222222222222:certificate/1` },
  },
};
const registry: RegistryStackProps = {
  env,
  repositories: [{ name: "shop/orders", projects: ["shop/orders"], pinned: ["1.4.2"] }, { name: "shop/menu" }],
};
const one = (template: Template | undefined, type: string) => ofType(template as Template, `AWS::${type}`)[0]?.[1].Properties;

test("an app of somebody else uses both stacks, and cdk-nag finds nothing", () => {
  const app = appIn();
  const logs = new GatewayAccountStack(app, "gateway-logs", { env });
  new GatewayStack(app, "orders-gateway", gateway).addStackDependency(logs);
  const copies = new RegistryReplicaStack(app, "registry-us", { ...registry, env: { ...env, region: "us-east-1" } });
  new RegistryStack(app, "registry", {
    ...registry,
    pullers: ["333333333333"],
    replicas: ["us-east-1"],
    pipelines: { gitlab: "https://git.example", deployments: { project: "shop/cdk", branch: "main" } },
  }).addStackDependency(copies);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const assembly = app.synth();
  expect(JSON.parse(readFileSync(join(assembly.directory, "validation-report.json"), "utf8"))).toMatchObject({ pluginReports: [] });
  const templates = templatesIn(assembly);
  expect(one(templates["orders-gateway"], "ApiGateway::RestApi")).toMatchObject({ Name: "orders-gateway" });
  expect(one(templates["orders-gateway"], "Logs::LogGroup")).toMatchObject({ LogGroupName: "/slipway/orders-gateway/access" });
  const uris = ofType(templates["orders-gateway"] as Template, "AWS::ApiGateway::Method").map(
    ([, { Properties }]) => (Properties.Integration as { Uri?: string }).Uri,
  );
  expect(uris.sort()).toEqual([
    "http://menu.internal.example/menu",
    "https://orders.shop.example/orders",
    "https://orders.shop.example/orders/{proxy}",
  ]);
  expect(ofType(templates.registry as Template, "AWS::ECR::Repository").map(([, { Properties }]) => Properties.RepositoryName)).toEqual([
    "shop/orders",
    "shop/menu",
  ]);
});

test("without pipelines there are no roles, and without alarms, domain, replicas or a VPC link of its own nothing that stands for them", () => {
  const app = appIn();
  const registryStack = new RegistryStack(app, "registry", registry);
  const { domain: _domain, ...settings } = gateway.settings;
  const loadBalancer = "arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/ingress/0123456789abcdef";
  const gatewayStack = new GatewayStack(app, "gateway", { ...gateway, settings: { ...settings, vpcLink: { id: "abc123", loadBalancer } } });
  const ids = (stack: RegistryStack | GatewayStack) => stack.node.children.map(({ node }) => node.id);
  expect(ids(registryStack)).toEqual(["Key", "Repositories"]);
  expect(ids(gatewayStack)).toEqual(["Api", "Stage", "Url"]);
  expect(ofType(app.synth().getStackByName("registry").template as Template, "AWS::IAM::Role")).toEqual([]);
});

test("what a CDK stack takes, both take", () => {
  const app = appIn();
  const props = {
    stackName: "acme-own",
    tags: { team: "orders" },
    terminationProtection: false,
    description: "Ours",
    synthesizer: new DefaultStackSynthesizer({ qualifier: "acme" }),
  };
  new GatewayStack(app, "gateway", { ...gateway, ...props, name: "acme-orders" });
  const pipelines = { gitlab: "https://git.example", deployments: { project: "shop/cdk", branch: "main" }, rolePrefix: "acme" };
  const synthesizer = new DefaultStackSynthesizer({ qualifier: "other" });
  new RegistryStack(app, "registry", { ...registry, ...props, stackName: "acme-registry", synthesizer, pipelines });
  const assembly = app.synth();
  const [own, registryStack] = [assembly.getStackByName("acme-own"), assembly.getStackByName("acme-registry")];
  expect(own).toMatchObject({ tags: { team: "orders" }, terminationProtection: false, template: { Description: "Ours" } });
  expect(own.assumeRoleArn).toContain("cdk-acme-deploy-role");
  expect(one(own.template, "ApiGateway::RestApi")).toMatchObject({ Name: "acme-orders" });
  expect(registryStack).toMatchObject({ tags: { team: "orders" }, terminationProtection: false, template: { Description: "Ours" } });
  const policies = JSON.stringify(ofType(registryStack.template, "AWS::IAM::Policy"));
  expect(policies).toContain("arn:aws:iam::222222222222:role/cdk-other-deploy-role-222222222222-eu-west-1");
  const roles = ofType(registryStack.template, "AWS::IAM::Role").map(([, { Properties }]) => Properties.RoleName);
  expect(roles).toEqual(["acme-push-shop-orders", "acme-resolve", "acme-cdk-deploy"]);
});

test("what API Gateway would refuse is reported with the name of the gateway", () => {
  const routes = [{ name: "orders", host: "*.shop.example", path: "/orders" }];
  const create = () => new GatewayStack(appIn(), "orders-gateway", { ...gateway, routes });
  expect(create).toThrow(InputError);
  expect(create).toThrow(/orders-gateway[\s\S]*routes\.orders\.host: "\*\.shop\.example" is not a host that the gateway can call/);
});

test("what the model doesn't allow is reported as in an overlay", () => {
  const routes = [{ name: "orders", host: "orders", path: "orders", gateway: { kind: "proxi" } }] as unknown as GatewayStackProps["routes"];
  const settings = { authorization: { type: "none", reason: "short" }, wuf: {} } as unknown as GatewayStackProps["settings"];
  const problems = (props: Partial<GatewayStackProps>) => {
    try {
      new GatewayStack(appIn(), "orders-gateway", { ...gateway, ...props });
    } catch (error) {
      if (error instanceof InputError) return error.problems.map(({ environment, path, message }) => `${environment}: ${path}: ${message}`);
      throw error;
    }
    return [];
  };
  expect(problems({ routes, settings })).toEqual([
    expect.stringMatching(/^orders-gateway: aws\.gateway\.authorization\.reason: .*at least 10 characters/),
    expect.stringMatching(/^orders-gateway: aws\.gateway\.wuf: /),
    expect.stringMatching(/^orders-gateway: routes\.orders\.path: .*a path beginning with '\/'/),
    expect.stringMatching(/^orders-gateway: routes\.orders\.gateway\.kind: /),
  ]);
  const place = /^orders-gateway: env: expected an account and a region that are known at synth, found /;
  expect(problems({ env: undefined as never })).toEqual([expect.stringMatching(place)]);
  expect(problems({ env: { account: "222222222222", region: Aws.REGION } })).toEqual([expect.stringMatching(place)]);
});

test("awsApp gives prefix, tags, qualifier and protection to all its stacks", () => {
  const environment = shop({ all: { path: "/" } });
  const app = awsApp([environment], {
    outdir: join(folder, String(++apps)),
    builtinCloudFormationValidation: false,
    namePrefix: "acme-",
    tags: { team: "platform" },
    qualifier: "acme",
    terminationProtection: false,
  });
  const { stacks } = app.synth();
  expect(stacks.map(({ stackName }) => stackName).sort()).toEqual(["acme-gateway-account-222222222222-eu-west-1", "acme-gateway-shop"]);
  for (const stack of stacks) {
    expect(stack).toMatchObject({ tags: { team: "platform" }, terminationProtection: false });
    expect(stack.assumeRoleArn).toContain("cdk-acme-deploy-role");
  }
  const template = stacks.find(({ stackName }) => stackName === "acme-gateway-shop")?.template as Template;
  expect(one(template, "ApiGateway::RestApi")).toMatchObject({ Name: "acme-shop-gateway" });
  expect(one(template, "Logs::LogGroup")).toMatchObject({ LogGroupName: "/slipway/acme-shop-gateway/access" });
});
