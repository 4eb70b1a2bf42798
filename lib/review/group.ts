import { groupBy } from "../manifest/index.ts";
import { counted } from "../problem/index.ts";
import { carriedBy, newNamesText, objectsText, resourceText, subjectOf } from "./carried.ts";
import type { Change, Resource, Review } from "./change.ts";
import { type Impact, isWorse } from "./impact.ts";
import { isMarkOnly } from "./marks.ts";

/** One line of a report: the same change, in however many objects. */
export interface Line {
  readonly impact: Impact;
  /** Which objects, and what of them carries the impact: `Deployment web: image`, `3 Services: added`. */
  readonly what: string;
  readonly reason: string;
  /** Whether it is of CRDs that the server takes: reports show them in a section of their own, at the end. */
  readonly isOfDefinition: boolean;
  /** Where, the worst first; apps by environment. */
  readonly places: ReadonlyMap<string, readonly string[]>;
  /** The objects, each with its app and environment as reports for people name them. */
  readonly changes: readonly Change[];
}

/** The lines of a report in its two sections; either may be empty. */
export function sectionsOf(lines: readonly Line[]): { readonly main: readonly Line[]; readonly definitions: readonly Line[] } {
  return { main: lines.filter((line) => !line.isOfDefinition), definitions: lines.filter((line) => line.isOfDefinition) };
}

/**
 * The lines of a report, the worst first and CRDs at the end: the same change in many apps and environments is one. A workload that is only
 * replaced because what it reads has changed has no line of its own: it stands with the ConfigMap or Secret.
 */
export function linesOf(review: Review): Line[] {
  const changes = withShownPlaces(review);
  const isFollower = (change: Change) => change.behind !== undefined && isMarkOnly(change);
  const following = groupBy(changes.filter(isFollower), ({ environment, behind }) => placeOf(environment, behind?.[0]));
  const shown = changes.filter((change) => !isFollower(change));
  const followersOf = ({ environment, resource }: Change) => following.get(placeOf(environment, resource)) ?? [];
  const keyOf = (change: Change) => {
    const { what, kind } = carriedBy(change);
    // Why something is lost or refused is what a reviewer needs of each.
    const reason = isWorse(change.impact, "unknown") ? generalReason(change) : "";
    return JSON.stringify([change.impact, kind, what, reason, ...new Set(followersOf(change).map(({ impact }) => impact))]);
  };
  return [...groupBy(shown, keyOf).values()].map((group) => lineOf(group, group.flatMap(followersOf))).sort(inOrder);
}

const placeOf = (environment: string, resource: Resource | undefined) =>
  [environment, resource?.kind, resource?.namespace, resource?.name].join("\0");

/**
 * The changes as people look for them: where a folder stands for the environment, its name and those of the folders in it say nothing,
 * unless they distinguish two objects.
 */
export function withShownPlaces({ changes, folder }: Review): readonly Change[] {
  if (folder === undefined) return changes;
  const identities = new Set(changes.map(({ resource: { kind, namespace, name } }) => [kind, namespace, name].join("\0")));
  const namespaces = new Set(changes.map(({ resource }) => resource.namespace).filter(Boolean));
  const appOf = ({ app, resource }: Change) => (identities.size < changes.length ? app : namespaces.size > 1 ? resource.namespace : "");
  // A stack has a name of its own.
  return changes.map((change) => (change.environment === folder ? { ...change, environment: "", app: appOf(change) } : change));
}

/** @param followers the workloads that restart because of what the changes are of */
function lineOf(changes: readonly Change[], followers: readonly Change[]): Line {
  const [change] = changes as readonly [Change];
  const worst = followers.reduce<Change>((worse, other) => (isWorse(other.impact, worse.impact) ? other : worse), change);
  const places = new Map(
    [...groupBy(changes, ({ environment }) => environment)].map(([environment, own]) => [
      environment,
      [...new Set(own.map(({ app }) => app))],
    ]),
  );
  const { what } = carriedBy(change);
  const objects = objectsText(changes.map(subjectOf));
  const { impact } = worst;
  const isOfDefinition = change.resource.kind === "CustomResourceDefinition" && !isWorse(impact, "in-place");
  if (worst === change)
    return {
      impact,
      isOfDefinition,
      what: `${objects}: ${what}${newNamesText(changes)}${moreText(changes)}`,
      reason: reasonOf(changes),
      places,
      changes: [...changes, ...followers],
    };
  const restarted = followers.filter((follower) => follower.impact === impact);
  return {
    impact,
    isOfDefinition,
    what: `${objectsText(restarted.map(({ resource }) => resource))}: ${objects} (${what})`,
    reason: reasonOf(restarted),
    places,
    changes: [...changes, ...followers],
  };
}

/** How many fields of each object aren't named. */
function moreText(changes: readonly Change[]): string {
  const numbers = new Set(changes.map((change) => carriedBy(change).more));
  const most = Math.max(...numbers);
  if (most === 0) return "";
  return numbers.size === 1 ? ` (and ${counted(most, "more field")})` : ` (and up to ${counted(most, "more field")})`;
}

/** A reason without the object's own name. */
const generalReason = (change: Change) => change.reason.replaceAll(resourceText(subjectOf(change)), "each");

/** Why, of several objects: what is said of one by its name is said of each. */
function reasonOf(changes: readonly Change[]): string {
  const [first] = changes as readonly [Change];
  if (changes.length === 1) return first.reason;
  const reasons = new Set(changes.map(generalReason));
  if (reasons.size <= 2) return [...reasons].join("; ");
  return `${first.reason} (and ${counted(reasons.size - 1, "other reason")} below)`;
}

function inOrder(a: Line, b: Line): number {
  if (a.isOfDefinition !== b.isOfDefinition) return a.isOfDefinition ? 1 : -1;
  if (a.impact !== b.impact) return isWorse(a.impact, b.impact) ? -1 : 1;
  return b.changes.length - a.changes.length || (a.what < b.what ? -1 : 1);
}

/** How many apps a line is in, and of which environments: `38 apps of prod`, `backend-app in dev, prod`. */
export function placesText({ places }: Line, most = 3): string {
  const environments = [...places.keys()];
  const apps = [...new Set([...places.values()].flat())];
  const where = environments.filter(Boolean).join(", ");
  const named = apps.length <= most ? apps.filter(Boolean).join(", ") : `${apps.length} apps`;
  return [named, where].filter(Boolean).join(apps.length <= most ? " in " : " of ");
}
