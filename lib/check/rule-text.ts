/** A rule in words: for a terminal, for pages, and for tools that show its help. */
import type { Rule } from "./rule.ts";
import { severityColours } from "./severity-colours.ts";

/** What happens, in one sentence. */
export const ruleSummary = ({ why }: Rule) => why.split(/(?<=\.)\s/)[0] ?? why;

/** All of a rule as plain text. @param paint puts its headings into a colour. Default: none */
export function ruleText(
  { id, severity, why, fix, source, bad, good }: Rule,
  paint: (code: string, text: string) => string = (_code, text) => text,
): string {
  const indented = (example: string) =>
    example
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}`);
  const heading = (text: string) => paint("1", text);
  const example = [heading("Breaks it:"), "", ...indented(bad), "", heading("Fixed:"), "", ...indented(good)];
  const title = `${heading(id)} (${paint(severityColours[severity], severity)})`;
  return `${[title, "", why, "", ...example, "", `${heading("Fix:")} ${fix}`, `${heading("Source:")} ${source}`].join("\n")}\n`;
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
