import { itemsOf, membersOf, textOf } from "../read.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import type { CheckedManifest } from "../scope.ts";

const group = "gateway.networking.k8s.io";

const example = (backends: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: a, namespace: shop }
spec: { rules: [{ backendRefs: [${backends}] }] }
`;

export const routeWeight = rule({
  id: "references/route-weight",
  severity: "warning",
  why: "A rule of a route that leads to no backend, or to backends that all have the weight 0, answers every request that it matches with an error: 500 of an HTTPRoute, UNAVAILABLE of a GRPCRoute.",
  fix: "Give a backend a weight of 1 or more, or redirect the requests.",
  source: "https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule",
  bad: example("{ name: a, port: 80, weight: 0 }"),
  good: example("{ name: a, port: 80, weight: 1 }, { name: b, port: 80, weight: 0 }"),
  *check(scope) {
    for (const [kind, answer] of [
      ["HTTPRoute", "500"],
      ["GRPCRoute", "UNAVAILABLE"],
    ] as const)
      for (const manifest of scope.ofCustomKind(`${group}/${kind}`)) yield* ruleIssues(manifest, answer);
  },
});

/** Filters that answer a request themselves; what an extension does, only its implementation knows. */
const answering = new Set(["RequestRedirect", "ExtensionRef"]);

function* ruleIssues(manifest: CheckedManifest, answer: string): Generator<ManifestIssue> {
  for (const [index, entry] of itemsOf(membersOf(manifest.object.spec).rules).entries()) {
    const { backendRefs, filters } = membersOf(entry);
    if (itemsOf(filters).some((filter) => answering.has(textOf(membersOf(filter).type)))) continue;
    const weights = itemsOf(backendRefs).map((backend) => membersOf(backend).weight);
    if (weights.every((weight) => weight === 0))
      yield {
        manifest,
        path: `spec.rules[${index}].backendRefs`,
        message: `${weights.length === 0 ? "the rule has none" : "all have the weight 0"}: every request that it matches gets ${answer}`,
      };
  }
}
