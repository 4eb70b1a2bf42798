import { seen } from "../outside/index.ts";

/** One thing that is wrong with the input. Every part but the message may be missing where it makes no sense. */
export interface Problem {
  readonly environment?: string;
  readonly app?: string;
  /** Dotted path inside the app or environment, as `container.ports.http`. */
  readonly path?: string;
  /** File the problem stands in, relative to the project. */
  readonly file?: string;
  /** Line of the file, from 1. */
  readonly line?: number;
  /** What was found and what is allowed, in a sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** Bad input: carries every problem there is, and ends a command with exit status 2. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(describe).join("\n"));
    this.problems = problems;
  }
}

function describe({ environment, app, path, file, line, message, fix }: Problem): string {
  const owner = [environment, app].filter(Boolean).join("/");
  const where = [file && line ? `${file}:${line}` : file, owner, path].filter(Boolean).join(": ");
  return `${seen(`${where}${where ? ": " : ""}${message}`)}${fix ? `\n  ${seen(fix)}` : ""}`;
}
