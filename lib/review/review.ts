import type { KnownCluster } from "../cluster/index.ts";
import { marker } from "../dist/index.ts";
import { isKind, newestVersion } from "../kubernetes/index.ts";
import { groupBy, groupOf } from "../manifest/index.ts";
import { omit } from "../outside/index.ts";
import { counted, InputError, type Problem } from "../problem/index.ts";
import type { Change, Remark, Review } from "./change.ts";
import { countStacks, holdsStacksOnly, templateChanges, templateRemarks } from "./cloudformation/index.ts";
import { type Draft, drafted, draftOfUnchanged, resourceOf, type Sides } from "./drafts.ts";
import { type ForeignSides, foreignChanges, withoutForeign } from "./foreign.ts";
import { generatedChanges } from "./generated-names.ts";
import { type Impact, impacts, isWorse, worst } from "./impact.ts";
import { LiveObjects } from "./live.ts";
import { applicationsOf, ownershipFlags } from "./ownership.ts";
import { paired } from "./pairing.ts";
import type { Pair, PlacedManifest } from "./placing.ts";
import { type ImagesRun, imagesRun, withPromotion } from "./promotion.ts";
import { readingReason, withBehind } from "./reading.ts";
import { placeOf, refusals } from "./refusals.ts";
import { runbooksOf } from "./runbooks/index.ts";
import { Side } from "./side.ts";
import { skippedChanges, withoutSkipped } from "./skipped.ts";
import { withTakenAlong } from "./taken-along.ts";
import type { ReviewedManifest, Tree, TreeFile } from "./tree.ts";
import { chartChanges, chartsOf, unreadRemarks, withoutCharts } from "./unread.ts";

export interface ReviewOptions {
  /** Minor version of the clusters. Default: the newest known. */
  readonly kubernetes?: string;
  /** What lies beside the manifests of dist, in the two trees. Default: nothing. */
  readonly foreign?: ForeignSides;
  /** The new tree's folder as reports name it. Default: its files are named by their paths in it. */
  readonly shown?: string;
  /** Namespace of objects that name none. Default: they are compared by kind and name with those that do. */
  readonly namespace?: string;
  /** What the clusters have, by a snapshot. Default: nothing but their version is known. */
  readonly cluster?: KnownCluster;
  /** What environments set for themselves. Default: nothing. */
  readonly settings?: ReadonlyMap<string, EnvironmentSettings>;
  /** What of the two sides couldn't be read or rendered. Default: nothing. */
  readonly notLookedAt?: readonly Remark[];
  /** Sources that could be rendered before the change. Default: none. */
  readonly broken?: readonly Change[];
  /** Whether to certify that nothing changes; all files are read for that. Default: false. */
  readonly isCertified?: boolean;
}

/** What an environment sets for itself; it goes before what counts for all. */
export interface EnvironmentSettings {
  readonly kubernetes?: string;
  readonly namespace?: string;
  /** What its cluster has, by a snapshot. Default: nothing but its version is known. */
  readonly cluster?: KnownCluster;
}

