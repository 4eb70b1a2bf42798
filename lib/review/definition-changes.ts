import { stepsOf, withoutKeys } from "../kubernetes/index.ts";
import { groupBy } from "../manifest/index.ts";
import { counted } from "../problem/index.ts";
import type { FieldChange } from "./change.ts";
import { fieldAt, fieldText } from "./schema-place.ts";

/** What a change of a CRD does, from what existing objects feel most to what they don't. */
const effects = [
  "removed",
  "no longer served",
  "made required",
  "narrowed",
  "with other rules",
  "with another default",
  "changed",
  "stored",
  "widened",
  "with fewer rules",
  "no longer required",
  "added",
  "served",
] as const;
export type Effect = (typeof effects)[number];
type Field = Pick<FieldChange, "path" | "before" | "after">;

/** A change of a CRD in words. */
export interface DefinitionChange {
  /** The version it is of; empty for what is of all. */
  readonly version: string;
  readonly effect: Effect;
  readonly text: string;
}

/** The changes of a CRD, those first that existing objects feel most; descriptions are only counted. */
export function definitionChanges(fields: readonly FieldChange[]): { changes: readonly DefinitionChange[]; descriptions: number } {
  const own = fields.filter(({ path }) => path.startsWith("spec."));
  const described = own.filter(isDescription);
  const changes = own.filter((field) => !isDescription(field)).flatMap(changesOf);
  return { changes: changes.sort(feltFirst), descriptions: described.length };
}

const feltFirst = (a: DefinitionChange, b: DefinitionChange) => effects.indexOf(a.effect) - effects.indexOf(b.effect);

/** What of a change of one field existing objects feel most; undefined where the schema takes the same as before. */
export const effectOf = (field: Field): Effect | undefined => changesOf(field).sort(feltFirst)[0]?.effect;

/** Orders fields of a CRD by what existing objects feel of them, most first. */
export const gravestFirst = (a: Field, b: Field): number => gravityOf(a) - gravityOf(b);
function gravityOf(field: Field): number {
  const effect = field.path.startsWith("spec.") ? effectOf(field) : undefined;
  return effect === undefined ? effects.length : effects.indexOf(effect);
}

/** The same in a few words: `2 removed, 1 made required, and 940 descriptions`. */
export function definitionText(fields: readonly FieldChange[]): string | undefined {
  const { changes, descriptions } = definitionChanges(fields);
  const parts = [...groupBy(changes, ({ effect }) => effect)].map(([effect, group]) => `${group.length} ${effect}`);
  if (descriptions > 0) parts.push(parts.length > 0 ? `and ${counted(descriptions, "description")}` : "descriptions");
  return parts.length > 0 ? parts.join(", ") : undefined;
}

/** Whether a field is a description in the schema of a CRD. */
export const isDescription = ({ path }: FieldChange) =>
  path.startsWith("spec.versions[") && path.endsWith(".description") && schemaPlace(path)?.keyword === "description";

const schemaPlace = (path: string) => {
  const [, , , member, , ...rest] = stepsOf(path);
  return member === "schema" ? fieldAt(rest) : undefined;
};

function changesOf(field: Field): DefinitionChange[] {
  const [, first = "", version = "", member, ...rest] = stepsOf(field.path);
  if (first !== "versions") return [{ version: "", effect: "changed", text: `${field.path.slice("spec.".length)}: ${fromTo(field)}` }];
  if (member !== "schema") return [{ version, ...versionChange(member, field) }];
  const place = fieldAt(rest.slice(1));
  if (!place) return [{ version, effect: "changed", text: `schema: ${fromTo(field)}` }];
  const path = fieldText(place.path) || "the object";
  return schemaChanges(path, place.keyword, field).map((change) => ({ version, ...change }));
}

type Words = Omit<DefinitionChange, "version">;

function versionChange(member: string | undefined, { before, after, path }: Field): Words {
  if (member === undefined)
    return before === undefined ? { effect: "added", text: "version added" } : { effect: "removed", text: "version removed" };
  if (member === "served")
    return after === false ? { effect: "no longer served", text: "no longer served" } : { effect: "served", text: "served" };
  if (member === "storage")
    return { effect: "stored", text: after === true ? "new objects are stored in this version" : "no longer the stored version" };
  return { effect: "changed", text: path.slice(path.indexOf("]") + 2) };
}

function schemaChanges(path: string, keyword: string, field: Field): Words[] {
  const { before, after } = field;
  if (keyword === "") return [whole(path, field)];
  if (keyword === "required") return required(path, listed(before), listed(after));
  if (keyword === "default") return [{ effect: "with another default", text: `${path} default: ${fromTo(field)}` }];
  if (keyword === "x-kubernetes-validations")
    return [{ effect: isRuleGone(field) ? "with fewer rules" : "with other rules", text: `${path} rules: ${fromTo(field)}` }];
  const effect = boundChange(keyword, before, after);
  return [{ effect, text: `${path} ${keyword} ${effect}: ${fromTo(field)}` }];
}

/** Whether one rule goes, or all; a rule may also lose its message alone. */
const isRuleGone = ({ path, after }: Field) => after === undefined && /\.x-kubernetes-validations(\[\])?$/.test(withoutKeys(path));

function whole(path: string, { before, after }: Field): Words {
  if (before === undefined) return { effect: "added", text: `${path} added` };
  return after === undefined ? { effect: "removed", text: `${path} removed` } : { effect: "changed", text: `${path} changed` };
}

const listed = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

function required(path: string, before: readonly string[], after: readonly string[]): Words[] {
  const at = (name: string) => (path === "the object" ? name : `${path}.${name}`);
  return [
    ...after
      .filter((name) => !before.includes(name))
      .map((name) => ({ effect: "made required", text: `${at(name)} made required` }) as const),
    ...before
      .filter((name) => !after.includes(name))
      .map((name) => ({ effect: "no longer required", text: `${at(name)} no longer required` }) as const),
  ];
}

/** Whether a schema takes fewer values than before, or more. */
function boundChange(keyword: string, before: unknown, after: unknown): Effect {
  if (keyword === "enum") return enumChange(before, after);
  if (/^(max|min|pattern$|format$|multipleOf$)/.test(keyword)) {
    if (before === undefined) return "narrowed";
    if (after === undefined) return "widened";
    if (typeof before !== "number" || typeof after !== "number" || keyword === "multipleOf") return "changed";
    return after < before === keyword.startsWith("max") ? "narrowed" : "widened";
  }
  return "changed";
}

function enumChange(before: unknown, after: unknown): Effect {
  if (before === undefined) return "narrowed";
  if (after === undefined) return "widened";
  const [old, now] = [listed(before), listed(after)];
  const [goes, comes] = [old.some((value) => !now.includes(value)), now.some((value) => !old.includes(value))];
  return goes ? "narrowed" : comes ? "widened" : "changed";
}

const mostOfValue = 80;
const fromTo = ({ before, after }: Field) => `${words(before)} -> ${words(after)}`;
function words(value: unknown): string {
  if (value === undefined) return "(none)";
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > mostOfValue ? `${text.slice(0, mostOfValue - 3)}...` : text;
}
