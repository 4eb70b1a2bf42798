import type { Coverage } from "./coverage.ts";
import type { Severity } from "./rule.ts";

/** What `check` says of one place of one manifest. */
export interface Finding {
  /** Id of the rule. */
  readonly rule: string;
  readonly severity: Severity;
  readonly environment: string;
  readonly app: string;
  readonly resource: { readonly apiVersion: string; readonly kind: string; readonly namespace: string; readonly name: string };
  readonly file: string;
  /** Line of the path in the file, from 1, where it is known. */
  readonly line?: number | undefined;
  readonly path: string;
  readonly message: string;
  readonly fix: string;
  /** What it refers to that isn't among the manifests and may lie elsewhere. */
  readonly outside?: { readonly kind: string; readonly namespace: string; readonly name: string };
  /** Set when a waiver covers it: it counts no longer. */
  readonly waived?: { readonly reason: string; readonly until: string };
}

export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly waived: number;
  readonly manifests: number;
}

export interface Report {
  readonly findings: readonly Finding[];
  readonly coverage: Coverage;
  readonly summary: Summary;
  /** Ids of the rules that didn't run, as they weren't asked for. */
  readonly skipped?: readonly string[];
}

export function summarize(findings: readonly Finding[], manifests: number): Summary {
  const open = findings.filter(({ waived }) => !waived);
  return {
    errors: open.filter(({ severity }) => severity === "error").length,
    warnings: open.filter(({ severity }) => severity === "warning").length,
    waived: findings.length - open.length,
    manifests,
  };
}
