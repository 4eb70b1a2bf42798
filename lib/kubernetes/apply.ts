import { isRecord, own } from "../outside/index.ts";
import type { Schema } from "./schema/load.ts";

/** The part of OpenAPI that says how a value is merged. */
export interface Shapes {
  readonly definitions: Readonly<Record<string, Schema>>;
}

type Members = Readonly<Record<string, unknown>>;

/** How a value is merged: field by field, entry by entry, or not at all. */
export type Shape =
  | { readonly kind: "members"; readonly member: (key: string) => Schema | undefined }
  | { readonly kind: "keyed"; readonly keys: readonly string[]; readonly item: Schema | undefined }
  | { readonly kind: "set" }
  | { readonly kind: "atomic"; readonly item: Schema | undefined };

/** The definition a schema refers to, or itself. */
export function resolved(schema: Schema | undefined, { definitions }: Shapes): Schema | undefined {
  return schema?.$ref ? own(definitions, schema.$ref.slice("#/definitions/".length)) : schema;
}

/** How the API server merges a value: https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy. Of kinds without a schema every map is merged, and no list. */
export function shapeOf(value: unknown, given: Schema | undefined, shapes: Shapes): Shape {
  const schema = resolved(given, shapes);
  const mapType = given?.["x-kubernetes-map-type"] ?? schema?.["x-kubernetes-map-type"];
  if (Array.isArray(value)) {
    const listType = schema?.["x-kubernetes-list-type"];
    const keys = schema?.["x-kubernetes-list-map-keys"];
    if (listType === "map" && keys) return { kind: "keyed", keys, item: schema?.items };
    return listType === "set" ? { kind: "set" } : { kind: "atomic", item: schema?.items };
  }
  if (!isRecord(value) || mapType === "atomic") return { kind: "atomic", item: undefined };
  const { properties, additionalProperties } = schema ?? {};
  const other = typeof additionalProperties === "object" ? additionalProperties : undefined;
  return { kind: "members", member: (key) => own(properties, key) ?? other };
}

/** Keys of list entries that the server fills in before it compares them. */
export const keyDefaults: Members = { protocol: "TCP" };

/** What distinguishes an entry of a list from the others. */
export function keyOf(item: unknown, keys: readonly string[]): string {
  return keys.map((key) => String((isRecord(item) ? own(item, key) : undefined) ?? own(keyDefaults, key) ?? "")).join("/");
}

/**
 * What a live object holds after one field manager, who applied `last`, applies `next`: fields he no longer names go, with what the
 * server had filled in below them; what the server filled in beside them stays, also where it no longer fits.
 */
export function applied(live: unknown, last: unknown, next: unknown, schema: Schema | undefined, shapes: Shapes): unknown {
  const shape = shapeOf(next, schema, shapes);
  if (shape.kind === "members" && isRecord(next)) {
    const [held, owned] = [isRecord(live) ? live : {}, isRecord(last) ? last : {}];
    const kept = Object.entries(held).filter(([key]) => own(next, key) === undefined && own(owned, key) === undefined);
    const given = Object.entries(next).map(
      ([key, value]) => [key, applied(own(held, key), own(owned, key), value, shape.member(key), shapes)] as const,
    );
    return Object.fromEntries([...kept, ...given]);
  }
  if (shape.kind === "keyed" && Array.isArray(next)) {
    const byKey = (list: unknown) =>
      new Map<string, unknown>((Array.isArray(list) ? list : []).map((item) => [keyOf(item, shape.keys), item]));
    const [held, owned, given] = [byKey(live), byKey(last), byKey(next)];
    const entries = [...given].map(([key, item]) => applied(held.get(key), owned.get(key), item, shape.item, shapes));
    const others = [...held].filter(([key]) => !given.has(key) && !owned.has(key)).map(([, item]) => item);
    return [...entries, ...others];
  }
  if (shape.kind === "set" && Array.isArray(next)) {
    const [given, owned] = [new Set(next), new Set(Array.isArray(last) ? last : [])];
    const others = (Array.isArray(live) ? live : []).filter((item) => !given.has(item) && !owned.has(item));
    return [...next, ...others];
  }
  return next;
}
