import { check } from "../check/index.ts";
import { kindNameOf, newestVersion, podTemplateOf } from "../kubernetes/index.ts";
import { groupBy, identityOf, type KubernetesObject } from "../manifest/index.ts";
import { omit } from "../outside/index.ts";
import { InputError, type Problem } from "../problem/index.ts";
import { isHook, syncOptionsOf } from "./argocd.ts";
import type { Action, Change, FieldChange, Flag, Review } from "./change.ts";
import { EnvironmentIndex } from "./environment-index.ts";
import type { Difference } from "./fields.ts";
import { flagsOf } from "./flags.ts";
import { type ForeignSides, foreignChanges, withoutForeign } from "./foreign.ts";
import { impactOf } from "./impact/index.ts";
import { type Changing, deletion, type Impact, impacts, inPlace, isWorse, rowOf, scale, type Verdict, worst } from "./impact.ts";
import { LiveObjects } from "./live.ts";
import { applicationsOf, ownershipFlags } from "./ownership.ts";
import { type ImagesRun, imagesRun, withPromotion } from "./promotion.ts";
import { readingReason } from "./reading.ts";
import { pairRenames } from "./renames.ts";
import { skippedChanges, withoutSkipped } from "./skipped.ts";
import type { Pair, ReviewedManifest, Tree, TreeFile } from "./tree.ts";

export interface ReviewOptions {
  /** Minor version of the clusters. Default: the newest known. */
  readonly kubernetes?: string;
  /** What lies beside the manifests of dist, in the two trees. Default: nothing. */
  readonly foreign?: ForeignSides;
  /** The new tree's folder as reports name it. Default: its files are named by their paths in it. */
  readonly shown?: string;
}

/** What would happen to the live objects when Argo CD applies one tree over another: server-side apply, then prune. */
export function review(
  treeBefore: Tree,
  treeAfter: Tree,
  { kubernetes = newestVersion(), foreign = nothingForeign, shown }: ReviewOptions = {},
): Review {
  const [ownBefore, ownAfter] = [withoutForeign(treeBefore, foreign), withoutForeign(treeAfter, foreign)];
  const [before, after] = [withoutSkipped(ownBefore), withoutSkipped(ownAfter)];
  const pairs = paired(...parsed(differing(before, after), differing(after, before)));
  let run: ImagesRun | undefined;
  const images = () => (run ??= imagesRun(after));
  const environmentCount = new Set([...after.values()].map(({ environment }) => environment)).size;
  const byEnvironment = groupBy(pairs, ({ before, after }) => (after ?? before)?.environment ?? "");
  const changes = [...byEnvironment].flatMap(([environment, own]) => {
    const environments = { before: new EnvironmentIndex(before, environment), after: new EnvironmentIndex(after, environment) };
    return changesOf(own, environments, kubernetes);
  });
  const reported = changes.map((change) => ({
    ...change,
    notes: change.notes.map((note) => withPromotion(note, change.environment, images, environmentCount)),
  }));
  const place = shown === undefined ? "" : `${shown}/`;
  const all = [...reported, ...foreignChanges(foreign, place), ...skippedChanges(ownBefore, ownAfter, place)];
  return { changes: all.sort(inOrder), summary: summarize(all) };
}

const nothingForeign: ForeignSides = { before: new Map(), after: new Map() };

/** The files that aren't the same in the other tree. */
const differing = (tree: Tree, other: Tree) => [...tree.values()].filter((file) => other.get(file.path)?.text !== file.text);

