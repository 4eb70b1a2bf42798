import { kindNameOf } from "../../lib/kubernetes/index.ts";
import { impactOf, rowOf } from "../../lib/review/index.ts";
import { pairs } from "./pairs.ts";
import { keptVerdicts, reviewOf, subjectOf, visibleImpactOf } from "./verdicts.ts";

test("every row of every kind's table has a pair that a cluster judges", () => {
  const met = new Set<unknown>();
  for (const pair of pairs)
    for (const { resource, fields } of reviewOf(pair).changes) {
      const kind = impactOf.get(kindNameOf(resource));
      for (const { path } of fields) if (kind) met.add(rowOf(kind, path));
    }
  const unmet = [...new Set(impactOf.values())].flatMap(({ kinds, fields }) =>
    fields.filter((row) => !met.has(row)).map(([path]) => `${kinds[0]} ${path}`),
  );
  expect(unmet).toEqual([]);
});

test("every pair has a verdict of a cluster, and no verdict is left over", () => {
  expect(Object.keys(keptVerdicts())).toEqual(pairs.map(({ what }) => what).sort());
});

test("review says of every pair what the cluster did", () => {
  const kept = keptVerdicts();
  const said = pairs.map((pair) => [pair.what, { [subjectOf(pair)]: visibleImpactOf(pair) }] as const);
  expect(Object.fromEntries(said)).toEqual(kept);
});
