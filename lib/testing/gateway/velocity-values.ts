/**
 * Values of mapping templates as API Gateway's Java has them, where they differ from JavaScript's. What is said here was recorded from the
 * real service: test/aws/recorded.json.
 */
import { isRecord } from "../../outside/index.ts";

/** Lists that were read from JSON; they print as JSON, which lists of a template don't. */
const jsonLists = new WeakSet<object>();

/** Marks what was read from JSON, all lists within it too. @returns the value itself */
export function fromJson<T>(value: T): T {
  if (Array.isArray(value)) {
    jsonLists.add(value);
    value.forEach(fromJson);
  } else if (isRecord(value)) Object.values(value).forEach(fromJson);
  return value;
}

/**
 * A value as a template prints it: null and what is missing print nothing, objects as `{name=value}`, and lists that were read from JSON as JSON.
 *
 * @example
 * printed(fromJson({ a: [{ b: 1 }], c: null })); // {a=[{"b":1}], c=null}
 */
export function printed(value: unknown): string {
  if (value === null || value === undefined) return "";
  // As the service prints `$input.params` without its brackets.
  if (typeof value === "function") return "{}";
  return inside(value);
}

/** A value within another one. */
function inside(value: unknown): string {
  if (Array.isArray(value)) return jsonLists.has(value) ? JSON.stringify(value) : `[${value.map(inside).join(", ")}]`;
  if (value === null || value === undefined) return "null";
  if (typeof value !== "object") return String(value);
  const entries = Object.entries(value).filter(([, member]) => typeof member !== "function");
  return `{${entries.map(([name, member]) => `${name}=${inside(member)}`).join(", ")}}`;
}

/** What `==` says: values of different kinds are compared as they print, so null equals an empty text. */
export const isEqual = (left: unknown, right: unknown) => printed(left) === printed(right);