/** What would happen to the live objects when Argo CD applies one tree over another: server-side apply, then prune. */
export function review(
  treeBefore: Tree,
  treeAfter: Tree,
  {
    cluster,
    kubernetes = cluster?.kubernetes ?? newestVersion(),
    foreign = nothingForeign,
    shown,
    namespace,
    settings = new Map(),
    notLookedAt = [],
    broken = [],
    isCertified = false,
  }: ReviewOptions = {},
): Review {
  const [ownBefore, ownAfter] = [withoutForeign(treeBefore, foreign), withoutForeign(treeAfter, foreign)];
  const charts = chartsOf(ownBefore, ownAfter);
  const read = (tree: Tree) => withoutCharts(withoutSkipped(tree), charts);
  const [before, after] = [read(ownBefore), read(ownAfter)];
  const differing = [differingFrom(before, after), differingFrom(after, before)] as const;
  const [old, now] = parsed(...differing);
  const settingsOf = (environment: string) => ({
    kubernetes,
    ...(namespace ? { namespace } : {}),
    ...(cluster ? { cluster } : {}),
    ...settings.get(environment),
  });
  const sidesOf = sidesByEnvironment(before, after, settingsOf);
  const pairs = paired(
    old.map((manifest) => sidesOf(manifest.environment).before.placed(manifest)),
    now.map((manifest) => sidesOf(manifest.environment).after.placed(manifest)),
  );
  let run: ImagesRun | undefined;
  const images = () => (run ??= imagesRun(after));
  const environmentCount = new Set([...after.values()].map(({ environment }) => environment)).size;
  const judged = [
    ...groupBy(pairs, ({ before: from, after: to }) => JSON.stringify([(from ?? to)?.environment, (to ?? from)?.environment])).values(),
  ].map((own) => {
    const [first] = own;
    const { before: from, after: to } = first ?? {};
    const sides = { before: sidesOf((from ?? to)?.environment ?? "").before, after: sidesOf((to ?? from)?.environment ?? "").after };
    return judgedPairs(own, sides, settingsOf((to ?? from)?.environment ?? "").kubernetes);
  });
  const changes = judged.flatMap((part) => part.changes);
  const reported = changes.map((change) => ({
    ...change,
    notes: change.notes.map((note) => withPromotion(note, change.environment, images, environmentCount)),
  }));
  const place = shown === undefined ? "" : `${shown}/`;
  const files = [
    ...foreignChanges(foreign, place),
    ...skippedChanges(ownBefore, ownAfter),
    ...chartChanges(ownBefore, ownAfter, charts, place),
    ...templateChanges(before, after),
    ...generatedChanges(...differing),
  ];
  const all = [...reported, ...files, ...broken].sort(inOrder);
  const summary = summarize(all);
  const folder = folderOf(treeBefore, treeAfter);
  const remarks = [...notLookedAt, ...unreadRemarks(differing.flat()), ...templateRemarks(before, after), ...nameRemarks(pairs)];
  return {
    changes: all,
    remarks,
    runbooks: judged.flatMap((part) => part.runbooks),
    ...(isCertified && summary.impact === "none" ? certificateOf(before, after, remarks) : {}),
    ...(holdsStacksOnly(after) ? { isOfStacks: true } : {}),
    ...(folder === undefined ? {} : { folder }),
    summary,
  };
}

/** Says of how many objects it was shown that they stay as they are; nothing where that was taken for granted of some. */
function certificateOf(before: Tree, after: Tree, remarks: readonly Remark[]): Pick<Review, "certificate"> {
  if (remarks.some(({ kind }) => kind === "assumption")) return {};
  const [, now] = parsed([...before.values()], [...after.values()]);
  const { stacks, resources } = countStacks(after);
  if (now.length === 0 && stacks === 0) return {};
  const environments = new Set(now.map(({ environment }) => environment)).size;
  const how = [...before.values(), ...after.values()].some(({ isRendered }) => isRendered) ? "rendered" : "read";
  const ofStacks = stacks > 0 ? [`${counted(resources, "resource")} in ${counted(stacks, "stack")}`] : [];
  const ofManifests = now.length > 0 ? [`${counted(now.length, "object")} in ${counted(environments, "environment")}`] : [];
  const what = `${[...ofManifests, ...ofStacks].join(" and ")} ${now.length + resources === 1 ? "was" : "were"} ${how}`;
  const unread = remarks.filter(({ kind }) => kind === "not-looked-at").length;
  const left = unread === 0 ? "" : `; ${counted(unread, "source")} ${unread === 1 ? "wasn't" : "weren't"} looked at`;
  const holds = now.length > 0 ? "the API server would hold the same" : "nothing of them would be deployed otherwise";
  return { certificate: `${what} on both sides; ${holds}${left}.` };
}

/** The folder whose name stands for the environment of all manifests; undefined where a source or file names its own, or there are several. */
function folderOf(...trees: readonly Tree[]): string | undefined {
  const files = trees.flatMap((tree) => [...tree.values()]);
  const [folder, ...others] = new Set(files.map(({ environment }) => environment));
  return others.length === 0 && !files.some(({ text, isRendered }) => isRendered || text.startsWith(`${marker} for `)) ? folder : undefined;
}

const nothingForeign: ForeignSides = { before: new Map(), after: new Map() };

/** The files that aren't the same in the other tree. */
const differingFrom = (tree: Tree, other: Tree) => [...tree.values()].filter((file) => other.get(file.path)?.text !== file.text);

