import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Aws, DefaultStackSynthesizer, Fn, Validations } from "aws-cdk-lib";
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

/** Problems that a stack reports, as text. */
function problemsOf(create: () => unknown): string[] {
  try {
    create();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.problems.filter(({ fix }) => !fix)).toEqual([]);
    return error.problems.map(({ environment, path, message }) => `${environment}: ${path}: ${message}`);
  }
  return [];
}
const problems = (props: Partial<GatewayStackProps>) =>
  problemsOf(() => new GatewayStack(appIn(), "orders-gateway", { ...gateway, ...props }));

test("what API Gateway would refuse is reported with the name of the gateway", () => {
  const routes = [{ name: "orders", host: "*.shop.example", path: "/orders" }];
  const create = () => new GatewayStack(appIn(), "orders-gateway", { ...gateway, routes });
  expect(create).toThrow(InputError);
  expect(create).toThrow(/orders-gateway[\s\S]*routes\.orders\.host: "\*\.shop\.example" is not a host that the gateway can call/);
});

test("what the model doesn't allow is reported as in an overlay", () => {
  const routes = [{ name: "orders", host: "orders", path: "orders", gateway: { kind: "proxi" } }] as unknown as GatewayStackProps["routes"];
  const settings = { authorization: { type: "none", reason: "short" }, wuf: {} } as unknown as GatewayStackProps["settings"];
  expect(problems({ routes, settings })).toEqual([
    expect.stringMatching(/^orders-gateway: aws\.gateway\.authorization\.reason: .*at least 10 characters/),
    expect.stringMatching(/^orders-gateway: aws\.gateway\.wuf: /),
    expect.stringMatching(/^orders-gateway: routes\.orders\.path: .*a path beginning with '\/'/),
    expect.stringMatching(/^orders-gateway: routes\.orders\.gateway\.kind: /),
  ]);
  expect(problems({ routes: undefined as never, settings: undefined as never })).toEqual([
    "orders-gateway: aws.gateway: is required but missing",
    "orders-gateway: routes: is required but missing",
  ]);
  const place = /^orders-gateway: env: expected an account and a region that are known at synth, found /;
  expect(problems({ env: undefined as never })).toEqual([expect.stringMatching(place)]);
  expect(problems({ env: { account: "222222222222", region: Aws.REGION } })).toEqual([expect.stringMatching(place)]);
});

test.each<[string, unknown, string[]]>([
  ["a route without a host", [{ name: "orders", path: "/orders" }], ["routes.orders.host: is required but missing"]],
  ["a route without a name", [{ host: "orders.shop.example", path: "/orders" }], ["routes.0.name: is required but missing"]],
  [
    "a name that no model can have",
    [{ name: "orders_1", host: "orders.shop.example", path: "/orders", app: "a b", tls: "no" }],
    [
      `routes.orders_1.name: expected letters, digits and '-', found "orders_1"`,
      `routes.orders_1.app: expected letters, digits and '-', found "a b"`,
      'routes.orders_1.tls: expected a boolean, found "no"',
    ],
  ],
  [
    "a route that the gateway doesn't serve",
    [{ name: "orders", host: "orders.shop.example", path: "/orders", gateway: { kind: "none", reason: "Called inside only." } }],
    ['routes.orders.gateway: expected a gateway of the kind proxy or mapped, found {"kind":"none","reason":"Called inside only."}'],
  ],
  ["no route", [null], ["routes.0: expected an object, found null"]],
  ["one route, and no list", { name: "orders" }, ['routes: expected a list, found {"name":"orders"}']],
])("%s is reported to callers without types", (_name, routes, expected) =>
  expect(problems({ routes: routes as never })).toEqual(expected.map((problem) => `orders-gateway: ${problem}`)),
);

