import { kindNameOf } from "../kubernetes/index.ts";
import { describeObject } from "../manifest/index.ts";
import { type CheckedManifest, namespaceOf } from "./scope.ts";

/** An object's claim to something that only one object can have. */
export interface Claim {
  readonly manifest: CheckedManifest;
  /** What is claimed. */
  readonly key: string;
  readonly path: string;
}

/** An object that is there twice has one claim: that it is there twice is another issue. */
const placeOf = ({ manifest }: Claim) => [kindNameOf(manifest.object), namespaceOf(manifest), manifest.object.metadata.name].join("/");

/** Every claim but the first to each thing, with the first. Which is first doesn't depend on the order of manifests. */
export function* contested<Kind extends Claim>(claims: readonly Kind[]): Generator<readonly [later: Kind, first: Kind]> {
  const first = new Map<string, Kind>();
  const nameOf = ({ manifest: { object } }: Claim) => describeObject(object);
  const inOrder = [...claims].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  // What is in the cluster was there before the manifests.
  const [known, given] = [true, false].map((isKnown) => inOrder.filter(({ manifest }) => (manifest.isFromSnapshot ?? false) === isKnown));
  for (const claim of [...(known ?? []), ...(given ?? [])]) {
    const other = first.get(claim.key);
    if (!other) first.set(claim.key, claim);
    else if (placeOf(other) !== placeOf(claim)) yield [claim, other];
  }
}
