import { readFileSync } from "node:fs";
import type { GatewaySimulator } from "slipway/testing";
import type { Recorded } from "../../scripts/record-gateway/recording.ts";
import { useBackend } from "./backend.ts";
import { recordedGateway, replayed } from "./replay.ts";

const recording = JSON.parse(readFileSync("test/aws/recorded.json", "utf8")) as Recorded;
const backend = useBackend();

const recordedBehaviours = [
  "a greedy path serves a method that the most exact one doesn't have",
  "a slash at the end of the path is ignored",
  "an encoded slash in a path parameter is decoded",
  "null prints nothing, objects print as {name=value}, and lists as JSON",
  "a mapped operation sends Accept and User-Agent of its own",
];

describe.each(["resources", "openapi"] as const)("answers that the real API Gateway was recorded to give, defined by %s", (definition) => {
  let gateway: GatewaySimulator;
  beforeAll(() => {
    gateway = recordedGateway(recording, definition, backend.url);
  });

  test.each(recording.cases)("$name", async (recorded) => {
    expect(await replayed(recorded, gateway, backend)).toEqual(recorded.real);
  });

  test.each(recording.routing)("routing: $name", async ({ request, served }) => {
    const { basis } = await gateway.ask(request);
    expect(backend.seen.map(({ url }) => url)).toEqual(served === null ? [] : [served]);
    // Nothing but what was recorded may say so of itself.
    for (const { what, source } of basis) if (source === "recorded") expect(recordedBehaviours).toContain(what);
  });
});
