type Path = readonly (string | number)[];
/** An object with one thing changed, and what that is. */
export interface Mutation<T> {
  readonly what: string;
  readonly object: T;
}

/** Values that a field of each type might be given by mistake. */
const mistakes = (value: unknown): unknown[] => {
  if (typeof value === "number") return [-1, 0, 70000, 2147483648, 1.5, "x", true, null, "10"];
  if (typeof value === "string") return ["", 5, true, null, "Bad Value!", "-x", "a".repeat(300), [], {}, "80", "25%"];
  if (typeof value === "boolean") return ["true", 1, !value, null];
  if (Array.isArray(value)) return [[], {}, null, "x", value.length > 0 ? [...value, value[0]] : [1], [{}], [null]];
  return [{}, [], null, "x", 1];
};
const names = ["Bad_Name", "1a", "a".repeat(64), "a.b"];

/** Every field dropped, misspelt, and given values of other types, forms and ranges, one at a time. What identifies the object's kind and namespace stays. */
export function* mutations<T extends object>(object: T): Generator<Mutation<T>> {
  for (const path of paths(object)) {
    const at = path.join(".");
    if (["apiVersion", "kind", "metadata", "metadata.namespace"].includes(at)) continue;
    const last = path.at(-1) as string | number;
    const change = (what: string, act: (parent: Record<string | number, unknown>) => void): Mutation<T> => {
      const copy = structuredClone(object);
      act(
        path.slice(0, -1).reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], copy) as Record<
          string | number,
          unknown
        >,
      );
      return { what: `${what} ${at}`, object: copy };
    };
    const value = path.reduce<unknown>((parent, key) => (parent as Record<string | number, unknown>)[key], object);
    if (at === "metadata.name") {
      for (const name of names) yield change(`name ${name.slice(0, 10)} for`, (parent) => (parent.name = name));
      continue;
    }
    yield change("no", (parent) => (Array.isArray(parent) ? parent.splice(last as number, 1) : delete parent[last]));
    if (typeof last === "string")
      yield change("misspelt", (parent) => {
        parent[`${last}x`] = parent[last];
        delete parent[last];
      });
    for (const mistake of mistakes(value))
      yield change(`${JSON.stringify(mistake).slice(0, 40)} for`, (parent) => (parent[last] = mistake));
  }
}

function* paths(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value !== "object" || value === null) return;
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    yield [...path, key];
    yield* paths((value as Record<string | number, unknown>)[key], [...path, key]);
  }
}
