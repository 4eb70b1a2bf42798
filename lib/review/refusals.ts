import { check } from "../check/index.ts";
import { stepsOf, valueAt } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import type { Change } from "./change.ts";
import { type Draft, resourceOf, type Sides } from "./drafts.ts";
import { errorsOf, givenRefusal, isPlaceholder, refuses, wordsOf } from "./given-refusal.ts";
import type { PlacedManifest } from "./placing.ts";
import { stable } from "./renames.ts";
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
  const judged = drafts.flatMap(({ action, after, pair }) =>
    after ? [{ after, ...(action === "change" && pair.before ? { before: pair.before.object } : {}) }] : [],
  );
  for (const [place, reason] of checked(judged, side, kubernetes)) add(place, reason);
  return found;
}

/** An object as the server would hold it, and the one that it updates; undefined where it is created. */
interface Judged {
  readonly after: KubernetesObject;
  readonly before?: KubernetesObject;
}

/** What only the new CRD refuses of an object that stays as it is. What it no longer declares is said of the CRD. */
function newMismatch({ given }: PlacedManifest, { before, after }: Sides): string | undefined {
  const invalid = (side: Side) => errorsOf(given, side).find(({ isUnknownField }) => isUnknownField !== true);
  const issue = invalid(after);
  return issue && !invalid(before) ? refuses(`by its CRD as it will be, ${wordsOf(issue.path, issue.message)}`) : undefined;
}

function checked(judged: readonly Judged[], { definitions, cluster }: Side, kubernetes: string): [place: string, reason: string][] {
  if (judged.length === 0) return [];
  const byPlace = new Map(judged.map((object) => [placeOf(resourceOf(object.after)), object]));
  const others = definitions.map(({ object }) => object).filter((object) => !byPlace.has(placeOf(resourceOf(object))));
  const manifests = [...judged.map(({ after }) => after), ...others].map((object) => ({ object, app: "" }));
  const { findings } = check(
    [{ name: "", kubernetes, manifests, ...(cluster ? { cluster } : {}) }],
    "",
    ({ id }) => id.startsWith("schema/") && id !== "schema/deprecated",
  );
  return findings.flatMap(({ rule, severity, resource, path, message }): [string, string][] => {
    const object = byPlace.get(placeOf(resource));
    if (severity !== "error" || !object || isPlaceholder(object.after, path)) return [];
    if (rule === "schema/address-form" && isKeptAddress(object, path)) return [];
    return [[placeOf(resource), refuses(wordsOf(path, message))]];
  });
}

/**
 * Whether the object had an address in the same field, in any entry of its lists, which an update may keep in whatever form it is. Of
 * Endpoints and EndpointSlices only the whole list may stay:
 * https://github.com/kubernetes/enhancements/tree/master/keps/sig-network/4858-ip-cidr-validation#ratcheting-validation-for-pre-existing-objects
 */
function isKeptAddress({ before, after }: Judged, path: string): boolean {
  if (!before) return false;
  const [first = "", ...rest] = stepsOf(path);
  const [old, now] = [valueAt(before, first), valueAt(after, first)];
  if (first === "subsets" || first === "endpoints") return stable(old) === stable(now);
  return holds(old, rest, valueAt(after, path));
}

/** Whether a value stands at a path, whatever the indexes of lists in it are. */
function holds(object: unknown, steps: readonly string[], value: unknown): boolean {
  const [step, ...rest] = steps;
  if (step === undefined) return object === value;
  return Array.isArray(object) ? object.some((item) => holds(item, rest, value)) : holds(valueAt(object, step), rest, value);
}
