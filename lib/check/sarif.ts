import type { Log, Notification, ReportingDescriptor, Result } from "sarif";
import { seen, toJson } from "../outside/index.ts";
import type { Report } from "./finding.ts";
import { withFingerprints } from "./fingerprint.ts";
import { gapLines } from "./gaps.ts";
import type { Rule } from "./rule.ts";
import { ruleMarkdown, ruleSummary, ruleText } from "./rule-text.ts";
import { rules } from "./rules/index.ts";
import { alsoInText, type ShownFinding, shownFindings } from "./shown.ts";

const levels = { error: "error", warning: "warning", info: "note" } as const;

/**
 * SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html) of what no waiver covers. A finding without a file, as
 * that of a rule which failed, is a notification, and so is what couldn't be judged: GitHub refuses a whole log for one result without a location.
 */
export function sarif({ findings, coverage }: Report): string {
  const open = shownFindings(findings);
  const used = rules.filter(({ id }) => open.some(({ finding }) => finding.rule === id));
  const indexes = new Map(used.map(({ id }, index) => [id, index]));
  const failures = open.filter(({ finding }) => finding.file === "").map(notification);
  const gaps = gapLines(coverage, Number.POSITIVE_INFINITY).map(
    (text): Notification => ({ level: "note", message: { text }, descriptor: { id: "coverage" } }),
  );
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
        results: withFingerprints(open.filter(({ finding }) => finding.file !== "")).map((shown) => ({
          ruleId: shown.finding.rule,
          ruleIndex: indexes.get(shown.finding.rule) ?? -1,
          ...result(shown),
          partialFingerprints: { "slipwayFinding/v1": shown.fingerprint },
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

function result(shown: ShownFinding): Pick<Result, "level" | "message" | "locations"> {
  const { severity, file, line } = shown.finding;
  return {
    level: levels[severity],
    message: { text: textOf(shown) },
    locations: [
      { physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...(line === undefined ? {} : { region: { startLine: line } }) } },
    ],
  };
}

const notification = (shown: ShownFinding): Notification => ({
  level: levels[shown.finding.severity],
  message: { text: textOf(shown) },
  associatedRule: { id: shown.finding.rule },
});

/** `[a](b)` would be a link in a message. */
function textOf({ finding: { resource, path, message, fix }, alsoIn }: ShownFinding): string {
  const { kind, name } = resource;
  const place = kind ? `${kind} ${name}${path ? ` ${path}` : ""}: ` : "";
  return seen(`${place}${message}. ${fix}${alsoIn.length > 0 ? ` (${alsoInText(alsoIn)})` : ""}`).replaceAll("](", "] (");
}

/** A path as a URI reference, relative where the path is. */
function uriOf(file: string): string {
  const path = file.replace(/^(\.\/+)+/, "").toWellFormed();
  return `${path.startsWith("/") ? "file://" : ""}${path.split("/").map(encodeURIComponent).join("/")}`;
}
