import type { Impact } from "./impact.ts";

export type Action = "add" | "remove" | "change" | "rename";

/** A field that differs, and what that does. */
export interface FieldChange {
  /** Entries of lists by their merge key, as `spec.template.spec.containers[web].image`. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly impact: Impact;
  readonly reason: string;
}

/** What a reviewer has to see beside the impact. */
type FlagName = "exposure" | "privilege" | "capacity" | "image" | "secret" | "prune" | "ownership";

/** A flag with what it is raised for. */
export interface Flag {
  readonly flag: FlagName;
  /** In words, with before and after where there are any. */
  readonly text: string;
  readonly before?: string;
  readonly after?: string;
}

/** What happens to one object. */
export interface Change {
  readonly environment: string;
  readonly app: string;
  readonly resource: { readonly apiVersion: string; readonly kind: string; readonly namespace: string; readonly name: string };
  readonly action: Action;
  readonly impact: Impact;
  readonly flags: readonly FlagName[];
  readonly reason: string;
  readonly fields: readonly FieldChange[];
  /** What each flag is raised for. */
  readonly notes: readonly Flag[];
  /** File of the new tree, or of the old one for what is removed. */
  readonly file: string;
}

/** What a change of many manifests does. */
export interface Review {
  readonly changes: readonly Change[];
  readonly summary: {
    readonly impact: Impact;
    readonly counts: Readonly<Record<Impact, number>>;
    readonly images: readonly { readonly environment: string; readonly app: string; readonly before: string; readonly after: string }[];
  };
}