/** The manifests of files, one list for each. @throws InputError with everything that can't be read in any of them */
function parsed(...sides: readonly [readonly TreeFile[], readonly TreeFile[]]): [ReviewedManifest[], ReviewedManifest[]] {
  const problems: Problem[] = [];
  const read = (file: TreeFile) => {
    try {
      return file.manifests;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  };
  const [before, after] = [sides[0].flatMap(read), sides[1].flatMap(read)];
  if (problems.length > 0) throw new InputError(problems);
  return [before, after];
}

function paired(before: readonly ReviewedManifest[], after: readonly ReviewedManifest[]): Pair[] {
  const place = ({ environment, object }: ReviewedManifest) => `${environment} ${identityOf(object)}`;
  const old = new Map(before.map((manifest) => [place(manifest), manifest]));
  const now = new Map(after.map((manifest) => [place(manifest), manifest]));
  const both = [...new Set([...old.keys(), ...now.keys()])].map((key): Pair => {
    const [was, is] = [old.get(key), now.get(key)];
    return { ...(was ? { before: was } : {}), ...(is ? { after: is } : {}) };
  });
  return pairRenames(both);
}

interface EnvironmentPair {
  readonly before: EnvironmentIndex;
  readonly after: EnvironmentIndex;
}

function changesOf(pairs: readonly Pair[], environments: EnvironmentPair, kubernetes: string): Change[] {
  const objects = pairs.flatMap(({ before, after }) => [before, after].flatMap((manifest) => manifest?.object ?? []));
  const live = new LiveObjects(kubernetes, objects);
  const applications = applicationsOf(environments);
  const drafts = pairs.flatMap((pair) => drafted(pair, environments, live) ?? []);
  const refused = refusals(drafts, kubernetes);
  const changes = drafts.map((draft): Change => {
    const reason = refused.get(placeOf(draft.resource));
    const isRefused = reason !== undefined && isWorse("rejected", draft.impact);
    const judged = isRefused ? { ...draft, impact: "rejected" as const, reason } : draft;
    const notes = [...judged.notes, ...ownershipFlags(draft.pair, applications)];
    return { ...omit(judged, "after", "pair"), notes, flags: [...new Set(notes.map(({ flag }) => flag))] };
  });
  return changes.map((change) => readingReason(change, changes, environments.after));
}

interface Draft extends Omit<Change, "flags"> {
  readonly pair: Pair;
  /** The object as the server would hold it. */
  readonly after?: KubernetesObject;
}

function drafted(pair: Pair, environments: EnvironmentPair, live: LiveObjects): Draft | undefined {
  const { before, after } = pair;
  if (!before) return after && added(after, environments, live, pair);
  if (!after) return removed(before, environments, pair);
  if (identityOf(before.object) !== identityOf(after.object)) return renamed(before, after, environments, live, pair);
  const sides = live.changed(before.object, after.object);
  const differences = live.differences(sides.before, sides.after);
  const moved = before.app !== after.app;
  if (differences.length === 0 && !moved) return undefined;
  const changing: Changing = { ...sides, environments };
  const fields = differences.map((difference) => field(difference, changing, live.knows(after.object)));
  const { impact, reason } = worst(fields) ?? inPlace(`it moves from ${before.app} to ${after.app}`);
  return {
    ...draft(after, "change", { impact, reason }, pair, [...flagsOf({ ...sides, environments }), ...prune(before.object, after.object)]),
    fields,
    after: sides.after,
  };
}

function draft(manifest: ReviewedManifest, action: Action, { impact, reason }: Verdict, pair: Pair, notes: readonly Flag[]): Draft {
  const { environment, app, file, object } = manifest;
  return { environment, app, resource: resourceOf(object), action, impact, reason, fields: [], notes, file, pair };
}

const resourceOf = ({ apiVersion, kind, metadata }: KubernetesObject) => ({
  apiVersion,
  kind,
  namespace: typeof metadata.namespace === "string" ? metadata.namespace : "",
  name: metadata.name,
});

const kindOf = (object: KubernetesObject) => impactOf.get(kindNameOf(object));

function field(difference: Difference, changing: Changing, known: boolean): FieldChange {
  const { impact, reason } = judge(difference, changing, known);
  const { path, before, after } = difference;
  return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }), impact, reason };
}

function judge(difference: Difference, changing: Changing, known: boolean): Verdict {
  const kind = kindOf(changing.after);
  const [, verdict] = (kind && rowOf(kind, difference.path)) ?? [];
  if (verdict) return typeof verdict === "function" ? verdict(changing, difference) : verdict;
  if (difference.path.startsWith("metadata.")) return inPlace("only metadata changes; no pod is replaced");
  return inPlace(kind || known ? "the object changes, no pod is replaced" : "the object changes (kind not known)");
}

function added(manifest: ReviewedManifest, environments: EnvironmentPair, live: LiveObjects, pair: Pair): Draft {
  const after = live.added(manifest.object);
  const notes = flagsOf({ before: undefined, after, environments });
  return { ...draft(manifest, "add", addition(after, environments), pair, notes), after };
}

function addition(object: KubernetesObject, { after }: EnvironmentPair): Verdict {
  const name = `${object.kind} ${object.metadata.name}`;
  if (object.kind === "HorizontalPodAutoscaler") return scale("the number of its pods follows load from now on");
  const pods = podTemplateOf(object) !== undefined && object.kind !== "CronJob" && object.kind !== "PodTemplate";
  if (!pods || (object.kind === "Deployment" && after.leastPodsOf(object) === 0))
    return inPlace(`${name} is created; nothing that runs changes`);
  return scale(`${name} is created and its pods start`);
}

