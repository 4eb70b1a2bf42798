import { seen } from "../outside/index.ts";
import type { Report } from "./finding.ts";
import { gapLines } from "./gaps.ts";
import { alsoInText, type ShownFinding, shownFindings } from "./shown.ts";

const commands = { error: "error", warning: "warning", info: "notice" } as const;

/**
 * Commands by which a workflow of GitHub Actions annotates files, a line each, for what no waiver covers, and for what couldn't be judged
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message).
 */
export const github = ({ findings, coverage }: Report) =>
  [...shownFindings(findings).map(annotation), ...gapLines(coverage).map((line) => `::notice title=coverage::${escapedData(line)}\n`)].join(
    "",
  );

function annotation({ finding, alsoIn }: ShownFinding): string {
  const { rule, severity, file, line, path, message, fix } = finding;
  const { kind, name } = finding.resource;
  const properties = { ...(file ? { file } : {}), ...(file && line !== undefined ? { line: String(line) } : {}), title: rule };
  const place = kind ? `${kind} ${name}${path ? ` ${path}` : ""}: ` : "";
  const shown = Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(seen(value))}`);
  const lines = [`${place}${message}`, fix, ...(alsoIn.length > 0 ? [alsoInText(alsoIn)] : [])];
  return `::${commands[severity]} ${shown.join(",")}::${lines.map((line) => escapedData(seen(line))).join("%0A")}\n`;
}

/** What the runner turns back: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
const escapedData = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapedProperty = (text: string) => escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
