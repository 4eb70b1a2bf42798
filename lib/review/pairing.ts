import { groupBy, identity } from "../manifest/index.ts";
import { type Pair, type PlacedManifest, storedGroupOf } from "./placing.ts";
import { pairRenames } from "./renames.ts";

const identityOf = ({ object }: PlacedManifest) =>
  identity(storedGroupOf(object), object.kind, object.metadata.namespace, object.metadata.name);
const nameOf = ({ environment, object }: PlacedManifest) =>
  [environment, storedGroupOf(object), object.kind, object.metadata.name].join("/");

/** Whether two objects are one to the API server, whatever version they are written in. */
export const isSameObject = (before: PlacedManifest, after: PlacedManifest) => identityOf(before) === identityOf(after);

/**
 * The objects of two trees side by side: by identity within an environment; then by identity alone, where an estate moves to another
 * layout; then by kind and name, where only one side names the namespace; then those that differ by their names alone.
 */
export function paired(before: readonly PlacedManifest[], after: readonly PlacedManifest[]): Pair[] {
  const inEnvironment = (manifest: PlacedManifest) => `${manifest.environment} ${identityOf(manifest)}`;
  const old = new Map(before.map((manifest) => [inEnvironment(manifest), manifest]));
  const now = new Map(after.map((manifest) => [inEnvironment(manifest), manifest]));
  const both = [...new Set([...old.keys(), ...now.keys()])].map((key) => pairOf(old.get(key), now.get(key)));
  return pairRenames(byName(joined(both, identityOf)));
}

const pairOf = (before: PlacedManifest | undefined, after: PlacedManifest | undefined): Pair => ({
  ...(before ? { before } : {}),
  ...(after ? { after } : {}),
});

/** Pairs what is left of both sides where a key names one object of each. @param fits whether the two may be one. Default: they are */
function joined(
  pairs: readonly Pair[],
  keyOf: (manifest: PlacedManifest) => string,
  fits: (before: PlacedManifest, after: PlacedManifest) => boolean = () => true,
): Pair[] {
  const going = groupBy(
    pairs.flatMap(({ before, after }) => (before && !after ? [before] : [])),
    keyOf,
  );
  const coming = groupBy(
    pairs.flatMap(({ before, after }) => (after && !before ? [after] : [])),
    keyOf,
  );
  const partners = new Map<PlacedManifest, PlacedManifest>();
  for (const [key, [old, ...more]] of going) {
    const [now, ...others] = coming.get(key) ?? [];
    if (old && now && more.length === 0 && others.length === 0 && fits(old, now)) partners.set(old, now);
  }
  if (partners.size === 0) return [...pairs];
  const taken = new Set(partners.values());
  return pairs.flatMap((pair): Pair[] => {
    const { before, after } = pair;
    const partner = before && !after ? partners.get(before) : undefined;
    if (partner) return [{ ...pair, after: partner }];
    return after && !before && taken.has(after) ? [] : [pair];
  });
}

/** Pairs an object without a namespace with the only one of its kind and name that has one. */
function byName(pairs: readonly Pair[]): Pair[] {
  const known = new Set(pairs);
  const namespaceOf = ({ object }: PlacedManifest) => object.metadata.namespace;
  const isOneSided = (before: PlacedManifest, after: PlacedManifest) =>
    (namespaceOf(before) ?? namespaceOf(after)) !== undefined && (namespaceOf(before) === undefined || namespaceOf(after) === undefined);
  return joined(pairs, nameOf, isOneSided).map((pair) => (known.has(pair) ? pair : { ...pair, isByName: true }));
}
