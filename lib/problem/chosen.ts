import { suggestion } from "./nearest.ts";
import { InputError } from "./problem.ts";

/** The environments or apps of these names, in their own order. @throws InputError that names the nearest for each unknown one */
export function chosen<T extends { readonly name: string }>(
  all: readonly T[],
  names: readonly string[] | undefined,
  what: string,
): readonly T[] {
  if (names === undefined || names.length === 0) return all;
  const known = new Set(all.map(({ name }) => name));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length === 0) return all.filter(({ name }) => names.includes(name));
  throw new InputError(unknown.map((name) => ({ message: `unknown ${what} "${name}"`, fix: suggestion(name, known) })));
}
