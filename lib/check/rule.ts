import type { Issue } from "../kubernetes/index.ts";
import type { MissingObject } from "./missing.ts";
import type { CheckedManifest, Scope } from "./scope.ts";

export type Severity = "error" | "warning" | "info";
type Family = "schema" | "references" | "rollout" | "security" | "fleet";

/** An issue of one manifest: what a rule reports, and the engine makes a finding of. */
export interface ManifestIssue extends Issue {
  readonly manifest: CheckedManifest;
  /** Where an object that the manifest refers to isn't there: how grave that is, the engine decides. */
  readonly missing?: MissingObject;
}

/** One thing that manifests can get wrong. A rule is a value: the file it stands in is the whole of adding it, with its line in rules/index.ts. */
export interface Rule {
  /** As `references/service-selector`. */
  readonly id: string;
  readonly family: Family;
  readonly severity: Severity;
  /** Where only a part was given that somebody else may have written and applies in a way of their own. Default: the same. */
  readonly severityInPart?: Severity;
  /** What happens when nobody corrects it. */
  readonly why: string;
  /** What to do about it. */
  readonly fix: string;
  /** Document that says so. */
  readonly source: string;
  /** The smallest YAML that breaks it. */
  readonly bad: string;
  /** The same, fixed. */
  readonly good: string;
  check(scope: Scope): Iterable<ManifestIssue>;
}

/** A rule with its family, which is the first part of its id. */
export function rule(given: Omit<Rule, "family">): Rule {
  return { ...given, family: given.id.slice(0, given.id.indexOf("/")) as Family };
}
