import { linesForTerminal, toJson } from "../outside/index.ts";

/** Prints text on stdout: nothing in it acts on the terminal. */
export const print = (text: string) => void process.stdout.write(linesForTerminal(text));
/** Prints what isn't the command's answer (progress, problems, notes) on stderr: nothing in it acts on the terminal. */
export const warn = (text: string) => void process.stderr.write(linesForTerminal(text));
/** Prints a report that has colours of its own, and took care of what comes from outside as it was written. */
export const printReport = (report: string) => void process.stdout.write(report);
export const warnReport = (report: string) => void process.stderr.write(report);
export const printJson = (value: unknown, replacer?: (key: string, value: unknown) => unknown) =>
  void process.stdout.write(toJson(value, replacer));
