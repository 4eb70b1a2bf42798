import { readFileSync, writeFileSync } from "node:fs";
import type { KubernetesObject } from "slipway";
import { type Impact, type Review, review, treeOf } from "../../lib/review/index.ts";
import type { ObjectPair } from "./pairs.ts";

/** What a cluster did with each pair: the impact on each object that was watched, as `Deployment web`. */
export type Verdicts = Readonly<Record<string, Readonly<Record<string, string>>>>;

const file = new URL("verdicts.json", import.meta.url);

/** The verdicts of the last cluster that was asked: `RENEW_VERDICTS=1 npm run test:e2e -- verdicts` asks one again. */
export const keptVerdicts = (): Verdicts => JSON.parse(readFileSync(file, "utf8")) as Verdicts;

export function keepVerdicts(verdicts: Verdicts): void {
  const sorted = Object.fromEntries(Object.entries(verdicts).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** Minor version of the cluster: that of the verdicts that are kept, or another that test/e2e asks. */
const kubernetes = process.env.SLIPWAY_KUBERNETES ?? "1.34";

/** A review of a pair, as if it were all that an environment has. */
export function reviewOf({ before, after }: Pick<ObjectPair, "before" | "after">): Review {
  const tree = (objects: readonly KubernetesObject[]) =>
    treeOf(new Map(objects.map((object) => [`${object.kind}.json`, JSON.stringify(object)])), "test");
  return review(tree(before), tree(after), { kubernetes });
}

/** What review says of the first object of a pair. */
export function verdictOf(pair: Pick<ObjectPair, "before" | "after">): { readonly impact: Impact; readonly reason: string } {
  const [subject] = pair.before;
  return reviewOf(pair).changes.find(({ resource }) => resource.kind === subject?.kind) ?? { impact: "none", reason: "" };
}

/** What a removed object takes with it can't be seen in the object's own end. */
const visible: Partial<Record<Impact, string>> = { "data-loss": "deletion" };

/** What a cluster shows of an impact. */
const visibleImpact = (impact: Impact): string => visible[impact] ?? impact;

/** What a cluster shows of what review says of a pair: it has no ingress controller, so that requests which an Ingress loses aren't seen. */
export const visibleImpactOf = (pair: Pick<ObjectPair, "before" | "after">): string => {
  const { impact } = verdictOf(pair);
  return pair.before[0]?.kind === "Ingress" && impact === "downtime" ? "in-place" : visibleImpact(impact);
};

/** The object that a pair is about, as the table names it. */
export const subjectOf = ({ before }: Pick<ObjectPair, "before">): string => `${before[0]?.kind} ${before[0]?.metadata.name}`;
