import { isLabel } from "../kubernetes/index.ts";
import { isRecord, itemsOf } from "../outside/index.ts";

/** A part of an object, or of what is lifted, whose shape nobody has held yet. */
export type Members = Readonly<Record<string, unknown>>;

/** The members that have a value. */
export const defined = (members: Members): Members =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));

/** Members by name, those alone that are there. */
export const picked = (members: Members, names: readonly string[]): Members =>
  defined(Object.fromEntries(names.map((name) => [name, Object.hasOwn(members, name) ? members[name] : undefined])));

/** A value, unless it is what the API server or the model has without it. */
export const unless = <T>(value: T, standard: unknown): T | undefined => (value === standard ? undefined : value);

/** An object, unless it has no members. */
export const filled = (members: Members | undefined): Members | undefined =>
  members && Object.keys(members).length > 0 ? members : undefined;

/** The text of a value that should be one. */
export const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** A list of objects as a map by what names each; undefined where one has no name of its own, so that a map can't say the list. */
export function byName(list: unknown, nameOf: (item: Members) => unknown): ReadonlyMap<string, Members> | undefined {
  const found = new Map<string, Members>();
  for (const item of itemsOf(list)) {
    const name = isRecord(item) ? nameOf(item) : undefined;
    if (typeof name !== "string" || found.has(name)) return undefined;
    found.set(name, item as Members);
  }
  return found;
}

/** What a function gives for each entry of a map, without those that it can't say. */
export function mapped(
  entries: ReadonlyMap<string, Members> | undefined,
  lifted: (item: Members, name: string) => unknown,
): Members | undefined {
  const said = [...(entries ?? [])].map(([name, item]) => [name, lifted(item, name)] as const).filter(([, value]) => value !== undefined);
  return filled(Object.fromEntries(said));
}

/** A list of texts as a map by what names each. */
export const keyed = (list: unknown, name: string, value: string): Members | undefined =>
  mapped(
    byName(list, (item) => item[name]),
    (item) => item[value],
  );

/** A value that is short where only its name is said. */
export const short = (members: Members, name: string): unknown => {
  const keys = Object.keys(members);
  return keys.length === 1 && keys[0] === name ? members[name] : members;
};

/** A name without what the environment puts before it. */
export const withoutPrefix = (name: string, prefix: string): string =>
  name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : name;

/** A key of a map that stands for a name: a DNS label that isn't taken. */
export function freeKey(name: string, taken: { has(key: string): boolean }): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 50)
    .replace(/-+$/, "");
  const base = isLabel(plain) ? plain : "other";
  let key = base;
  for (let number = 2; taken.has(key); number++) key = `${base}-${number}`;
  return key;
}

/** Whether two values of JSON are the same, whatever the order of their members. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  if (!isRecord(a) || !isRecord(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]));
}
