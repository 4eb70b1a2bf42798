import { isMembers, keyOf, quantity, resolved, type Schema, type Shapes, shapeOf } from "../kubernetes/index.ts";
import { own as lookUp } from "../outside/index.ts";

/** A field that differs, by the path people know it by: entries of lists by their merge key, as `spec.template.spec.containers[web].image`. */
export interface Difference {
  readonly path: string;
  /** Undefined where the field isn't there. */
  readonly before: unknown;
  readonly after: unknown;
}

const plainKey = /^[A-Za-z_][\w-]*$/;
const below = (path: string, key: string) =>
  plainKey.test(key) ? (path === "" ? key : `${path}.${key}`) : `${path}[${JSON.stringify(key)}]`;

/** Fields whose list of one kind or map nobody needs to give: nothing, an empty one and none at all are the same to the server. */
const isNothing = (value: unknown, schema: Schema | undefined) =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isMembers(value) && Object.keys(value).length === 0 && schema !== undefined && !schema.properties && schema.type === "object");

const isQuantity = (schema: Schema | undefined) => schema?.$ref?.endsWith(".resource.Quantity") ?? false;

/** The fields that differ between two objects as the server holds them. */
export function differences(before: unknown, after: unknown, schema: Schema | undefined, shapes: Shapes): Difference[] {
  const found: Difference[] = [];
  compare(before, after, schema, "", shapes, found);
  return found;
}

function compare(before: unknown, after: unknown, schema: Schema | undefined, path: string, shapes: Shapes, found: Difference[]): void {
  if (before === after) return;
  const own = resolved(schema, shapes);
  if (isNothing(before, own) && isNothing(after, own)) return;
  if (isQuantity(schema) && quantity(before) !== undefined && quantity(before) === quantity(after)) return;
  const shape = shapeOf(before ?? after, schema, shapes);
  if (isMembers(before) && isMembers(after)) {
    // An atomic map is one value to the server, and still read field by field.
    const member = (key: string) =>
      shape.kind === "members" ? shape.member(key) : (lookUp(own?.properties, key) ?? schemaOfValues(own?.additionalProperties));
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(lookUp(before, key), lookUp(after, key), member(key), below(path, key), shapes, found);
  } else if (Array.isArray(before) && Array.isArray(after)) compareLists(before, after, own, path, shapes, found);
  else if (isMap(own) && (before === undefined ? isMembers(after) : after === undefined && isMembers(before)))
    for (const [key, value] of Object.entries((before ?? after) as object))
      found.push({
        path: below(path, key),
        before: before === undefined ? undefined : value,
        after: before === undefined ? value : undefined,
      });
  else found.push({ path, before, after });
}

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
  const keys = schema?.["x-kubernetes-list-map-keys"] ?? mergeKey(schema);
  const item = schema?.items;
  if (keys && [...before, ...after].every(isMembers)) {
    const byKey = (list: readonly unknown[]) => new Map(list.map((one) => [keyOf(one, keys), one]));
    const [old, now] = [byKey(before), byKey(after)];
    // Two entries of one key, which lists that aren't merged may have.
    if (old.size === before.length && now.size === after.length) {
      for (const key of new Set([...old.keys(), ...now.keys()]))
        compare(old.get(key), now.get(key), item, `${path}[${key}]`, shapes, found);
      const common = (one: Map<string, unknown>, other: Map<string, unknown>) => [...one.keys()].filter((key) => other.has(key));
      const [order, next] = [common(old, now), common(now, old)];
      if (order.join("\0") !== next.join("\0")) found.push({ path: `${path} (order)`, before: order, after: next });
      return;
    }
  }
  const differing: Difference[] = [];
  if (before.length === after.length && before.every(isMembers))
    for (const [index, one] of before.entries()) compare(one, after[index], item, `${path}[${index}]`, shapes, differing);
  else if (!isSame(before, after)) differing.push({ path, before, after });
  for (const one of differing) found.push(one);
}

/** By what values hold; keys may come in any order. */
function isSame(before: unknown, after: unknown): boolean {
  if (Array.isArray(before) && Array.isArray(after))
    return before.length === after.length && before.every((item, index) => isSame(item, after[index]));
  if (!isMembers(before) || !isMembers(after)) return Object.is(before, after);
  const keys = Object.keys(before);
  return keys.length === Object.keys(after).length && keys.every((key) => Object.hasOwn(after, key) && isSame(before[key], after[key]));
}

function mergeKey(schema: Schema | undefined): readonly string[] | undefined {
  const key = schema?.["x-kubernetes-patch-merge-key"];
  return key ? [key] : undefined;
}
