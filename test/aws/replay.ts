import type { Route } from "slipway";
import { GatewaySimulator } from "slipway/testing";
import { type Asked, type Case, type Recorded, seenOf } from "../../scripts/record-gateway/recording.ts";
import type { Seen, useBackend } from "./backend.ts";
import { gatewayOf } from "./stacks.ts";

/** A simulated gateway with the operations of a recording at /d, a proxy at /p, and what the recorded routes ask. */
export function recordedGateway({ operations }: Recorded, definition: "resources" | "openapi", backend: string): GatewaySimulator {
  const responses = { "200": {} };
  const routes: Record<string, Route> = {
    d: { path: "/d", gateway: { kind: "mapped", operations } },
    p: { path: "/p" },
    r: { path: "/r" },
    exact: {
      path: "/r/test",
      gateway: { kind: "mapped", operations: { o: { method: "POST", request: { path: "/r/test" }, responses } } },
    },
    items: { path: "/r/items", gateway: { kind: "mapped", operations: { o: { method: "GET", path: "/{id}", responses } } } },
  };
  return new GatewaySimulator(gatewayOf(routes, { definition }), { backend });
}

/** What the simulator does of that which a case recorded. @throws NotCoveredError */
export async function replayed(recorded: Case, gateway: GatewaySimulator, backend: ReturnType<typeof useBackend>): Promise<unknown> {
  const { backendAnswers, request } = recorded;
  backend.seen = [];
  backend.reply = backendAnswers === "echoes the request body" ? "echo" : backendAnswers;
  const answer = await gateway.ask(request);
  return seenOf(recorded, { ...answer, headers: answer.multiValueHeaders }, backend.seen[0] && askedOf(backend.seen[0]));
}

function askedOf({ method, url, headers }: Seen): Asked {
  const { pathname, searchParams } = new URL(url, "http://backend");
  const { accept = "", "user-agent": agent = "", "content-type": contentType = "", "x-seen": seen = "" } = headers;
  const [userAgent = ""] = agent.split("_");
  return {
    method,
    path: pathname,
    q: searchParams.getAll("q").at(-1) ?? "",
    accept,
    userAgent,
    contentType,
    seen: [seen].flat().join(", "),
  };
}
