import type { SourceEnvironment } from "./environment.ts";
import { isWorkload } from "./links.ts";

/** Part of an environment's workloads that have to begin with a prefix, where the environment's name isn't the prefix. */
const mostOf = 0.6;

/**
 * The prefix that each environment puts before the names of its objects, as kustomize's `namePrefix` does, by environment. An app then has
 * one name in all of them. No other environment has one of these names, and one has a name of them without the prefix. Workloads beside
 * these needn't have it: controllers and the like are often deployed without.
 */
export function prefixesOf(environments: readonly Pick<SourceEnvironment, "name" | "objects">[]): ReadonlyMap<string, string> {
  const names = new Map(
    environments.map(({ name, objects }) => [name, objects.flatMap(({ object }) => (isWorkload(object) ? object.metadata.name : []))]),
  );
  const found = [...names].map(([environment, own]) => {
    const prefix = prefixOf(environment, own);
    const prefixed = own.filter((name) => begins(name, prefix));
    return {
      environment,
      prefix,
      prefixed,
      stripped: new Set(own.map((name) => (begins(name, prefix) ? name.slice(prefix.length) : name))),
    };
  });
  return new Map(
    found.map(({ environment, prefix, prefixed }) => {
      const others = found.filter((other) => other.environment !== environment);
      const isElsewhere = others.some((other) => prefixed.some((name) => names.get(other.environment)?.includes(name)));
      const isFound = others.some(({ stripped }) => prefixed.some((name) => stripped.has(name.slice(prefix.length))));
      return [environment, isFound && !isElsewhere ? prefix : ""];
    }),
  );
}

const begins = (name: string, prefix: string) => name.startsWith(prefix) && name.length > prefix.length;

/** What names begin with: the environment's name, or else the longest text up to a hyphen that most of them begin with. */
function prefixOf(environment: string, names: readonly string[]): string {
  if (names.some((name) => begins(name, `${environment}-`))) return `${environment}-`;
  if (names.length < 2) return "";
  const counts = new Map<string, number>();
  for (const name of names)
    for (const { index } of name.matchAll(/-/g))
      if (index + 1 < name.length) counts.set(name.slice(0, index + 1), (counts.get(name.slice(0, index + 1)) ?? 0) + 1);
  const most = [...counts].filter(([, count]) => count >= Math.max(2, names.length * mostOf));
  return most.reduce((longest, [prefix]) => (prefix.length > longest.length ? prefix : longest), "");
}
