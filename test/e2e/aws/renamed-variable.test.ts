import type { Gateway } from "slipway";
import type { DeployedStack } from "../../../scripts/record-gateway/stacks.ts";
import { useBackend } from "../../aws/backend.ts";
import { gatewayOf, ofType, type Template } from "../../aws/stacks.ts";
import { describeWithLocalStack, useLocalStack } from "./localstack.ts";
import { supported } from "./supported.ts";

const domain = {
  name: "gateway.shop.example",
  certificate: "arn:aws:acm:eu-west-1:222222222222:certificate/01234567-89ab-cdef-0123-456789abcdef",
};

describeWithLocalStack("the variable of a path gets another name", () => {
  const localStack = useLocalStack();
  const backend = useBackend();
  /** An account of its own for each test: log groups stay when a stack goes, and have the same name. */
  const stacksOf = async (account: string) => {
    await localStack.bootstrap(account, "eu-west-1");
    return localStack.stacks(account, "eu-west-1");
  };

  const templateOf = (path: string, gateway: Partial<Gateway> = {}): Template => {
    const find = { method: "GET", path, responses: { "200": {} } } as const;
    const routes = { orders: { path: "/orders", gateway: { kind: "mapped", operations: { find } } } } as const;
    const template = gatewayOf(routes, { ...gateway, waf: { type: "none", reason: "Tests ask here, and nobody else." } });
    return supported(template, { backend: backend.url }).template;
  };
  const apiOf = (template: Template, { ids }: DeployedStack) => ids[ofType(template, "AWS::ApiGateway::RestApi")[0]?.[0] ?? ""] ?? "";
  const find = async (template: Template, stack: DeployedStack) =>
    (await localStack.call(apiOf(template, stack), { method: "GET", path: "/orders/17" })).status;

  test("API Gateway refuses it in one API, since the new resource comes before the old one goes", async () => {
    const stacks = await stacksOf("222222222222");
    const [before, after] = [templateOf("/{id}"), templateOf("/{orderId}")];
    const created = await stacks.create("without-domain", before);
    expect(await find(before, created)).toBe(200);
    await expect(localStack.update(stacks, "without-domain", before, after)).rejects.toThrow(
      "A sibling ({id}) of this resource already has a variable path part -- only one is allowed",
    );
  });

  test("with a domain it is a new API, which serves the path under its new name", async () => {
    const stacks = await stacksOf("333333333333");
    const [before, after] = [templateOf("/{id}", { domain }), templateOf("/{orderId}", { domain })];
    const created = await stacks.create("with-domain", before);
    const updated = await localStack.update(stacks, "with-domain", before, after);
    expect(apiOf(after, updated)).not.toBe(apiOf(before, created));
    expect(await find(after, updated)).toBe(200);
    expect(backend.seen.map(({ url }) => url)).toEqual(["/orders/17"]);
  });
});
