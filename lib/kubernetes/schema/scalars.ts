import { isQuantity } from "../quantity.ts";
import type { Schema } from "./load.ts";

/** A type with a reader of its own: whether it reads a value, and what it expects. */
export type Test = readonly [holds: (value: unknown) => boolean, expected: string];

/** In parts, as one pattern for all would need a stack as deep as the text is long. */
function isBase64(text: string): boolean {
  const plain = text.replace(/[\r\n]/g, "");
  const padding = plain.endsWith("==") ? 2 : plain.endsWith("=") ? 1 : 0;
  return plain.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(plain.slice(0, plain.length - padding));
}

export const isIntOrString = (value: unknown) => typeof value === "string" || isInt32(value);
const isInt32 = (value: unknown) => typeof value === "number" && Number.isInteger(value) && value >= -2147483648 && value <= 2147483647;
const isTime = (value: unknown) =>
  typeof value === "string" &&
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(value) &&
  !Number.isNaN(Date.parse(value));

/** How CRDs that controller-gen writes begin the pattern of a quantity, and what that is in words. */
export const quantityPattern = "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))";
export const quantityForm = "a quantity, as 100m, 0.5, 256Mi or 2Gi";

/** Definitions whose Go types read more, or less, than their schema says. */
export const scalars: Readonly<Record<string, Test>> = {
  IntOrString: [isIntOrString, "an integer or a string"],
  Quantity: [isQuantity, quantityForm],
  Time: [isTime, "a time, as 2030-01-31T12:00:00Z"],
  MicroTime: [isTime, "a time, as 2030-01-31T12:00:00.000000Z"],
  JSON: [() => true, ""],
  JSONSchemaPropsOrArray: [() => true, ""],
  JSONSchemaPropsOrBool: [() => true, ""],
  JSONSchemaPropsOrStringArray: [() => true, ""],
  RawExtension: [() => true, ""],
  FieldsV1: [() => true, ""],
};

/** What a scalar should have been; undefined when it is that. */
export function scalarType(value: unknown, { type, format }: Schema): string | undefined {
  switch (type) {
    case "string":
      return typeof value === "string" ? stringFormat(value, format) : "a string";
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "integer":
      if (!Number.isInteger(value)) return "an integer";
      return format === "int32" && !isInt32(value) ? "an integer of 32 bits" : undefined;
    case "number":
      return typeof value === "number" ? undefined : "a number";
    default:
      return undefined;
  }
}

function stringFormat(value: string, format: string | undefined): string | undefined {
  if (format === "byte") return isBase64(value) ? undefined : "base64";
  return format === "date-time" && !isTime(value) ? "a time, as 2030-01-31T12:00:00Z" : undefined;
}
