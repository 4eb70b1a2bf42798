import { isLabel, isSubdomain, type ObjectOf, quantity } from "../../kubernetes/index.ts";
import type { EnvironmentIndex } from "../environment-index.ts";
import { isAutoscaled } from "./autoscaled.ts";
import { inNamespace, kubectl, merging, quoted } from "./command.ts";
import type { Place } from "./runbook.ts";

type StatefulSet = ObjectOf<"apps/StatefulSet">;

/** What counts of a claim, or of a template of claims. */
export interface Template {
  readonly name: string;
  /** Undefined for the cluster's default. */
  readonly storageClass: string | undefined;
  readonly storage: unknown;
}

export const templatesOf = ({ spec }: StatefulSet): Template[] =>
  (spec?.volumeClaimTemplates ?? []).map(({ metadata, spec: claim }) => ({
    name: metadata?.name ?? "",
    storageClass: claim?.storageClassName,
    storage: claim?.resources?.requests?.storage,
  }));

/** Pods of a StatefulSet past which its claims aren't named. */
const mostPods = 100;

/**
 * The names of the claims that the pods of a StatefulSet have, those of one template after the other. Undefined where they aren't known:
 * an autoscaler says how many there are, or they are too many to name.
 * @param templates names of claim templates
 */
export function claimsOf(set: StatefulSet, index: EnvironmentIndex, { name }: Place, templates: readonly string[]): string[] | undefined {
  const { replicas = 1, ordinals: { start = 0 } = {} } = set.spec ?? {};
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > mostPods || isAutoscaled(set, index)) return undefined;
  const claims = templates.flatMap((template) => [...Array(replicas).keys()].map((pod) => `${template}-${name}-${start + pod}`));
  return claims.every(isSubdomain) ? claims : undefined;
}

/** Whether a volume that was good for one claim is good for the other. */
export const fitsVolume = (before: Template, after: Template): boolean =>
  before.storageClass === after.storageClass && (quantity(after.storage) ?? 0) <= (quantity(before.storage) ?? 0);

/**
 * Hands the volume of a claim to another claim, or to a later one of the same name, before that is there: it can't get another volume
 * then. The volume is kept, whatever becomes of the claim. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume
 * @param storageClass the class that the other claim asks for. Default: the volume's stays
 */
export function handOver(from: Place, to: Place, storageClass?: string): string {
  const claim = ["get", "persistentvolumeclaim", from.name, inNamespace(from.namespace), "--output=jsonpath={.spec.volumeName}"];
  const patch = merging({
    spec: {
      persistentVolumeReclaimPolicy: "Retain",
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
      claimRef: { namespace: to.namespace, name: to.name, uid: null, resourceVersion: null },
    },
  });
  return `kubectl patch persistentvolume "$(${kubectl(...claim)})" ${patch.map(quoted).join(" ")}`;
}

/** A claim's volume can only be handed over where both namespaces are known. */
export const areKnown = (...places: readonly Place[]): boolean => places.every(({ namespace }) => isLabel(namespace));
