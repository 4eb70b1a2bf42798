import { fullDiff, ResourceImpact } from "@aws-cdk/cloudformation-diff";
import { compareStacks } from "../../lib/review/cloudformation/stack.ts";
import { readTemplate } from "../../lib/review/cloudformation/template.ts";
import { estateTemplates } from "../aws/stacks.ts";

type Properties = Readonly<Record<string, unknown>>;

/** What `cdk diff` calls what becomes of a resource. */
const fates: Readonly<Partial<Record<ResourceImpact, string>>> = {
  [ResourceImpact.WILL_UPDATE]: "updated",
  [ResourceImpact.WILL_REPLACE]: "replaced",
  [ResourceImpact.MAY_REPLACE]: "may-be-replaced",
};

const templateOf = (type: string, properties: Properties) => ({ Resources: { It: { Type: type, Properties: properties } } });

/** A value of a property that is another one to CloudFormation. */
function another(value: unknown): unknown {
  if (typeof value === "string") return `${value}x`;
  if (typeof value === "number") return value + 1;
  if (Array.isArray(value)) return [...(value as unknown[]), "x"];
  return typeof value === "object" ? { ...value, More: "x" } : !value;
}

const changed = Object.values(estateTemplates())
  .flatMap(({ Resources }) => Object.values(Resources))
  .flatMap(({ Type: type, Properties: properties = {} }) =>
    Object.entries(properties).map(([name, value]) => ({
      type,
      name,
      before: properties,
      after: { ...properties, [name]: another(value) },
    })),
  );

test(`of ${changed.length} changed properties of the estate's stacks, review says what cdk diff says`, () => {
  const differing = changed.flatMap(({ type, name, before, after }) => {
    const [old, now] = [before, after].map((properties) => JSON.parse(JSON.stringify(templateOf(type, properties))) as object);
    const read = (template: object | undefined) => readTemplate(JSON.stringify(template)) ?? { none: true };
    const [first, second] = [read(old), read(now)];
    if ("none" in first || "none" in second) return [`${type}.${name}: not read`];
    const [pair] = compareStacks(first, second).pairs;
    const { changeImpact } = fullDiff(old as Properties, now as Properties).resources.get("It");
    return pair?.fate === fates[changeImpact] ? [] : [`${type}.${name}: ${pair?.fate}, cdk diff says ${changeImpact}`];
  });
  expect(changed.length).toBeGreaterThan(500);
  expect(differing).toEqual([]);
});
