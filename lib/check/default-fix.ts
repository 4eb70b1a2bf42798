import { stepsOf } from "../kubernetes/index.ts";

/** What to do where a rule says no more than what is wrong: its message names what is missing, or what was expected. */
export function fixOfMessage(path: string, message: string): string | undefined {
  const field = stepsOf(path).findLast((step) => typeof step === "string" && !/^\d+$/.test(step));
  if (field !== undefined && /\bbut missing\b|^is missing\b|\bfound none$/.test(message)) return `Add ${field}.`;
  const [, expected] = /^expected ([^,]{1,100}), found /.exec(message) ?? [];
  return expected === undefined ? undefined : `Write ${expected}.`;
}
