import { markdownCode, markdownText } from "../../outside/index.ts";
import { counted } from "../../problem/index.ts";
import type { Impact } from "../../review/index.ts";
import type { Upgrade, UpgradeChange } from "../upgrade.ts";
import { alike } from "./text.ts";
import { differenceWords, fileText, objectText, podsText, replacementLines, summaryText, writtenLines } from "./words.ts";

const signs: Partial<Record<Impact, string>> = {
  "in-place": "🟢",
  rollout: "🔵",
  scale: "🔵",
  unknown: "🟡",
  downtime: "🟠",
  rejected: "🔴",
};
const sign = (impact: Impact) => signs[impact] ?? "⚪";
/** Kinds of change in a note, and objects of each: a note is read in two minutes. */
const mostGroups = 60;
const mostNamed = 10;
const mostRemarks = 30;

/** For a merge request or an issue: what the upgrade means, the worst first, each with the objects that it is for. */
export function markdownReport(upgrade: Upgrade): string {
  const { from, to, remarks, summary } = upgrade;
  const groups = alike(upgrade.changes);
  const left = groups.length - mostGroups;
  return `${[
    `### ${sign(summary.impact)} Upgrade of Kubernetes ${from} to ${to}: ${upgrade.changes.length === 0 ? "nothing differs" : summary.impact}`,
    "",
    markdownText(summaryText(upgrade)),
    "",
    markdownText(podsText(upgrade)),
    "",
    ...groups.slice(0, mostGroups).flatMap((changes) => groupLines(changes, from)),
    ...(left > 0 ? [`${counted(left, "more kind")} of change: the JSON and HTML reports have all.`, ""] : []),
    ...list(writtenLines(upgrade)),
    ...list(remarks.slice(0, mostRemarks).map(({ kind, text }) => `${kind === "assumption" ? "assumed" : "not looked at"}: ${text}`)),
    ...(remarks.length > mostRemarks ? [`- and ${remarks.length - mostRemarks} more`] : []),
  ].join("\n")}\n`;
}

const list = (lines: readonly string[]) => (lines.length === 0 ? [] : [...lines.map((line) => `- ${markdownText(line)}`), ""]);

function groupLines(changes: readonly UpgradeChange[], from: string): string[] {
  const [first] = changes;
  if (first === undefined) return [];
  const { impact, resource, differences, replacement } = first;
  const others = changes.length - mostNamed;
  return [
    `#### ${sign(impact)} ${impact}: ${markdownText(resource.kind)}`,
    "",
    ...differences.map(({ kind, path, message, fix }) => {
      const place = path === "" ? "" : `${markdownCode(path)} `;
      const more = fix !== undefined && (replacement === undefined || kind !== "not-served") ? ` ${markdownText(fix)}` : "";
      return `- **${differenceWords[kind]}**: ${place}${markdownText(message)}.${more}`;
    }),
    ...(replacement ? replacementLines(replacement, from).map((line) => `- ${markdownText(line)}`) : []),
    "",
    ...changes.slice(0, mostNamed).map((change) => `  - ${markdownText(objectText(change))} ${markdownCode(fileText(change))}`),
    ...(others > 0 ? [`  - and ${counted(others, "more object")}`] : []),
    "",
  ];
}
