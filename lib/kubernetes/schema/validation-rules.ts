import type { Schema } from "./load.ts";

const known = new WeakMap<Schema, boolean>();

/** Whether a schema, or one within it, has rules in CEL (`x-kubernetes-validations`), which only the API server evaluates. */
export function hasValidationRules(schema: Schema): boolean {
  const found = known.get(schema) ?? search(schema);
  known.set(schema, found);
  return found;
}

function search(schema: Schema): boolean {
  if ("x-kubernetes-validations" in schema) return true;
  const { properties, items, additionalProperties } = schema;
  const within = [...Object.values(properties ?? {}), items, additionalProperties];
  return within.some((part) => typeof part === "object" && part !== null && hasValidationRules(part));
}
