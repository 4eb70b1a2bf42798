import { check } from "../check/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import type { Change } from "./change.ts";
import { type Draft, resourceOf, type Sides } from "./drafts.ts";
import { errorsOf, givenRefusal, isPlaceholder, refuses, wordsOf } from "./given-refusal.ts";
import type { PlacedManifest } from "./placing.ts";
import type { Side } from "./side.ts";

/** What names an object within an environment. */
export const placeOf = ({ apiVersion, kind, namespace, name }: Change["resource"]) => [apiVersion, kind, namespace, name].join("/");

/**
 * What the API server's validation says of the objects as they would be, by their places: of what the manifests give, and of what becomes
 * of it.
 * @param unchanged objects whose manifests stay, and which are judged by a CRD that changes
 */
export function refusals(
  drafts: readonly Draft[],
  unchanged: readonly PlacedManifest[],
  sides: Sides,
  kubernetes: string,
): ReadonlyMap<string, string> {
  const side = sides.after;
  const found = new Map<string, string>();
  const add = (place: string, reason: string | undefined) => reason !== undefined && !found.has(place) && found.set(place, reason);
  for (const { resource, pair } of drafts)
    if (pair.after) add(placeOf(resource), givenRefusal(pair.after, side, pair.before !== undefined));
  for (const manifest of unchanged) add(placeOf(resourceOf(manifest.object)), newMismatch(manifest, sides));
  const objects = drafts.flatMap(({ after }) => after ?? []);
  for (const [place, reason] of checked(objects, side, kubernetes)) add(place, reason);
  return found;
}

/** What only the new CRD refuses of an object that stays as it is. What it no longer declares is said of the CRD. */
function newMismatch({ given }: PlacedManifest, { before, after }: Sides): string | undefined {
  const invalid = (side: Side) => errorsOf(given, side).find(({ isUnknownField }) => isUnknownField !== true);
  const issue = invalid(after);
  return issue && !invalid(before) ? refuses(`by its CRD as it will be, ${wordsOf(issue.path, issue.message)}`) : undefined;
}

function checked(
  objects: readonly KubernetesObject[],
  { definitions, cluster }: Side,
  kubernetes: string,
): [place: string, reason: string][] {
  if (objects.length === 0) return [];
  const byPlace = new Map(objects.map((object) => [placeOf(resourceOf(object)), object]));
  const others = definitions.map(({ object }) => object).filter((object) => !byPlace.has(placeOf(resourceOf(object))));
  const manifests = [...objects, ...others].map((object) => ({ object, app: "" }));
  const { findings } = check(
    [{ name: "", kubernetes, manifests, ...(cluster ? { cluster } : {}) }],
    "",
    ({ id }) => id.startsWith("schema/") && id !== "schema/deprecated",
  );
  return findings.flatMap(({ severity, resource, path, message }): [string, string][] => {
    const object = byPlace.get(placeOf(resource));
    if (severity !== "error" || !object || isPlaceholder(object, path)) return [];
    return [[placeOf(resource), refuses(wordsOf(path, message))]];
  });
}
