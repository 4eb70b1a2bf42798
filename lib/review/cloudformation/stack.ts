import { groupBy } from "../../manifest/index.ts";
import { isRecord, own } from "../../outside/index.ts";
import { behaviourOf } from "./behaviour.ts";
import { isNoticed, snapshotTypes } from "./effects.ts";
import { changedInputs } from "./inputs.ts";
import { type Input, inputsOf, keyOf } from "./references.ts";
import { pairedByContent, type ResourcePair } from "./renames.ts";
import { isSame } from "./same.ts";
import { versions } from "./special-updates.ts";
import type { Template, TemplateResource } from "./template.ts";

/** What becomes of a resource that is on both sides. */
type Fate = "same" | "updated" | "replaced" | "may-be-replaced";

/** A property that changes, or whose value does because of what it names. */
export interface PropertyChange {
  readonly name: string;
  readonly effect: "updated" | "replaced" | "may-replace" | "unknown";
  /** What it names that is another one from now on, or may be, where the text of its value stays. */
  readonly because?: { readonly input: Input; readonly isCertain: boolean };
}

export interface JudgedPair extends ResourcePair {
  readonly fate: Fate;
  readonly properties: readonly PropertyChange[];
}

/** A stack's resources on both sides. */
export interface StackChange {
  readonly pairs: readonly JudgedPair[];
  readonly removed: ReadonlyMap<string, TemplateResource>;
  readonly added: ReadonlyMap<string, TemplateResource>;
  /** Resources whose type changes, which CloudFormation refuses. */
  readonly retyped: readonly ResourcePair[];
}

/** Compares a stack's templates. Replacement goes on to those that name a replaced resource where they can't be updated. */
export function compareStacks(before: Template, after: Template): StackChange {
  const removed = new Map([...before.resources].filter(([id]) => !after.resources.has(id)));
  const added = new Map([...after.resources].filter(([id]) => !before.resources.has(id)));
  const common = [...before.resources].flatMap(([id, resource]): ResourcePair[] => {
    const now = after.resources.get(id);
    return now ? [{ before: { id, resource }, after: { id, resource: now } }] : [];
  });
  const isRetyped = ({ before: old, after: now }: ResourcePair) => old.resource.type !== now.resource.type;
  const renamed = pairedByContent(removed, added);
  for (const pair of renamed) {
    removed.delete(pair.before.id);
    added.delete(pair.after.id);
  }
  return {
    pairs: judged([...common.filter((pair) => !isRetyped(pair)), ...renamed], changedInputs(before, after)),
    removed,
    added,
    retyped: common.filter(isRetyped),
  };
}

/** The properties of both sides, each once. */
const propertiesOf = ({ before, after }: ResourcePair) => [
  ...new Set([...Object.keys(before.resource.properties), ...Object.keys(after.resource.properties)]),
];

function judged(pairs: readonly ResourcePair[], undecided: ReadonlySet<string>): JudgedPair[] {
  const fates = new Map<string, Fate>([
    ...[...undecided].map((input) => [input, "may-be-replaced"] as const),
    ...pairs.flatMap(({ before, after }) => (before.id === after.id ? [] : [[keyOf({ kind: "id", name: after.id }), "replaced"] as const])),
  ]);
  const read = pairs.flatMap((pair, index) =>
    [...inputsOf(pair.after.resource.properties).keys()].map((input) => ({ input, index, pair })),
  );
  const readers = groupBy(read, ({ input }) => input);
  const results: JudgedPair[] = [];
  // Whose fate changes may change that of those who name it.
  const waiting = pairs.map((pair, index) => ({ pair, index })).reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const result = judgedPair(next.pair, fates);
    results[next.index] = result;
    for (const [input, fate] of fatesOf(result)) {
      if (fates.get(input) === fate) continue;
      fates.set(input, fate);
      waiting.push(...(readers.get(input) ?? []));
    }
  }
  return results;
}

