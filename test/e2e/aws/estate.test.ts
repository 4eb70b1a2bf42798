import { type Environment, environment, type RouteOperation } from "slipway";
import { ordersGateway } from "../../../overlays/base/orders-gateway.ts";
import { dev } from "../../../overlays/index.ts";
import type { DeployedStack } from "../../../scripts/record-gateway/stacks.ts";
import { useBackend } from "../../aws/backend.ts";
import { estateTemplates, ofType, type Template, templatesOf } from "../../aws/stacks.ts";
import { describeWithLocalStack, useLocalStack } from "./localstack.ts";
import { supported, unsupportedTypes } from "./supported.ts";

/** The account and region of each stack of the estate. A new stack must be named here, and is then deployed. */
const places: Readonly<Record<string, readonly [account: string, region: string]>> = {
  "gateway-account-222222222222-eu-west-1": ["222222222222", "eu-west-1"],
  "gateway-account-333333333333-eu-west-1": ["333333333333", "eu-west-1"],
  "gateway-account-333333333333-us-east-1": ["333333333333", "us-east-1"],
  "gateway-dev": ["222222222222", "eu-west-1"],
  "gateway-staging": ["222222222222", "eu-west-1"],
  "gateway-prod": ["333333333333", "eu-west-1"],
  "gateway-prod-us": ["333333333333", "us-east-1"],
  "registry-111111111111-eu-west-1": ["111111111111", "eu-west-1"],
  "registry-111111111111-eu-west-1-replica-us-east-1": ["111111111111", "us-east-1"],
};
const bearer = { Authorization: "Bearer token" };

/** What operations of dev's orders are in place of those that they are. */
const devWith = (place: Partial<RouteOperation>, more: Parameters<typeof devApp.with>[0] = {}): Environment => {
  const operations = { ...ordersGateway.operations, place: { ...ordersGateway.operations.place, ...place } };
  const routes = { orders: { gateway: { ...ordersGateway, operations } } };
  return environment("dev", { extends: dev, apps: [devApp.with({ routes }).with(more)] });
};
const devApp = dev.app("backend-app");

