/** A rule in words: for a terminal, for pages, and for tools that show its help. */
import type { Rule } from "./rule.ts";

/** What happens, in one sentence. */
export const ruleSummary = ({ why }: Rule) => why.split(/(?<=\.)\s/)[0] ?? why;

/** All of a rule as plain text. */
export function ruleText({ id, severity, why, fix, source, bad, good }: Rule): string {
  const indented = (example: string) =>
    example
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}`);
  const example = ["Breaks it:", "", ...indented(bad), "", "Fixed:", "", ...indented(good)];
  return `${[`${id} (${severity})`, "", why, "", ...example, "", `Fix: ${fix}`, `Source: ${source}`].join("\n")}\n`;
}

/** Why a rule is there, an example that breaks it, the same fixed, the fix and the source, as Markdown below a title. */
export function ruleMarkdown({ why, fix, source, bad, good }: Rule): string {
  const example = (yaml: string) => ["```yaml", yaml.trimEnd(), "```"];
  return `${[
    why,
    "",
    "## Breaks the rule",
    "",
    ...example(bad),
    "",
    "## Fixed",
    "",
    ...example(good),
    "",
    "## Fix",
    "",
    fix,
    "",
    `Source: <${source}>`,
  ].join("\n")}\n`;
}
