import { linesForTerminal, painted, paintedLines, toJson } from "../outside/index.ts";

/** Prints text on stdout: nothing in it acts on the terminal. */
export const print = (text: string) => void process.stdout.write(linesForTerminal(text));
/** Prints what isn't the command's answer (progress, problems, notes) on stderr: nothing in it acts on the terminal. */
export const warn = (text: string) => void process.stderr.write(linesForTerminal(text));
/** Prints a report that has colours of its own, and took care of what comes from outside as it was written. */
export const printReport = (report: string) => void process.stdout.write(report);
export const warnReport = (report: string) => void process.stderr.write(report);
export const printJson = (value: unknown, replacer?: (key: string, value: unknown) => unknown) =>
  void process.stdout.write(toJson(value, replacer));

/**
 * Whether a stream shows colours: what FORCE_COLOR says (0 and false for none), else a terminal's, unless NO_COLOR is set
 * (https://no-color.org) or the terminal is a dumb one.
 */
export function hasColours({ isTTY }: { readonly isTTY?: boolean }, { FORCE_COLOR, NO_COLOR, TERM } = process.env): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTTY === true && !NO_COLOR && TERM !== "dumb";
}

/** Text for stdout on one line, in a colour where stdout shows colours. @param code as `1;31`; empty for none */
export const paint = (code: string, text: string) => painted(hasColours(process.stdout) ? code : "", text);

/** Prints problems on stderr: on a terminal what is wrong stands out from what to do about it. */
export function warnProblems(message: string): void {
  // What is quoted and what to do about it is indented.
  const codeOf = (line: string) => (line.startsWith(" ") ? "" : "1;31");
  warnReport(`${hasColours(process.stderr) ? paintedLines(message, codeOf) : linesForTerminal(message)}\n`);
}

/** Colours of a difference's lines, by what they begin with. */
const differenceColours: readonly (readonly [start: RegExp, code: string])[] = [
  [/^(---|\+\+\+|changed:) /, "1"],
  [/^( {2})?@@ /, "36"],
  [/^( {2})?\+/, "32"],
  [/^( {2})?-/, "31"],
];

/** Prints what differs on stdout; on a terminal added and removed lines stand out. */
export function printDifference(text: string): void {
  const codeOf = (line: string) => differenceColours.find(([start]) => start.test(line))?.[1] ?? "";
  printReport(hasColours(process.stdout) ? paintedLines(text, codeOf) : linesForTerminal(text));
}

/** Milliseconds after which a person wants to know how far a command is. */
const patience = 1000;

/** When a count was said last, in milliseconds since the process started. */
let lastCount = 0;

/**
 * Says on stderr what a command is at, to people only: nothing in its first second, and no more than a line each second after that.
 * @param doing the verb, as "rendering"
 * @returns says a name, its number among all, and how many there are as far as is known
 */
export const progress =
  (doing: string) =>
  (name: string, number: number, total: number): void => {
    const now = performance.now();
    if (!process.stderr.isTTY || now - lastCount < patience) return;
    lastCount = now;
    warn(`${doing} ${name} (${number} of ${total})\n`);
  };
