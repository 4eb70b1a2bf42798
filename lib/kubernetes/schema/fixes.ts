import { hidden } from "../../outside/index.ts";
import { shownValue } from "../shown-value.ts";
import type { Schema } from "./load.ts";

/** What to do about a value that isn't what was expected, as far as its kind tells. @param shown what may be shown of the value */
export function fixOfValue(expected: string, shown: unknown): string | undefined {
  if (shown === hidden) return undefined;
  if (expected === "a string") return quoted(shown);
  if (typeof shown === "string") return unquoted(expected, shown);
  if (expected === "a list" && shown !== null) return 'Write it as a list: begin each entry with "- ".';
  if (expected === "an object")
    return Array.isArray(shown) ? 'Write fields, and no list: leave out the "- ".' : "Write fields below it, each with a name.";
  return expected.startsWith("one of ") ? undefined : `Write ${expected}.`;
}

function quoted(shown: unknown): string | undefined {
  if (typeof shown === "boolean")
    return "Put the value in quotes, as you wrote it. YAML reads y, n, yes, no, on, off, true and false as booleans.";
  if (typeof shown === "number") return "Put the value in quotes, as you wrote it.";
  return "Write one text. A structure goes into a block of text: `|` and indented lines.";
}

function unquoted(expected: string, text: string): string | undefined {
  if (/^(an integer|a number)/.test(expected))
    return /^-?\d+(\.\d+)?$/.test(text) ? `Write it without quotes: ${text}.` : "Write a number, without quotes.";
  if (expected === "true or false") return "Write true or false, without quotes.";
  if (expected === "a list") return `Write it as a list: [${shownValue(text)}].`;
  if (expected === "an object") return "Write fields below it, each with a name.";
  if (expected === "base64") return "Encode it in base64, or move it to stringData where it is a Secret's.";
  return expected.startsWith("one of ") ? undefined : `Write ${expected}.`;
}

const types: Readonly<Record<string, string>> = {
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

/** What to do about a field that is missing. @param schema what it may be */
export function fixOfMissing(key: string, { type, enum: values, properties }: Schema = {}): string {
  if (values) return `Add ${key}: one of ${values.map((value) => JSON.stringify(value)).join(", ")}.`;
  const form = properties ? "object" : (type ?? "");
  return Object.hasOwn(types, form) ? `Add ${key}: ${types[form]}.` : `Add ${key}.`;
}
