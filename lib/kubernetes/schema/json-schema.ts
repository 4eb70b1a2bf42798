import { isRecord, own } from "../../outside/index.ts";
import type { Schema } from "./load.ts";

type Json = Readonly<Record<string, unknown>>;

const isNumber = (value: unknown) => typeof value === "number" && Number.isFinite(value);
const isText = (value: unknown) => typeof value === "string";
const isFlag = (value: unknown) => typeof value === "boolean";
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);

/** Members that JSON Schema and a CRD's schema have in common, and what each may be. */
const alike: Readonly<Record<string, (value: unknown) => boolean>> = {
  title: isText,
  format: isText,
  pattern: isText,
  required: isTexts,
  enum: Array.isArray,
  minimum: isNumber,
  maximum: isNumber,
  // A number in newer drafts, which would say something else.
  exclusiveMinimum: isFlag,
  exclusiveMaximum: isFlag,
  multipleOf: isNumber,
  minLength: isNumber,
  maxLength: isNumber,
  minItems: isNumber,
  maxItems: isNumber,
  minProperties: isNumber,
  maxProperties: isNumber,
  nullable: isFlag,
  default: (value) => value !== undefined,
  "x-kubernetes-int-or-string": isFlag,
  "x-kubernetes-preserve-unknown-fields": isFlag,
  "x-kubernetes-list-type": (value) => value === "atomic" || value === "set" || value === "map",
  "x-kubernetes-list-map-keys": isTexts,
};
const types = new Set(["array", "boolean", "integer", "number", "object", "string"]);
/** What says more of fields than is read here. */
const open: Schema = { "x-kubernetes-preserve-unknown-fields": true };
const moreFields = ["$ref", "patternProperties", "if", "dependencies", "dependentSchemas"];

/** A schema in JSON Schema as tools write it from CRDs, as far as a CRD's schema says the same: what it doesn't, is left open. */
export function schemaFromJson(value: unknown): Schema {
  if (!isRecord(value)) return open;
  const kept = Object.entries(alike).filter(([key, fits]) => fits(own(value, key)));
  return {
    ...Object.fromEntries(kept.map(([key]) => [key, value[key]])),
    ...typeOf(value),
    ...fieldsOf(value),
    ...(moreFields.some((key) => own(value, key) !== undefined) ? open : {}),
    ...(isRecord(own(value, "items")) ? { items: schemaFromJson(value.items) } : {}),
    ...alternativesOf(value),
    ...(own(value, "const") === undefined ? {} : { enum: [value.const] }),
  };
}

/** One type, or one and null; of others nothing is said. */
function typeOf(schema: Json): Schema {
  const type = own(schema, "type");
  const named = (Array.isArray(type) ? type : [type]).filter((name): name is string => typeof name === "string" && types.has(name));
  const [only, ...more] = named;
  const isNullable = Array.isArray(type) && type.includes("null");
  return { ...(only !== undefined && more.length === 0 ? { type: only } : {}), ...(isNullable ? { nullable: true } : {}) };
}

function fieldsOf(schema: Json): Schema {
  const [properties, additional] = [own(schema, "properties"), own(schema, "additionalProperties")];
  return {
    ...(isRecord(properties)
      ? { properties: Object.fromEntries(Object.entries(properties).map(([key, member]) => [key, schemaFromJson(member)])) }
      : {}),
    ...(isRecord(additional)
      ? { additionalProperties: schemaFromJson(additional) }
      : typeof additional === "boolean"
        ? { additionalProperties: additional }
        : {}),
  };
}

function alternativesOf(schema: Json): Schema {
  const lists = (["allOf", "anyOf", "oneOf"] as const).flatMap((key) => {
    const list = own(schema, key);
    return Array.isArray(list) ? [[key, list.map(schemaFromJson)]] : [];
  });
  const excluded = own(schema, "not");
  return { ...Object.fromEntries(lists), ...(isRecord(excluded) ? { not: schemaFromJson(excluded) } : {}) };
}