describe("a registry of an app of somebody else", () => {
  const pipelines = { gitlab: "https://git.example" };
  const deployments = { project: "shop/cdk", branch: "main" };
  const reported = (props: object) => problemsOf(() => new RegistryStack(appIn(), "registry", { ...registry, ...props }));
  const many = Array.from({ length: 120 }, (_tag, index) => `1.0.${index}`);

  test.each<[string, object, string[]]>([
    [
      "every branch that pushes",
      { pipelines: { ...pipelines, branches: ["*"] } },
      ['pipelines.branches.0: expected the name of a branch, found "*"'],
    ],
    [
      "every branch that deploys, and every project",
      { pipelines: { ...pipelines, deployments: { project: "shop/*", branch: "release-?" } } },
      [
        'pipelines.deployments.project: expected the path of a project, as group/backend-app, found "shop/*"',
        'pipelines.deployments.branch: expected the name of a branch, found "release-?"',
      ],
    ],
    [
      "what overlays can't say either",
      { keepDays: 0, pipelines: { gitlab: "http://git.example", branches: [], tags: ["v?"], provider: "gitlab", brnaches: ["main"] } },
      [
        "keepDays: expected at least 1, found 0",
        'pipelines.gitlab: expected an https URL, found "http://git.example"',
        "pipelines.branches: expected at least 1 entry, found []",
        `pipelines.tags.0: expected a tag's name, or a pattern with *, found "v?"`,
        'pipelines.provider: expected an ARN, as arn:aws:iam::111111111111:oidc-provider/gitlab.dominos.example, or a token of the AWS CDK, found "gitlab"',
        'pipelines.brnaches: unknown key "brnaches"',
      ],
    ],
    [
      "names and places that AWS doesn't know",
      {
        repositories: [{ name: "Shop/Orders", projects: ["*"], pinned: ["1.*"] }],
        pullers: ["shop"],
        replicas: ["mars"],
      },
      [
        'repositories.0.name: expected the name of a repository in lower case, as shop/orders, found "Shop/Orders"',
        'repositories.0.projects.0: expected the path of a project, as group/backend-app, found "*"',
        'repositories.0.pinned.0: expected the tag of an image, found "1.*"',
        'pullers.0: expected twelve digits, or a token of the AWS CDK, found "shop"',
        'replicas.0: expected a region, as eu-west-1, or a token of the AWS CDK, found "mars"',
      ],
    ],
    ["no repositories", { repositories: undefined }, ["repositories: is required but missing"]],
    [
      "more pins than a lifecycle policy has room for, and a repository twice",
      { repositories: [{ name: "shop/menu" }, { name: "shop/orders", pinned: many }, { name: "shop/menu" }] },
      [
        "repositories: 2 repositories have the name shop/menu",
        "repositories.1.pinned: 120 tags of shop/orders are pinned, and a lifecycle policy can keep 45",
      ],
    ],
  ])("reports %s", (_name, props, expected) => expect(reported(props)).toEqual(expected.map((problem) => `registry: ${problem}`)));

  test("reports the same of its copies", () => {
    const repositories = [{ name: "shop/orders", pinned: many }];
    expect(problemsOf(() => new RegistryReplicaStack(appIn(), "copies", { env, repositories }))).toEqual([
      "copies: repositories.0.pinned: 120 tags of shop/orders are pinned, and a lifecycle policy can keep 45",
    ]);
  });

  test("may leave accounts, regions and the OIDC provider to the deploy", () => {
    const targets = [{ account: Aws.ACCOUNT_ID, region: Aws.REGION }];
    const provider = Fn.importValue("gitlab-provider");
    expect(reported({ pullers: [Aws.ACCOUNT_ID], pipelines: { ...pipelines, deployments, targets, provider } })).toEqual([]);
  });

  test("gives each project a role of its own, whose name ends with a hash only where two would be the same", () => {
    const rolesOf = (...projects: string[]) => {
      const app = appIn();
      new RegistryStack(app, "registry", { env, repositories: [{ name: "shop/orders", projects }], pipelines });
      const template = app.synth().getStackByName("registry").template as Template;
      return ofType(template, "AWS::IAM::Role").map(([, { Properties }]) => Properties.RoleName);
    };
    const shared = rolesOf("shop/orders-api", "shop-orders/api", "shop/menu");
    expect(shared).toEqual([
      expect.stringMatching(/^slipway-push-shop-orders-api-[0-9a-f]{8}$/),
      "slipway-push-shop-menu",
      expect.stringMatching(/^slipway-push-shop-orders-api-[0-9a-f]{8}$/),
    ]);
    expect(new Set(shared).size).toBe(3);
    expect(rolesOf("shop/orders-api")).toEqual(["slipway-push-shop-orders-api"]);
    // IAM doesn't distinguish names by case.
    expect(new Set(rolesOf("shop/Menu", "shop/menu").map((name) => String(name).toLowerCase())).size).toBe(2);
    const long = "long".repeat(20);
    expect(rolesOf(`${long}/a-b`, `${long}-a/b`)).toEqual([expect.stringMatching(/^.{64}$/), expect.stringMatching(/^.{64}$/)]);
    expect(new Set(rolesOf(`${long}/a-b`, `${long}-a/b`)).size).toBe(2);
  });
});

test("a gateway without routes, and a registry that is copied to its own region, are refused", () => {
  const env = { account: "222222222222", region: "eu-west-1" };
  expect(() => new GatewayStack(new App(), "gateway", { env, routes: [], settings: { authorization: { type: "iam" } } })).toThrow(
    /serves no route/,
  );
  expect(() => new RegistryStack(new App(), "registry", { env, repositories: [{ name: "shop/web" }], replicas: ["eu-west-1"] })).toThrow(
    /its own region, found eu-west-1/,
  );
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
