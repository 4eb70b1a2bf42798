import { accessSync, constants, lstatSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileProblem, replaceFiles } from "../../dist/index.ts";
import { type Problem, suggestion } from "../../problem/index.ts";

/** One file that a report is written to. */
interface Output<Format> {
  readonly format: Format;
  /** Absolute path. */
  readonly file: string;
  /** Its path as it was given. */
  readonly named: string;
}

/** The files of `--output`, or what is wrong with them. */
interface Outputs<Format> {
  readonly outputs: readonly Output<Format>[];
  readonly problems: readonly Problem[];
}

/**
 * Reads `--output FORMAT=FILE`, and looks whether each file can be written: what runs for minutes shouldn't fail at its end.
 * @param formats what a command can write
 */
export function readOutputs<Format extends string>(given: readonly string[], formats: readonly Format[]): Outputs<Format> {
  const read = given.map((text) => readOutput(text, formats));
  const outputs = read.flatMap((found) => ("format" in found ? found : []));
  return { outputs, problems: [...read.flatMap((found) => ("format" in found ? [] : found)), ...repeated(outputs)] };
}

function readOutput<Format extends string>(text: string, formats: readonly Format[]): Output<Format> | Problem {
  const at = text.indexOf("=");
  const [name, path] = at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  const format = formats.find((known) => known === name);
  if (path === "")
    return { message: `--output: expected FORMAT=FILE, found "${text}"`, fix: `Give a format and a file, as json=report.json.` };
  if (format === undefined) return { message: `--output: there is no format "${name}"`, fix: suggestion(name, formats) };
  const file = resolve(path);
  const problem = problemOf(file);
  return problem ? { ...problem, file: path } : { format, file, named: path };
}

/** Why nothing can be written to a file; undefined where it can. Folders that don't exist yet are made for it. */
function problemOf(file: string): Omit<Problem, "file"> | undefined {
  try {
    const there = lstatSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory()) return { message: "--output: this is a folder", fix: "Name a file in it." };
    // A report takes the place of what is there: of a device, a pipe or a link nothing would be left.
    if (there && !there.isFile())
      return { message: "--output: this is not a regular file", fix: "Name another file, or one that isn't there yet." };
    accessSync(nearestFolder(file), constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const problem = fileProblem(error, file);
    return { ...problem, message: `--output: ${problem.message}` };
  }
}

/** The innermost folder of a path that exists. */
function nearestFolder(path: string): string {
  const folder = dirname(path);
  return statSync(folder, { throwIfNoEntry: false }) === undefined && folder !== path ? nearestFolder(folder) : folder;
}

function repeated<Format>(outputs: readonly Output<Format>[]): Problem[] {
  const places = outputs.map(({ file }) => placeOf(file));
  const later = outputs.filter((_output, index) => places.indexOf(places[index] ?? "") < index);
  return later.map(({ named }) => ({
    file: named,
    message: "--output: another report is written to this file",
    fix: "Name a file for each report.",
  }));
}

/** A file by the real folder that it is in: two names may lead to one. */
function placeOf(file: string): string {
  const folder = nearestFolder(file);
  return join(realpathSync(folder), file.slice(folder.length));
}

/** A report is of this user's repository: nobody else needs to read it. */
const privateMode = 0o600;

/** Writes a report to all files, or to none. @throws InputError for a file that can't be written */
export const writeOutputs = <Format>(outputs: readonly Output<Format>[], write: (format: Format) => string): void =>
  replaceFiles(
    outputs.map(({ format, file }) => [file, write(format)]),
    privateMode,
  );
