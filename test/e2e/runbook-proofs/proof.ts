import type { Case, Outcome } from "../runbook-runner.ts";

/** A change with what its runbooks come to on a cluster. */
export interface Proof extends Pick<Case, "name" | "isServerSideDiff"> {
  readonly what: string;
  /** The objects of the case, in a namespace of its name. */
  readonly objects: (name: string) => Pick<Case, "before" | "after" | "merges" | "unseen">;
  /** The runbooks that are offered. */
  readonly ids: readonly string[];
  /** A word of the server's refusal. Undefined where it takes the change, which then loses something. */
  readonly refusal?: RegExp;
  readonly downtime: boolean;
  /** What is to be so beside what every runbook promises. */
  readonly holds: (outcome: Outcome) => void;
  /** What is so where nobody follows the runbooks of a change that the server takes. */
  readonly isLost?: (outcome: Outcome) => void;
  /** A kind whose objects the review before `isLost` doesn't see: its runbooks are followed then. */
  readonly unseen?: string;
}
