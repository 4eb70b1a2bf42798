import { InputError } from "../problem/index.ts";
import { warn, warnProblems } from "./output.ts";

/** Runs a command: bad input is listed on stderr and ends with status 2, other failures with their message; stack traces only with --debug. */
export function reported<A extends unknown[]>(action: (...args: A) => Promise<void>): (...args: A) => Promise<void> {
  return async (...args) => {
    try {
      await action(...args);
    } catch (error) {
      process.exitCode = 2;
      report(error);
    }
  };
}

function report(error: unknown): void {
  if (error instanceof InputError)
    warnProblems(`${error.message}\n\n${error.count === 1 ? "1 problem" : `${error.count} problems`}; nothing was written.`);
  else warn(`${error instanceof Error ? error.message : String(error)}\n`);
  if (process.argv.includes("--debug")) for (const stack of stacksOf(error)) warn(`${stack}\n`);
}

/** The traces of an error and of what caused it: for bad input the authors' own, each once. */
function stacksOf(error: unknown): Set<string> {
  const causes = error instanceof InputError ? error.problems.flatMap(({ cause }) => cause ?? []) : [];
  return new Set([...causes, error].map((thrown) => (thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))));
}
