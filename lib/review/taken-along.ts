import { isKind } from "../kubernetes/index.ts";
import { groupOf } from "../manifest/index.ts";
import { type Draft, draftOfUnchanged, keptBack, removalOf, type Sides } from "./drafts.ts";
import { isWorse, type Verdict } from "./impact.ts";
import { isSameObject } from "./pairing.ts";
import type { PlacedManifest } from "./placing.ts";

/**
 * The drafts, with the objects that go with a removed Namespace or CRD although their manifests stay: the server deletes what is in it, or
 * of its kind, whoever else asks for it.
 */
export function withTakenAlong(drafts: readonly Draft[], sides: Sides): Draft[] {
  const taken = drafts.flatMap((draft) => goesWith(draft, sides));
  if (taken.length === 0) return [...drafts];
  const raised = drafts.map((draft) => {
    const { after } = draft.pair;
    const found = after && taken.find(({ manifest }) => isSameObject(manifest, after));
    return found && isWorse(found.verdict.impact, draft.impact) ? { ...draft, ...found.verdict } : draft;
  });
  const unchanged = taken.filter(({ manifest }) => !drafts.some(({ pair: { after } }) => after && isSameObject(manifest, after)));
  return [...raised, ...unchanged.map(({ manifest, verdict }) => draftOfUnchanged(manifest, verdict, { after: manifest }))];
}

interface Taken {
  readonly manifest: PlacedManifest;
  readonly verdict: Verdict;
}

function goesWith({ action, pair: { before } }: Draft, sides: Sides): Taken[] {
  // What is renamed is deleted under its old name.
  if ((action !== "remove" && action !== "rename") || !before || keptBack(before.object) !== undefined) return [];
  const { object } = before;
  const { index } = sides.after;
  const of = (manifests: readonly PlacedManifest[], what: string): Taken[] =>
    manifests.map((manifest) => {
      const { impact, reason } = removalOf(manifest.object, { before: index, after: index });
      return { manifest, verdict: { impact, reason: `it is deleted with ${what}, although its manifest stays: ${reason}` } };
    });
  if (isKind(object, "Namespace")) return of(index.inNamespace(object.metadata.name), `Namespace ${object.metadata.name}`);
  if (!isKind(object, "apiextensions.k8s.io/CustomResourceDefinition")) return [];
  const { group = "", names } = object.spec ?? {};
  const held = index.named(names?.kind ?? "").filter((manifest) => groupOf(manifest.object) === group);
  return of(held, `CustomResourceDefinition ${object.metadata.name}`);
}
