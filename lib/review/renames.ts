import { groupBy, groupOf } from "../manifest/index.ts";
import type { Pair, PlacedManifest } from "./placing.ts";

/** Comparisons of one kind past which only names are looked at that stand for nothing else. */
const mostComparisons = 20_000;

/** Takes an object that goes and one that comes for one that is renamed, where they differ by their names alone. */
export function pairRenames(pairs: readonly Pair[]): Pair[] {
  const going = groupBy(
    pairs.flatMap(({ before, after }) => (before && !after ? [before] : [])),
    placeOf,
  );
  const coming = groupBy(
    pairs.flatMap(({ before, after }) => (after && !before ? [after] : [])),
    placeOf,
  );
  const renamed = new Map<PlacedManifest, PlacedManifest>();
  for (const [place, old] of going) {
    const now = coming.get(place) ?? [];
    if (now.length > 0) for (const [before, after] of matched(old, now)) renamed.set(before, after);
  }
  const taken = new Set(renamed.values());
  return pairs.flatMap((pair): Pair[] => {
    const { before, after } = pair;
    const renamedTo = before && !after ? renamed.get(before) : undefined;
    if (before && !after) return [renamedTo ? { before, after: renamedTo } : pair];
    return after && !before && taken.has(after) ? [] : [pair];
  });
}

/** Only what is of one kind and in one namespace can be the same by another name. */
const placeOf = ({ environment, object }: PlacedManifest) =>
  [environment, groupOf(object), object.kind, object.metadata.namespace ?? ""].join("/");

function* matched(old: readonly PlacedManifest[], now: readonly PlacedManifest[]): Generator<[PlacedManifest, PlacedManifest]> {
  const left = new Set(now);
  const byPrint = new Map(now.map((manifest) => [nameless(manifest), manifest]));
  for (const before of old) {
    const printed = byPrint.get(nameless(before));
    const after =
      printed && left.has(printed)
        ? printed
        : old.length * now.length <= mostComparisons
          ? [...left].find((candidate) => isRenamed(before, candidate))
          : undefined;
    if (!after) continue;
    left.delete(after);
    yield [before, after];
  }
}

/** An object's JSON without the names it and its app have. */
const nameless = ({ object, app }: PlacedManifest) => replaced(replaced(stable(object), object.metadata.name, "(name)"), app, "(name)");

/** JSON whose keys are in order. */
export function stable(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** No object may have a longer one. */
const longestName = 253;

/** A text with a name replaced where it stands as a word: a name may be part of others, as web of web-config. */
function replaced(text: string, name: string, by: string): string {
  if (!name || name.length > longestName || !text.includes(name)) return text;
  const word = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.replace(new RegExp(`(?<![A-Za-z0-9])${word}(?![A-Za-z0-9])`, "g"), () => by);
}

/** Whether each text is the same, or the same once the old name is replaced by the new one: names may also stand for other things. */
function isRenamed(before: PlacedManifest, after: PlacedManifest): boolean {
  const names = [
    [before.object.metadata.name, after.object.metadata.name],
    [before.app, after.app],
  ] as const;
  const sameText = (old: string, now: string) => old === now || names.some(([from, to]) => replaced(old, from, to) === now);
  const same = (old: unknown, now: unknown): boolean => {
    if (typeof old === "string" && typeof now === "string") return sameText(old, now);
    if (typeof old !== "object" || typeof now !== "object" || old === null || now === null) return old === now;
    const members = new Map(Object.entries(now));
    const entries = Object.entries(old);
    const namesakes = (key: string) => [key, ...names.map(([from, to]) => replaced(key, from, to))];
    return (
      entries.length === members.size &&
      entries.every(([key, value]) => namesakes(key).some((name) => members.has(name) && same(value, members.get(name))))
    );
  };
  return same(before.object, after.object);
}
