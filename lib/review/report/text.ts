import { groupBy } from "../../manifest/index.ts";
import { painted, seen } from "../../outside/index.ts";
import { counted } from "../../problem/index.ts";
import type { Change, Review, RunbookStep } from "../change.ts";
import { type Line, linesOf, placesText, sectionsOf } from "../group.ts";
import { headlinesOf } from "../headline.ts";
import { type Impact, impacts } from "../impact.ts";
import { type Detail, detailsOf } from "./details.ts";
import { leftText } from "./difference.ts";
import { commandLines, runbooksHeading, runbookText } from "./runbooks.ts";
import { objectText, shownValue } from "./words.ts";

const colours: Readonly<Record<Impact, string>> = {
  none: "2",
  "in-place": "32",
  scale: "36",
  rollout: "36",
  unknown: "33",
  downtime: "33",
  rejected: "31",
  deletion: "31",
  "data-loss": "1;31",
};
/** Objects of a line whose fields are shown; the same happens to the others. */
const mostShown = 3;
const mostFields = 8;
/** Remarks below the summary, which is to stay in sight. */
const mostRemarks = 8;

/** For a terminal: the worst first, each line with its reason and the fields behind it. */
export function textReport(review: Review, coloured: boolean): string {
  const paint = (code: string, words: string) => painted(coloured ? code : "", words);
  const linesText = (line: Line) => {
    const { impact } = line;
    const head = [paint(colours[line.impact], line.impact.padEnd(9)), paint("1", line.what)].join(" ");
    const places = placesText(line);
    const details = line.changes
      .slice(0, mostShown)
      .flatMap((change) => [
        `    ${paint("2", objectText(change, { impact }))}`,
        ...detailLines(change),
        ...change.notes.map(({ flag, text }) => `      ${paint("33", flag)} ${seen(text)}`),
      ]);
    const others = line.changes.length - mostShown;
    return [
      places ? `${head}  ${seen(places)}` : head,
      `  ${seen(line.reason)}`,
      ...details,
      ...(others > 0 ? [`    and ${counted(others, "more object")}`] : []),
      "",
    ];
  };
  const { main, definitions } = sectionsOf(linesOf(review));
  const heading = definitions.length > 0 ? [paint("1", "CRDs"), ""] : [];
  const lines = [...main.flatMap(linesText), ...heading, ...definitions.flatMap(linesText)];
  const runbooks = runbookLines(review, paint);
  const { remarks: all } = review;
  const more = all.length > mostRemarks ? [`  and ${all.length - mostRemarks} more; --format json lists them`] : [];
  const remarks = [...all.slice(0, mostRemarks).map(({ text }) => `  ${seen(text)}`), ...more];
  const headlines = headlinesOf(review).map(({ about, text }) => `${paint("1", about.padEnd(8))} ${seen(text)}`);
  return `${[...lines, ...runbooks, ...headlines, summaryText(review), ...remarks, ...certificateLines(review)].join("\n")}\n`;
}

/** Runbooks that a terminal shows, those of them with their steps, and lines of commands of a step. */
const mostRunbooks = 10;
const mostWhole = 3;
const mostCommands = 4;

function runbookLines(review: Review, paint: Paint): string[] {
  const { runbooks } = review;
  if (runbooks.length === 0) return [];
  const shown = runbooks
    .slice(0, mostRunbooks)
    .flatMap((runbook, index) => [
      `  ${seen(runbookText(runbook, review))}`,
      ...(index < mostWhole ? runbook.steps.flatMap((step, number) => stepLines(step, number + 1, paint)) : []),
    ]);
  const left = runbooks.length - mostRunbooks;
  const more = left > 0 ? [`  and ${counted(left, "more runbook")}`] : [];
  const rest = runbooks.length > mostWhole ? ["  The Markdown, HTML and JSON reports have the steps of all."] : [];
  return [paint("1", runbooksHeading), ...shown, ...more, ...rest, ""];
}

function stepLines({ text, command }: RunbookStep, number: number, paint: Paint): string[] {
  const { lines, left } = commandLines(command, mostCommands);
  const more = left > 0 ? [`       and ${counted(left, "more command")}: the JSON report has all`] : [];
  return [`    ${number}. ${seen(text)}`, ...lines.map((line) => `       ${paint("36", line)}`), ...more];
}

type Paint = (code: string, words: string) => string;

function detailLines(change: Change): string[] {
  const details = detailsOf(change);
  const others = details.length - mostFields;
  return [...details.slice(0, mostFields).flatMap(detailText), ...(others > 0 ? [`      and ${counted(others, "more field")}`] : [])];
}

function detailText({ what, before, after, difference }: Detail): string[] {
  if (!difference) return [`      ${seen(what)}: ${shownValue(before, 120)} -> ${shownValue(after, 120)}`];
  const left = leftText(difference);
  return [
    `      ${seen(what)}${difference.lines.length > 0 ? ":" : ""}`,
    ...difference.lines.map(({ sign, text }) => `        ${sign} ${seen(text)}`),
    ...(left ? [`        ${left}`] : []),
  ];
}

/** What happens in all, in a line. */
export function summaryText(review: Review): string {
  const { changes, summary } = review;
  const unread = notLookedAtText(review);
  const left = unread === "" ? "" : `; not looked at: ${unread}`;
  if (changes.every(({ impact }) => impact === "none")) {
    const where = review.isOfStacks ? "the stacks" : "the cluster";
    const nothing = `Nothing changes in ${unread === "" ? where : "what was looked at"}${left}`;
    return changes.length > 0 ? `${nothing}; ${counted(changes.length, "object")} moved.` : `${nothing}.`;
  }
  const parts = [...impacts]
    .reverse()
    .filter((impact) => summary.counts[impact] > 0)
    .map((impact) => `${summary.counts[impact]} ${impact}`);
  return `${counted(changes.length, "object")}: ${parts.join(", ")}${left}`;
}

/** What wasn't looked at, as `3 remote bases, 1 file`; empty where that is nothing. */
function notLookedAtText({ remarks }: Review): string {
  const unread = remarks.filter(({ kind }) => kind === "not-looked-at");
  return [...groupBy(unread, ({ what }) => what ?? "file")].map(([what, own]) => counted(own.length, what)).join(", ");
}

/** The certificate of a review, if it has one. */
export const certificateLines = ({ certificate }: Review): string[] => (certificate === undefined ? [] : [certificate]);
