import type { CheckedEnvironment, CheckedManifest } from "../check/index.ts";
import { keptBy, stepsOf } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { type Review, review, type Tree, treeOf } from "../review/index.ts";
import { placeOf, type RuleDifferences, resourceOf, type UpgradeSide } from "./differences.ts";

type Change = Review["changes"][number];

/**
 * What the first apply after an upgrade changes, by the objects' places: each version keeps the fields that it knows and has switched on,
 * and review says what their difference does to pods.
 * @param isLeftOut whether nothing can be said of an object, as one of the versions refuses it
 */
export function storedChanges(
  before: UpgradeSide,
  after: UpgradeSide,
  rules: ReadonlyMap<string, RuleDifferences>,
  isLeftOut: (place: string) => boolean,
): ReadonlyMap<string, Change> {
  const tree = ({ version, environments }: UpgradeSide, side: "before" | "after") =>
    treeOfAll(environments, isLeftOut, (object, place) => keptBy(version, object, (rules.get(place)?.unknown[side] ?? []).map(stepsIn)));
  const { changes } = review(tree(before, "before"), tree(after, "after"), { kubernetes: after.version });
  return new Map(changes.map((change) => [placeOf(change.environment, change.resource), change]));
}

const stepsIn = (path: string) => stepsOf(path).map((step) => (/^\d+$/.test(step) ? Number(step) : step));

function treeOfAll(
  environments: readonly CheckedEnvironment[],
  isLeftOut: (place: string) => boolean,
  storedAs: (object: KubernetesObject, place: string) => KubernetesObject,
): Tree {
  const files = environments.flatMap(({ name, manifests }, part) => {
    const texts = manifests.filter(isWhole).flatMap(({ object, app }, index): [string, string][] => {
      const place = placeOf(name, resourceOf(object));
      return isLeftOut(place) ? [] : [[`${app}/${part}-${index}.json`, JSON.stringify(storedAs(object, place))]];
    });
    return [...treeOf(new Map(texts), name)].map(([path, file]) => [`${name}/${path}`, file] as const);
  });
  return new Map(files);
}

/** Whether a manifest has what identifies an object. */
export const isWhole = ({ object }: CheckedManifest): boolean => {
  const { apiVersion, kind, metadata } = object as Partial<KubernetesObject>;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof metadata?.name === "string";
};
