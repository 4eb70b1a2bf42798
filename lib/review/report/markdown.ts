import { markdownBlock, markdownCode, markdownHtml, markdownText } from "../../outside/index.ts";
import { counted } from "../../problem/index.ts";
import type { Change, Review, Runbook } from "../change.ts";
import { type Line, linesOf, placesText, sectionsOf, withShownPlaces } from "../group.ts";
import { headlinesOf } from "../headline.ts";
import type { Impact } from "../impact.ts";
import { type Detail, detailsOf } from "./details.ts";
import { leftText } from "./difference.ts";
import { commandLines, runbooksHeading, runbookText } from "./runbooks.ts";
import { certificateLines, summaryText } from "./text.ts";
import { objectText, placeText, shownValue, verdictText } from "./words.ts";

/** Bytes of a note, well below the million characters GitLab takes: https://docs.gitlab.com/administration/instance_limits/ */
const mostBytes = 200_000;
/** Lines of the table; a note is read in two minutes. */
const mostLines = 100;
const mostObjects = 20;
const mostFields = 30;
const mostNotes = 30;

const signs: Readonly<Record<Impact, string>> = {
  none: "⚪",
  "in-place": "🟢",
  scale: "🔵",
  rollout: "🔵",
  unknown: "🟡",
  downtime: "🟠",
  rejected: "🔴",
  deletion: "🔴",
  "data-loss": "🔴",
};

/** For a merge request: a table of what happens, the worst first, and the fields behind each line to unfold. It stays under GitLab's limit however large the change. */
export function markdownReport(review: Review): string {
  const lines = linesOf(review);
  const remarks = remarked(review);
  const verdict = verdictText(review);
  const title = `### ${signs[verdict.impact]} Review: ${verdict.text}`;
  if (lines.length === 0) return `${[title, "", summaryText(review), ...remarks, ...certified(review)].join("\n")}\n`;
  const { main, definitions } = sectionsOf(lines.slice(0, mostLines));
  const top = [
    title,
    "",
    summaryText(review),
    "",
    ...headlinesOf(review).map(({ about, text }) => `- **${about}**: ${markdownText(text)}`),
    "",
    ...tableOf(main),
    ...(definitions.length > 0 ? ["#### CRDs", "", ...tableOf(definitions)] : []),
    ...flagged(review),
    ...remarks,
    ...certified(review),
    ...runbooked(review),
  ];
  const { shown, left } = details(lines, mostBytes - bytes(top));
  return `${[...top, ...shown, ...(left > 0 ? [`${counted(left, "line")} without details here: the JSON and HTML reports have all.`] : [])].join("\n")}\n`;
}

/** A row a line; where no line is of a certain place there is no column for it. */
function tableOf(lines: readonly Line[]): string[] {
  if (lines.length === 0) return [];
  const hasPlaces = lines.some((line) => placesText(line) !== "");
  const row = (first: string, what: string, where: string, why: string) =>
    `| ${[first, what, ...(hasPlaces ? [where] : []), why].join(" | ")} |`;
  const heads = [row("impact", "what", "where", "why"), row("---", "---", "---", "---")];
  const rows = lines.map((line) => row(`${signs[line.impact]} ${line.impact}`, cell(line.what), cell(placesText(line)), cell(line.reason)));
  return [...heads, ...rows, ""];
}

const certified = (review: Review) => certificateLines(review).flatMap((line) => ["", `**${line}**`, ""]);

/** What wasn't looked at, and what was taken for granted. */
function remarked({ remarks }: Review): string[] {
  if (remarks.length === 0) return [];
  const items = remarks.slice(0, mostNotes).map(({ text }) => `- ${cell(text)}`);
  return ["", ...items, ...(remarks.length > mostNotes ? [`- and ${remarks.length - mostNotes} more`] : []), ""];
}

const mostOfCell = 300;
const cell = (text: string) => markdownText(text.length > mostOfCell ? `${text.slice(0, mostOfCell - 3)}...` : text);
const bytes = (parts: readonly string[]) => parts.reduce((sum, part) => sum + Buffer.byteLength(part) + 1, 0);

/** Bytes of runbooks: the details need room too. */
const mostOfRunbooks = 50_000;
/** Lines of commands of a step; more are for who takes them from the JSON report. */
const mostCommands = 50;

