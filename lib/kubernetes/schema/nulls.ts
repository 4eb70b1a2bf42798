import { own } from "../../outside/index.ts";
import type { Schema } from "./load.ts";

/** What the server takes null for in a list or a map of each type; a field that is null isn't there. */
const empty: Readonly<Record<string, unknown>> = { string: "", integer: 0, number: 0, boolean: false, array: [], object: {} };
/** The same for types that are read in their own way. */
const emptyOfDefinition: Readonly<Record<string, unknown>> = { Quantity: "0", IntOrString: 0 };

/** A value as the server reads it: without its nulls. Values that hold none are given back as they are. */
export function withoutNulls<T>(value: T, schema: Schema | undefined, definitions: Readonly<Record<string, Schema>>): T {
  if (!holdsNull(value)) return value;
  const { properties, additionalProperties, items } = referred(schema, definitions);
  if (Array.isArray(value))
    return value.map((item) => (item === null ? emptyOf(items, definitions) : withoutNulls(item, items, definitions))) as T;
  const ofMap = typeof additionalProperties === "object" ? additionalProperties : undefined;
  return Object.fromEntries(
    Object.entries(value as object).flatMap(([key, member]) => {
      const known = own(properties, key);
      if (member !== null) return [[key, withoutNulls(member, known ?? ofMap, definitions)]];
      return known || !ofMap ? [] : [[key, emptyOf(ofMap, definitions)]];
    }),
  ) as T;
}

const nameOf = (schema: Schema) => (schema.$ref ?? "").replace("#/definitions/", "");

function referred(schema: Schema = {}, definitions: Readonly<Record<string, Schema>>): Schema {
  return schema.$ref ? (own(definitions, nameOf(schema)) ?? {}) : schema;
}

function emptyOf(schema: Schema = {}, definitions: Readonly<Record<string, Schema>>): unknown {
  const type = nameOf(schema).split(".").at(-1) ?? "";
  return own(emptyOfDefinition, type) ?? own(empty, referred(schema, definitions).type ?? "object") ?? {};
}

function holdsNull(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => item === null || holdsNull(item));
  for (const key in value) {
    const member: unknown = Reflect.get(value, key);
    if (member === null || holdsNull(member)) return true;
  }
  return false;
}
