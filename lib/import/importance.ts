/** Words in names of environments by what depends on them, the least first. */
const words: readonly ReadonlySet<string>[] = [
  new Set(["dev", "develop", "development", "test", "testing", "qa", "int", "integration", "ci", "preview", "sandbox", "local", "demo"]),
  new Set(["staging", "stage", "stg", "preprod", "preproduction", "uat", "acceptance", "canary"]),
  new Set(["prod", "production", "prd", "live"]),
];

/** How much depends on an environment, by its name; one whose name says nothing is as important as staging. */
export function importance(name: string): number {
  const parts = name.split("-").map((part) => part.replace(/\d+$/, ""));
  if (parts.includes("non")) return 0;
  if (parts.includes("pre")) return 1;
  const found = words.findLastIndex((known) => parts.some((part) => known.has(part)));
  return found < 0 ? 1 : found;
}
