/** Columns of a line of TypeScript. */
const width = 120;

/** A value as TypeScript: on one line where it fits. @param indent spaces before the line that it begins on */
export function literal(value: unknown, indent = 0): string {
  if (value instanceof Code) return value.text;
  if (Array.isArray(value))
    return listed(
      "[",
      "]",
      value.map((item) => literal(item, indent + 2)),
      indent,
    );
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : `${isName(key) ? key : JSON.stringify(key)}: ${literal(member, indent + 2)}`,
  );
  return listed("{ ", " }", members, indent);
}

function listed(open: string, close: string, items: readonly string[], indent: number): string {
  if (items.length === 0) return (open + close).replaceAll(" ", "");
  const inline = `${open}${items.join(", ")}${close}`;
  if (inline.length + indent <= width - 30 && !inline.includes("\n")) return inline;
  const pad = " ".repeat(indent);
  return `${open.trim()}\n${items.map((item) => `${pad}  ${item},\n`).join("")}${pad}${close.trim()}`;
}

const isName = (key: string) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== "__proto__";

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
