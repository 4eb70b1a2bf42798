import { createHash } from "node:crypto";
import { painted, seen, toJson } from "../outside/index.ts";
import { type Coverage, joinedCoverage } from "./coverage.ts";
import type { Finding, Report } from "./finding.ts";

/** Ways a report can be written. */
export type Format = "text" | "json" | "codequality";

/** Writes a report. @param colours whether a terminal shows it */
export function writeReport(report: Report, format: Format, colours: boolean): string {
  if (format === "json") return toJson(report);
  return format === "codequality" ? toJson(codeQuality(report.findings)) : text(report, colours);
}

const codes = { error: "31", warning: "33", info: "36" } as const;

/** For people: grouped by app, each with what to do about it; findings that are waived are only counted. */
function text({ findings, coverage, summary }: Report, colours: boolean): string {
  const paint = (code: string, words: string) => painted(colours ? code : "", words);
  const lines: string[] = [];
  let group = "";
  for (const finding of findings.filter(({ waived, outside }) => !waived && !outside)) {
    const owner = [finding.environment, finding.app].filter(Boolean).join("/");
    if (owner !== group) lines.push(...(group ? [""] : []), paint("1", owner));
    group = owner;
    const { kind, name } = finding.resource;
    const object = kind ? `${kind} ${name}${finding.path ? ` ${finding.path}` : ""}` : finding.file;
    lines.push(`  ${paint(codes[finding.severity], finding.severity)} ${seen(`${object ? `${object}: ` : ""}${finding.message}`)}`);
    lines.push(`    ${seen(finding.fix)}`);
    lines.push(`    ${paint("2", [finding.rule, place(finding)].filter(Boolean).join("  "))}`);
  }
  const waived = summary.waived > 0 ? `, ${summary.waived} waived` : "";
  return `${[...lines, ...(lines.length > 0 ? [""] : []), ...gaps(coverage), `${count(summary.errors, "error")}, ${count(summary.warnings, "warning")}${waived} in ${count(summary.manifests, "manifest")}`].join("\n")}\n`;
}

const count = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;

/** What the check couldn't judge, a line each; nothing where it judged all. */
function gaps({ withoutSchema, rulesNotEvaluated, referencesOutside, skipped, notRendered }: Coverage): string[] {
  const total = (list: readonly { readonly count: number }[]) => list.reduce((sum, { count: own }) => sum + own, 0);
  const kinds = withoutSchema.map(({ apiVersion, kind, count: own }) => `${own} ${apiVersion} ${kind}`).join(", ");
  const outside = referencesOutside.map(({ kind, count: own }) => count(own, kind)).join(", ");
  const reasons = [...new Set(skipped.map(({ reason }) => reason))].join("; ");
  return [
    ...(withoutSchema.length > 0 ? [`no schema is known for ${count(total(withoutSchema), "object")}: ${kinds}`] : []),
    ...(rulesNotEvaluated.length > 0 ? [`not evaluated: ${rulesNotEvaluated.join(", ")}`] : []),
    ...(referencesOutside.length > 0
      ? [`${count(total(referencesOutside), "reference")} led outside what was given: ${outside}; --complete makes them errors`]
      : []),
    ...(skipped.length > 0 ? [`skipped ${count(skipped.length, "document")}: ${reasons}`] : []),
    ...notRendered.map(({ source, reason }) => `not rendered: ${source}: ${reason}`),
  ].map(seen);
}

/** What whoever writes dist has to hear: errors and warnings that no waiver covers; empty where there are none. */
export function urgentText(report: Report, colours: boolean): string {
  const findings = report.findings.filter(({ severity, waived }) => severity !== "info" && !waived);
  return findings.length > 0 ? text({ ...report, findings, coverage: joinedCoverage([]) }, colours) : "";
}

const place = ({ file, line, resource }: Finding) =>
  resource.kind ? `${file}${line && line > 1 ? `:${line}` : ""}` : line ? `line ${line}` : "";

const grades = { error: "critical", warning: "minor", info: "info" } as const;

/** GitLab's code quality report (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format). Fingerprints leave lines and indexes out, so that they survive moves. */
function codeQuality(findings: readonly Finding[]) {
  const counts = new Map<string, number>();
  return findings
    .filter(({ waived }) => !waived)
    .map(({ rule, severity, environment, app, resource, file, line, path, message, fix }) => {
      const place = [
        rule,
        environment,
        app,
        resource.kind,
        resource.namespace,
        resource.name,
        path.replace(/\[\d+\]/g, "[]"),
        message,
      ].join("\0");
      const nth = counts.get(place) ?? 0;
      counts.set(place, nth + 1);
      return {
        description: seen(`${resource.kind ? `${resource.kind} ${resource.name}: ` : ""}${message}. ${fix}`),
        check_name: rule,
        fingerprint: createHash("sha256").update(`${place}\0${nth}`).digest("hex"),
        severity: grades[severity],
        location: { path: file, lines: { begin: line ?? 1 } },
      };
    });
}
