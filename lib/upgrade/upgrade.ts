import type { Impact } from "../review/index.ts";

/** What differs of an object between two versions. */
export type DifferenceKind =
  /** The target doesn't serve the object's apiVersion and kind. */
  | "not-served"
  /** The target refuses the object for another reason. */
  | "refused"
  /** The target doesn't know a field. */
  | "field-lost"
  /** The target has the field, and drops it without a word. */
  | "field-dropped"
  /** The object names another one by an apiVersion that the target doesn't serve. */
  | "reference-lost"
  /** The target warns of it, and the other version didn't. */
  | "warning-new"
  /** The target fills in a value, or no longer does. */
  | "default"
  /** The other version dropped the field without a word, and the target keeps it. */
  | "field-effective"
  /** Only the target knows the field. */
  | "field-gained"
  /** Only the target serves the object's apiVersion and kind. */
  | "served"
  /** Only the target takes the object. */
  | "accepted"
  /** The target no longer warns of it. */
  | "warning-gone"
  /** The tool that renders the object makes another of it for the target. */
  | "rendering";

export interface Difference {
  readonly kind: DifferenceKind;
  readonly path: string;
  readonly message: string;
  /** What to do about it. Undefined where nothing has to be done. */
  readonly fix?: string;
  /** The rule of `check` that found it. Undefined for what no rule looks for. */
  readonly rule?: string;
}

/** What takes the place of an apiVersion that the target doesn't serve. */
export interface Replacement {
  readonly apiVersion: string;
  /** The first version without the old one, as 1.25. */
  readonly removedIn: string;
  /** The first version that serves the new one, where it is known. */
  readonly servedSince?: string;
  /** Whether the version before the upgrade serves it too, so that the manifest can be changed first. */
  readonly isServedBefore: boolean;
  /** What changes beside the apiVersion. */
  readonly changes: readonly string[];
  /** Whether `--write` can change it, as there is one right answer. */
  readonly isMechanical: boolean;
  /** Why it can't. */
  readonly reason?: string;
}

/** What an upgrade means for one object. */
export interface UpgradeChange {
  readonly environment: string;
  readonly app: string;
  readonly resource: { readonly apiVersion: string; readonly kind: string; readonly namespace: string; readonly name: string };
  readonly file: string;
  /** Line of its apiVersion, where it is known. */
  readonly line?: number;
  readonly impact: Impact;
  /** Why the impact is what it is. */
  readonly reason: string;
  readonly differences: readonly Difference[];
  readonly replacement?: Replacement;
}

/** A file that `--write` changed for an object. */
export interface WrittenMove {
  readonly file: string;
  readonly resource: UpgradeChange["resource"];
  readonly before: string;
  readonly after: string;
}

/** An object that `--write` left as it is, and why. */
export interface LeftMove {
  readonly file: string;
  readonly resource: UpgradeChange["resource"];
  readonly reason: string;
}

/** What an upgrade means for all objects. */
export interface Upgrade {
  readonly from: string;
  readonly to: string;
  readonly changes: readonly UpgradeChange[];
  readonly remarks: readonly { readonly kind: "not-looked-at" | "assumption"; readonly text: string; readonly file?: string }[];
  /** What `--write` changed. Undefined where it wasn't given. */
  readonly written?: readonly WrittenMove[];
  readonly notWritten?: readonly LeftMove[];
  readonly summary: {
    /** Objects that were looked at. */
    readonly objects: number;
    readonly impact: Impact;
    readonly counts: Readonly<Record<Impact, number>>;
  };
}
