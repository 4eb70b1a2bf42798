import type { Fault } from "../rule.ts";
import type { CheckedManifest } from "../scope.ts";

/** What rules have in common that know what the API server's own validation asks of a kind. */
export const refused = {
  severity: "error",
  why: "The API server refuses the object, and the sync of its app fails with it.",
  mend: "Change the field as the message says.",
} as const;

/** What is wrong at a path, before it is known of which manifest. */
export type Spot = Omit<Fault, "manifest">;

/** Says of a manifest what was found in it. */
export function* within(manifest: CheckedManifest, spots: Iterable<Spot>): Generator<Fault> {
  for (const spot of spots) yield { manifest, ...spot };
}

/** A spot where a value isn't of the form that is asked for; absent values are no matter of form. */
export function* formed(value: unknown, holds: (value: unknown) => boolean, path: string, expected: string): Generator<Spot> {
  if (value !== undefined && value !== null && !holds(value)) yield { path, message: `expected ${expected}, found ${shown(value)}` };
}

export function* oneOf(value: unknown, allowed: readonly unknown[], path: string): Generator<Spot> {
  yield* formed(value, (found) => allowed.includes(found), path, allowed.length > 1 ? `one of ${allowed.join(", ")}` : String(allowed[0]));
}

export function* required(value: unknown, path: string): Generator<Spot> {
  if (value === undefined || value === null || value === "") yield { path, message: "is required, and isn't there" };
}

/** Holds that a number is at least so much. */
export function* atLeast(value: unknown, least: number, path: string): Generator<Spot> {
  yield* formed(value, (found) => typeof found !== "number" || found >= least, path, `at least ${least}`);
}

/** Entries whose key another entry has already. */
export function* unique(items: readonly unknown[], key: (item: never) => unknown, path: string, what: string): Generator<Spot> {
  const seen = new Set<unknown>();
  for (const [index, item] of items.entries()) {
    const value = key(item as never);
    if (value === undefined) continue;
    if (seen.has(value))
      yield { path: `${path}[${index}]`, message: `another entry has the ${what} ${shown(value)}`, fix: "Give each its own." };
    seen.add(value);
  }
}

/** Of fields that exclude each other exactly one must be set. */
export function* exactlyOne(value: object | undefined, fields: readonly string[], path: string): Generator<Spot> {
  const set = fields.filter((field) => (value as Readonly<Record<string, unknown>> | undefined)?.[field] != null);
  if (set.length !== 1) yield { path, message: `exactly one of ${fields.join(", ")} must be set, found ${set.join(" and ") || "none"}` };
}

export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
