import type { CheckedManifest } from "../check/index.ts";
import { changedDefaults, droppedFields, isServed, minorOf, type RemovedApi, removalIn } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { counted } from "../problem/index.ts";
import { type Impact, isWorse, type Review } from "../review/index.ts";
import { placeOf, type RuleDifferences, resourceOf, ruleDifferences, type UpgradeSide } from "./differences.ts";
import { moveOf } from "./moves.ts";
import { silentLosses } from "./silent-losses.ts";
import { isWhole, storedChanges } from "./stored.ts";
import type { Difference, Replacement, Upgrade, UpgradeChange } from "./upgrade.ts";

/** Differences after which the target doesn't take the object. */
const refusals: ReadonlySet<Difference["kind"]> = new Set(["not-served", "refused", "field-lost"]);

/**
 * Says what an upgrade of the cluster means for manifests: what the target refuses, what it takes from now on, what it fills in, warns of
 * and keeps otherwise, and which pods are replaced when the manifests are applied again.
 * @param today day by which waivers are judged, as 2030-01-31
 */
export function reviewUpgrade(before: UpgradeSide, after: UpgradeSide, today: string): Upgrade {
  const rules = ruleDifferences(before, after, today);
  // What a tool renders for the target only, or no longer, is there too.
  const objects = new Map([...objectsOf(before), ...objectsOf(after)]);
  const removed = new Map(
    [...objects].flatMap(([place, { object }]) => {
      const removal = removalIn(after.version, object.apiVersion, object.kind);
      return removal === undefined ? [] : [[place, removal] as const];
    }),
  );
  const isLeftOut = (place: string) => removed.has(place) || isRefused(rules.get(place));
  const stored = storedChanges(before, after, rules, isLeftOut);
  const changes = [...objects].flatMap(([place, placed]): UpgradeChange[] => {
    const judged = { ...placed, rules: rules.get(place), removal: removed.get(place), stored: stored.get(place) };
    const differences = differencesOf(judged, before.version, after.version);
    return differences.length === 0 ? [] : [changeOf(judged, differences, before.version, after.version)];
  });
  const sorted = changes.sort(inOrder);
  return {
    from: before.version,
    to: after.version,
    changes: sorted,
    remarks: remarksOf(before, after),
    summary: { objects: objects.size, ...countsOf(sorted) },
  };
}

const isRefused = (rules: RuleDifferences | undefined) =>
  rules !== undefined && (rules.isRefusedBefore || rules.differences.some(({ kind }) => refusals.has(kind) || kind === "served"));

interface PlacedObject {
  readonly environment: string;
  readonly manifest: CheckedManifest;
  readonly object: KubernetesObject;
}

/** The objects of a side by their places; of those that stand there twice the first. */
function objectsOf({ environments }: UpgradeSide): ReadonlyMap<string, PlacedObject> {
  const objects = new Map<string, PlacedObject>();
  for (const { name, manifests } of environments)
    for (const manifest of manifests.filter(isWhole)) {
      const { object } = manifest;
      const place = placeOf(name, resourceOf(object));
      if (!objects.has(place)) objects.set(place, { environment: name, manifest, object });
    }
  return objects;
}

interface Judged extends PlacedObject {
  readonly rules: RuleDifferences | undefined;
  readonly removal: RemovedApi | undefined;
  readonly stored: Review["changes"][number] | undefined;
}

function differencesOf({ object, rules, removal, stored }: Judged, from: string, to: string): Difference[] {
  // That an API goes away was a warning before the upgrade, and is worse now.
  const found = (rules?.differences ?? []).filter(
    ({ kind, rule }) => rule !== droppedFieldRule && (!removal || kind !== "warning-gone" || rule !== "schema/api-version"),
  );
  const notServed = removal && !found.some(({ kind }) => kind === "not-served") ? [notServedDifference(object, removal, from)] : [];
  const effective = gatedDifferences(object, from, to);
  const isExplained = effective.length > 0 || found.some(({ kind }) => kind === "field-gained" || kind === "field-lost");
  return [
    ...notServed,
    ...found,
    ...effective,
    ...silentLosses(object, from, to),
    ...defaultDifferences(object, from, to),
    ...(stored && !isExplained ? [renderingDifference(stored, to)] : []),
  ];
}

