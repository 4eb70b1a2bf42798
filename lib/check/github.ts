import { seen } from "../outside/index.ts";
import type { Finding, Report } from "./finding.ts";
import { gapLines } from "./gaps.ts";

const commands = { error: "error", warning: "warning", info: "notice" } as const;

/**
 * Commands by which a workflow of GitHub Actions annotates files, a line each, for what no waiver covers, and for what couldn't be judged
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message).
 */
export const github = ({ findings, coverage }: Report) =>
  [
    ...findings.filter(({ waived }) => !waived).map(annotation),
    ...gapLines(coverage).map((line) => `::notice title=coverage::${escapedData(line)}\n`),
  ].join("");

function annotation({ rule, severity, resource: { kind, name }, file, line, path, message, fix }: Finding): string {
  const properties = { ...(file ? { file } : {}), ...(file && line !== undefined ? { line: String(line) } : {}), title: rule };
  const place = kind ? `${kind} ${name}${path ? ` ${path}` : ""}: ` : "";
  const shown = Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(seen(value))}`);
  return `::${commands[severity]} ${shown.join(",")}::${escapedData(`${seen(`${place}${message}`)}\n${seen(fix)}`)}\n`;
}

/** What the runner turns back: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
const escapedData = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapedProperty = (text: string) => escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