/** What becomes of a resource, and of attributes that are new ones after each update. */
function fatesOf({ after, fate }: JudgedPair): (readonly [input: string, fate: Fate])[] {
  const updated = fate === "same" ? [] : (own(versions, after.resource.type) ?? []);
  return [
    [keyOf({ kind: "id", name: after.id }), fate],
    ...updated.map((key) => [keyOf({ kind: "attribute", name: after.id, key }), "replaced"] as const),
  ];
}

function judgedPair(pair: ResourcePair, fates: ReadonlyMap<string, Fate>): JudgedPair {
  const properties = propertiesOf(pair).flatMap((name) => propertyChange(name, pair, fates) ?? []);
  const effects = new Set(properties.map(({ effect }) => effect));
  const isReplaced = pair.before.id !== pair.after.id || effects.has("replaced");
  const fate = isReplaced ? "replaced" : effects.has("may-replace") ? "may-be-replaced" : properties.length > 0 ? "updated" : "same";
  return { ...pair, fate, properties };
}

function propertyChange(name: string, pair: ResourcePair, fates: ReadonlyMap<string, Fate>): PropertyChange | undefined {
  const [before, after] = [own(pair.before.resource.properties, name), own(pair.after.resource.properties, name)];
  const { type } = pair.after.resource;
  if (!isSame(before, after)) return { name, effect: effectOf(type, name, before, after) };
  const [input, isCertain] = changedBy(after, fates) ?? [];
  if (input === undefined || isCertain === undefined) return undefined;
  const because = { input, isCertain };
  const effect = effectOf(type, name, undefined, after);
  // Where that isn't certain, an update that nobody notices isn't worth a line.
  if (effect === "updated" && !isCertain && !isNoticed(type, name)) return undefined;
  return { name, effect: effect === "replaced" && !isCertain ? "may-replace" : effect, because };
}

/** What a value names that is replaced, or may be, the certain first. */
function changedBy(value: unknown, fates: ReadonlyMap<string, Fate>): readonly [Input, isCertain: boolean] | undefined {
  let uncertain: Input | undefined;
  for (const [key, input] of inputsOf(value)) {
    const fate = fates.get(key);
    if (fate === "replaced") return [input, true];
    if (fate === "may-be-replaced") uncertain ??= input;
  }
  return uncertain && [uncertain, false];
}

/** What the schemas say of a property's change. A part of it counts only where that part differs. */
function effectOf(type: string, name: string, before: unknown, after: unknown): PropertyChange["effect"] {
  const behaviour = behaviourOf(type);
  if (behaviour === undefined) return snapshotTypes.has(type) ? "updated" : "unknown";
  const { replaced = [], mayReplace = [], updated = [] } = behaviour;
  if (replaced.includes(name)) return "replaced";
  if (mayReplace.includes(name)) return "may-replace";
  const parts = mayReplace.filter((path) => path.startsWith(`${name}.`)).map((path) => path.split(".").slice(1));
  if (parts.some((path) => differsAt(path, before, after))) return "may-replace";
  return updated.includes(name) ? "updated" : "unknown";
}

/** Whether two values differ at a path, on which lists are followed by each entry. What a function makes may be anything. */
function differsAt([name, ...rest]: readonly string[], before: unknown, after: unknown): boolean {
  if (name === undefined || isFunction(before) || isFunction(after)) return !isSame(before, after);
  const [old, now] = [partsOf(before, name), partsOf(after, name)];
  return Array.from({ length: Math.max(old.length, now.length) }).some((_entry, index) => differsAt(rest, old[index], now[index]));
}

const isFunction = (value: unknown) => isRecord(value) && Object.keys(value).some((name) => name === "Ref" || name.startsWith("Fn::"));

function partsOf(value: unknown, name: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((entry) => partsOf(entry, name));
  return isRecord(value) && Object.hasOwn(value, name) ? [value[name]] : [];
}
