import { seen } from "../../outside/index.ts";
import { subjectOf } from "../carried.ts";
import type { Change, Review } from "../change.ts";
import type { Line } from "../group.ts";
import type { Impact } from "../impact.ts";

/** A value on one line. @param most characters */
export function shownValue(value: unknown, most: number): string {
  if (value === undefined) return "(none)";
  const text = typeof value === "string" && value !== "" && !/^[\s"]|\s$/.test(value) ? seen(value) : seen(JSON.stringify(value));
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}

/** The same in a line of a report, with its impact where that isn't the line's. */
export const objectText = (change: Change, { impact }: Pick<Line, "impact">) =>
  change.impact === impact ? placeText(change) : `${placeText(change)} (${change.impact})`;

/** An object by environment, app, kind and name. */
export function placeText(change: Change): string {
  const { environment, app } = change;
  const { kind, name } = subjectOf(change);
  return seen([[environment, app].filter(Boolean).join("/"), kind, name].filter(Boolean).join(" "));
}

/** What a report is headed with: the worst impact, unless nothing changes; that isn't said of what wasn't looked at. */
export function verdictText({ changes, remarks, summary }: Review): { readonly text: string; readonly impact: Impact } {
  const isIncomplete = remarks.some(({ kind }) => kind === "not-looked-at");
  if (isIncomplete && summary.impact === "none") return { text: "not everything was looked at", impact: "unknown" };
  return { text: changes.length === 0 ? "no change" : summary.impact, impact: summary.impact };
}
