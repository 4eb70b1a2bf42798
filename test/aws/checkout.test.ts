import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { GatewaySimulator } from "slipway/testing";
import { describeWithBrowser } from "../browser.ts";
import { useBackend } from "./backend.ts";
import { estateTemplates } from "./stacks.ts";

const backend = useBackend();
/** What browsers asked the gateway. */
let asked: string[] = [];
let server: Server;

beforeAll(async () => {
  const gateway = new GatewaySimulator(estateTemplates()["gateway-dev"] as object, { backend: backend.url });
  server = createServer(async (request, response) => {
    let body = "";
    request.setEncoding("utf8");
    for await (const part of request) body += String(part);
    const { method = "", url = "/", rawHeaders } = request;
    asked.push(`${method} ${url}`);
    const headers = Object.fromEntries(
      Array.from({ length: rawHeaders.length / 2 }, (_pair, index) => [
        rawHeaders[2 * index] as string,
        rawHeaders[2 * index + 1] as string,
      ]),
    );
    const answer = await gateway.ask({ method, path: new URL(url, "http://localhost").pathname, headers, body });
    response.writeHead(answer.status, answer.multiValueHeaders as Record<string, string[]>).end(answer.body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
});
beforeEach(() => (asked = []));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describeWithBrowser("the estate's checkout, in a page of another origin", (open) => {
  test("places an order, and reads where it is", async () => {
    backend.reply = { status: 201, headers: { "content-type": "application/json", location: "/orders/o-17" }, body: '{"id":"o-17"}' };
    const { page, complaints } = await open("<!doctype html><title>shop</title>", { offline: false });
    const gateway = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const seen = await page.evaluate(async (address) => {
      const answer = await fetch(`${address}/orders`, {
        method: "POST",
        headers: { Authorization: "Bearer token", "Content-Type": "application/json", "Idempotency-Key": "k-1" },
        body: JSON.stringify({ items: [{ sku: "PZ0001", quantity: 1 }] }),
      });
      return { status: answer.status, location: answer.headers.get("location"), body: (await answer.json()) as unknown };
    }, gateway);
    expect(complaints).toEqual([]);
    expect(seen).toEqual({ status: 201, location: "/orders/o-17", body: { orderId: "o-17", status: "received" } });
    // The browser asked first whether it may.
    expect(asked).toEqual(["OPTIONS /orders", "POST /orders"]);
  }, 60_000);
});