/** Each environment in both trees. */
function sidesByEnvironment(
  before: Tree,
  after: Tree,
  settingsOf: (environment: string) => EnvironmentSettings & { readonly kubernetes: string },
): (environment: string) => Sides {
  const known = new Map<string, Sides>();
  return (environment) => {
    const settings = settingsOf(environment);
    const sides = known.get(environment) ?? {
      before: new Side(before, environment, settings),
      after: new Side(after, environment, settings),
    };
    known.set(environment, sides);
    return sides;
  };
}

/** What was taken for granted of objects that name no namespace. */
function nameRemarks(pairs: readonly Pair[]): Remark[] {
  const byName = pairs.filter(({ isByName }) => isByName);
  if (byName.length === 0) return [];
  const [first] = byName;
  const { kind = "", metadata: { name } = { name: "" } } = (first?.after ?? first?.before)?.object ?? {};
  const others = byName.length > 1 ? ` and ${counted(byName.length - 1, "other object")}` : "";
  const text = `${kind} ${name}${others} without a namespace on one side: paired by kind and name. --namespace names the one they are applied to.`;
  return [{ kind: "assumption", text }];
}

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

function judgedPairs(pairs: readonly Pair[], sides: Sides, kubernetes: string): Pick<Review, "changes" | "runbooks"> {
  const live = new LiveObjects(sides.before.schemas, sides.after.schemas);
  const environments = { before: sides.before.index, after: sides.after.index };
  const applications = applicationsOf(environments);
  const drafts = withTakenAlong(
    pairs.flatMap((pair) => drafted(pair, sides, live) ?? []),
    sides,
  );
  const held = heldByChangedDefinitions(drafts, sides);
  const refused = refusals(drafts, held, sides, kubernetes);
  const refusedOnly = held.flatMap((manifest) => refusedDraft(manifest, refused.get(placeOf(resourceOf(manifest.object)))));
  const changes = [...drafts, ...refusedOnly].map((draft): Change => {
    const reason = refused.get(placeOf(draft.resource));
    const isRefused = reason !== undefined && draft.action !== "remove" && isWorse("rejected", draft.impact);
    const judged = isRefused ? { ...draft, impact: "rejected" as const, reason } : draft;
    const ownership = ownershipFlags(draft.pair, applications);
    const impact = judged.impact === "none" && ownership.length > 0 ? "in-place" : judged.impact;
    const notes = [...judged.notes, ...ownership];
    return { ...omit(judged, "before", "after", "pair"), impact, notes, flags: [...new Set(notes.map(({ flag }) => flag))] };
  });
  const isRefused = ({ impact, resource }: Draft) => impact === "rejected" || refused.has(placeOf(resource));
  const invalid = refusals(asCreated(drafts.filter(isRefused), live), [], sides, kubernetes);
  return {
    changes: changes.map((change) => withBehind(readingReason(change, changes, environments.after), changes, environments.after)),
    runbooks: runbooksOf({ drafts, refused, invalid, sides, applications }),
  };
}

/** Objects that change, as if they were created from their new manifests. */
const asCreated = (drafts: readonly Draft[], live: LiveObjects): Draft[] =>
  drafts.flatMap((draft): Draft[] => {
    const { action, after, pair } = draft;
    return action === "change" && after && pair.after ? [{ ...draft, action: "add", after: live.added(pair.after.object) }] : [];
  });

/** The objects whose manifests stay while the CRD of their kind changes. */
function heldByChangedDefinitions(drafts: readonly Draft[], { after }: Sides): PlacedManifest[] {
  const changing = new Set(drafts.map(({ resource }) => placeOf(resource)));
  return drafts.flatMap(({ action, after: definition }) => {
    if (action !== "change" || !definition || !isKind(definition, "apiextensions.k8s.io/CustomResourceDefinition")) return [];
    const { group, names } = definition.spec ?? {};
    return after.index
      .named(names?.kind ?? "")
      .filter(({ object }) => groupOf(object) === group && !changing.has(placeOf(resourceOf(object))));
  });
}

/** An object that only the new CRD makes invalid: the next sync applies it as it is, and fails. */
function refusedDraft(manifest: PlacedManifest, reason: string | undefined): Draft[] {
  if (reason === undefined) return [];
  return [draftOfUnchanged(manifest, { impact: "rejected", reason }, { before: manifest, after: manifest })];
}

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
