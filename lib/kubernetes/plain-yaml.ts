import { FAILSAFE_SCHEMA, type LoadOptions, loadAll, Type } from "js-yaml";

/** Characters of a text, and of a line, past which the careful reader counts what is in it. */
const [mostCharacters, longestLine] = [1 << 20, 5000];

/**
 * What a text must not hold for its readers to agree on it: anchors, aliases, tags, complex and empty keys (a list after a comma may be one), merge keys, directives, tabs,
 * folded blocks, and ends of lines other than a line feed. Some of these may stand in a comment or in quotes, where they do no harm; then
 * the careful reader takes a little longer.
 */
const unplain =
  /[\t\r\u0085\u2028\u2029\ufeff]|<<|(?:^|[\s,[{])(?:[&*!]|\?(?:\s|$)|>)|(?:^|[,{[]) *:(?:\s|$)|[\]}]\s*:|["'\]}]#|\{\s*[{[]|, *\[|^(?:%|(?:--- *)?\|)|[:-] +\|(?![-+]? *$)/m;
/** Quotes that a line doesn't close. */
const openQuote = /(?:^|[\s,[{])(?:"(?:[^"\\]|\\.)*|'(?:[^']|'')*)$/;
const [flow, flowEnd, flowRest] = [/(?:^|[\s,[{])[{[]/, /[\]}] *$/, /^ *[\]},]/];

/** Whether a line is whole: readers disagree on how far the next line of a list or map in brackets, or of a quoted text, must be indented. */
const isWhole = (line: string) =>
  line.length <= longestLine &&
  !openQuote.test(line) &&
  !flowRest.test(line) &&
  (!flow.test(line) || (flowEnd.test(line) && !line.includes(" #")));

/** Words and numbers that readers take for different things: numbers in other forms than JSON's, and the booleans of YAML 1.1. */
const ambiguous =
  /^(?:[-+]?_*[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+_0-9]*)?|[-+]?_*\.[0-9_].*|[-+]?_*0_*[xXoObB].*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|True|TRUE|False|FALSE|Null|NULL|=)$/;
const number = /^(?:0|-?[1-9][0-9]{0,14}|-?(?:0|[1-9][0-9]{0,8})\.[0-9]{1,6})$/;

class AmbiguousError extends Error {
  override readonly name = "AmbiguousError";
}

const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["null", null],
  ["~", null],
  ["", null],
  ["true", true],
  ["false", false],
]);

const scalar = new Type("tag:yaml.org,2002:plain", {
  kind: "scalar",
  resolve(text: string | null) {
    if (text === null || words.has(text) || number.test(text)) return true;
    if (ambiguous.test(text)) throw new AmbiguousError(text);
    return false;
  },
  construct: (text: string | null) => (text === null || words.has(text) ? words.get(text ?? "") : Number(text)),
});

const schema = FAILSAFE_SCHEMA.extend({ implicit: [scalar] });

/**
 * The documents of a text that is plain enough for every reader of YAML to read the same, some five times faster than by the careful
 * reader; undefined for any other text, and for one that can't be read.
 */
export function plainDocuments(text: string): unknown[] | undefined {
  if (text.length > mostCharacters || unplain.test(text) || !text.split("\n").every(isWhole)) return undefined;
  try {
    const documents: unknown[] = [];
    loadPlain(text, (document) => documents.push(document));
    return mayHoldComplexKey.test(text) && documents.some(holdsComplexKey) ? undefined : documents;
  } catch {
    // It is for the careful reader to say why.
    return undefined;
  }
}

/** Reads a text that is plain. @param listener hears of each node as it begins and ends */
export function loadPlain(text: string, take: (document: unknown) => void, listener?: LoadOptions["listener"]): void {
  loadAll(text, take, { schema, ...(listener ? { listener } : {}) });
}

/** What a text holds that has a key which is no text: a map or list in brackets, or one of the words for nothing. */
const mayHoldComplexKey = /[{[~]|null/;

/** What the library makes of a key that is a map, and of one that is nothing. */
const complexKeys = ["[object Object]", "null"];

/** Whether a key of a map may have been something else than a text. */
function holdsComplexKey(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return complexKeys.some((key) => Object.hasOwn(value, key)) || Object.values(value).some(holdsComplexKey);
}
