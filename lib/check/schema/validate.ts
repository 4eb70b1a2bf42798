import { isQuantity } from "../quantity.ts";
import type { Schema } from "./load.ts";

/** What is wrong at one place of an object. */
export interface Fault {
  /** As `spec.ports[0].port`. */
  readonly path: string;
  readonly message: string;
  readonly fix?: string;
}

type Definitions = Readonly<Record<string, Schema>>;
type Names = (word: string, candidates: readonly string[]) => string;

/** What every value is held with. */
interface Context {
  readonly definitions: Definitions;
  readonly suggest: Names;
}

const prefix = "#/definitions/";

/**
 * Holds a value against a schema as the API server does with strict field validation: unknown fields, wrong types, duplicates in lists
 * that are maps, and what a CRD's schema says beside.
 */
export function validate(value: unknown, schema: Schema, definitions: Definitions, suggest: Names): Fault[] {
  return [...faultsOf(value, schema, "", { definitions, suggest })];
}

function* faultsOf(value: unknown, schema: Schema, path: string, context: Context): Generator<Fault> {
  // The server takes null for a field that isn't there.
  if (value === null || value === undefined) return;
  if (schema.$ref) {
    const name = schema.$ref.slice(prefix.length);
    const special = scalars[name.slice(name.lastIndexOf(".") + 1)];
    const definition = context.definitions[name] ?? {};
    const required = definition.required?.filter((key) => !filledIn.has(`${name.slice(name.lastIndexOf(".") + 1)}.${key}`));
    if (!special) yield* faultsOf(value, required ? { ...definition, required } : definition, path, context);
    else if (!special[0](value)) yield unlike(special[1], value, path);
  } else if (schema["x-kubernetes-int-or-string"]) {
    if (!isIntOrString(value)) yield unlike("an integer or a string", value, path);
  } else if (schema.properties || schema.type === "object") yield* objectFaults(value, schema, path, context);
  else if (schema.type === "array") yield* listFaults(value, schema, path, context);
  else yield* scalarFaults(value, schema, path);
}

const isIntOrString = (value: unknown) => typeof value === "string" || isInt32(value);
const isInt32 = (value: unknown) => Number.isInteger(value) && (value as number) >= -2147483648 && (value as number) <= 2147483647;
const isTime = (value: unknown) =>
  typeof value === "string" &&
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(value) &&
  !Number.isNaN(Date.parse(value));

/** Definitions whose Go types read more, or less, than their schema says. */
const scalars: Readonly<Record<string, readonly [test: (value: unknown) => boolean, expected: string]>> = {
  IntOrString: [isIntOrString, "an integer or a string"],
  Quantity: [isQuantity, "a quantity, as 100m, 0.5, 256Mi or 2Gi"],
  Time: [isTime, "a time, as 2030-01-31T12:00:00Z"],
  MicroTime: [isTime, "a time, as 2030-01-31T12:00:00.000000Z"],
  JSON: [() => true, ""],
  JSONSchemaPropsOrArray: [() => true, ""],
  JSONSchemaPropsOrBool: [() => true, ""],
  JSONSchemaPropsOrStringArray: [() => true, ""],
  RawExtension: [() => true, ""],
  FieldsV1: [() => true, ""],
};

/** Fields that the document calls required, and the server fills in. */
const filledIn = new Set([
  "HTTPHeader.value",
  "PodFailurePolicy.rules",
  "PodFailurePolicyOnPodConditionsPattern.status",
  "PreferredSchedulingTerm.preference",
  "RoleRef.apiGroup",
  "SleepAction.seconds",
  "Sysctl.value",
]);

function* objectFaults(value: unknown, schema: Schema, path: string, context: Context): Generator<Fault> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    yield unlike("an object", value, path);
    return;
  }
  const { properties = {}, additionalProperties, required = [] } = schema;
  for (const [key, member] of Object.entries(value)) {
    const at = joined(path, key);
    if (Object.hasOwn(properties, key)) yield* faultsOf(member, properties[key] as Schema, at, context);
    else if (typeof additionalProperties === "object") yield* faultsOf(member, additionalProperties, at, context);
    else if (schema.properties && !additionalProperties && !schema["x-kubernetes-preserve-unknown-fields"])
      yield { path: at, message: `unknown field "${key}"`, fix: context.suggest(key, Object.keys(properties)) };
  }
  for (const key of required)
    if ((value as Readonly<Record<string, unknown>>)[key] === undefined)
      yield { path: joined(path, key), message: "is required, and isn't there" };
}

