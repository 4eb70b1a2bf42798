import type { LineCounter } from "yaml";

/** What YAML's reader found, in words that quote nothing of the text: it may hold secrets. By the codes of the library `yaml`. */
const sentences: ReadonlyMap<string, string> = new Map([
  ["ALIAS_PROPS", "an alias has an anchor or a tag of its own"],
  ["BAD_ALIAS", "an anchor or alias has no name, or names nothing before it"],
  ["BAD_COLLECTION_TYPE", "a tag doesn't fit what it stands before"],
  ["BAD_DIRECTIVE", "a directive (a line that begins with %) isn't one that YAML knows"],
  ["BAD_DQ_ESCAPE", "a text in double quotes holds an escape that YAML doesn't know"],
  ["BAD_INDENT", "the indentation doesn't fit that of the lines around it"],
  ["BAD_PROP_ORDER", "an anchor or tag stands in the wrong place"],
  ["BAD_SCALAR_START", "a text without quotes begins with a character that YAML reserves"],
  ["BLOCK_AS_IMPLICIT_KEY", "a list or map stands where a key has to be; a text with a colon in it needs quotes"],
  ["BLOCK_IN_FLOW", "a list or map in block style stands inside brackets or braces"],
  ["DUPLICATE_KEY", "a key stands in the same map twice"],
  ["KEY_OVER_1024_CHARS", "a key is longer than 1024 characters"],
  ["MISSING_CHAR", "a character is missing: a closing quote, bracket or brace, a colon, a comma, a dash or a space"],
  ["MULTILINE_IMPLICIT_KEY", "a key goes over several lines, or a colon is missing after it"],
  ["MULTIPLE_ANCHORS", "a value has more than one anchor"],
  ["MULTIPLE_DOCS", "there is more than one document"],
  ["MULTIPLE_TAGS", "a value has more than one tag"],
  ["NON_STRING_KEY", "a key is not a text; write it out"],
  ["RESOURCE_EXHAUSTION", "it is nested too deep"],
  ["TAB_AS_INDENT", "a tab stands where spaces have to indent"],
  ["TAG_RESOLVE_FAILED", "a tag or number has no meaning in JSON"],
  ["UNEXPECTED_TOKEN", "something stands where YAML has no place for it"],
]);

/** Says what YAML's reader found, without the text it found it in. */
export const syntaxMessage = ({ code }: { readonly code: string }): string => sentences.get(code) ?? "this isn't YAML";

/** Characters of a quoted line that are shown. */
const mostShown = 100;
/** Lines and texts that may hold a secret, which no message repeats. */
const mayBeSecret = /pass|secret|token|credential|private|api.?key|auth/i;
const holdsSecret = /^\s*"?kind"?:\s*["']?Secret\b/m;

/** A line of a text, to be quoted in a message; nothing where it is empty or may hold a secret. @param line from 1 */
export function quotedLine(text: string, line: number): { readonly excerpt?: string } {
  const content = text.split("\n", line)[line - 1]?.trimEnd() ?? "";
  if (content === "" || mayBeSecret.test(content) || holdsSecret.test(text)) return {};
  // A tab is what people look for, and looks like spaces.
  const shown = content.replaceAll("\t", "→");
  return { excerpt: shown.length > mostShown ? `${shown.slice(0, mostShown - 3)}...` : shown };
}

/** The first thing that is wrong with a text: what follows mostly comes from it. A text that ends too early is wrong at its last line. */
export function syntaxProblem(
  text: string,
  [error]: readonly { readonly code: string; readonly pos: readonly [number, number] }[],
  lines: LineCounter,
): { readonly line: number; readonly message: string; readonly excerpt?: string } | undefined {
  if (!error) return undefined;
  const line = lines.linePos(Math.min(error.pos[0], text.trimEnd().length)).line;
  return { line, message: syntaxMessage(error), ...quotedLine(text, line) };
}
