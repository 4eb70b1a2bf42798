/**
 * Writes JSON-shaped values as YAML that every reader takes for the same values: plain scalars only where no YAML version reads
 * anything but a string, literal blocks for printable text of several lines, JSON's quotes for all else. About fifteen times as fast as
 * a general library, and emitting is the largest part of rendering.
 */
export function toYaml(value: unknown): string {
  const out: string[] = [];
  emit(value, "", out);
  return out.join("");
}

const first: ReadonlyMap<string, number> = new Map([
  ["apiVersion", 0],
  ["group", 0],
  ["kind", 1],
  ["name", 2],
  ["metadata", 3],
]);
/** What an object is comes first, then the alphabet. */
function byKey(a: string, b: string): number {
  return (first.get(a) ?? 9) - (first.get(b) ?? 9) || (a < b ? -1 : 1);
}

const isCollection = (value: unknown): value is object =>
  typeof value === "object" && value !== null && (Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0);

/** Adds the parts of a value's text. They are joined once at the end: a string that grew by pieces would hold on to all of them. */
function emit(value: unknown, indent: string, out: string[]): void {
  if (!isCollection(value)) out.push(scalar(value, indent), "\n");
  else if (Array.isArray(value)) sequence(value, indent, out);
  else mapping(value as Readonly<Record<string, unknown>>, indent, out);
}

function mapping(value: Readonly<Record<string, unknown>>, indent: string, out: string[]): void {
  let begun = false;
  for (const key of Object.keys(value).sort(byKey)) {
    const member = value[key];
    if (member === undefined) continue;
    if (begun) out.push(indent);
    begun = true;
    out.push(keyText(key, indent), ":");
    const inner = isCollection(member) && !Array.isArray(member) ? `${indent}  ` : indent;
    out.push(isCollection(member) ? `\n${inner}` : " ");
    emit(member, inner, out);
  }
}

function sequence(items: readonly unknown[], indent: string, out: string[]): void {
  for (const [index, item] of items.entries()) {
    out.push(index === 0 ? "- " : `${indent}- `);
    emit(item, isCollection(item) ? `${indent}  ` : indent, out);
  }
}

/** Readers give up on an implicit key past 1,024 characters. */
const longestKey = 1000;

function keyText(key: string, indent: string): string {
  const text = isPlain(key) ? key : quoted(key);
  return text.length > longestKey ? `? ${text}\n${indent}` : text;
}

function scalar(value: unknown, indent: string): string {
  if (typeof value === "string") return isPlain(value) ? value : isBlock(value) ? block(value, `${indent}  `) : quoted(value);
  if (Array.isArray(value)) return "[]";
  if (typeof value === "object" && value !== null) return "{}";
  return JSON.stringify(value) ?? "null";
}

const plain = /^[A-Za-z/][A-Za-z0-9_./-]*([:@=, ][A-Za-z0-9_./-]+)*$/;
/** What begins with a digit and is still no number, date or time in any YAML: quantities, shares, durations, and what holds a slash. */
const digits = /^[0-9]+(\.[0-9]+)?(m|Ki|Mi|Gi|Ti|%|s|h)$|^[0-9][A-Za-z0-9_.-]*\/[A-Za-z0-9_./-]*(:[A-Za-z0-9_.-]+)?(@sha256:[0-9a-f]+)?$/;
/** Words that YAML 1.1 or 1.2 reads as something else. */
const words = new Set(["y", "n", "yes", "no", "on", "off", "true", "false", "null"]);
const isPlain = (text: string) =>
  text.length <= 400 && ((plain.test(text) && !text.includes(" -") && !words.has(text.toLowerCase())) || digits.test(text));

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not stand in a block.
const unprintable = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF\uD800-\uDFFF]/u;
const blockable = (text: string) => /^[^\s]/.test(text) && !/[ \t](\n|$)/.test(text) && !/\n\n$/.test(text) && !unprintable.test(text);
const isBlock = (text: string) => text.includes("\n") && text.length > 1 && blockable(text);

function block(text: string, indent: string): string {
  const ends = text.endsWith("\n");
  const lines = (ends ? text.slice(0, -1) : text).split("\n");
  return `${ends ? "|" : "|-"}\n${lines.map((line) => (line === "" ? "" : indent + line)).join("\n")}`;
}

const beyondJson = /[\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g;

function quoted(text: string): string {
  return JSON.stringify(text).replace(beyondJson, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
