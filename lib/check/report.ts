import { painted, seen, toJson } from "../outside/index.ts";
import { counted } from "../problem/index.ts";
import { joinedCoverage } from "./coverage.ts";
import type { Finding, Report } from "./finding.ts";
import { withFingerprints } from "./fingerprint.ts";
import { gapLines, sourceLines } from "./gaps.ts";
import { github } from "./github.ts";
import { sarif } from "./sarif.ts";
import { alsoInText, shownFindings } from "./shown.ts";

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

const codes = { error: "31", warning: "33", info: "36" } as const;

/** For people: grouped by app, each with what to do about it; findings that are waived are only counted. */
function text({ findings, coverage, summary, skipped = [] }: Report, colours: boolean): string {
  const paint = (code: string, words: string) => painted(colours ? code : "", words);
  const lines: string[] = [];
  let group = "";
  for (const { finding, alsoIn } of shownFindings(findings.filter(({ outside }) => !outside))) {
    const owner = [finding.environment, finding.app].filter(Boolean).join("/");
    if (owner !== group) lines.push(...(group ? [""] : []), paint("1", owner));
    group = owner;
    const { kind, name } = finding.resource;
    const object = kind ? `${kind} ${name}${finding.path ? ` ${finding.path}` : ""}` : finding.file;
    lines.push(`  ${paint(codes[finding.severity], finding.severity)} ${seen(`${object ? `${object}: ` : ""}${finding.message}`)}`);
    lines.push(`    ${seen(finding.fix)}`);
    lines.push(`    ${paint("2", [finding.rule, place(finding), seen(alsoInText(alsoIn))].filter(Boolean).join("  "))}`);
  }
  const waived = summary.waived > 0 ? `, ${summary.waived} waived` : "";
  return `${[...lines, ...(lines.length > 0 ? [""] : []), ...sourceLines(coverage), ...gapLines(coverage), `${counted(summary.errors, "error")}, ${counted(summary.warnings, "warning")}${waived} in ${counted(summary.manifests, "manifest")}`, ...skippedLine(skipped)].join("\n")}\n`;
}

/** Skipped rules that are listed by name; of more there is the number. */
const mostListed = 10;
const skippedLine = (ids: readonly string[]) =>
  ids.length === 0 ? [] : [`skipped: ${ids.length > mostListed ? `${ids.length} rules` : ids.join(", ")}`];

/** What whoever writes dist has to hear: errors and warnings that no waiver covers; empty where there are none. */
export function urgentText(report: Report, colours: boolean): string {
  const findings = report.findings.filter(({ severity, waived }) => severity !== "info" && !waived);
  return findings.length > 0 ? text({ ...report, findings, coverage: joinedCoverage([]) }, colours) : "";
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
