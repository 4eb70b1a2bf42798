import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Gateway, Route } from "slipway";
import * as overlays from "../../overlays/index.ts";
import { tools } from "../tools-folder.ts";
import { shop, type Template, templatesOf } from "./stacks.ts";

const cfnLint = join(tools, "cfn-lint");
const isThere = existsSync(cfnLint);
if (!isThere) process.stderr.write("skipped: the templates of aws.ts held against cfn-lint; scripts/install-cfn-lint.sh installs it\n");

const folder = mkdtempSync(join(tmpdir(), "slipway-templates-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What cfn-lint says of templates; empty where it finds nothing. */
function findings(templates: Readonly<Record<string, Template>>): string {
  const files = Object.entries(templates).map(([name, template]) => {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(template));
    return join(folder, `${name}.json`);
  });
  try {
    return execFileSync(cfnLint, files, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

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
  test("in the estate", () => {
    expect(findings(templatesOf(Object.values(overlays)))).toBe("");
  }, 60_000);

  test.each(["resources", "openapi"] as const)(
    "in a gateway of %s with all it can have",
    (definition) => {
      expect(findings(templatesOf([shop(routes, { ...everything, definition })]))).toBe("");
    },
    60_000,
  );

  test("that it wouldn't find, were it there", () => {
    const { "gateway-shop": gateway } = templatesOf([shop(routes, everything)]);
    const broken = JSON.parse(JSON.stringify(gateway).replaceAll('"REGIONAL"', '"EVERYWHERE"')) as Template;
    expect(findings({ broken })).toMatch(/EVERYWHERE/);
  }, 60_000);
});
