/** Columns of a line of TypeScript. */
const width = 120;

/** Whether a line isn't too long. */
export const fits = (line: string): boolean => line.length <= width;

/**
 * A value as TypeScript: on one line where it fits.
 * @param indent spaces before the line that it begins on
 * @param column where on that line it begins
 */
export function literal(value: unknown, indent = 0, column = indent): string {
  if (value instanceof Code) return value.text;
  if (Array.isArray(value))
    return listed(
      ["[", "]"],
      value.map((item) => ({ key: "", item })),
      indent,
      column,
    );
  if (typeof value === "string") return isText(value) ? template(value) : quoted(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : { key: `${keyText(key)}: `, item }));
  return listed(["{ ", " }"], members, indent, column);
}

/** Characters that can't be seen, or turn what stands around them. */
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Whether a person would write a text over several lines; a template would lose carriage returns, and others can't be seen. */
const isText = (value: string) => /\n.*\n/s.test(value) && !(value.match(unseen) ?? []).some((character) => !/[\n\t]/.test(character));

/** A text in the quotes that need fewer escapes. */
const quoted = (value: string) =>
  withFewerEscapes(JSON.stringify(value)).replace(unseen, (character) =>
    character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );

function withFewerEscapes(text: string): string {
  const [double, single] = [text.match(/\\"/g)?.length ?? 0, text.match(/'/g)?.length ?? 0];
  if (double <= single) return text;
  const inner = text.slice(1, -1).replace(/\\(.)/g, (escaped, character) => (character === '"' ? character : escaped));
  return `'${inner.replaceAll("'", "\\'")}'`;
}

const template = (value: string) => `\`${value.replace(/[\\`]|\$(?=\{)/g, "\\$&")}\``;

interface Item {
  /** What stands before it. */
  readonly key: string;
  readonly item: unknown;
}

function listed([open, close]: readonly [string, string], items: readonly Item[], indent: number, column: number): string {
  if (items.length === 0) return (open + close).replaceAll(" ", "");
  const inline = `${open}${items.map(({ key, item }) => key + literal(item)).join(", ")}${close}`;
  // A comma follows, or what closes a call.
  if (column + inline.length + 3 <= width && !inline.includes("\n")) return inline;
  const pad = " ".repeat(indent + 2);
  const lines = items.map(({ key, item }) => `${pad}${memberText(key, literal(item, indent + 2, indent + 2 + key.length), pad)},\n`);
  return `${open.trim()}\n${lines.join("")}${" ".repeat(indent)}${close.trim()}`;
}

/** A member of a map, or an item of a list: a text that is too long for its line gets one of its own. */
const memberText = (key: string, text: string, pad: string) =>
  key !== "" && /^["']/.test(text) && !fits(`${pad}${key}${text},`) ? `${key.trimEnd()}\n${pad}  ${text}` : key + text;

/** A text without line breaks, at which a comment would end. */
export const inOneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");

/** The key of a member. A plain or quoted __proto__ would set the object's prototype. */
export const keyText = (key: string): string => (key === "__proto__" ? '["__proto__"]' : isName(key) ? key : quoted(key));

const isName = (key: string) => /^[A-Za-z_$][\w$]*$/.test(key);

/** Text that stands in the source as it is. */
export class Code {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Words of the language, which no variable can have for a name. */
const reserved = new Set(
  "await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield app environment arguments eval undefined".split(
    " ",
  ),
);

/** The variable for a name of an app or environment. @param suffix what a reserved word gets after it */
export function variable(name: string, suffix: string): string {
  // A hyphen before a digit stays to be seen: web-1 and web1 are two.
  const camel = name
    .replace(/-+([a-z])/g, (_match, next: string) => next.toUpperCase())
    .replace(/-+(?=[0-9])/g, "_")
    .replace(/[^A-Za-z0-9_]/g, "");
  const named = /^[0-9]/.test(camel) ? `n${camel}` : camel;
  return reserved.has(named) ? named + suffix : named;
}

/** A module that exports an app. @param app gives it, by where it begins */
export function appModule(name: string, app: (column: number) => string): string {
  const before = `export const ${name} = `;
  return `import { app } from "slipway";\n\n${before}${app(before.length)};\n`;
}

/** An app as TypeScript. @param column where it begins */
export function callText(name: string, spec: object, column: number): string {
  const before = `app(${JSON.stringify(name)}, `;
  return `${before}${literal(spec, 0, column + before.length)})`;
}
