import { isKind, kindNameOf, podTemplateOf } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { isRecord } from "../outside/index.ts";
import { isHook, syncOptionsOf } from "./argocd.ts";
import type { Action, Change, FieldChange, Flag } from "./change.ts";
import { gravestFirst, isDescription } from "./definition-changes.ts";
import type { EnvironmentIndex } from "./environment-index.ts";
import { type Difference, isSame } from "./fields.ts";
import { flagsOf } from "./flags.ts";
import { givenRefusal } from "./given-refusal.ts";
import { createdForOperator, decidedByOperator, impactOf, runsPods, tableOf } from "./impact/index.ts";
import { type Changing, deletion, inPlace, none, rowOf, scale, unknown, type Verdict, worst } from "./impact.ts";
import type { LiveObjects } from "./live.ts";
import { isSameObject } from "./pairing.ts";
import type { Pair, PlacedManifest } from "./placing.ts";
import { rightsOf } from "./rights.ts";
import type { Side } from "./side.ts";

/** What a change would be reported as, before the API server's validation is asked. */
export interface Draft extends Omit<Change, "flags"> {
  readonly pair: Pair;
  /** The object as the server holds it, where it changes. */
  readonly before?: KubernetesObject;
  /** The object as the server would hold it; undefined where it goes, or can't be judged. */
  readonly after?: KubernetesObject;
}

/** The environment of a pair in the two trees. */
export interface Sides {
  readonly before: Side;
  readonly after: Side;
}

/** What happens to the object of a pair; undefined where nothing does. One that can't be judged is unknown, with the reason. */
export function drafted(pair: Pair, sides: Sides, live: LiveObjects): Draft | undefined {
  try {
    return judged(pair, { sides, live, environments: { before: sides.before.index, after: sides.after.index } });
  } catch {
    const { before, after } = pair;
    const manifest = after ?? before;
    const action = after ? (before ? "change" : "add") : "remove";
    return manifest && draft(manifest, action, unknown(unjudged(pair, sides)), pair, []);
  }
}

/** Why an object can't be judged: as a rule a field isn't of the type that its kind asks for. */
function unjudged({ before, after }: Pair, sides: Sides): string {
  const issue = [
    ...(after ? issuesOf(after, sides.after) : []),
    ...(before ? issuesOf(before, sides.before).map((found) => ({ ...found, path: `${found.path} (before)` })) : []),
  ].find(({ isMismatch }) => isMismatch);
  return `it can't be judged${issue ? `: ${issue.path} ${issue.message}` : ": its manifest isn't what its kind asks for"}`;
}

function issuesOf({ object }: PlacedManifest, { schemas }: Side) {
  try {
    return schemas.issues(object);
  } catch {
    return [];
  }
}

interface Context {
  readonly sides: Sides;
  readonly live: LiveObjects;
  readonly environments: { readonly before: EnvironmentIndex; readonly after: EnvironmentIndex };
}

function judged(pair: Pair, context: Context): Draft | undefined {
  const { before, after } = pair;
  if (!before) return after && added(after, context, pair);
  if (!after) return removed(before, context, pair);
  return pair.isByName || isSameObject(before, after) ? changed(before, after, context, pair) : renamed(before, after, context, pair);
}

function changed(before: PlacedManifest, after: PlacedManifest, context: Context, pair: Pair): Draft | undefined {
  const { live, environments } = context;
  const sides = live.changed(before.object, after.object);
  // Lists that hold a merge key twice aren't merged as they stand, and one that stays is no change.
  const found = isSame(before.object, after.object) ? [] : live.differences(sides.before, sides.after);
  const differences = found.filter(({ path }) => !pair.isByName || path !== "metadata.namespace");
  const moved = before.app !== after.app;
  if (differences.length === 0 && !moved && !isNewlyRefused(before, after, context.sides)) return undefined;
  const changing: Changing = { ...sides, environments };
  const isBuiltIn = context.sides.after.isBuiltIn(after.object);
  const fields = differences.map((difference) => field(difference, changing, isBuiltIn)).sort(orderOf(after.object));
  const verdict = worst(fields) ?? none(moved ? `it moves from ${before.app || "the top folder"} to ${after.app || "the top folder"}` : "");
  const notes = [...flagsOf({ ...sides, environments, differences }), ...prune(before.object, after.object)];
  const rights = rightsOf(sides.before, sides.after);
  return { ...draft(after, "change", verdict, pair, notes), fields, ...(rights ? { rights } : {}), ...sides };
}

