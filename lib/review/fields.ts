import { joined, keyOf, quantity, resolved, type Schema, type Shapes, shapeOf } from "../kubernetes/index.ts";
import { isRecord, own as lookUp } from "../outside/index.ts";

/** A field that differs, by the path people know it by: entries of lists by their merge key, as `spec.template.spec.containers[web].image`. */
export interface Difference {
  readonly path: string;
  /** Undefined where the field isn't there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Whether a value is the same to the server as a missing field: null, an empty list, or an empty map. */
const isNothing = (value: unknown, schema: Schema | undefined) =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && Object.keys(value).length === 0 && schema !== undefined && !schema.properties && schema.type === "object");

const isQuantity = (schema: Schema | undefined) => schema?.$ref?.endsWith(".resource.Quantity") ?? false;

/** The fields that differ between two objects as the server holds them. */
export function differences(before: unknown, after: unknown, schema: Schema | undefined, shapes: Shapes): Difference[] {
  const found: Difference[] = [];
  compare(before, after, schema, "", shapes, found);
  return found;
}

function compare(before: unknown, after: unknown, schema: Schema | undefined, path: string, shapes: Shapes, found: Difference[]): void {
  const own = resolved(schema, shapes);
  if (areEqual(before, after, schema, own)) return;
  if (isRecord(before) && isRecord(after)) compareMembers(before, after, schema, path, shapes, found);
  else if (Array.isArray(before) && Array.isArray(after)) compareLists(before, after, own, path, shapes, found);
  else if (isMap(own) && isOneSided(before, after)) found.push(...entriesOf(before, after, path));
  else found.push({ path, before, after });
}

/** Whether two values are one to the server. */
function areEqual(before: unknown, after: unknown, schema: Schema | undefined, own: Schema | undefined): boolean {
  if (before === after || (isNothing(before, own) && isNothing(after, own))) return true;
  return isQuantity(schema) && quantity(before) !== undefined && quantity(before) === quantity(after);
}

/** Whether members come or go as a whole. */
const isOneSided = (before: unknown, after: unknown) =>
  (before === undefined && isRecord(after)) || (after === undefined && isRecord(before));

/** The entries of a map that comes or goes. */
function entriesOf(before: unknown, after: unknown, path: string): Difference[] {
  const [old, now] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
  return Object.keys({ ...old, ...now }).map((key) => ({ path: joined(path, key), before: lookUp(old, key), after: lookUp(now, key) }));
}

function compareMembers(
  before: Members,
  after: Members,
  schema: Schema | undefined,
  path: string,
  shapes: Shapes,
  found: Difference[],
): void {
  const shape = shapeOf(before, schema, shapes);
  const own = resolved(schema, shapes);
  // An atomic map is one value to the server, and still read field by field.
  const member = (key: string) =>
    shape.kind === "members" ? shape.member(key) : (lookUp(own?.properties, key) ?? schemaOfValues(own?.additionalProperties));
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
    compare(lookUp(before, key), lookUp(after, key), member(key), joined(path, key), shapes, found);
}

type Members = Readonly<Record<string, unknown>>;

const schemaOfValues = (schema: Schema | boolean | undefined) => (typeof schema === "object" ? schema : undefined);
const isMap = (schema: Schema | undefined) => schema?.additionalProperties !== undefined && !schema.properties;

function compareLists(
  before: readonly unknown[],
  after: readonly unknown[],
  schema: Schema | undefined,
  path: string,
  shapes: Shapes,
  found: Difference[],
): void {
  const keys = schema?.["x-kubernetes-list-map-keys"] ?? mergeKey(schema) ?? nameKey(before, after);
  const item = schema?.items;
  const [old, now] = [entriesByKey(before, keys), entriesByKey(after, keys)];
  if (old && now) {
    for (const key of new Set([...old.keys(), ...now.keys()])) compare(old.get(key), now.get(key), item, `${path}[${key}]`, shapes, found);
    const [order, next] = [[...old.keys()].filter((key) => now.has(key)), [...now.keys()].filter((key) => old.has(key))];
    if (order.join("\0") !== next.join("\0")) found.push({ path: `${path} (order)`, before: order, after: next });
  } else if (before.length === after.length && before.every(isRecord))
    for (const [index, entry] of before.entries()) compare(entry, after[index], item, `${path}[${index}]`, shapes, found);
  else if (!isSame(before, after)) found.push({ path, before, after });
}

/** What people know the entries of a list by that isn't merged. */
const names = ["name", "id", "key", "alert", "record"];

/** The first of those that each entry has, and no two of one list share. */
function nameKey(before: readonly unknown[], after: readonly unknown[]): readonly string[] | undefined {
  const name = names.find((key) => [before, after].every((list) => isUnique(list.map((entry) => nameOf(entry, key)))));
  return name === undefined ? undefined : [name];
}

function nameOf(entry: unknown, key: string): string | undefined {
  const name = isRecord(entry) ? lookUp(entry, key) : undefined;
  return typeof name === "string" || typeof name === "number" ? String(name) : undefined;
}

const isUnique = (found: readonly (string | undefined)[]) => !found.includes(undefined) && new Set(found).size === found.length;

/** The entries of a list by their merge key; undefined where it has none, and where two entries have one key, as lists that aren't merged may. */
function entriesByKey(list: readonly unknown[], keys: readonly string[] | undefined): Map<string, unknown> | undefined {
  if (!keys || !list.every(isRecord)) return undefined;
  const entries = new Map(list.map((entry) => [keyOf(entry, keys), entry]));
  return entries.size === list.length ? entries : undefined;
}

/** By what values hold; keys may come in any order. */
export function isSame(before: unknown, after: unknown): boolean {
  if (Array.isArray(before) && Array.isArray(after))
    return before.length === after.length && before.every((item, index) => isSame(item, after[index]));
  if (!isRecord(before) || !isRecord(after)) return Object.is(before, after);
  const keys = Object.keys(before);
  return keys.length === Object.keys(after).length && keys.every((key) => Object.hasOwn(after, key) && isSame(before[key], after[key]));
}

function mergeKey(schema: Schema | undefined): readonly string[] | undefined {
  const key = schema?.["x-kubernetes-patch-merge-key"];
  return key ? [key] : undefined;
}
