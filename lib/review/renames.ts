import { groupOf } from "../manifest/index.ts";
import type { Pair } from "./review.ts";
import type { ReviewedManifest } from "./tree.ts";

/** Takes an object that goes and one that comes for one that is renamed, where they differ by their names alone. */
export function pairRenames(pairs: readonly Pair[]): Pair[] {
  const coming = new Map<string, ReviewedManifest[]>();
  for (const { before, after } of pairs) {
    if (before || !after) continue;
    for (const print of prints(after)) coming.set(print, [...(coming.get(print) ?? []), after]);
  }
  if (coming.size === 0) return [...pairs];
  const taken = new Set<ReviewedManifest>();
  const renamed = pairs.map((pair): Pair => {
    const { before, after } = pair;
    if (!before || after) return pair;
    const found = prints(before)
      .flatMap((print) => coming.get(print) ?? [])
      .find((one) => !taken.has(one));
    if (!found) return pair;
    taken.add(found);
    return { before, after: found };
  });
  return renamed.filter(({ before, after }) => before || !after || !taken.has(after));
}

/** What is left of an object without its name, and without that of its app. */
function prints({ environment, app, object }: ReviewedManifest): string[] {
  const { name, namespace = "" } = object.metadata;
  const place = [environment, groupOf(object), object.kind, namespace].join("/");
  const text = stable(object);
  const anonymous = without(text, name, "(name)");
  return [`${place} ${anonymous}`, `${place} ${without(without(text, app, "(app)"), name.replaceAll(app, "(app)"), "(name)")}`];
}

/** A text with whole words of a name replaced: a name may be part of others, as web of web-config. */
function without(text: string, name: string, by: string): string {
  if (!name) return text;
  const word = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.replace(new RegExp(`(?<![A-Za-z0-9])${word}(?![A-Za-z0-9])`, "g"), by);
}

/** JSON whose keys are in order. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