/** Whether the server merges a manifest into what it holds already, and takes it no longer as it is given. */
const isNewlyRefused = (before: PlacedManifest, after: PlacedManifest, sides: Sides) =>
  JSON.stringify(before.given) !== JSON.stringify(after.given) &&
  givenRefusal(after, sides.after, true) !== undefined &&
  givenRefusal(before, sides.before, false) === undefined;

/** What an object asks for before what it says of itself: of two fields that are equally bad the first gives the reason. */
const specFirst = (left: FieldChange, right: FieldChange) => wordsOnly(left) - wordsOnly(right);
const orderOf =
  ({ kind }: KubernetesObject) =>
  (left: FieldChange, right: FieldChange) =>
    specFirst(left, right) || (kind === "CustomResourceDefinition" ? gravestFirst(left, right) : 0);
const wordsOnly = (field: FieldChange) => (isMetadata(field) ? 2 : isDescription(field) ? 1 : 0);
const isMetadata = ({ path }: Pick<Difference, "path">) => path.startsWith("metadata.");

function draft(manifest: PlacedManifest, action: Action, { impact, reason }: Verdict, pair: Pair, notes: readonly Flag[]): Draft {
  const { environment, app, file, object } = manifest;
  return { environment, app, resource: resourceOf(object), action, impact, reason, fields: [], notes, file, pair };
}

export const resourceOf = ({ apiVersion, kind, metadata }: KubernetesObject): Change["resource"] => ({
  apiVersion,
  kind,
  namespace: typeof metadata.namespace === "string" ? metadata.namespace : "",
  name: metadata.name,
});

/** What happens to an object whose manifest stays as it is. @param pair what the change was found in */
export function draftOfUnchanged(manifest: PlacedManifest, { impact, reason }: Verdict, pair: Pair): Draft {
  const { environment, app, file, object } = manifest;
  return { environment, app, resource: resourceOf(object), action: "change", impact, reason, fields: [], notes: [], file, pair };
}

function field(difference: Difference, changing: Changing, isBuiltIn: boolean): FieldChange {
  const { impact, reason } = judge(difference, changing, isBuiltIn);
  const { path, before, after } = difference;
  return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }), impact, reason };
}

function judge(difference: Difference, changing: Changing, isBuiltIn: boolean): Verdict {
  const { after } = changing;
  const table = tableOf(after);
  const [, verdict] = (table && rowOf(table, difference.path)) ?? [];
  if (verdict) return typeof verdict === "function" ? verdict(changing, difference) : verdict;
  if (isMetadata(difference)) return inPlace("only metadata changes; no pod is replaced");
  if (table?.others) return table.others;
  return isBuiltIn || impactOf.has(kindNameOf(after)) ? inPlace("the object changes, no pod is replaced") : decidedByOperator(after);
}

function added(manifest: PlacedManifest, { live, environments, sides }: Context, pair: Pair): Draft {
  const after = live.added(manifest.object);
  const notes = flagsOf({ before: undefined, after, environments, differences: [] });
  return { ...draft(manifest, "add", addition(after, sides.after), pair, notes), after };
}

/** Kinds that set the number of another object's pods. */
const autoscalers = ["autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject"];

