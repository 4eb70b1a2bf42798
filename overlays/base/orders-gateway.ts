import type { RouteGateway, RouteOperation } from "slipway";

/** What the gateway hands on of every request, beside what an operation reads. */
const headers = { Authorization: "method.request.header.Authorization", "X-Request-Id": "context.requestId" };
/** A client hears that something isn't there, or not theirs, and no more. */
const refusals = {
  "401": { template: '{"message":"sign in first"}' },
  "404": { template: '{"message":"no such order"}' },
} as const satisfies RouteOperation["responses"];

/** Orders, as apps of phones and partners see them: validated before they reach the service, and in the shape clients know. */
export const ordersGateway = {
  kind: "mapped",
  throttle: { rate: 200, burst: 400 },
  operations: {
    list: {
      method: "GET",
      headers: { Authorization: true },
      query: { page: false },
      request: { headers, query: { page: "method.request.querystring.page" } },
      responses: { "200": {}, "401": refusals["401"] },
    },
    find: {
      method: "GET",
      path: "/{orderId}",
      headers: { Authorization: true },
      request: { headers },
      responses: { "200": {}, ...refusals },
    },
    place: {
      method: "POST",
      headers: { Authorization: true, "Idempotency-Key": true },
      body: {
        type: "object",
        required: ["items"],
        additionalProperties: false,
        properties: {
          items: {
            type: "array",
            minItems: 1,
            maxItems: 50,
            items: {
              type: "object",
              required: ["sku", "quantity"],
              properties: { sku: { type: "string", pattern: "^[A-Z]{2}[0-9]{4}$" }, quantity: { type: "integer", minimum: 1 } },
            },
          },
          note: { type: "string", maxLength: 200 },
        },
      },
      request: {
        headers: { ...headers, "Idempotency-Key": "method.request.header.Idempotency-Key" },
        // The service has no notes yet: what clients may say already is kept from it.
        template: `{"channel":"gateway","items":$input.json('$.items')}`,
      },
      responses: {
        "201": {
          headers: { Location: "integration.response.header.Location" },
          template: `{"orderId":$input.json('$.id'),"status":"received"}`,
        },
        "401": refusals["401"],
        "409": { template: '{"message":"this order was placed already"}' },
      },
      timeoutSeconds: 10,
    },
  },
} as const satisfies RouteGateway;
