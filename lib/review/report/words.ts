import type { Change, FieldChange } from "../change.ts";

/** Characters that change what a terminal or page shows without being seen: controls, marks of direction, spaces of no width. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text from a manifest as it may be shown: nothing in it acts on what shows it. */
export const seen = (text: string) => text.replace(unseen, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A value on one line. @param most characters */
export function shownValue(value: unknown, most: number): string {
  if (value === undefined) return "(none)";
  const text = typeof value === "string" && value !== "" && !/^[\s"]|\s$/.test(value) ? seen(value) : seen(JSON.stringify(value));
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}

export const fieldText = ({ path, before, after }: FieldChange, most = 120) =>
  `${seen(path)}: ${shownValue(before, most)} -> ${shownValue(after, most)}`;

/** An object by environment, app, kind and name. */
export const placeText = ({ environment, app, resource: { kind, name } }: Change) =>
  seen([[environment, app].filter(Boolean).join("/"), kind, name].filter(Boolean).join(" "));

export const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
