import fc from "fast-check";
import { InputError } from "slipway";
import { makePlan } from "../../lib/aws/gateway/make-plan.ts";
import { type GatewayPlan, prefixes, singleVariablesOf } from "../../lib/aws/gateway/plan.ts";
import type { GatewayRoute } from "../../lib/aws/gateway/route.ts";
import { sized } from "../sizes.ts";

const route = fc.oneof(
  fc.constantFrom("/a", "/b", "/a/b").map((path) => ({ path })),
  fc
    .tuple(fc.constantFrom("/a", "/b"), fc.constantFrom("/{id}", "/{key}", "/{id}/{line}", "/{id}/lines", "/{key}/{line}", "/list"))
    .map(([path, below]) => ({
      path,
      gateway: { kind: "mapped" as const, operations: { get: { method: "GET" as const, path: below, responses: { "200": {} } } } },
    })),
);
const routes = fc.array(route, { minLength: 1, maxLength: 4 });

/** The plan of routes, or nothing where API Gateway would refuse them. */
function planOf(described: readonly Omit<GatewayRoute, "name" | "host">[]): GatewayPlan | undefined {
  const named = described.map((each, index) => ({ ...each, name: `r${index}`, host: "shop.example" }));
  try {
    const settings = { authorization: { type: "iam" } } as const;
    return makePlan({ name: "shop", account: "222222222222", region: "eu-west-1", settings, routes: named });
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** Below each path, the variables that stand there while CloudFormation has created the new and not yet removed the old. */
function meeting(...plans: readonly GatewayPlan[]): string[][] {
  const below = new Map<string, Set<string>>();
  for (const { methods } of plans)
    for (const prefix of methods.flatMap(({ path }) => prefixes(path)).filter((path) => path.endsWith("}"))) {
      const parent = prefix.slice(0, prefix.lastIndexOf("/"));
      below.set(parent, (below.get(parent) ?? new Set()).add(prefix));
    }
  return [...below.values()].map((variables) => [...variables]).filter(({ length }) => length > 1);
}

const runs = sized(300, 5000);
test(`two plans of one API never ask for two variables below one path (${runs} pairs)`, () => {
  let [same, others] = [0, 0];
  fc.assert(
    fc.property(routes, routes, (before, after) => {
      const [old, next] = [planOf(before), planOf(after)];
      if (!old || !next) return;
      const isSame = singleVariablesOf(old).join() === singleVariablesOf(next).join();
      if (isSame) same++;
      if (meeting(old, next).length > 0) others++;
      if (isSame) expect(meeting(old, next)).toEqual([]);
    }),
    { numRuns: runs, seed: 7 },
  );
  // Both happened: plans that share an API, and plans that couldn't.
  expect([same > 10, others > 10]).toEqual([true, true]);
});
