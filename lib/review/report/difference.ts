import { hidden } from "../../outside/index.ts";
import { counted } from "../../problem/index.ts";
import { differences } from "../fields.ts";
import { readInnerText } from "../inner-text.ts";
import { valueText } from "../value-text.ts";

/** A line of a difference: only before, only after, or a key inside the value with what stood and stands there. */
export interface DifferenceLine {
  readonly sign: "-" | "+" | "~";
  readonly text: string;
}

/** How two values differ, as far as a person reads it. */
export interface ValueDifference {
  readonly lines: readonly DifferenceLine[];
  /** Number of lines that are left out. */
  readonly left: number;
}

/** Characters of a text on one line that is shown whole. */
const longest = 120;
const mostLines = 12;
const mostOfLine = 200;

/**
 * How two values differ, line by line where they are texts of several lines, entry by entry where they are lists, and key by key where they
 * are texts of JSON or YAML. Undefined where both are best shown whole.
 */
export function differenceOf(before: unknown, after: unknown): ValueDifference | undefined {
  if (before === hidden || after === hidden) return undefined;
  if (isText(before) && isText(after)) return textDifference(before ?? "", after ?? "");
  if (!Array.isArray(before ?? []) || !Array.isArray(after ?? [])) return undefined;
  const lines = lineDifference(entriesOf(before), entriesOf(after));
  // Entries that are hidden are all the same.
  return lines.length > 0 ? cut(lines) : { lines: [{ sign: "~", text: `${hidden} values differ` }], left: 0 };
}

const isText = (value: unknown): value is string | undefined => value === undefined || typeof value === "string";
const entriesOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(valueText) : []);

function textDifference(before: string, after: string): ValueDifference | undefined {
  const hasLines = before.includes("\n") || after.includes("\n");
  if (!hasLines && Math.max(before.length, after.length) <= longest) return undefined;
  const inside = insideOf(before, after);
  if (inside) return inside;
  if (hasLines) return cut(lineDifference(linesOf(before), linesOf(after)));
  return cut(wordDifference(before, after));
}

/** The lines of a text; that it ends one is no line more. */
const linesOf = (text: string) => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

/** Where two long lines differ, with some of what stands around it. */
function wordDifference(before: string, after: string): DifferenceLine[] {
  if (before === "" || after === "") return lineDifference(linesOf(before), linesOf(after));
  const around = 30;
  const start = Math.max(0, sameFrom(before, after) - around);
  const end = Math.max(0, sameFrom([...before].reverse(), [...after].reverse()) - around);
  const part = (text: string) => {
    const to = Math.max(start + around, text.length - end);
    return `${start > 0 ? "..." : ""}${text.slice(start, to)}${to < text.length ? "..." : ""}`;
  };
  return [
    { sign: "-", text: part(before) },
    { sign: "+", text: part(after) },
  ];
}

function sameFrom(before: ArrayLike<string>, after: ArrayLike<string>): number {
  let count = 0;
  while (count < before.length && count < after.length && before[count] === after[count]) count++;
  return count;
}

/** Two texts of JSON or YAML by key; undefined where one isn't, and where they differ in nothing that a reader of them sees. */
function insideOf(before: string, after: string): ValueDifference | undefined {
  const [old, now] = [readInnerText(before), readInnerText(after)];
  if (old === undefined || now === undefined) return undefined;
  const found = differences(old, now, undefined, { definitions: {} });
  return found.length > 0 ? cut(found.flatMap(({ path, before, after }) => keyLines(path, before, after))) : undefined;
}

function keyLines(path: string, before: unknown, after: unknown): DifferenceLine[] {
  if (Array.isArray(before) && Array.isArray(after))
    return lineDifference(entriesOf(before), entriesOf(after)).map(({ sign, text }) => ({ sign, text: `${path}: ${text}` }));
  const [was, is] = [before, after].map((value) => (value === undefined ? "(none)" : valueText(value)));
  return [{ sign: "~", text: `${path}: ${was} -> ${is}` }];
}

/** Comparisons past which two lists aren't compared entry by entry. */
const mostCompared = 4_000_000;

/** What is in one list and not in the other, in order: a longest common subsequence stays. */
function lineDifference(before: readonly string[], after: readonly string[]): DifferenceLine[] {
  const start = sameFrom(before, after);
  const end = sameFrom([...before.slice(start)].reverse(), [...after.slice(start)].reverse());
  const [old, now] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const gone = (text: string): DifferenceLine => ({ sign: "-", text });
  const come = (text: string): DifferenceLine => ({ sign: "+", text });
  if (old.length * now.length > mostCompared) return [...old.map(gone), ...now.map(come)];
  const common = commonLengths(old, now);
  const lines: DifferenceLine[] = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < now.length) {
    if (at < old.length && old[at] === now[to]) [at, to] = [at + 1, to + 1];
    else if (to >= now.length || (at < old.length && common(at + 1, to) >= common(at, to + 1))) lines.push(gone(old[at++] ?? ""));
    else lines.push(come(now[to++] ?? ""));
  }
  return lines;
}

/** The length of the longest common subsequence of the rest of two lists, from a place in each. */
function commonLengths(before: readonly string[], after: readonly string[]): (at: number, to: number) => number {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const length = (at: number, to: number) => lengths[at * width + to] ?? 0;
  for (let at = before.length - 1; at >= 0; at--)
    for (let to = after.length - 1; to >= 0; to--)
      lengths[at * width + to] = before[at] === after[to] ? length(at + 1, to + 1) + 1 : Math.max(length(at + 1, to), length(at, to + 1));
  return length;
}

function cut(lines: readonly DifferenceLine[]): ValueDifference {
  const shown = lines.slice(0, mostLines).map(({ sign, text }) => ({
    sign,
    text: text.length > mostOfLine ? `${text.slice(0, mostOfLine - 3)}...` : text,
  }));
  return { lines: shown, left: lines.length - shown.length };
}

/** The lines that are left out of a difference, in words; empty where none is. */
export const leftText = ({ left }: ValueDifference) => (left > 0 ? `and ${counted(left, "more line")}` : "");