/** What each version drops is reported by itself. */
const droppedFieldRule = "schema/dropped-field";

const notServedDifference = ({ apiVersion, kind }: KubernetesObject, { since, use }: RemovedApi, from: string): Difference => ({
  kind: "not-served",
  path: "apiVersion",
  message: `${apiVersion} ${kind} was removed in Kubernetes ${since}${minorOf(since) <= minorOf(from) ? `, so that ${from} refuses it already` : ""}`,
  fix: use === undefined ? "There is no replacement of this kind." : `Use ${use}.`,
  rule: "schema/api-version",
});

function gatedDifferences(object: KubernetesObject, from: string, to: string): Difference[] {
  const [old, now] = [droppedFields(object, from), droppedFields(object, to)];
  const only = (fields: typeof old, others: typeof old) => fields.filter(({ path }) => !others.some((other) => other.path === path));
  return [
    ...only(old, now).map(
      ({ path, gate, keptSince }): Difference => ({
        kind: "field-effective",
        path,
        message: `Kubernetes ${from} drops it (its feature gate ${gate} is off by default before ${keptSince}), and ${to} keeps it`,
        fix: "Remove it before the upgrade if it isn't meant, or apply it at a time that suits.",
      }),
    ),
    ...only(now, old).map(
      ({ path, gate, keptSince }): Difference => ({
        kind: "field-dropped",
        path,
        message: `Kubernetes ${to} drops it: its feature gate ${gate} is off by default before ${keptSince}`,
        fix: "Remove it, or turn the feature gate on.",
      }),
    ),
  ];
}

const defaultDifferences = (object: KubernetesObject, from: string, to: string): Difference[] =>
  changedDefaults(object, from, to).map(({ path, value, since, isNew }) => ({
    kind: "default",
    path,
    message: isNew
      ? `Kubernetes ${since} and newer fill in ${JSON.stringify(value)} when the object is written again; no pod is replaced by it`
      : `Kubernetes ${to} doesn't fill in ${JSON.stringify(value)}`,
  }));

function renderingDifference({ fields, reason, action }: Review["changes"][number], to: string): Difference {
  const [first, ...others] = fields;
  const what = first === undefined ? ` (${action})` : others.length > 0 ? `, and ${counted(others.length, "more field")}` : "";
  return { kind: "rendering", path: first?.path ?? "", message: `it is rendered otherwise for ${to}${what}: ${reason}` };
}

/** Impact of what is no difference of stored objects. */
const impactOf: Partial<Record<Difference["kind"], Impact>> = {
  "not-served": "rejected",
  refused: "rejected",
  "field-lost": "rejected",
  default: "in-place",
  served: "in-place",
  accepted: "unknown",
  "reference-lost": "unknown",
};

function changeOf(judged: Judged, differences: readonly Difference[], from: string, to: string): UpgradeChange {
  const { environment, manifest, object, removal, stored } = judged;
  const origin = manifest.originOf?.("apiVersion");
  const line = origin ? origin.line : manifest.lineOf?.("apiVersion");
  const verdicts = [
    ...(stored ? [{ impact: stored.impact, reason: `when it is applied after the upgrade: ${stored.reason}` }] : []),
    ...differences.map(({ kind, message }) => ({ impact: impactOf[kind] ?? ("none" as const), reason: message })),
  ];
  const { impact, reason } = verdicts.reduce((found, other) => (isWorse(other.impact, found.impact) ? other : found));
  return {
    environment,
    app: manifest.app,
    resource: resourceOf(object),
    file: origin?.file ?? manifest.file ?? "",
    ...(line === undefined ? {} : { line }),
    impact,
    reason,
    differences,
    ...(removal?.use === undefined ? {} : { replacement: replacementOf(object, { ...removal, use: removal.use }, from, to) }),
  };
}

