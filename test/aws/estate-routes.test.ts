import { GatewaySimulator } from "slipway/testing";
import { useBackend } from "./backend.ts";
import { estateTemplates } from "./stacks.ts";

/** The estate's own gateways, simulated as clients use them. */
const templates = estateTemplates();
const backend = useBackend();
const prod = () => new GatewaySimulator(templates["gateway-prod"] as object, { backend: backend.url });
const authorization = { Authorization: "Bearer token" };

test("the menu goes through as it is", async () => {
  backend.reply = { body: '{"pizzas":[]}', headers: { "content-type": "application/json", "cache-control": "max-age=60" } };
  expect(await prod().ask({ method: "GET", path: "/menu/pizzas", query: { size: "large" } })).toMatchObject({
    status: 200,
    body: '{"pizzas":[]}',
    headers: { "cache-control": "max-age=60" },
  });
  expect(backend.seen).toMatchObject([{ method: "GET", url: "/menu/pizzas?size=large", headers: { host: "api.dominos.example" } }]);
});

test("an order is validated, mapped, and answered in the shape clients know", async () => {
  backend.reply = {
    status: 201,
    body: '{"id":"o-17","internal":true}',
    headers: { "content-type": "application/json", location: "/orders/o-17" },
  };
  const answer = await prod().ask({
    method: "POST",
    path: "/orders",
    headers: { ...authorization, "Idempotency-Key": "k-1" },
    body: { items: [{ sku: "PZ0001", quantity: 2 }], note: "no onions" },
  });
  expect(answer).toMatchObject({
    status: 201,
    headers: {
      "content-type": "application/json",
      location: "/orders/o-17",
      "access-control-allow-origin": "https://shop.dominos.example",
    },
    body: '{"orderId":"o-17","status":"received"}',
  });
  expect(backend.seen).toMatchObject([
    {
      method: "POST",
      url: "/orders",
      body: '{"channel":"gateway","items":[{"sku":"PZ0001","quantity":2}]}',
      headers: { "idempotency-key": "k-1" },
    },
  ]);
});

test("what can't be an order never reaches the service", async () => {
  const place = (headers: Record<string, string>, body: object) => prod().ask({ method: "POST", path: "/orders", headers, body });
  const all = { ...authorization, "Idempotency-Key": "k-1" };
  const good = { items: [{ sku: "PZ0001", quantity: 1 }] };
  expect(await place(authorization, good)).toMatchObject({ status: 400, gatewayResponse: "BAD_REQUEST_PARAMETERS" });
  expect(await place(all, { items: [] })).toMatchObject({ status: 400, gatewayResponse: "BAD_REQUEST_BODY" });
  expect(await place(all, { items: [{ sku: "pizza", quantity: 1 }] })).toMatchObject({ status: 400, gatewayResponse: "BAD_REQUEST_BODY" });
  expect(await prod().ask({ method: "DELETE", path: "/orders", headers: all })).toMatchObject({ status: 403 });
  expect(backend.seen).toEqual([]);
});

test("the service's own troubles stay its own", async () => {
  backend.reply = { status: 500, body: "java.lang.NullPointerException", headers: { "content-type": "text/plain" } };
  const answer = await prod().ask({ method: "GET", path: "/orders/o-17", headers: authorization });
  expect(answer.status).toBe(502);
  expect(answer.body).not.toContain("java");
  backend.reply = { status: 404, body: "select * from orders", headers: { "content-type": "text/plain" } };
  expect(await prod().ask({ method: "GET", path: "/orders/o-18", headers: authorization })).toMatchObject({
    status: 404,
    body: '{"message":"no such order"}',
  });
});

test("partners need a key in staging, and dev answers pages of any origin", async () => {
  const staging = new GatewaySimulator(templates["gateway-staging"] as object, { backend: backend.url, apiKeys: ["known"] });
  expect(await staging.ask({ method: "GET", path: "/menu" })).toMatchObject({ status: 403, gatewayResponse: "INVALID_API_KEY" });
  expect(await staging.ask({ method: "GET", path: "/menu", headers: { "X-Api-Key": "known" } })).toMatchObject({ status: 200 });
  const dev = new GatewaySimulator(templates["gateway-dev"] as object, { backend: backend.url });
  expect(await dev.ask({ method: "OPTIONS", path: "/orders" })).toMatchObject({
    status: 204,
    headers: { "access-control-allow-origin": "*", "access-control-allow-methods": "GET,POST" },
  });
});
