import { useBackend } from "../../aws/backend.ts";
import { gatewayOf, ofType, type Template } from "../../aws/stacks.ts";
import { describeWithLocalStack, useLocalStack } from "./localstack.ts";
import { between, supported } from "./supported.ts";

const order = (path: string): Template =>
  gatewayOf(
    { orders: { path: "/orders", gateway: { kind: "mapped", operations: { find: { method: "GET", path, responses: { "200": {} } } } } } },
    { waf: { type: "none", reason: "LocalStack has no firewall." } },
  );

describeWithLocalStack("a path's variable gets another name", () => {
  const localStack = useLocalStack();
  const backend = useBackend();
  const stacks = () => localStack.stacks("222222222222", "eu-west-1");
  const template = (path: string) => supported(order(path), { backend: backend.url }).template;
  beforeAll(() => localStack.bootstrap("222222222222", "eu-west-1"));

  test("x", async () => {
    const { ids } = await stacks().create("renamed", template("/{id}"));
    process.stderr.write(JSON.stringify(ids, null, 1));
    for (const t of [between(template("/{id}"), template("/{orderId}")), template("/{orderId}")])
      try {
        const u = await stacks().update("renamed", t);
        process.stderr.write(JSON.stringify(u, null, 1));
      } catch (error) {
        process.stderr.write(String(error));
      }
    expect(ofType).toBeDefined();
  });
});
