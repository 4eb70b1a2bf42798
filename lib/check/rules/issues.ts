import { type Issue, isSubdomain, missingField, shownValue, stepsOf } from "../../kubernetes/index.ts";
import { nearest } from "../../problem/index.ts";
import type { ManifestIssue } from "../rule.ts";
import type { CheckedManifest } from "../scope.ts";

/** What rules have in common that know what the API server's own validation asks of a kind. */
export const refused = {
  severity: "error",
  why: "The API server refuses the object, and the sync of its app fails.",
  fix: "Remove the field, or change it as the message says.",
} as const;

/** Says of a manifest what was found in it. */
export function* within(manifest: CheckedManifest, issues: Iterable<Issue>): Generator<ManifestIssue> {
  for (const issue of issues) yield { manifest, ...issue };
}

/** Where nothing is wrong: most of the time, so that it costs nothing. */
const none: readonly Issue[] = [];

/** An issue where a value isn't of the form that is asked for; absent values are no matter of form. */
export const formed = (value: unknown, holds: (value: unknown) => boolean, path: string, expected: string): readonly Issue[] =>
  value === undefined || value === null || holds(value)
    ? none
    : [{ path, message: `expected ${expected}, found ${shownValue(value)}`, fix: fixOf(expected) }];

const fixOf = (expected: string) => (/^(one of |no |not )/.test(expected) ? `Choose ${expected}.` : `Write ${expected}.`);

export function oneOf(value: unknown, allowed: readonly unknown[], path: string): readonly Issue[] {
  if (value === undefined || value === null || allowed.includes(value)) return none;
  const words = allowed.filter((word) => word !== "").map(String);
  const expected = words.length > 1 ? `one of ${words.join(", ")}` : (words[0] ?? "nothing");
  const meant = typeof value === "string" ? nearest(value, words) : undefined;
  const fix = words.length === 0 ? "Remove it." : meant ? `Did you mean "${meant}"?` : `Choose ${expected}.`;
  return [{ path, message: `expected ${expected}, found ${shownValue(value)}`, fix }];
}

export const required = (value: unknown, path: string): readonly Issue[] =>
  value === undefined || value === null || value === "" ? [{ path, message: missingField, fix: `Add ${stepsOf(path).at(-1)}.` }] : none;

/** Holds that a number is at least so much. */
export const atLeast = (value: unknown, least: number, path: string): readonly Issue[] =>
  typeof value === "number" && value < least
    ? [{ path, message: `expected at least ${least}, found ${shownValue(value)}`, fix: `Write ${least} or more.` }]
    : none;

/** The issues of each entry of a list that may be missing, with the entry's path. */
export function* each<Item>(
  items: readonly Item[] | undefined,
  path: string,
  issuesOf: (item: Item, path: string) => Iterable<Issue>,
): Generator<Issue> {
  for (const [index, item] of (items ?? []).entries()) yield* issuesOf(item, `${path}[${index}]`);
}

/** Entries whose key another entry has already. An entry without key has none to share. */
export function unique<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string | undefined,
  path: string,
  what: string,
): readonly Issue[] {
  if (items.length < 2) return none;
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const key = keyOf(item);
    if (key === undefined) return none;
    if (seen.has(key))
      return [{ path: `${path}[${index}]`, message: `another entry has the ${what} ${shownValue(key)}`, fix: "Give each its own." }];
    seen.add(key);
    return none;
  });
}

/** The name of another object, where one is given. */
export const objectName = (value: unknown, path: string): readonly Issue[] =>
  formed(value, (name) => name === "" || isSubdomain(name), path, "an object's name");

/** Of fields that exclude each other exactly one must be set. */
export function exactlyOne(value: object | undefined, fields: readonly string[], path: string): readonly Issue[] {
  const set = fields.filter((field) => value && Reflect.get(value, field) != null);
  if (set.length === 1) return none;
  return [
    {
      path,
      message: `exactly one of ${fields.join(", ")} must be set, found ${set.join(" and ") || "none"}`,
      fix: set.length > 1 ? `Keep one of ${set.join(", ")}.` : `Add one of ${fields.join(", ")}.`,
    },
  ];
}
