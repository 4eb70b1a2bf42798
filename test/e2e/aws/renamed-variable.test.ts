import type { Gateway } from "slipway";
import { review, treeOf } from "../../../lib/review/index.ts";
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
  const proxied = (): Template =>
    supported(gatewayOf({ orders: { path: "/orders" } }, { waf: { type: "none", reason: "Tests ask here, and nobody else." } }), {
      backend: backend.url,
    }).template;
  const apiOf = (template: Template, { ids }: DeployedStack) => ids[ofType(template, "AWS::ApiGateway::RestApi")[0]?.[0] ?? ""] ?? "";
  const find = async (template: Template, stack: DeployedStack) =>
    (await localStack.call(apiOf(template, stack), { method: "GET", path: "/orders/17" })).status;

  /** A template whose logical ids are those of another one's API, as if the change were made within it. */
  const within = (before: Template, after: Template): Template => {
    // The API's id begins all ids within it, and a hash of it ends them.
    const nameOf = (id: string) => /^Api[0-9a-f]{8}(\w+)[0-9A-F]{8}$/.exec(id)?.[1];
    const old = new Map(Object.keys(before.Resources).map((id) => [nameOf(id), id]));
    const ids = Object.keys(after.Resources).flatMap((id) =>
      nameOf(id) && old.get(nameOf(id)) ? [[id, old.get(nameOf(id))] as const] : [],
    );
    const text = ids.reduce((all, [id, other = ""]) => all.replaceAll(id, other), JSON.stringify(after));
    return JSON.parse(text) as Template;
  };

  test("API Gateway refuses it in one API, since the new resource comes before the old one goes, as review says", async () => {
    const stacks = await stacksOf("222222222222");
    const before = templateOf("/{id}");
    const after = within(before, templateOf("/{orderId}"));
    const created = await stacks.create("one-api", before);
    expect(await find(before, created)).toBe(200);
    await expect(localStack.update(stacks, "one-api", before, after)).rejects.toThrow(
      "A sibling ({id}) of this resource already has a variable path part -- only one is allowed",
    );
    const side = (template: Template) => treeOf(new Map([["one-api.template.json", JSON.stringify(template)]]), "aws");
    const [refused] = review(side(before), side(after)).changes;
    expect(refused).toMatchObject({ impact: "rejected", reason: expect.stringContaining("while {id} is still there") });
  });

  test.each<[what: string, account: string, before: () => Template, after: () => Template]>([
    ["the variable has another name", "444444444444", () => templateOf("/{id}"), () => templateOf("/{orderId}")],
    ["a proxy becomes mapped", "555555555555", () => proxied(), () => templateOf("/{orderId}")],
  ])("without a domain it is a new API, whose address is in the outputs, when %s", async (_what, account, beforeOf, afterOf) => {
    const stacks = await stacksOf(account);
    const [before, after] = [beforeOf(), afterOf()];
    const created = await stacks.create("without-domain", before);
    expect(await find(before, created)).toBe(200);
    const updated = await localStack.update(stacks, "without-domain", before, after);
    expect(apiOf(after, updated)).not.toBe(apiOf(before, created));
    expect(updated.outputs.Url).toContain(apiOf(after, updated));
    expect(await find(after, updated)).toBe(200);
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
