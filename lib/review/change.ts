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
  /** Of a checksum annotation: the changed ConfigMaps and Secrets that the workload reads. Undefined where there is none. */
  readonly behind?: readonly Resource[];
}

/** An object by what the API server knows it by. Parts that it lacks are empty. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What becomes of a role's rights, as `get, list, watch secrets`. */
export interface Rights {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/** What a reviewer has to see beside the impact. */
type FlagName = "admission" | "exposure" | "privilege" | "capacity" | "image" | "secret" | "prune" | "ownership";

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
  readonly resource: Resource;
  readonly action: Action;
  readonly impact: Impact;
  readonly flags: readonly FlagName[];
  readonly reason: string;
  readonly fields: readonly FieldChange[];
  /** What each flag is raised for. */
  readonly notes: readonly Flag[];
  /** What changes behind the mark of a workload's configuration: the ConfigMaps and Secrets that it reads. Undefined where there is none. */
  readonly behind?: readonly Resource[];
  /** Of a Role or ClusterRole whose rights change. */
  readonly rights?: Rights;
  /** File of the new tree, or of the old one for what is removed. */
  readonly file: string;
}

/** What a review passed over or took for granted, so that its verdicts can be read for what they are. */
export interface Remark {
  /** `not-looked-at`: a file or source that isn't judged. `assumption`: what was taken for granted to judge the others. */
  readonly kind: "not-looked-at" | "assumption";
  /** In words. */
  readonly text: string;
  /** What isn't looked at, as `remote base`. Default: a file. */
  readonly what?: string;
  /** The file it is about. */
  readonly file?: string;
}

/** What to do about a change that is refused, or that would lose something: the steps of a way that is safe. */
export interface Runbook {
  /** As `recreate-stateful-set`; the same for the same way. */
  readonly id: string;
  readonly environment: string;
  /** What it does, in an imperative sentence. */
  readonly title: string;
  /** The objects that it is for; all of one kind. */
  readonly objects: readonly Resource[];
  /** Whether there may be a time without a ready pod, or without a way to it. */
  readonly downtime: boolean;
  /** Whether everything that is stored is there afterwards. */
  readonly keepsData: boolean;
  readonly steps: readonly RunbookStep[];
}

/** A step of a runbook: what to do, with the commands that do it. */
export interface RunbookStep {
  /** In whole sentences. */
  readonly text: string;
  /** For a shell, a line each. Undefined where a change is merged or synced. */
  readonly command?: string;
}

/** What a change of many manifests does. */
export interface Review {
  readonly changes: readonly Change[];
  readonly remarks: readonly Remark[];
  /** What to do about changes that are refused or lose something, where there is a safe way. */
  readonly runbooks: readonly Runbook[];
  /** That nothing changes, and what this was shown for. Undefined where nobody asked, something changes or was assumed, or there are no objects. */
  readonly certificate?: string;
  /** Whether there were CloudFormation templates, and no manifests. */
  readonly isOfStacks?: true;
  /** The folder that was reviewed, where its name stands for the only environment: reports for people leave it out. */
  readonly folder?: string;
  readonly summary: {
    readonly impact: Impact;
    readonly counts: Readonly<Record<Impact, number>>;
    readonly images: readonly { readonly environment: string; readonly app: string; readonly before: string; readonly after: string }[];
  };
}
