import type { OperatorSettings } from "../git/index.ts";

/** Where an edit is to go. */
export interface Target {
  /** Path of the project in the repository, with a slash at its end; empty where it is the repository. */
  readonly within: string;
  /** Whole address of the remote. */
  readonly address: string;
  readonly branch: string;
  readonly settings: OperatorSettings;
}
