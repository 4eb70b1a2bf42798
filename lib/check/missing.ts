import { slipOf } from "../problem/index.ts";

/** An object that a manifest refers to and that isn't among the manifests. */
export interface MissingObject {
  /** `Pod` for what a selector looks for. */
  readonly kind: string;
  /** Empty for the core group. Default: whichever has a kind of that name. */
  readonly group?: string;
  /** Empty for a kind that has none. */
  readonly namespace: string;
  /** Its name, or the labels that a selector asks for. */
  readonly name: string;
  /** Names of that kind which are there. */
  readonly candidates: readonly string[];
  /** Whether the name is known to be misspelt, and the issue's own fix says how. */
  readonly isSlip?: boolean;
}

/** The candidate that a name was probably meant to be. Names that differ in digits alone are a series, not a slip. */
export function misspelt({ name, candidates }: MissingObject): string | undefined {
  const meant = slipOf(name, candidates);
  return meant === undefined || isSeries(meant, name) ? undefined : meant;
}

/** Whether two names differ in digits alone. */
export const isSeries = (name: string, other: string) => name.replace(/\d+/g, "") === other.replace(/\d+/g, "");
