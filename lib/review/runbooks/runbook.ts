import { isLabel, isSubdomain, type KindName, type ObjectOf } from "../../kubernetes/index.ts";
import type { KubernetesObject } from "../../manifest/index.ts";
import type { FieldChange, RunbookStep } from "../change.ts";
import type { Changing } from "../impact.ts";

export type Step = RunbookStep;

/** What a runbook comes to for one object. */
export interface Offer {
  /** What it does, in an imperative sentence without the object's name. */
  readonly title: string;
  /** Whether there may be a time without a ready pod, or without a way to it. */
  readonly downtime: boolean;
  /** Whether everything that is stored is there afterwards. Default: true. */
  readonly keepsData?: boolean;
  readonly steps: readonly Step[];
}

/** Where an object is. */
export interface Place {
  /** Empty where no manifest and no option names it. */
  readonly namespace: string;
  readonly name: string;
}

/** A change that is refused, or that would lose something; the manifest that it leads to is valid by itself. */
export interface Situation<Kind extends KubernetesObject = KubernetesObject> extends Changing<Kind> {
  readonly from: Place;
  /** The same place but for what is renamed or moved. */
  readonly to: Place;
  readonly fields: readonly FieldChange[];
  /** The Argo CD Application that applies the object; undefined where it isn't among the manifests. */
  readonly application: Place | undefined;
}

/**
 * When a runbook is looked at: an object that can't be changed, one that is deleted at one place and created at another, or one whose change
 * stops it for a time.
 */
type Occasion = "refused" | "elsewhere" | "downtime";

export interface RunbookRow {
  readonly id: string;
  readonly kinds: readonly string[];
  readonly occasion: Occasion;
  readonly offer: (situation: Situation) => Offer | undefined;
}

/** A runbook for some kinds, which sees their fields with their types. @param offer gives nothing where the way isn't safe */
export function runbook<const Kind extends KindName>(
  id: string,
  occasion: Occasion,
  kinds: readonly Kind[],
  offer: (situation: Situation<ObjectOf<Kind>>) => Offer | undefined,
): RunbookRow {
  // A row is only asked of objects of its kinds.
  return { id, occasion, kinds, offer: offer as RunbookRow["offer"] };
}

/** Whether names may stand in a command: what the server would never take names nothing there. */
export const isSound = ({ namespace, name }: Place): boolean => isSubdomain(name) && (namespace === "" || isLabel(namespace));

/** The paths of the fields that can't be changed. */
export const refusedPaths = ({ fields }: Pick<Situation, "fields">): readonly string[] =>
  fields.filter(({ impact }) => impact === "rejected").map(({ path }) => path);

/** Whether the change itself stops all pods for a time. */
export const stopsPods = ({ fields }: Pick<Situation, "fields">): boolean => fields.some(({ impact }) => impact === "downtime");

/** The change is merged before the object is deleted: else Argo CD would create the old one again. */
export const mergeRefused: Step = { text: "Merge the change. The server refuses it, and what runs stays as it is." };

/** Argo CD does it by itself once nothing is refused any more. */
export const syncText = "Sync again; with selfHeal, or while a sync retries, Argo CD does it by itself.";
export const syncAgain: Step = { text: `${syncText} It creates the object from the new manifest.` };