function* listFaults(value: unknown, schema: Schema, path: string, context: Context): Generator<Fault> {
  if (!Array.isArray(value)) {
    yield unlike("a list", value, path);
    return;
  }
  for (const [index, item] of value.entries()) yield* faultsOf(item, schema.items ?? {}, `${path}[${index}]`, context);
  yield* boundFaults(value.length, schema.minItems, schema.maxItems, "items", path);
  const keys = schema["x-kubernetes-list-type"] === "map" ? schema["x-kubernetes-list-map-keys"] : undefined;
  if (keys) yield* keyFaults(value, keys, path);
  else if (schema["x-kubernetes-list-type"] === "set") yield* setFaults(value, path);
}

/** Keys of lists that the server fills in before it compares. */
const keyDefaults: Readonly<Record<string, unknown>> = { protocol: "TCP" };

/** Server-side apply merges such lists by key: an entry with the key of another is refused. */
function* keyFaults(items: readonly unknown[], keys: readonly string[], path: string): Generator<Fault> {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const members = (item ?? {}) as Readonly<Record<string, unknown>>;
    const values = keys.map((key) => members[key] ?? keyDefaults[key]);
    const key = JSON.stringify(values);
    if (seen.has(key)) {
      const words = keys.map((name, at) => `${name} ${JSON.stringify(values[at])}`).join(" and ");
      yield { path: `${path}[${index}]`, message: `another entry has the same ${words}`, fix: "Keep one of them." };
    }
    seen.add(key);
  }
}

function* setFaults(items: readonly unknown[], path: string): Generator<Fault> {
  const seen = new Set<unknown>();
  for (const [index, item] of items.entries()) {
    if (item === null) yield { path: `${path}[${index}]`, message: "a list that is a set takes no null" };
    if (seen.has(item)) yield { path: `${path}[${index}]`, message: `${JSON.stringify(item)} stands in the list twice`, fix: "Keep one." };
    seen.add(item);
  }
}

function* scalarFaults(value: unknown, schema: Schema, path: string): Generator<Fault> {
  const expected = scalarType(value, schema);
  if (expected) yield unlike(expected, value, path);
  else if (schema.enum && !schema.enum.includes(value))
    yield unlike(`one of ${schema.enum.map((one) => JSON.stringify(one)).join(", ")}`, value, path);
  else if (typeof value === "string") {
    yield* boundFaults(value.length, schema.minLength, schema.maxLength, "characters", path);
    if (schema.pattern && !new RegExp(schema.pattern, "u").test(value)) yield unlike(`text that fits ${schema.pattern}`, value, path);
  } else if (typeof value === "number") yield* boundFaults(value, schema.minimum, schema.maximum, "", path);
}

/** What a scalar should have been; undefined when it is that. */
function scalarType(value: unknown, { type, format }: Schema): string | undefined {
  switch (type) {
    case "string":
      if (typeof value !== "string") return "a string";
      if (format === "byte" && !/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value.replace(/[\r\n]/g, "")))
        return "base64";
      return format === "date-time" && !isTime(value) ? "a time, as 2030-01-31T12:00:00Z" : undefined;
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

function* boundFaults(found: number, least: number | undefined, most: number | undefined, unit: string, path: string): Generator<Fault> {
  const what = unit ? ` ${unit}` : "";
  if (least !== undefined && found < least) yield { path, message: `expected at least ${least}${what}, found ${found}` };
  if (most !== undefined && found > most) yield { path, message: `expected at most ${most}${what}, found ${found}` };
}

const unlike = (expected: string, value: unknown, path: string): Fault => ({
  path,
  message: `expected ${expected}, found ${shown(value)}`,
});

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

const plainKey = /^[A-Za-z_][\w-]*$/;
/** A path with one more key; keys that hold dots or slashes stand in brackets. */
export function joined(path: string, key: string): string {
  if (!plainKey.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
