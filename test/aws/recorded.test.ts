import { readFileSync } from "node:fs";
import type { RouteOperation } from "slipway";
import { type GatewayAnswer, type GatewayRequest, GatewaySimulator } from "slipway/testing";
import { type Reply, useBackend } from "./backend.ts";
import { gatewayOf } from "./stacks.ts";

interface Recorded {
  readonly operations: Readonly<Record<string, RouteOperation>>;
  readonly cases: readonly Case[];
}
interface Case {
  readonly name: string;
  readonly request: GatewayRequest;
  readonly backendAnswers: Reply | "echoes the request body";
  /** What the real API Gateway answered. */
  readonly real: unknown;
}

const { operations, cases } = JSON.parse(readFileSync("test/aws/recorded.json", "utf8")) as Recorded;
const backend = useBackend();

/** What a case recorded of an answer. */
function seenOf({ name }: Case, { status, headers, body }: GatewayAnswer): unknown {
  if (name.startsWith("401")) return [headers["x-amzn-remapped-www-authenticate"] ?? null, headers["www-authenticate"] ?? null];
  if (name.startsWith("HTTP integration")) {
    const { accept, "user-agent": agent = "" } = backend.seen[0]?.headers ?? {};
    // Behind it stands the id of the API.
    return [accept, agent.split("_")[0]];
  }
  if (name.startsWith("selection")) return status;
  return gatewayAnswers.has(name) ? (JSON.parse(body) as { message: unknown }).message : body;
}
const gatewayAnswers = new Set(["missing header", "missing qs", "wrong method", "not found"]);

describe.each(["resources", "openapi"] as const)("answers that the real API Gateway was recorded to give, defined by %s", (definition) => {
  let gateway: GatewaySimulator;
  beforeAll(() => {
    const route = { path: "/d", gateway: { kind: "mapped", operations } } as const;
    gateway = new GatewaySimulator(gatewayOf({ d: route }, { definition }), { backend: backend.url });
  });

  test.each(cases)("$name", async (recorded) => {
    const { backendAnswers, request, real } = recorded;
    backend.reply = backendAnswers === "echoes the request body" ? "echo" : backendAnswers;
    expect(seenOf(recorded, await gateway.ask(request))).toEqual(real);
  });
});
