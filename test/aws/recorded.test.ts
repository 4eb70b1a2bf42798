import { readFileSync } from "node:fs";
import type { Route, RouteOperation } from "slipway";
import { type GatewayAnswer, type GatewayRequest, GatewaySimulator } from "slipway/testing";
import { type Reply, useBackend } from "./backend.ts";
import { gatewayOf } from "./stacks.ts";

interface Recorded {
  /** Which URL the backend is asked. */
  readonly routing: readonly { readonly name: string; readonly request: GatewayRequest; readonly served: string }[];
  readonly operations: Readonly<Record<string, RouteOperation>>;
  readonly cases: readonly Case[];
}
interface Case {
  readonly name: string;
  readonly request: GatewayRequest;
  readonly backendAnswers: Reply | "echoes the request body";
  /** What the real API Gateway answered. */
  readonly real: unknown;
  /** What of the answer was recorded. */
  readonly compares: "body" | "status" | "message" | "www-authenticate" | "headers of the backend";
}

const { operations, routing, cases } = JSON.parse(readFileSync("test/aws/recorded.json", "utf8")) as Recorded;
const backend = useBackend();

const recordedBehaviours = [
  "a greedy path serves a method that the most exact one doesn't have",
  "a slash at the end of the path is ignored",
  "an encoded slash in a path parameter is decoded",
  "null prints nothing, objects print as {name=value}, and lists as JSON",
  "a mapped operation sends Accept and User-Agent of its own",
];

/** What a case recorded of an answer. */
function seenOf({ compares }: Case, { status, headers, body }: GatewayAnswer): unknown {
  switch (compares) {
    case "body":
      return body;
    case "status":
      return status;
    case "message":
      return (JSON.parse(body) as { message: unknown }).message;
    case "www-authenticate":
      return [headers["x-amzn-remapped-www-authenticate"] ?? null, headers["www-authenticate"] ?? null];
    case "headers of the backend": {
      const { accept, "user-agent": agent = "" } = backend.seen[0]?.headers ?? {};
      // Behind it stands the id of the API.
      return [accept, agent.split("_")[0]];
    }
  }
}

describe.each(["resources", "openapi"] as const)("answers that the real API Gateway was recorded to give, defined by %s", (definition) => {
  let gateway: GatewaySimulator;
  beforeAll(() => {
    const responses = { "200": {} };
    const routes: Record<string, Route> = {
      d: { path: "/d", gateway: { kind: "mapped", operations } },
      r: { path: "/r" },
      exact: {
        path: "/r/test",
        gateway: { kind: "mapped", operations: { o: { method: "POST", request: { path: "/r/test" }, responses } } },
      },
      items: { path: "/r/items", gateway: { kind: "mapped", operations: { o: { method: "GET", path: "/{id}", responses } } } },
    };
    gateway = new GatewaySimulator(gatewayOf(routes, { definition }), { backend: backend.url });
  });

  test.each(cases)("$name", async (recorded) => {
    const { backendAnswers, request, real } = recorded;
    backend.reply = backendAnswers === "echoes the request body" ? "echo" : backendAnswers;
    expect(seenOf(recorded, await gateway.ask(request))).toEqual(real);
  });

  test.each(routing)("routing: $name", async ({ request, served }) => {
    const { basis } = await gateway.ask(request);
    expect(backend.seen.map(({ url }) => url)).toEqual([served]);
    // Nothing but what was recorded may say so of itself.
    for (const { what, source } of basis) if (source === "recorded") expect(recordedBehaviours).toContain(what);
  });
});
