import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Gateway, Route } from "slipway";
import { tools } from "../tools-folder.ts";
import { estateTemplates, shop, type Template, templatesOf } from "./stacks.ts";

const cfnLint = join(tools, "cfn-lint");
const isThere = existsSync(cfnLint);
if (!isThere) process.stderr.write("skipped: the templates of aws.ts held against cfn-lint; scripts/install-linters.sh installs it\n");

const folder = mkdtempSync(join(tmpdir(), "slipway-templates-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Sets of templates by what they are of. cfn-lint takes seconds to start, and looks at all of them in one go. */
const sets = (): Readonly<Record<string, Readonly<Record<string, Template>>>> => {
  const whole = templatesOf([shop(routes, everything)]);
  const broken = JSON.parse(JSON.stringify(whole["gateway-shop"]).replaceAll('"REGIONAL"', '"EVERYWHERE"')) as Template;
  return {
    estate: estateTemplates(),
    resources: templatesOf([shop(routes, { ...everything, definition: "resources" })]),
    openapi: templatesOf([shop(routes, { ...everything, definition: "openapi" })]),
    http: templatesOf([shop({ proxy: routes.proxy as Route }, everythingOfHttp)]),
    broken: { broken },
  };
};

interface Finding {
  readonly Filename: string;
  readonly Message: string;
}
let found: readonly Finding[];
/** What cfn-lint finds in a set of templates. */
const findings = (set: string) => found.filter(({ Filename }) => Filename.startsWith(join(folder, set)));

const lambda = "arn:aws:lambda:eu-west-1:222222222222:function:authorizer";
/** All that a gateway can have at once. */
const everything: Partial<Gateway> = {
  authorization: { type: "lambda", function: lambda },
  usagePlans: { partners: { throttle: { rate: 1, burst: 2 }, quota: { limit: 10, period: "DAY" }, keys: ["first"] } },
  apiKey: true,
  cors: { origin: "https://shop.example", credentials: true },
  vpcLink: {
    loadBalancer: "arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/ingress/0123456789abcdef",
    subnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    securityGroups: ["sg-0123456789abcdef0"],
  },
  domain: {
    name: "gateway.shop.example",
    certificate: "arn:aws:acm:eu-west-1:222222222222:certificate/01234567-89ab-cdef-0123-456789abcdef",
    basePath: "v1",
    hostedZone: { id: "Z0123456789ABCDEFGHIJ", name: "shop.example" },
  },
  alarms: { topic: "arn:aws:sns:eu-west-1:222222222222:pager" },
  accessLogs: { days: 30, key: "own" },
};
const { usagePlans: _plans, apiKey: _key, vpcLink, ...common } = everything;
/** All that an HTTP API can have at once. */
const everythingOfHttp: Partial<Gateway> = {
  ...common,
  type: "http",
  waf: { type: "none", reason: "An HTTP API can't have one." },
  authorization: {
    type: "cognito",
    userPools: ["arn:aws:cognito-idp:eu-west-1:222222222222:userpool/eu-west-1_AbCdEf"],
    clients: ["client"],
    scopes: ["a/b"],
  },
  vpcLink: {
    ...(vpcLink as NonNullable<typeof vpcLink>),
    listener: "arn:aws:elasticloadbalancing:eu-west-1:222222222222:listener/app/ingress/0123456789abcdef/0123456789abcdef",
  },
};
const routes: Record<string, Route> = {
  proxy: { path: "/proxy", gateway: { kind: "proxy", throttle: { rate: 1, burst: 1 } } },
  mapped: {
    path: "/mapped",
    gateway: {
      kind: "mapped",
      authorization: {
        type: "cognito",
        userPools: ["arn:aws:cognito-idp:eu-west-1:222222222222:userpool/eu-west-1_AbCdEf"],
        scopes: ["a/b"],
      },
      operations: {
        put: {
          method: "PUT",
          path: "/{id}",
          headers: { "X-One": true },
          query: { q: false },
          body: { type: "object", properties: { a: { type: "string" } } },
          request: { headers: { "X-One": "method.request.header.X-One" }, template: "{}" },
          responses: { "200": { schema: { type: "object" }, headers: { "X-Two": "'2'" } }, "404": { template: "{}" } },
        },
      },
    },
  },
};

(isThere ? describe : describe.skip)("cfn-lint finds nothing", () => {
  beforeAll(() => {
    const files = Object.entries(sets()).flatMap(([set, templates]) =>
      Object.entries(templates).map(([name, template]) => {
        mkdirSync(join(folder, set), { recursive: true });
        writeFileSync(join(folder, set, `${name}.json`), JSON.stringify(template));
        return join(folder, set, `${name}.json`);
      }),
    );
    const { stdout, stderr } = spawnSync(cfnLint, ["--format", "json", ...files], { encoding: "utf8" });
    expect(stderr).toBe("");
    found = JSON.parse(stdout) as Finding[];
  }, 60_000);

  test.each(["estate", "resources", "openapi", "http"])(
    "in the estate, or in a gateway of resources, openapi or type http with all it can have: %s",
    (set) => {
      expect(readdirSync(join(folder, set)).length).toBeGreaterThan(0);
      expect(findings(set)).toEqual([]);
    },
  );

  test("that it wouldn't find, were it there", () => {
    expect(JSON.stringify(findings("broken"))).toMatch(/EVERYWHERE/);
  });
});
