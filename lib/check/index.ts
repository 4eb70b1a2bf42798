/** Rules over the manifests of an environment: what the API server or Argo CD refuses, what can't work, and what a good reviewer would question. */
export { type Choice, chosenRules } from "./choice.ts";
export { hasGaps } from "./coverage.ts";
export { check } from "./engine.ts";
export type { Finding, Report } from "./finding.ts";
export { skippedFiles } from "./folder.ts";
export { foreignFindings } from "./foreign.ts";
export { environmentFrom, partsOf } from "./from-sources.ts";
export { gapLines } from "./gaps.ts";
export { itemsOf, membersOf, sourcesOf, textOf } from "./read.ts";
export { type FindingHint, type Format, urgentText, writeReport } from "./report.ts";
export type { Rule } from "./rule.ts";
export { ruleMarkdown, ruleSummary, ruleText } from "./rule-text.ts";
export { rules } from "./rules/index.ts";
export type { CheckedEnvironment, CheckedManifest, PodSecurityLevel } from "./scope.ts";
export { unknownRules } from "./severities.ts";
export { severityColours } from "./severity-colours.ts";
