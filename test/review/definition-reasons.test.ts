import { review, treeOf } from "../../lib/review/index.ts";

type Schema = Readonly<Record<string, unknown>>;
const version = (name: string, more: Schema = {}, spec: Schema = {}) => ({
  name,
  served: true,
  storage: name === "v1",
  schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", ...spec } } } },
  ...more,
});
const definition = (...versions: readonly object[]) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "meters.b.example" },
  spec: { group: "b.example", scope: "Namespaced", names: { kind: "Meter", plural: "meters" }, versions },
});
const reasons = (before: object, after: object) => {
  const tree = (object: object) => treeOf(new Map([["a.json", JSON.stringify(object)]]), "test");
  return review(tree(before), tree(after), { kubernetes: "1.34" }).changes.flatMap(({ fields }) => fields.map(({ reason }) => reason));
};
const of = (spec: Schema) => definition(version("v1", {}, spec));
const rules = (...texts: readonly string[]) => ({ "x-kubernetes-validations": texts.map((rule) => ({ rule, message: "no" })) });
const properties = { a: { type: "string" }, b: { type: "string" } };

const stored =
  "the server refuses the change while status.storedVersions still has v2: " +
  "kubectl get customresourcedefinition meters.b.example --output='jsonpath={.status.storedVersions}'";

test.each<readonly [what: string, before: object, after: object, reason: string]>([
  [
    "versions in another order",
    definition(version("v1"), version("v2")),
    definition(version("v2"), version("v1")),
    "only the order of a list changes",
  ],
  [
    "a version that isn't served yet",
    definition(version("v1")),
    definition(version("v1"), version("v2", { served: false })),
    "v2 isn't served",
  ],
  ["a version that is served", definition(version("v1")), definition(version("v1"), version("v2")), "v2 is served from now on"],
  [
    "a version that is gone and wasn't served",
    definition(version("v1"), version("v2", { served: false })),
    definition(version("v1")),
    `v2 isn't served; ${stored}`,
  ],
  [
    "a version that is gone",
    definition(version("v1"), version("v2")),
    definition(version("v1")),
    `v2 is no longer served: objects that are written in that version are refused; ${stored}`,
  ],
  [
    "a field that is no longer required",
    of({ properties, required: ["a", "b"] }),
    of({ properties, required: ["a"] }),
    "objects may leave the field out from now on",
  ],
  [
    "no field that is required any more",
    of({ properties, required: ["a"] }),
    of({ properties }),
    "objects may leave the field out from now on",
  ],
  [
    "another field that is required",
    of({ properties, required: ["a"] }),
    of({ properties, required: ["b"] }),
    "objects without the field are refused when they are next written",
  ],
  [
    "required fields in another order",
    of({ properties, required: ["a", "b"] }),
    of({ properties, required: ["b", "a"] }),
    "the schema takes the same objects as before",
  ],
  ["a rule less", of(rules("self.a > 0", "self.b > 0")), of(rules("self.a > 0")), "objects that broke the rule are taken from now on"],
  ["no rule any more", of(rules("self.a > 0")), of({}), "objects that broke the rule are taken from now on"],
  [
    "a rule more",
    of(rules("self.a > 0")),
    of(rules("self.a > 0", "self.b > 0")),
    "objects that break the rule are refused when they are next written",
  ],
])("%s", (_what, before, after, reason) => {
  expect(reasons(before, after)).toEqual([reason]);
});

describe("the reason of a CRD's line", () => {
  const items = (names: readonly string[]) => ({
    type: "array",
    items: { type: "object", properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])) },
  });
  const limited = (maximum: number) => ({ type: "integer", maximum });
  const more = { aa: { type: "string" } };
  test.each<readonly [what: string, before: object, after: object, reason: RegExp]>([
    [
      "a removed field",
      of({ properties: { rules: items(["x", "y"]) } }),
      of({ properties: { ...more, rules: items(["y"]) } }),
      /^existing objects lose spec\.rules\[\]\.x when/,
    ],
    [
      "a removed version",
      definition(version("v1"), version("v2")),
      definition(version("v1", {}, { properties: more })),
      /^v2 is no longer served/,
    ],
    [
      "a required field",
      of({ properties }),
      of({ properties: { ...properties, ...more }, required: ["a"] }),
      /^objects without the field are refused/,
    ],
    [
      "a narrowed field",
      of({ properties: { z: limited(9) } }),
      of({ properties: { ...more, z: limited(3) } }),
      /^objects whose value is no longer allowed are refused/,
    ],
  ])("names %s before what harms nobody", (_what, before, after, reason) => {
    const tree = (object: object) => treeOf(new Map([["a.json", JSON.stringify(object)]]), "test");
    const [change] = review(tree(before), tree(after), { kubernetes: "1.34" }).changes;
    expect(change?.reason).toMatch(reason);
    expect(change?.fields.length).toBeGreaterThan(1);
  });
});