function replacementOf(object: KubernetesObject, removal: RemovedApi & { readonly use: string }, from: string, to: string): Replacement {
  const { use, since, useSince, changes = [] } = removal;
  const isServedBefore = useSince === undefined ? isServed(from, use, object.kind) : minorOf(useSince) <= minorOf(from);
  const move = moveOf(object, removal, to);
  const reason = "reason" in move ? move.reason : isServedBefore ? undefined : notServedYet(use, from);
  return {
    apiVersion: use,
    removedIn: since,
    ...(useSince === undefined ? {} : { servedSince: useSince }),
    isServedBefore,
    changes,
    isMechanical: reason === undefined,
    ...(reason === undefined ? {} : { reason }),
  };
}

const notServedYet = (use: string, from: string) =>
  `Kubernetes ${from} doesn't serve ${use} yet: change it after the upgrade, with --kubernetes-from set to the version that serves it`;

/** Rules about files that can't be read; others are about what was read. */
const unreadRules: ReadonlySet<string> = new Set(["schema/yaml", "schema/source"]);

function remarksOf(before: UpgradeSide, after: UpgradeSide): Upgrade["remarks"] {
  const left = [...after.environments, ...before.environments].flatMap(({ notRendered = [], unread = [] }) => [
    ...notRendered.map(({ source, reason }) => ({ kind: "not-looked-at" as const, text: `${source}: ${reason}`, file: source })),
    ...unread
      .filter(({ rule = "schema/yaml" }) => unreadRules.has(rule))
      .map(({ file, message }) => ({ kind: "not-looked-at" as const, text: `${file} ${message}`, file })),
  ]);
  const all = [...left, ...assumptions(before, after)];
  return [...new Map(all.map((remark) => [remark.text, remark])).values()];
}

/** The first version whose schemas are known; those before it are known by their APIs alone. */
const oldestSchemas = 27;

function assumptions(before: UpgradeSide, after: UpgradeSide): { readonly kind: "assumption"; readonly text: string }[] {
  const [from, to] = [minorOf(before.version), minorOf(after.version)];
  const holdsSets = after.environments.some(({ manifests }) => manifests.some(({ object }) => object.kind === "StatefulSet"));
  const texts = [
    ...(from < oldestSchemas
      ? [`the fields of Kubernetes ${before.version} are taken for those of 1.${oldestSchemas}; its removed APIs are known`]
      : []),
    // https://github.com/kubernetes/kubernetes/issues/134773
    ...(from < 34 && to >= 34 && holdsSets
      ? [
          "the upgrade leaves out Kubernetes 1.34.0 and 1.34.1, whose controller manager replaces the pods of every StatefulSet; 1.34.2 doesn't",
        ]
      : []),
    ...(after.environments.length > 0
      ? ["the features that are on by default are on, and APIs in beta and alpha are served only where the cluster turns them on"]
      : []),
  ];
  return texts.map((text) => ({ kind: "assumption", text }));
}

const impacts: readonly Impact[] = ["none", "in-place", "scale", "rollout", "unknown", "downtime", "rejected", "deletion", "data-loss"];

function countsOf(changes: readonly UpgradeChange[]): Pick<Upgrade["summary"], "impact" | "counts"> {
  const counts = Object.fromEntries(impacts.map((impact) => [impact, changes.filter((change) => change.impact === impact).length]));
  const impact = changes.reduce<Impact>((found, change) => (isWorse(change.impact, found) ? change.impact : found), "none");
  return { impact, counts: counts as Record<Impact, number> };
}

/** The worst first, then by place. */
function inOrder(a: UpgradeChange, b: UpgradeChange): number {
  if (a.impact !== b.impact) return isWorse(a.impact, b.impact) ? -1 : 1;
  const keyOf = ({ environment, app, resource: { kind, namespace, name } }: UpgradeChange) =>
    [environment, app, kind, namespace, name].join("\0");
  return keyOf(a) < keyOf(b) ? -1 : 1;
}
