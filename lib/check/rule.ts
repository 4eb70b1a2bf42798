import type { CheckedManifest, Scope } from "./scope.ts";

export type Severity = "error" | "warning" | "info";
type Family = "schema" | "references" | "rollout" | "security" | "fleet";

/** Something a rule found: where, what, and what to do where that differs from the rule's own mend. */
export interface Fault {
  readonly manifest: CheckedManifest;
  /** As `spec.ports[0].port`; empty for the object as a whole. */
  readonly path: string;
  readonly message: string;
  readonly fix?: string;
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
}

/** One thing that manifests can get wrong. A rule is a value: the file it stands in is the whole of adding it, with its line in rules/index.ts. */
export interface Rule {
  /** As `references/service-selector`. */
  readonly id: string;
  readonly family: Family;
  readonly severity: Severity;
  /** What happens to those who overlook it. */
  readonly why: string;
  readonly mend: string;
  /** Document that says so. */
  readonly source: string;
  /** The smallest YAML that breaks it. */
  readonly bad: string;
  check(scope: Scope): Iterable<Fault>;
}

/** A rule, with its family told by its id. */
export function rule(given: Omit<Rule, "family">): Rule {
  return { ...given, family: given.id.slice(0, given.id.indexOf("/")) as Family };
}
