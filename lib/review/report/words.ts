import { seen } from "../../outside/index.ts";
import { subjectOf } from "../carried.ts";
import type { Change } from "../change.ts";
import type { Line } from "../group.ts";

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
