import type { Estate } from "./estate.ts";
import type { History } from "./history.ts";

/** What a command intends for the branch, decided again for each head that it finds there. */
export interface Edit {
  /** Files of overlays/ and what they should hold. */
  readonly files: ReadonlyMap<string, string>;
  /** Environments to render. */
  readonly environments: readonly string[];
  /** First line of the commit's message, and its trailers. */
  readonly title: string;
  readonly trailers: readonly (readonly [key: string, value: string])[];
  /** Whether the edit goes ahead with errors of check that it brings. Default: it doesn't. */
  readonly despiteErrors?: boolean;
  /** What to report to whoever runs it. */
  readonly messages: readonly string[];
}

/** Decides what to change, from the estate as the branch has it and from its history. */
export type DecideEdit = (estate: Estate, history: History) => Promise<Edit | undefined>;
