import type { KubernetesObject } from "../../lib/manifest/index.ts";
import { unintendedChange } from "../../lib/upgrade/renderings.ts";
import { movable, objectOf } from "./old-objects.ts";

const side = (...objects: KubernetesObject[]) => ({
  version: "1.37",
  environments: [{ name: "prod", kubernetes: "1.37", manifests: objects.map((object) => ({ app: "", object })) }],
});
const change = (before: KubernetesObject[], after: KubernetesObject[]) => unintendedChange(side(...before), side(...after), "1.37");
const budget = (version: string, minAvailable: number) =>
  objectOf(`policy/${version}`, "PodDisruptionBudget", { spec: { minAvailable, selector: { matchLabels: { app: "web" } } } });

test("a move is intended, and so is an object that stays", () => {
  expect(change([budget("v1beta1", 1)], [budget("v1", 1)])).toBeUndefined();
  expect(change([budget("v1beta1", 1)], [budget("v1beta1", 1)])).toBeUndefined();
  const spec = { minAvailable: 1, selector: { matchLabels: { app: "web" } } };
  const { spec: _spec, ...others } = budget("v1", 1);
  expect(change([budget("v1", 1)], [{ spec: Object.fromEntries(Object.entries(spec).reverse()), ...others }])).toBeUndefined();
});

test("another value, a lost object and a new one aren't", () => {
  expect(change([budget("v1beta1", 2)], [budget("v1", 1)])).toMatch(
    /^PodDisruptionBudget \S+ of prod would have another spec.minAvailable: /,
  );
  expect(change([budget("v1beta1", 2)], [])).toMatch(/would no longer be rendered: /);
  expect(change([], [budget("v1", 1)])).toMatch(/would be rendered, and wasn't before: /);
  expect(change([budget("v1", 1)], [budget("v1", 1), budget("v1", 1)])).toMatch(/would be rendered, and wasn't before: /);
});

test.each(movable)("%s whose apiVersion alone changes is moved only where nothing else has to be", (_what, object, edits) => {
  const moved = { ...object, apiVersion: (edits[0] as string[])[1] ?? "" };
  expect(change([object], [moved]) === undefined).toBe(edits.length === 1);
});