/** The runbooks to unfold. */
function runbooked(review: Review): string[] {
  if (review.runbooks.length === 0) return [];
  const shown: string[] = [];
  let room = mostOfRunbooks;
  for (const runbook of review.runbooks) {
    const text = runbookOf(runbook, review);
    room -= bytes([text]);
    if (room < 0) break;
    shown.push(text);
  }
  const left = review.runbooks.length - shown.length;
  return [
    `#### ${runbooksHeading}`,
    "",
    ...shown,
    ...(left > 0 ? [`and ${counted(left, "more runbook")}: the JSON report has all.`, ""] : []),
  ];
}

function runbookOf(runbook: Runbook, review: Review): string {
  const steps = runbook.steps.flatMap(({ text, command }, index) => {
    const { lines, left } = commandLines(command, mostCommands);
    const more = left > 0 ? [`   and ${counted(left, "more command")}: the JSON report has all`] : [];
    return [`${index + 1}. ${markdownText(text)}`, ...(lines.length > 0 ? ["", markdownBlock(lines, "sh", "   "), ""] : []), ...more];
  });
  return ["<details>", `<summary>${markdownHtml(runbookText(runbook, review))}</summary>`, "", ...steps, "", "</details>", ""].join("\n");
}

/** The details of as many lines as there is room for. */
function details(lines: readonly Line[], room: number): { shown: string[]; left: number } {
  const shown: string[] = [];
  let left = room;
  for (const line of lines.slice(0, mostLines).filter(({ changes }) => changes.some(({ fields }) => fields.length > 0))) {
    const detail = detailOf(line);
    left -= bytes([detail]);
    if (left < 0) break;
    shown.push(detail);
  }
  const whole = lines.filter(({ changes }) => changes.every(({ fields }) => fields.length === 0)).slice(0, mostLines).length;
  return { shown, left: lines.length - shown.length - whole };
}

/** What a reviewer has to see beside the impact; what is the same but for the names of apps is shown once. */
function flagged(review: Review): string[] {
  const flags = new Map<string, { flag: string; text: string; places: Set<string> }>();
  for (const change of withShownPlaces(review))
    for (const { flag, text } of change.notes) {
      if (flag === "image") continue;
      const key = `${flag} ${general(text, change)}`;
      const known = flags.get(key) ?? { flag, text, places: new Set() };
      known.places.add(placeText(change));
      flags.set(key, known);
    }
  const notes = [...flags.values()];
  if (notes.length === 0) return [];
  const items = notes.slice(0, mostNotes).map(({ flag, text, places: { size }, places }) => {
    return `- **${flag}** ${cell(text)} (${size > 2 ? `and ${counted(size - 1, "object")} more alike` : cell([...places].join(", "))})`;
  });
  return [...items, ...(notes.length > mostNotes ? [`- and ${notes.length - mostNotes} more`] : []), ""];
}

/** A note without the names that differ from app to app. */
const general = (text: string, { app, resource }: Change) => {
  const named = text.replaceAll(resource.name, "(name)").replaceAll(resource.kind, "(kind)");
  return app ? named.replaceAll(app, "(app)") : named;
};

function detailOf(line: Line): string {
  const others = line.changes.length - mostObjects;
  return [
    "<details>",
    `<summary>${markdownHtml([line.what, placesText(line)].filter(Boolean).join("; "))}</summary>`,
    "",
    ...line.changes.slice(0, mostObjects).map((change) => objectOf(change, line)),
    ...(others > 0 ? [`- and ${counted(others, "more object")}`] : []),
    "",
    "</details>",
    "",
  ].join("\n");
}

function objectOf(change: Change, line: Line): string {
  const details = detailsOf(change);
  const fields = details.slice(0, mostFields).map(fieldOf);
  const others = details.length - mostFields;
  return [
    `- ${markdownText(objectText(change, line))}`,
    ...fields,
    ...(others > 0 ? [`  - and ${counted(others, "more field")}`] : []),
  ].join("\n");
}

function fieldOf({ what, before, after, difference, reason }: Detail): string {
  const head = `  - ${markdownCode(what)}`;
  if (!difference)
    return `${head}: ${markdownCode(shownValue(before, 200))} → ${markdownCode(shownValue(after, 200))}, ${markdownText(reason)}`;
  if (difference.lines.length === 0) return head;
  const left = leftText(difference);
  const lines = [...difference.lines.map(({ sign, text }) => `${sign} ${text}`), ...(left ? [`  ${left}`] : [])];
  return [`${head}: ${markdownText(reason)}`, "", markdownBlock(lines, "diff", "    "), ""].join("\n");
}
