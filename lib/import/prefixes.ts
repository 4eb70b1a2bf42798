import type { SourceEnvironment } from "./environment.ts";
import { isWorkload } from "./links.ts";

/**
 * The prefix that each environment puts before the names of its objects, as kustomize's `namePrefix` does, by environment: that of all its
 * workloads, where no other environment has their names, and one has them without it. An app then has one name in all of them.
 */
export function prefixesOf(environments: readonly Pick<SourceEnvironment, "name" | "objects">[]): ReadonlyMap<string, string> {
  const names = new Map(
    environments.map(({ name, objects }) => [name, objects.flatMap(({ object }) => (isWorkload(object) ? object.metadata.name : []))]),
  );
  const stripped = new Map(
    [...names].map(([environment, own]) => {
      const prefix = prefixOf(environment, own);
      return [environment, { prefix, names: new Set(own.map((name) => name.slice(prefix.length))) }] as const;
    }),
  );
  return new Map(
    [...stripped].map(([environment, { prefix, names: own }]) => {
      const others = [...stripped].filter(([other]) => other !== environment);
      const isShared = [...names].some(
        ([other, given]) => other !== environment && given.some((name) => names.get(environment)?.includes(name)),
      );
      const isFound = others.some(([, other]) => [...own].some((name) => other.names.has(name)));
      return [environment, isFound && !isShared ? prefix : ""];
    }),
  );
}

/** What all names begin with: the environment's name, or else the longest text up to a hyphen that leaves something of each. */
function prefixOf(environment: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  if (names.every((name) => name.startsWith(`${environment}-`) && name.length > environment.length + 1)) return `${environment}-`;
  if (names.length === 1) return "";
  const [first = ""] = names;
  const hyphens = [...first.matchAll(/-/g)].map(({ index }) => first.slice(0, index + 1)).reverse();
  return hyphens.find((prefix) => names.every((name) => name.startsWith(prefix) && name.length > prefix.length)) ?? "";
}
