import { isRecord } from "../../outside/index.ts";
import { behaviourOf } from "./behaviour.ts";
import { pairedByContent, type ResourcePair } from "./renames.ts";
import type { Template, TemplateResource } from "./template.ts";
import { isSame, referencesIn } from "./values.ts";

/** A property that changes, or whose value does because it names a resource that is replaced. */
export interface PropertyChange {
  readonly name: string;
  readonly effect: "updated" | "replaced" | "may-replace" | "unknown";
  /** What it names that is replaced or may be, or changes at deployment, where the text of its value stays. */
  readonly because?: string;
}

/** What becomes of a resource that is on both sides. */
export interface JudgedPair extends ResourcePair {
  readonly fate: "same" | "updated" | "replaced" | "may-be-replaced";
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
  const undecided = changedInputs(before, after);
  return {
    pairs: judged([...common.filter((pair) => !isRetyped(pair)), ...renamed], undecided),
    removed,
    added,
    retyped: common.filter(isRetyped),
  };
}

/** The properties of both sides, each once. */
const propertiesOf = ({ before, after }: ResourcePair) => [
  ...new Set([...Object.keys(before.resource.properties), ...Object.keys(after.resource.properties)]),
];

/** What changes beside resources, whose values are decided at deployment: as `referencesIn` names it. */
function changedInputs(before: Template, after: Template): ReadonlySet<string> {
  const changed = (section: "Conditions" | "Parameters", part = (entry: unknown): unknown => entry) =>
    [...after.sections[section]].flatMap(([name, entry]) => (isSame(part(before.sections[section].get(name)), part(entry)) ? [] : [name]));
  const value = (entry: unknown) => (isRecord(entry) ? [String(entry.Type), JSON.stringify(entry.Default)] : undefined);
  const parameters = changed("Parameters", value).filter((name) => before.sections.Parameters.has(name));
  const inputs = new Set([...parameters, ...changedMappings(before, after), ...changed("Conditions").map((name) => `condition ${name}`)]);
  // A condition may be made of others, and of what changes.
  for (let known = -1; known < inputs.size; ) {
    known = inputs.size;
    for (const [name, condition] of after.sections.Conditions)
      if ([...referencesIn(condition)].some((input) => inputs.has(input))) inputs.add(`condition ${name}`);
  }
  return inputs;
}

/** What in mappings was there and is another value, or gone: the mapping, and it with each of the keys. */
function changedMappings(before: Template, after: Template): string[] {
  return [...before.sections.Mappings].flatMap(([name, old]) => {
    const now = after.sections.Mappings.get(name);
    if (holdsAll(now, old)) return [];
    const keys = (isRecord(old) ? Object.entries(old) : []).flatMap(([outer, members]) =>
      Object.entries(isRecord(members) ? members : {}).flatMap(([key, value]) =>
        isSame(value, partsOf(partsOf(now, outer)[0], key)[0]) ? [] : [key],
      ),
    );
    return [`mapping ${name}`, ...new Set(keys.map((key) => `mapping ${name} ${key}`))];
  });
}

/** Whether a value has all that another one has, and maybe more keys. */
const holdsAll = (value: unknown, other: unknown): boolean =>
  isRecord(value) && isRecord(other)
    ? Object.entries(other).every(([name, member]) => Object.hasOwn(value, name) && holdsAll(value[name], member))
    : isSame(value, other);

function judged(pairs: readonly ResourcePair[], undecided: ReadonlySet<string>): JudgedPair[] {
  const fates = new Map<string, JudgedPair["fate"]>([
    ...[...undecided].map((input) => [input, "may-be-replaced"] as const),
    ...pairs.map(({ before, after }) => [after.id, before.id === after.id ? "same" : "replaced"] as const),
  ]);
  const judge = (pair: ResourcePair): JudgedPair => {
    const properties = propertiesOf(pair).flatMap((name) => propertyChange(name, pair, fates) ?? []);
    const effects = new Set(properties.map(({ effect }) => effect));
    const isReplaced = pair.before.id !== pair.after.id || effects.has("replaced");
    const fate = isReplaced ? "replaced" : effects.has("may-replace") ? "may-be-replaced" : properties.length > 0 ? "updated" : "same";
    return { ...pair, fate, properties };
  };
  for (;;) {
    const results = pairs.map(judge);
    const isSettled = results.every(({ after, fate }) => fates.get(after.id) === fate);
    if (isSettled) return results;
    for (const { after, fate } of results) fates.set(after.id, fate);
  }
}

function propertyChange(name: string, pair: ResourcePair, fates: ReadonlyMap<string, JudgedPair["fate"]>): PropertyChange | undefined {
  const [before, after] = [pair.before.resource.properties[name], pair.after.resource.properties[name]];
  const { type } = pair.after.resource;
  if (!isSame(before, after)) return { name, effect: effectOf(type, name, before, after) };
  const named = [...referencesIn(after)];
  const because = named.find((id) => fates.get(id) === "replaced") ?? named.find((id) => fates.get(id) === "may-be-replaced");
  if (because === undefined) return undefined;
  const effect = effectOf(type, name, undefined, after);
  if (fates.get(because) === "replaced") return { name, effect, because };
  // Where that isn't certain, what would only be updated isn't worth a line.
  if (effect === "updated") return undefined;
  return { name, effect: effect === "unknown" ? "unknown" : "may-replace", because };
}

/** What the schemas say of a property's change. A part of it counts only where that part differs. */
function effectOf(type: string, name: string, before: unknown, after: unknown): PropertyChange["effect"] {
  const behaviour = behaviourOf(type);
  if (behaviour?.replaced?.includes(name)) return "replaced";
  if (
    behaviour?.mayReplace?.some(
      (path) => path === name || (path.startsWith(`${name}.`) && differsAt(path.split(".").slice(1), before, after)),
    )
  )
    return "may-replace";
  return behaviour?.updated?.includes(name) || behaviour?.mayReplace?.includes(name) ? "updated" : "unknown";
}

/** Whether two values differ at a path, on which lists are followed by each entry. */
function differsAt([name, ...rest]: readonly string[], before: unknown, after: unknown): boolean {
  if (name === undefined) return !isSame(before, after);
  const [old, now] = [partsOf(before, name), partsOf(after, name)];
  return Array.from({ length: Math.max(old.length, now.length) }).some((_entry, index) => differsAt(rest, old[index], now[index]));
}

function partsOf(value: unknown, name: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((entry) => partsOf(entry, name));
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? [(value as Record<string, unknown>)[name]] : [];
}
