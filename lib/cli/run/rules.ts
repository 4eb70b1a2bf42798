import { ruleSummary, rules, ruleText, severityColours } from "../../check/index.ts";
import { InputError, suggestion } from "../../problem/index.ts";
import { paint, printJson, printReport } from "../output.ts";

/** `slipway rules [RULE]`: all of them, a line each; of one, all its texts. */
export async function rulesCommand(id: string | undefined, { format }: { readonly format: "text" | "json" }): Promise<void> {
  const found = id === undefined ? rules : rules.filter((rule) => rule.id === id);
  if (id !== undefined && found.length === 0) {
    const ids = rules.map((rule) => rule.id);
    throw new InputError([{ message: `there is no rule "${id}"`, fix: suggestion(id, ids) }]);
  }
  if (format === "json") printJson(id === undefined ? found : found[0]);
  else printReport(id === undefined ? list() : found.map((rule) => ruleText(rule, paint)).join(""));
}

function list(): string {
  const widest = Math.max(...rules.map(({ id }) => id.length));
  return rules
    .map(
      (rule) =>
        `${paint("1", rule.id.padEnd(widest))}  ${paint(severityColours[rule.severity], rule.severity.padEnd(7))}  ${ruleSummary(rule)}\n`,
    )
    .join("");
}
