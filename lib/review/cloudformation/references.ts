import { isRecord, own } from "../../outside/index.ts";
import { attributePath } from "./template.ts";

/** What a value takes from elsewhere in its template. */
export type Input =
  | { readonly kind: "id"; readonly name: string }
  /** An attribute of a resource, beside the resource itself. */
  | { readonly kind: "attribute"; readonly name: string; readonly key: string }
  | { readonly kind: "condition"; readonly name: string }
  /** `key` is the second of the two keys, where it is written out. */
  | { readonly kind: "mapping"; readonly name: string; readonly key?: string };

/** An input as a key of maps and sets; a mapping's keys are apart. */
export const keyOf = (input: Input): string =>
  [input.kind, input.name, ...("key" in input && input.key !== undefined ? [input.key] : [])].join("\0");

/** An input as reports name it. */
export function inputText(input: Input): string {
  if (input.kind === "id") return input.name;
  return input.kind === "attribute" ? `${input.key} of ${input.name}` : `${input.kind} ${input.name}`;
}

const known = new WeakMap<object, ReadonlyMap<string, Input>>();

/** What a value names by Ref, Fn::GetAtt, Fn::Sub, Fn::FindInMap, Fn::If and Condition: resources and parameters have ids. By `keyOf`. */
export function inputsOf(value: unknown): ReadonlyMap<string, Input> {
  if (typeof value !== "object" || value === null) return new Map();
  const found = known.get(value) ?? new Map([...collected(value)].map((input) => [keyOf(input), input]));
  known.set(value, found);
  return found;
}

export const names = (value: unknown, id: string) => inputsOf(value).has(keyOf({ kind: "id", name: id }));

function* collected(value: unknown): Generator<Input> {
  if (Array.isArray(value)) for (const entry of value) yield* collected(entry);
  if (!isRecord(value)) return;
  yield* namedBy(value);
  for (const member of Object.values(value)) yield* collected(member);
}

/** What a function names, where a value is one. */
function* namedBy(value: Readonly<Record<string, unknown>>): Generator<Input> {
  const [resource, attribute] = attributeOf(own(value, "Fn::GetAtt"));
  for (const id of [own(value, "Ref"), resource, ...variablesOf(own(value, "Fn::Sub"))])
    if (typeof id === "string") yield { kind: "id", name: id };
  if (typeof resource === "string" && typeof attribute === "string") yield { kind: "attribute", name: resource, key: attribute };
  for (const name of ["Fn::If", "Condition"]) {
    const [condition]: unknown[] = [own(value, name)].flat();
    if (typeof condition === "string") yield { kind: "condition", name: condition };
  }
  const [mapping, , key]: unknown[] = [own(value, "Fn::FindInMap")].flat();
  if (typeof mapping === "string") yield { kind: "mapping", name: mapping, ...(typeof key === "string" ? { key } : {}) };
}

const attributeOf = (attribute: unknown): readonly unknown[] =>
  typeof attribute === "string" ? attributePath(attribute) : Array.isArray(attribute) ? (attribute as unknown[]) : [];

/** What Fn::Sub takes from the template. */
function variablesOf(substituted: unknown): string[] {
  const [text, variables]: unknown[] = [substituted].flat();
  if (typeof text !== "string") return [];
  return [...text.matchAll(/\$\{([^!${}][^${}]*)\}/g)].flatMap(([, variable = ""]) =>
    isRecord(variables) && own(variables, variable) !== undefined ? [] : [attributePath(variable.trim())[0]],
  );
}

/** The names of exports that a value imports, where they are written out. */
export function* importsIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const entry of value) yield* importsIn(entry);
  if (!isRecord(value)) return;
  const imported = own(value, "Fn::ImportValue");
  if (typeof imported === "string") yield imported;
  for (const member of Object.values(value)) yield* importsIn(member);
}