describeWithLocalStack("the estate's stacks on LocalStack", () => {
  const localStack = useLocalStack();
  const backend = useBackend();
  let templates: ReturnType<typeof estateTemplates> = {};
  const deployed = new Map<string, DeployedStack>();
  const leftOut: string[] = [];
  let zone = "";

  const stacksOf = (name: string) => localStack.stacks(...(places[name] as readonly [string, string]));
  const supportedOf = (template: Template) => supported(template, { backend: backend.url, zone });
  const apiOf = (name: string) => {
    const [[id] = []] = ofType(templates[name] as Template, "AWS::ApiGateway::RestApi");
    return deployed.get(name)?.ids[id ?? ""] ?? "";
  };
  /** What dev's stack is at the moment. */
  let now = {} as Template;
  /** Deploys dev's gateway in another form. */
  const change = async (changed: Environment) => {
    const { template } = supportedOf(templatesOf([changed])["gateway-dev"] as Template);
    deployed.set("gateway-dev", await localStack.update(stacksOf("gateway-dev"), "gateway-dev", now, template));
    now = template;
  };
  const client = {
    call: (question: Parameters<typeof localStack.call>[1]) => localStack.call(apiOf("gateway-dev"), question),
    place: () => {
      const headers = { ...bearer, "Idempotency-Key": "k-1" };
      return client.call({
        method: "POST",
        path: "/orders",
        headers,
        body: { items: [{ sku: "PZ0001", quantity: 2 }], note: "no onions" },
      });
    },
  };

  beforeAll(async () => {
    templates = estateTemplates();
    const accounts = new Map(Object.values(places).map((place) => [place.join(), place]));
    for (const place of accounts.values()) await localStack.bootstrap(...place);
    zone = await localStack.hostedZone("333333333333", "dominos.example");
  });
  afterAll(() => {
    for (const type of new Set(leftOut))
      process.stderr.write(
        `left out: ${leftOut.filter((other) => other === type).length} of type ${type}, which LocalStack's community edition doesn't have\n`,
      );
  });

  test("LocalStack listens on 127.0.0.1 alone", async () => {
    await expect(fetch(`${localStack.url}/_localstack/health`)).resolves.toMatchObject({ status: 200 });
    // The machine answers at 127.0.0.2 for whoever listens on every address.
    await expect(fetch(`${localStack.url.replace("127.0.0.1", "127.0.0.2")}/_localstack/health`)).rejects.toThrow("fetch failed");
  });

  test("are named above", () => {
    expect(Object.keys(places).sort()).toEqual(Object.keys(templates).sort());
  });

  test.each(Object.keys(places))("%s is created with every resource of a type that LocalStack has", async (name) => {
    const { template, leftOut: types } = supportedOf(templates[name] as Template);
    leftOut.push(...types);
    const ids = Object.keys(template.Resources);
    // A stack without resources is none.
    if (ids.length === 0) return expect(types).toEqual(["AWS::ECR::RepositoryCreationTemplate"]);
    const stack = await stacksOf(name).create(name, template);
    deployed.set(name, stack);
    if (name === "gateway-dev") now = template;
    expect(Object.keys(stack.ids).sort()).toEqual(ids.sort());
    expect(ids.length + types.length).toBe(Object.keys(templates[name]?.Resources ?? {}).length);
  });

  test.each([...unsupportedTypes])("%s isn't in LocalStack", async (type) => {
    const create = localStack
      .stacks("444444444444", "eu-west-1")
      .create(`lacks-${type.replaceAll("::", "-")}`, { Resources: { One: { Type: type } } });
    await expect(create).rejects.toThrow(`Resource type ${type} not supported`);
  });

  test("the deployed API answers as the overlays say", async () => {
    backend.reply = { body: '{"pizzas":[]}', headers: { "content-type": "application/json", "cache-control": "max-age=60" } };
    expect(await client.call({ method: "GET", path: "/menu/pizzas?size=large" })).toMatchObject({
      status: 200,
      body: '{"pizzas":[]}',
      headers: { "cache-control": "max-age=60" },
    });
    backend.reply = {
      status: 201,
      body: '{"id":"o-17","internal":true}',
      headers: { "content-type": "application/json", Location: "/orders/o-17" },
    };
    expect(await client.place()).toMatchObject({
      status: 201,
      body: '{"orderId":"o-17","status":"received"}',
      headers: { location: "/orders/o-17", "access-control-allow-origin": "*" },
    });
    expect(backend.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /menu/pizzas?size=large", "POST /orders"]);
    expect(backend.seen[1]?.headers).toMatchObject({ "idempotency-key": "k-1" });
    expect(JSON.parse(backend.seen[1]?.body ?? "")).toEqual({ channel: "gateway", items: [{ sku: "PZ0001", quantity: 2 }] });
  });

  test("what can't be an order never reaches the service, and its troubles stay its own", async () => {
    const post = (headers: Readonly<Record<string, string>>, body: object) =>
      client.call({ method: "POST", path: "/orders", headers, body });
    const good = { items: [{ sku: "PZ0001", quantity: 1 }] };
    expect(await post(bearer, good)).toMatchObject({ status: 400 });
    expect(await post({ ...bearer, "Idempotency-Key": "k" }, { items: [] })).toMatchObject({ status: 400 });
    expect(await client.call({ method: "DELETE", path: "/orders", headers: bearer })).toMatchObject({ status: 403 });
    expect(backend.seen).toEqual([]);
    backend.reply = { status: 500, body: "java.lang.NullPointerException", headers: { "content-type": "text/plain" } };
    expect(await client.call({ method: "GET", path: "/orders/o-17", headers: bearer })).toMatchObject({
      status: 502,
      body: '{"message":"the service gave an answer that is not part of this API"}',
    });
  });

  test("partners need a key in staging, and pages of the shop may ask in production", async () => {
    expect(await localStack.call(apiOf("gateway-staging"), { method: "GET", path: "/menu" })).toMatchObject({ status: 403 });
    expect(await localStack.call(apiOf("gateway-prod"), { method: "OPTIONS", path: "/orders" })).toMatchObject({
      status: 204,
      headers: { "access-control-allow-origin": "https://shop.dominos.example", "access-control-allow-methods": "GET,POST" },
    });
  });

  test("a route that is added is served after an update", async () => {
    expect(await client.call({ method: "GET", path: "/offers" })).toMatchObject({ status: 403 });
    await change(devWith({}, { routes: { offers: { path: "/offers", methods: ["GET"] } } }));
    expect(await client.call({ method: "GET", path: "/offers/today" })).toMatchObject({ status: 200, body: "{}" });
    expect(backend.seen).toMatchObject([{ url: "/offers/today" }]);
  });

  test("a mapping that is changed holds after an update", async () => {
    backend.reply = { status: 201, body: '{"id":"o-17"}', headers: { "content-type": "application/json" } };
    await change(devWith({ request: { template: `{"channel":"phone","order":$input.json('$.items')}` } }));
    expect(await client.place()).toMatchObject({ status: 201 });
    expect(JSON.parse(backend.seen[0]?.body ?? "")).toEqual({ channel: "phone", order: [{ sku: "PZ0001", quantity: 2 }] });
  });

  test("a timeout that is changed holds after an update", async () => {
    const timeout = async () => {
      const { item } = await localStack.describe<ApiResources>(
        "222222222222",
        "eu-west-1",
        `/restapis/${apiOf("gateway-dev")}/resources?embed=methods`,
      );
      return item.find(({ path }) => path === "/orders")?.resourceMethods.POST?.methodIntegration.timeoutInMillis;
    };
    expect(await timeout()).toBe(10_000);
    await change(devWith({ timeoutSeconds: 3 }));
    expect(await timeout()).toBe(3000);
    backend.reply = { status: 201, body: '{"id":"o-18"}', headers: { "content-type": "application/json" } };
    expect(await client.place()).toMatchObject({ status: 201, body: '{"orderId":"o-18","status":"received"}' });
  });
});

/** The resources of an API as API Gateway's own API describes them. */
interface ApiResources {
  readonly item: readonly {
    readonly path: string;
    readonly resourceMethods: Readonly<Record<string, { readonly methodIntegration: { readonly timeoutInMillis: number } }>>;
  }[];
}