function removed(manifest: ReviewedManifest, environments: EnvironmentPair, pair: Pair): Draft {
  const { object } = manifest;
  const notes = flagsOf({ before: object, after: undefined, environments });
  const stays = keptBack(object);
  if (stays) return draft(manifest, "remove", inPlace(stays), pair, [...notes, { flag: "prune", text: stays }]);
  const verdict = kindOf(object)?.removed?.(object, environments.before) ?? deletion(removalOf(object));
  const confirm = syncOptionsOf(object).includes("Prune=confirm") ? ", once somebody confirms it in Argo CD" : "";
  const note: Flag = { flag: "prune", text: `${object.kind} ${object.metadata.name} is pruned${confirm}` };
  return draft(manifest, "remove", confirm ? { ...verdict, reason: `${verdict.reason}${confirm}` } : verdict, pair, [...notes, note]);
}

const removalOf = (object: KubernetesObject) =>
  podTemplateOf(object) !== undefined ? `the ${object.kind} and its pods are deleted` : `the ${object.kind} is deleted`;

/** What Argo CD leaves in the cluster when it leaves git: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#no-prune-resources */
function keptBack(object: KubernetesObject): string | undefined {
  if (syncOptionsOf(object).includes("Prune=false")) return "Prune=false: it stays in the cluster without an owner";
  return isHook(object) ? "it is a hook: it no longer runs, and what its last run left stays" : undefined;
}

/** Whether the next removal from git would still delete the object. */
function prune(before: KubernetesObject, after: KubernetesObject): Flag[] {
  const spared = (object: KubernetesObject) =>
    syncOptionsOf(object).some((option) => option === "Prune=false" || option === "Delete=false");
  if (spared(before) === spared(after)) return [];
  const text = spared(after) ? "it will stay in the cluster when it leaves git" : "it will be deleted when it leaves git";
  return [{ flag: "prune", text }];
}

function renamed(before: ReviewedManifest, after: ReviewedManifest, environments: EnvironmentPair, live: LiveObjects, pair: Pair): Draft {
  const going = removed(before, environments, pair);
  const coming = added(after, environments, live, pair);
  const [from, to] = [before.object.metadata.name, after.object.metadata.name];
  const reason = `a rename is a deletion and an addition: ${going.reason}`;
  return {
    ...coming,
    action: "rename",
    impact: going.impact,
    reason,
    notes: [...going.notes.filter(({ flag }) => flag === "prune"), ...coming.notes.filter(({ flag }) => flag !== "capacity")],
    fields: [{ path: "metadata.name", before: from, after: to, impact: going.impact, reason }],
  };
}

/** What the API server's validation says of the objects as they would be, by their places. */
function refusals(drafts: readonly Draft[], kubernetes: string): ReadonlyMap<string, string> {
  const manifests = drafts.flatMap(({ after }) => (after ? [{ object: after, app: "" }] : []));
  if (manifests.length === 0) return new Map();
  const { findings } = check([{ name: "", kubernetes, manifests }], "", ({ id }) => id.startsWith("schema/") && id !== "schema/deprecated");
  return new Map(
    findings
      .filter(({ severity }) => severity === "error")
      .map(({ resource, path, message }) => [placeOf(resource), `the API server refuses it: ${[path, message].filter(Boolean).join(" ")}`]),
  );
}

const placeOf = ({ apiVersion, kind, namespace, name }: Change["resource"]) => [apiVersion, kind, namespace, name].join("/");

function summarize(changes: readonly Change[]): Review["summary"] {
  const counts = Object.fromEntries(impacts.map((impact) => [impact, changes.filter((change) => change.impact === impact).length]));
  const images = changes.flatMap(({ environment, app, notes }) =>
    notes.filter(({ flag }) => flag === "image").map(({ before = "", after = "" }) => ({ environment, app, before, after })),
  );
  return {
    impact: worst(changes)?.impact ?? "none",
    counts: counts as Record<Impact, number>,
    images: [...new Map(images.map((image) => [JSON.stringify(image), image])).values()],
  };
}

const keyOf = ({ environment, app, resource }: Change) => [environment, app, resource.kind, resource.namespace, resource.name].join("\0");

/** The worst first, then by place. */
function inOrder(a: Change, b: Change): number {
  if (a.impact !== b.impact) return isWorse(a.impact, b.impact) ? -1 : 1;
  return keyOf(a) < keyOf(b) ? -1 : 1;
}
