import { resourceText } from "../carried.ts";
import type { Review, Runbook } from "../change.ts";

/** What stands above the runbooks in reports for people. */
export const runbooksHeading = "What to do about it";

/** Objects of a runbook that are named. */
const mostNamed = 5;

/** What a runbook is for and what it promises, in a line: `Recreate the Service: Service web (with downtime, keeps all data)`. */
export function runbookText({ title, objects, environment, downtime, keepsData }: Runbook, { folder }: Pick<Review, "folder">): string {
  const names = objects.slice(0, mostNamed).map(resourceText);
  const others = objects.length - names.length;
  const named = `${names.join(", ")}${others > 0 ? ` and ${others} more` : ""}`;
  const where = folder === undefined && environment !== "" ? ` in ${environment}` : "";
  return `${title}: ${named}${where} (${downtime ? "with" : "no"} downtime, ${keepsData ? "keeps all data" : "may lose data"})`;
}

/** The lines of a step's commands that are shown, and how many are left out. @param most lines */
export function commandLines(command: string | undefined, most: number): { readonly lines: readonly string[]; readonly left: number } {
  const lines = command?.split("\n") ?? [];
  return { lines: lines.slice(0, most), left: Math.max(0, lines.length - most) };
}
