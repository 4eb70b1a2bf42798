import type { Log, Notification, ReportingDescriptor, Result } from "sarif";
import { seen, toJson } from "../outside/index.ts";
import type { Finding, Report } from "./finding.ts";
import { withFingerprints } from "./fingerprint.ts";
import { gapLines } from "./gaps.ts";
import type { Rule } from "./rule.ts";
import { ruleMarkdown, ruleSummary, ruleText } from "./rule-text.ts";
import { rules } from "./rules/index.ts";

const levels = { error: "error", warning: "warning", info: "note" } as const;

/**
 * SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html) of what no waiver covers. A finding without a file, as
 * that of a rule which failed, is a notification, and so is what couldn't be judged: GitHub refuses a whole log for one result without a location.
 */
export function sarif({ findings, coverage }: Report): string {
  const open = findings.filter(({ waived }) => !waived);
  const used = rules.filter(({ id }) => open.some(({ rule }) => rule === id));
  const indexes = new Map(used.map(({ id }, index) => [id, index]));
  const failures = open.filter(({ file }) => file === "").map(notification);
  const gaps = gapLines(coverage).map((text): Notification => ({ level: "note", message: { text }, descriptor: { id: "coverage" } }));
  const notifications = [...failures, ...gaps];
  const log: Log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "slipway", rules: used.map(descriptor) } },
        invocations: [
          {
            executionSuccessful: failures.length === 0,
            ...(notifications.length > 0 ? { toolExecutionNotifications: notifications } : {}),
          },
        ],
        results: withFingerprints(open.filter(({ file }) => file !== "")).map(({ finding, fingerprint }) => ({
          ruleId: finding.rule,
          ruleIndex: indexes.get(finding.rule) ?? -1,
          ...result(finding),
          partialFingerprints: { "slipwayFinding/v1": fingerprint },
        })),
        columnKind: "utf16CodeUnits",
      },
    ],
  };
  return toJson(log);
}

function descriptor(rule: Rule): ReportingDescriptor {
  return {
    id: rule.id,
    shortDescription: { text: ruleSummary(rule) },
    fullDescription: { text: rule.why },
    help: { text: ruleText(rule), markdown: ruleMarkdown(rule) },
    helpUri: rule.source,
    defaultConfiguration: { level: levels[rule.severity] },
  };
}

function result(finding: Finding): Pick<Result, "level" | "message" | "locations"> {
  const { severity, file, line } = finding;
  return {
    level: levels[severity],
    message: { text: textOf(finding) },
    locations: [
      { physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...(line === undefined ? {} : { region: { startLine: line } }) } },
    ],
  };
}

const notification = (finding: Finding): Notification => ({
  level: levels[finding.severity],
  message: { text: textOf(finding) },
  associatedRule: { id: finding.rule },
});

/** `[a](b)` would be a link in a message. */
function textOf({ resource: { kind, name }, path, message, fix }: Finding): string {
  const place = kind ? `${kind} ${name}${path ? ` ${path}` : ""}: ` : "";
  return seen(`${place}${message}. ${fix}`).replaceAll("](", "] (");
}

/** A path as a URI reference, relative where the path is. */
function uriOf(file: string): string {
  const path = file.replace(/^(\.\/+)+/, "").toWellFormed();
  return `${path.startsWith("/") ? "file://" : ""}${path.split("/").map(encodeURIComponent).join("/")}`;
}
