import type { Review } from "../review/index.ts";

/** What came of a transaction. */
export interface Outcome {
  /** `unchanged` where the head has it already; nothing was pushed then. */
  readonly state: "released" | "unchanged" | "dry-run";
  readonly commit?: string;
  /** The branch of its own that holds the change, where one was asked for. */
  readonly branch?: string;
  /** What was done, for whoever runs it. */
  readonly messages: readonly string[];
  /** Of a dry run: the difference, and what it would do. */
  readonly diff?: string;
  readonly review?: Review;
  /** Errors of check that were there before. */
  readonly known: readonly string[];
  /** Errors of check that this brings, and that didn't keep it from being done. */
  readonly brought: readonly string[];
}
