import { groupBy } from "../manifest/index.ts";
import { painted, seen, toJson } from "../outside/index.ts";
import { counted } from "../problem/index.ts";
import { joinedCoverage } from "./coverage.ts";
import type { Finding, Report } from "./finding.ts";
import { withFingerprints } from "./fingerprint.ts";
import { gapLines, sourceLines } from "./gaps.ts";
import { github } from "./github.ts";
import { sarif } from "./sarif.ts";
import { severityColours } from "./severity-colours.ts";
import { alsoInText, type ShownFinding, shownFindings } from "./shown.ts";

/** Ways a report can be written. */
export type Format = "text" | "json" | "codequality" | "sarif" | "github";

/** Writes a report. @param colours whether a terminal shows it */
export function writeReport(report: Report, format: Format, colours: boolean): string {
  switch (format) {
    case "text":
      return text(report, colours);
    case "json":
      return toJson({ apiVersion: "slipway/v1", kind: "CheckReport", ...report });
    case "codequality":
      return toJson(codeQuality(report.findings));
    case "sarif":
      return sarif(report);
    case "github":
      return github(report);
  }
}

/** Remarks of one rule that are written out for each environment; of more there is the number. */
const mostRemarks = 3;

/** What is known of a finding of what wasn't written yet. */
export interface FindingHint {
  /** Lines of the object that it is about, with their numbers; its file and line say nothing then. */
  readonly lines?: readonly string[];
  /** The key of the overlay that decides it, with a value where one is known. */
  readonly key?: string;
}
type HintOf = (finding: Finding) => FindingHint;

/** For people: grouped by app, each with what to do about it; findings that are waived are only counted. */
function text({ findings, coverage, summary, skipped = [] }: Report, colours: boolean, hintOf: HintOf = () => ({})): string {
  const paint = (code: string, words: string) => painted(colours ? code : "", words);
  const shown = shownFindings(findings.filter(({ outside }) => !outside));
  const remarks = groupBy(
    shown.filter(({ finding }) => finding.severity === "info"),
    ({ finding }) => JSON.stringify([finding.environment, finding.rule]),
  );
  const further = [...remarks.values()].filter(({ length }) => length > mostRemarks);
  const left = new Set(further.flatMap((alike) => alike.slice(mostRemarks)));
  const groups = groupBy(
    shown.filter((finding) => !left.has(finding)),
    ({ finding }) => [finding.environment, finding.app].filter(Boolean).join("/"),
  );
  const blocks = [...groups].map(([owner, own]) => [
    paint("1", owner),
    ...own.flatMap((finding) => linesOf(finding, paint, hintOf(finding.finding))),
  ]);
  const waived = summary.waived > 0 ? `, ${summary.waived} waived` : "";
  const last = [
    ...further.map((alike) => furtherLine(alike)),
    ...sourceLines(coverage),
    ...gapLines(coverage),
    `${counted(summary.errors, "error")}, ${counted(summary.warnings, "warning")}${waived} in ${counted(summary.manifests, "manifest")}`,
    ...skippedLine(skipped),
  ];
  return `${[...blocks, last].map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function furtherLine([first, ...others]: readonly ShownFinding[]): string {
  const place = first?.finding.environment ? ` in ${first.finding.environment}` : "";
  return seen(`${counted(others.length + 1 - mostRemarks, "further remark")} of ${first?.finding.rule}${place}: --format json lists them`);
}

function linesOf({ finding, alsoIn }: ShownFinding, paint: (code: string, words: string) => string, hint: FindingHint): string[] {
  const { kind, name } = finding.resource;
  const object = kind ? `${kind} ${name}${finding.path ? ` ${finding.path}` : ""}` : finding.file;
  return [
    `  ${paint(severityColours[finding.severity], finding.severity)} ${seen(`${object ? `${object}: ` : ""}${finding.message}`)}`,
    `    ${seen(finding.fix)}`,
    ...(hint.key ? [`    ${seen(`In the overlay: ${hint.key}`)}`] : []),
    ...(hint.lines ?? []).map((line) => `    ${paint(line.startsWith(">") ? "" : "2", line)}`),
    `    ${paint("2", [finding.rule, hint.lines ? "" : place(finding), seen(alsoInText(alsoIn))].filter(Boolean).join("  "))}`,
  ];
}

/** Skipped rules that are listed by name; of more there is the number. */
const mostListed = 10;
const skippedLine = (ids: readonly string[]) =>
  ids.length === 0 ? [] : [`skipped: ${ids.length > mostListed ? `${ids.length} rules` : ids.join(", ")}`];

/**
 * What whoever writes dist has to hear: errors and warnings that no waiver covers; empty where there are none.
 * @param hintOf what is known of a finding where nothing is written. Default: nothing
 */
export function urgentText(report: Report, colours: boolean, hintOf?: HintOf): string {
  const findings = report.findings.filter(({ severity, waived }) => severity !== "info" && !waived);
  return findings.length > 0 ? text({ ...report, findings, coverage: joinedCoverage([]) }, colours, hintOf) : "";
}

const place = ({ file, line, resource }: Finding) =>
  resource.kind ? `${file}${line && line > 1 ? `:${line}` : ""}` : line ? `line ${line}` : "";

const grades = { error: "critical", warning: "minor", info: "info" } as const;

/** GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
function codeQuality(findings: readonly Finding[]) {
  return withFingerprints(shownFindings(findings)).map(({ finding, alsoIn, fingerprint }) => {
    const { rule, severity, resource, file, line, message, fix } = finding;
    return {
      description: seen(
        `${resource.kind ? `${resource.kind} ${resource.name}: ` : ""}${message}. ${fix}${alsoIn.length > 0 ? ` (${alsoInText(alsoIn)})` : ""}`,
      ),
      check_name: rule,
      fingerprint,
      severity: grades[severity],
      location: { path: file, lines: { begin: line ?? 1 } },
    };
  });
}
