import { isRecord } from "../../outside/index.ts";

type Json = Readonly<Record<string, unknown>>;

const withoutMeaning = ["description", "example", "externalDocs", "title", "x-kubernetes-selectable-fields"];

/** A schema without what says nothing about values. Below `properties` the keys are names of fields, and all stay. */
export function withoutDescriptions(node: unknown, isFields = false): unknown {
  if (Array.isArray(node)) return node.map((item) => withoutDescriptions(item));
  if (!isRecord(node)) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => isFields || !withoutMeaning.includes(key))
      .map(([key, value]) => [
        key,
        key === "default" || key === "enum" ? value : withoutDescriptions(value, key === "properties" && !isFields),
      ]),
  );
}

/** A schema without what a status may be: controllers write it, and where it is a subresource the server drops it from manifests. */
export function withoutStatus(schema: Json): Json {
  const { properties, required } = schema;
  if (!isRecord(properties) || !properties.status) return schema;
  const status = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const others = Array.isArray(required) ? { required: required.filter((field) => field !== "status") } : {};
  return { ...schema, ...others, properties: { ...properties, status } };
}

/** The same value whatever order its keys were written in. */
export function sortedKeys(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(sortedKeys);
  if (!isRecord(node)) return node;
  const entries = Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, sortedKeys(value)]));
}
