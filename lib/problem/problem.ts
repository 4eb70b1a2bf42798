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
  readonly fix: string;
  /** Page of docs that describes the key, as `docs/reference/app.md#container`. */
  readonly reference?: string;
  /** Text of the line, where an author's own code failed. */
  readonly excerpt?: string;
  /** What was thrown, where the problem comes from an error. */
  readonly cause?: unknown;
}

/** Bad input: carries every problem there is, and ends a command with exit status 2. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly problems: readonly Problem[];
  /** How many problems there are when one that several environments share counts once. */
  readonly count: number;

  /** The message lists the problems; what is the same in several environments is listed once, with all of them. */
  constructor(problems: readonly Problem[]) {
    const shared = groupShared(problems);
    super([...shared.values()].map(describe).join("\n"), { cause: problems.find(({ cause }) => cause !== undefined)?.cause });
    this.problems = problems;
    this.count = shared.size;
  }
}

/** Problems by everything but their environment. */
function groupShared(problems: readonly Problem[]): ReadonlyMap<string, readonly [Problem, ...Problem[]]> {
  const groups = new Map<string, [Problem, ...Problem[]]>();
  for (const problem of problems) {
    const { app, path, file, line, message, fix } = problem;
    const key = JSON.stringify([app, path, file, line, message, fix]);
    const group = groups.get(key);
    if (group) group.push(problem);
    else groups.set(key, [problem]);
  }
  return groups;
}

function describe(problems: readonly [Problem, ...Problem[]]): string {
  const { app, path, file, line, message, fix, excerpt, reference } = problems[0];
  const environments = [...new Set(problems.flatMap(({ environment }) => environment ?? []))];
  const owner = environments.length > 1 ? [environments.join(", "), app] : [[environments[0], app].filter(Boolean).join("/")];
  const where = [file && line ? `${file}:${line}` : file, ...owner, path].filter(Boolean).join(": ");
  return [
    seen(`${where}${where ? ": " : ""}${message}`),
    ...(excerpt ? [`  ${seen(`${line} | ${excerpt}`)}`] : []),
    ...(fix || reference ? [`  ${[...(fix ? [seen(fix)] : []), ...(reference ? [`See ${reference}`] : [])].join(" ")}`] : []),
  ].join("\n");
}
