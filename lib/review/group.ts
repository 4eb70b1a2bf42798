import { groupBy } from "../manifest/index.ts";
import type { Change, FieldChange, Review } from "./change.ts";
import { isFile } from "./foreign.ts";
import { type Impact, isWorse } from "./impact.ts";

/** One line of a report: the same change, in however many objects. */
export interface Line {
  readonly impact: Impact;
  /** What changes, in a few words: `image`, `LOG_LEVEL`, `StatefulSet removed`. */
  readonly what: string;
  readonly kind: string;
  readonly reason: string;
  /** Where, the worst first; apps by environment. */
  readonly places: ReadonlyMap<string, readonly string[]>;
  readonly changes: readonly Change[];
}

/** Marks pods made anew because what they read has changed: it follows the ConfigMap or Secret, and has no line of its own. */
const contentHash = /annotations\["checksum\/[^"]+"\]$/;

/** The lines of a report, the worst first: the same change in many apps and environments is one. */
export function linesOf({ changes }: Review): Line[] {
  const isFollower = (change: Change) => change.behind !== undefined && isMarkOnly(change);
  const following = groupBy(changes.filter(isFollower), ({ environment, behind }) => placeOf(environment, behind?.[0]));
  const shown = changes.filter((change) => !isFollower(change));
  return [...groupBy(shown, keyOf).values()].map((group) => lineOf(group, following)).sort(inOrder);
}

const placeOf = (environment: string, resource: Change["resource"] | undefined) =>
  [environment, resource?.kind, resource?.namespace, resource?.name].join("\0");
/** Whether nothing but the mark of its configuration differs in a workload. */
export const isMarkOnly = ({ action, fields }: Pick<Change, "action" | "fields">) =>
  action === "change" && fields.length > 0 && fields.every(({ path }) => contentHash.test(path));

/** @param following the workloads that follow their configuration, by the first that they read */
function lineOf(changes: readonly Change[], following: ReadonlyMap<string, readonly Change[]>): Line {
  const [change] = changes as readonly [Change];
  const followers = changes.flatMap(({ environment, resource }) => following.get(placeOf(environment, resource)) ?? []);
  const all = [...changes, ...followers];
  const first = all.reduce((worse, other) => (isWorse(other.impact, worse.impact) ? other : worse));
  const places = new Map(
    [...groupBy(changes, ({ environment }) => environment)].map(([environment, own]) => [
      environment,
      [...new Set(own.map(({ app }) => app))],
    ]),
  );
  return { impact: first.impact, what: whatOf(changes), kind: change.resource.kind, reason: first.reason, places, changes: all };
}

/** Whether only the place of an object's manifest changes. */
const isMoved = ({ action, fields, impact }: Change) => action === "change" && fields.length === 0 && !isWorse(impact, "in-place");

/** What makes changes the same: the action, the kind, and the fields, whatever their values and the names of their apps. */
function keyOf(change: Change): string {
  const { action, resource, fields } = change;
  if (isFile(resource)) return [action, resource.kind, resource.name].join("\0");
  if (action !== "change") return [action, resource.kind].join("\0");
  if (isMoved(change)) return [action, "moved", change.impact].join("\0");
  if (fields.length === 0) return [action, resource.kind, change.impact, change.reason].join("\0");
  return [action, resource.kind, ...fields.map((field) => generalPath(field, change)).sort()].join("\0");
}

/** A field's path without the name of the app it is in, which containers often bear. */
const generalPath = ({ path }: FieldChange, { app, resource }: Change) =>
  path.replaceAll(`[${app}]`, "[]").replaceAll(`[${resource.name}]`, "[]");

const verbs = { add: "added", remove: "removed", rename: "renamed", change: "changed" } as const;

function whatOf(changes: readonly Change[]): string {
  const [first] = changes as readonly [Change];
  const { action, resource, fields } = first;
  if (action !== "change")
    return `${resource.kind} ${changes.length === 1 || sameName(changes) ? `${resource.name} ` : ""}${verbs[action]}`;
  if (isMoved(first)) return changes.length === 1 ? `${resource.kind} ${resource.name} moved` : `${changes.length} objects moved`;
  if (fields.length === 0)
    return `${resource.kind} ${changes.length === 1 || sameName(changes) ? `${resource.name} ` : ""}${first.impact === "rejected" ? "refused" : "taken along"}`;
  const names = [...new Set(fields.map(({ path }) => shortName(path)))];
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 2).join(", ")} and ${names.length - 2} more fields`;
}

const sameName = (changes: readonly Change[]) => new Set(changes.map(({ resource }) => resource.name)).size === 1;

/** The part of a path that a person would name: `image`, `LOG_LEVEL`, `replicas`. */
function shortName(path: string): string {
  const entry = path.endsWith("].value") ? path.slice(0, -".value".length) : path;
  if (entry.endsWith('"]')) return entry.slice(entry.lastIndexOf('["') + 2, -2);
  if (entry.endsWith("]")) return entry.slice(entry.lastIndexOf("[") + 1, -1);
  const plain = path.replace(/^spec\.(template\.spec\.|jobTemplate\.spec\.template\.spec\.)?/, "").replace(/^(data|binaryData)\./, "");
  const parts = plain.split(".");
  const last = parts.at(-1) ?? "";
  return /^containers\[/.test(plain) || parts.length === 1
    ? last === "image"
      ? "image"
      : plain.replace(/^containers\[[^\]]*\]\./, "")
    : plain;
}

function inOrder(a: Line, b: Line): number {
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
