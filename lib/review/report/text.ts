import { groupBy } from "../../manifest/index.ts";
import { painted, seen } from "../../outside/index.ts";
import { counted } from "../../problem/index.ts";
import type { Review } from "../change.ts";
import { linesOf, placesText } from "../group.ts";
import { type Impact, impacts } from "../impact.ts";
import { fieldText, objectText } from "./words.ts";

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

/** For a terminal: the worst first, each line with its reason and the fields behind it. */
export function textReport(review: Review, coloured: boolean): string {
  const paint = (code: string, words: string) => painted(coloured ? code : "", words);
  const lines = linesOf(review).flatMap((line) => {
    const { impact } = line;
    const head = `${paint(colours[line.impact], line.impact.padEnd(9))} ${paint("1", line.what)}  ${seen(placesText(line))}`;
    const details = line.changes
      .slice(0, mostShown)
      .flatMap((change) => [
        `    ${paint("2", objectText(change, { impact }))}`,
        ...change.fields.slice(0, mostFields).map((field) => `      ${fieldText(field)}`),
        ...(change.fields.length > mostFields ? [`      and ${counted(change.fields.length - mostFields, "more field")}`] : []),
        ...change.notes.map(({ flag, text }) => `      ${paint("33", flag)} ${seen(text)}`),
      ]);
    const others = line.changes.length - mostShown;
    return [head, `  ${seen(line.reason)}`, ...details, ...(others > 0 ? [`    and ${counted(others, "more object")}`] : []), ""];
  });
  const remarks = review.remarks.map(({ text }) => `  ${seen(text)}`);
  return `${[...lines, summaryText(review), ...remarks, ...certificateLines(review)].join("\n")}\n`;
}

/** What happens in all, in a line. */
export function summaryText(review: Review): string {
  const { changes, summary } = review;
  const unread = notLookedAtText(review);
  const left = unread === "" ? "" : `; not looked at: ${unread}`;
  if (changes.every(({ impact }) => impact === "none")) {
    const nothing = `Nothing changes in ${unread === "" ? "the cluster" : "what was looked at"}${left}`;
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