function addition(object: KubernetesObject, side: Side): Verdict {
  if (autoscalers.includes(kindNameOf(object))) return scale("the number of its pods follows load from now on");
  const table = tableOf(object);
  if (table?.added) return table.added(object, side.index);
  if (table === undefined && !side.isBuiltIn(object)) return createdForOperator(object);
  const name = `${object.kind} ${object.metadata.name}`;
  return startsPods(object, side.index)
    ? scale(`${name} is created and its pods start`)
    : inPlace(`${name} is created; no pod is replaced`);
}

/** Whether pods start as soon as an object is there. */
function startsPods(object: KubernetesObject, environment: EnvironmentIndex): boolean {
  if (!runsPods(object) || isKind(object, "batch/CronJob")) return false;
  if (isKind(object, "apps/Deployment")) return environment.leastPodsOf(object) > 0;
  return podTemplateOf(object) !== undefined || !isRecord(object.spec) || object.spec.replicas !== 0;
}

function removed(manifest: PlacedManifest, { environments }: Context, pair: Pair): Draft {
  const { object } = manifest;
  const notes = flagsOf({ before: object, after: undefined, environments, differences: [] });
  const stays = keptBack(object);
  if (stays) return draft(manifest, "remove", inPlace(stays), pair, [...notes, { flag: "prune", text: stays }]);
  const verdict = removalOf(object, environments);
  const confirm = syncOptionsOf(object).includes("Prune=confirm") ? ", once somebody confirms it in Argo CD" : "";
  const note: Flag = { flag: "prune", text: `${object.kind} ${object.metadata.name} is pruned${confirm}` };
  return draft(manifest, "remove", confirm ? { ...verdict, reason: `${verdict.reason}${confirm}` } : verdict, pair, [...notes, note]);
}

/** What is lost when an object is deleted. */
export const removalOf = (object: KubernetesObject, { before, after }: Context["environments"]): Verdict =>
  tableOf(object)?.removed?.(object, before, after) ??
  deletion(runsPods(object) ? `the ${object.kind} and its pods are deleted` : `the ${object.kind} is deleted`);

/** What Argo CD leaves in the cluster when it leaves git: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#no-prune-resources */
export function keptBack(object: KubernetesObject): string | undefined {
  if (syncOptionsOf(object).includes("Prune=false")) return "Prune=false: it stays in the cluster without an owner";
  return isHook(object) ? "it is a hook: it no longer runs, and what its last run left stays" : undefined;
}

/** Whether the next removal from git, or that of the Application, would still delete the object. */
function prune(before: KubernetesObject, after: KubernetesObject): Flag[] {
  const leavesGit = (object: KubernetesObject) => syncOptionsOf(object).includes("Prune=false");
  const losesApplication = (object: KubernetesObject) =>
    syncOptionsOf(object).includes("Delete=false") || object.metadata.annotations?.["helm.sh/resource-policy"] === "keep";
  const changes = (spared: (object: KubernetesObject) => boolean, when: string): Flag[] =>
    spared(before) === spared(after)
      ? []
      : [{ flag: "prune", text: `it will ${spared(after) ? "stay in the cluster" : "be deleted"} ${when}` }];
  const pruned = leavesGit(after) ? "" : "; it is pruned all the same when it leaves git";
  return [...changes(leavesGit, "when it leaves git"), ...changes(losesApplication, `when its Application is deleted${pruned}`)];
}

function renamed(before: PlacedManifest, after: PlacedManifest, context: Context, pair: Pair): Draft {
  const going = removed(before, context, pair);
  const coming = added(after, context, pair);
  const [from, to] = [before.object.metadata.name, after.object.metadata.name];
  const reason = `a rename is a deletion and an addition: ${going.reason}`;
  return {
    ...coming,
    action: "rename",
    impact: going.impact,
    reason,
    notes: [
      ...going.notes.filter(({ flag }) => flag === "prune" || flag === "privilege"),
      ...coming.notes.filter(({ flag }) => flag !== "capacity"),
    ],
    fields: [{ path: "metadata.name", before: from, after: to, impact: going.impact, reason }],
  };
}
