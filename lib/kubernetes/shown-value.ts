import { hidden } from "../outside/index.ts";

/** A value on one line of a message. What isn't shown of it is the caller's to take out. */
export function shownValue(value: unknown): string {
  if (value === hidden) return hidden;
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
