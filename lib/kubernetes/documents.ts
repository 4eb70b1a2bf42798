import { type Document, LineCounter, type Tags, visit } from "yaml";
import { syntaxMessage, yamlDocuments } from "../outside/index.ts";
import { type LineOf, linesOf } from "./locate.ts";
import { isRounded, mayBeRounded, numberOrText } from "./number-or-text.ts";
import { stepsOf } from "./path.ts";
import { type LineOfKeys, plainLines } from "./plain-lines.ts";
import { plainDocuments } from "./plain-yaml.ts";

/** Nodes that aliases may stand for: what a person writes stays far below. */
const mostAliases = 100;

/**
 * Kubernetes' reader (sigs.k8s.io/yaml) knows the booleans of YAML 1.1 and merge keys, but neither times nor numbers in base 60, and has
 * its own idea of a number. What JSON has no word for it refuses.
 */
const customTags = (tags: Tags): Tags => [
  {
    tag: "tag:yaml.org,2002:float",
    default: true,
    test: /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/,
    resolve: (text: string, fail: (message: string) => void) => fail(`${text} is not a number in JSON`),
  },
  { tag: "tag:yaml.org,2002:float", default: true, test: /^[-+]?[.\d_]/, resolve: numberOrText },
  ...tags.filter((tag) => typeof tag === "string" || !/:(?:int|float|timestamp)$/.test(tag.tag)),
];

/** Who hears what is wrong with a text. */
export interface DocumentListener {
  fail(message: string, line?: number): void;
  repeat(message: string, line: number): void;
}

/** A document as Kubernetes reads it. */
export interface ReadDocument {
  readonly value: unknown;
  /** Lines of the part of it that a path leads to. */
  linesAt(prefix: readonly (string | number)[]): LineOf;
}

/** The documents of a text that hold something. */
export function* documentsOf(text: string, listener: DocumentListener): Generator<ReadDocument> {
  const plain = mayBeRounded(text) ? undefined : plainDocuments(text)?.filter(holdsSomething);
  if (plain === undefined) yield* carefulDocuments(text, listener);
  else {
    const lines = laterLines(text);
    for (const [index, value] of plain.entries()) yield { value, linesAt: (prefix) => (path) => lines(index, prefix, path) };
  }
}

const holdsSomething = (value: unknown) => value !== null && value !== undefined;

/** Lines of a text that is plain. Most texts are never asked for one: what knows lines reads the text when the first is. */
function laterLines(text: string): (index: number, prefix: readonly (string | number)[], path: string) => number | undefined {
  let quick: readonly LineOfKeys[] | undefined;
  let careful: readonly ReadDocument[] | undefined;
  return (index, prefix, path) => {
    quick ??= plainLines(text);
    const line = quick[index]?.([...prefix, ...stepsOf(path)]);
    if (line !== undefined) return line;
    careful ??= [...carefulDocuments(text, { fail: () => {}, repeat: () => {} })];
    return careful[index]?.linesAt(prefix)(path);
  };
}

/** The same by the reader that knows lines, and what is wrong with a text. */
export function* carefulDocuments(text: string, { fail, repeat }: DocumentListener): Generator<ReadDocument> {
  const lineCounter = new LineCounter();
  for (const document of yamlDocuments(text, lineCounter, { version: "1.1", merge: true, customTags })) {
    const error = firstError(document, (offset) => repeat("a key stands in the same map twice", lineCounter.linePos(offset).line));
    if (error) {
      fail(syntaxMessage(error), lineCounter.linePos(error.pos[0]).line);
      continue;
    }
    const rounded = mayBeRounded(text) ? roundedInteger(document) : undefined;
    if (rounded) {
      fail(`holds the integer ${rounded.text}, which can't be kept to its last digit`, lineCounter.linePos(rounded.offset).line);
      continue;
    }
    const value: unknown = document.toJS({ maxAliasCount: mostAliases });
    if (holdsSomething(value)) yield { value, linesAt: (prefix) => linesOf(document, lineCounter, prefix) };
  }
}

/** The first integer that would be another once it is written. In a CRD they are limits, which the API server keeps as decimals. */
export function roundedInteger(document: Document): { readonly text: string; readonly offset: number } | undefined {
  if (document.get("kind") === "CustomResourceDefinition") return undefined;
  let found: { text: string; offset: number } | undefined;
  visit(document, {
    Scalar(_key, { type, source, range }) {
      if (type !== "PLAIN" || source === undefined || !isRounded(source)) return undefined;
      found = { text: source, offset: range?.[0] ?? 0 };
      return visit.BREAK;
    },
  });
  return found;
}

/** The first error that no reader passes over. */
function firstError({ errors }: Document, repeat: (offset: number) => void) {
  for (const { pos } of errors.filter(({ code }) => code === "DUPLICATE_KEY")) repeat(pos[0]);
  return errors.find(({ code }) => code !== "DUPLICATE_KEY");
}
