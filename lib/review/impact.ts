import { type KindName, type ObjectOf, withoutKeys } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import type { EnvironmentIndex } from "./environment-index.ts";
import type { Difference } from "./fields.ts";

/** What a change does to the cluster, least to most. What isn't known may be as bad as a rollout at least. */
export const impacts = ["none", "in-place", "scale", "rollout", "unknown", "downtime", "rejected", "deletion", "data-loss"] as const;
export type Impact = (typeof impacts)[number];

/** An impact, with the reason in words. */
export interface Verdict {
  readonly impact: Impact;
  readonly reason: string;
}

export const isWorse = (impact: Impact, other: Impact) => impacts.indexOf(impact) > impacts.indexOf(other);

/** The worst of some verdicts, the first of equals. */
export function worst(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.reduce<Verdict | undefined>((found, other) => (found && !isWorse(other.impact, found.impact) ? found : other), undefined);
}

/** An object that changes: as the server holds it before and after, and what else there is then. */
export interface Changing<Kind extends KubernetesObject = KubernetesObject> {
  readonly before: Kind;
  readonly after: Kind;
  readonly environments: { readonly before: EnvironmentIndex; readonly after: EnvironmentIndex };
}

type Judge<Kind extends KubernetesObject> = (changing: Changing<Kind>, difference: Difference) => Verdict;

/** What changes of a kind do. */
interface ImpactTable<Kind extends KubernetesObject> {
  /** The first field that a path lies at or below decides; keys of lists are left out, as in `spec.ports[].nodePort`. What `others` says counts for those that no row has. */
  readonly fields: readonly (readonly [path: string, verdict: Verdict | Judge<Kind>])[];
  /** What a change of any other field of the spec does. Default: by whether slipway knows the kind. */
  readonly others?: Verdict;
  /** What comes about when an object is created. Default: by whether its kind runs pods. */
  readonly added?: (object: Kind, environment: EnvironmentIndex) => Verdict;
  /** Whether a controller runs pods for each of its objects. Default: only where the kind is Kubernetes' own and has a template of pods. */
  readonly runsPods?: true;
  /** What is lost when the object is deleted, by what there was, and there is after it. Default: the object alone. */
  readonly removed?: (object: Kind, environment: EnvironmentIndex, after: EnvironmentIndex) => Verdict;
}

/** The impact table of some kinds. */
export interface KindImpact extends ImpactTable<KubernetesObject> {
  /** As `apps/Deployment`, or `Service` of the core group. */
  readonly kinds: readonly string[];
}

/** An object of a kind; kinds whose fields no impact reads have no type of their own. */
type Of<Kind extends string> = Kind extends KindName ? ObjectOf<Kind> : KubernetesObject;

/**
 * The impact of changes of some kinds, whose table sees their fields with their types.
 *
 * @example
 * kindImpact(["policy/PodDisruptionBudget"], {
 *   fields: [["spec", inPlace("more or fewer pods may be evicted at a time")]],
 * });
 */
export function kindImpact<const Kind extends string>(kinds: readonly Kind[], table: ImpactTable<Of<Kind>>): KindImpact {
  // A table is only asked of objects of its kinds.
  return { kinds, ...(table as ImpactTable<KubernetesObject>) };
}

export const none = (reason: string): Verdict => ({ impact: "none", reason });
export const inPlace = (reason: string): Verdict => ({ impact: "in-place", reason });
export const scale = (reason: string): Verdict => ({ impact: "scale", reason });
export const rollout = (reason: string): Verdict => ({ impact: "rollout", reason });
export const unknown = (reason: string): Verdict => ({ impact: "unknown", reason });
export const downtime = (reason: string): Verdict => ({ impact: "downtime", reason });
export const rejected = (reason: string): Verdict => ({ impact: "rejected", reason });
export const deletion = (reason: string): Verdict => ({ impact: "deletion", reason });
export const dataLoss = (reason: string): Verdict => ({ impact: "data-loss", reason });
/** A field that can't be changed once it is there. */
export const immutable = (what: string): Verdict =>
  rejected(`the API server refuses it: ${what} can't be changed; delete the object first, or give it another name`);

/** The row of a kind's table that decides on a field; undefined where none does. */
export function rowOf({ fields }: KindImpact, path: string): KindImpact["fields"][number] | undefined {
  const plain = withoutKeys(path.replace(/ \(order\)$/, ""));
  return fields.find(([at]) => plain === at || plain.startsWith(`${at}.`) || plain.startsWith(`${at}[`));
}
