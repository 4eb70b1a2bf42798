import { type Rule, rules } from "../../check/index.ts";
import { InputError, suggestion } from "../../problem/index.ts";
import { print, printJson } from "../output.ts";

/** `slipway rules [RULE]`: all of them, a line each; of one, all its texts. */
export async function rulesCommand(id: string | undefined, { format }: { readonly format: "text" | "json" }): Promise<void> {
  const found = id === undefined ? rules : rules.filter((rule) => rule.id === id);
  if (id !== undefined && found.length === 0) {
    const ids = rules.map((rule) => rule.id);
    throw new InputError([{ message: `there is no rule "${id}"`, fix: suggestion(id, ids) }]);
  }
  if (format === "json") printJson(id === undefined ? found : found[0]);
  else print(id === undefined ? list() : found.map(describe).join(""));
}

function list(): string {
  const widest = Math.max(...rules.map(({ id }) => id.length));
  return rules.map(({ id, severity, why }) => `${id.padEnd(widest)}  ${severity.padEnd(7)}  ${why.split(/(?<=\.)\s/)[0]}\n`).join("");
}

function describe({ id, severity, why, fix, source, bad, good }: Rule): string {
  const indented = (example: string) =>
    example
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}`);
  const example = ["Breaks it:", "", ...indented(bad), "", "Fixed:", "", ...indented(good)];
  return `${[`${id} (${severity})`, "", why, "", ...example, "", `Fix: ${fix}`, `Source: ${source}`].join("\n")}\n`;
}
