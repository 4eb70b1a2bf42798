import { isRecord, own as lookUp } from "../../outside/index.ts";
import type { Schema } from "./load.ts";

/** A value with the defaults its schema names: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting */
export function withSchemaDefaults(value: unknown, schema: Schema | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => withSchemaDefaults(item, schema?.items));
  if (!isRecord(value) || !schema) return value;
  const { properties = {}, additionalProperties } = schema;
  const other = typeof additionalProperties === "object" ? additionalProperties : undefined;
  const missing = Object.entries(properties).filter(([key, own]) => own.default !== undefined && lookUp(value, key) === undefined);
  const given = [...Object.entries(value), ...missing.map(([key, own]) => [key, own.default] as const)];
  return Object.fromEntries(given.map(([key, member]) => [key, withSchemaDefaults(member, lookUp(properties, key) ?? other)]));
}
