import {
  Composer,
  type Document,
  type DocumentOptions,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  type LineCounter,
  type ParseOptions,
  Parser,
  type SchemaOptions,
  visit,
  YAMLParseError,
} from "yaml";
import { UnreadableError } from "./read-text.ts";

/** Keys, values, lists and maps of a text, past which it isn't read: more than what 8 MB of manifests hold. */
const mostNodes = 500_000;
const mostDocuments = 20_000;

/**
 * Reads all documents of a text. The library compares each key of a map with all before it; here keys are looked up, so that a map of
 * many takes no longer than its length.
 * @throws UnreadableError for a text of more nodes or documents than anybody writes
 */
export function yamlDocuments(
  text: string,
  lineCounter: LineCounter,
  options: ParseOptions & DocumentOptions & SchemaOptions = {},
): Document[] {
  const composer = new Composer({ logLevel: "silent", ...options, uniqueKeys: false, prettyErrors: false, lineCounter });
  const documents = [...composer.compose(tokensOf(text, lineCounter))] as Document[];
  for (const document of documents) addKeyErrors(document);
  return documents;
}

/** What the lexer puts before a value without a line of its own, and before a document that no line of dashes begins. */
const [beforeScalar, beforeDocument] = ["\u001f", "\u0002"];

function* tokensOf(text: string, lineCounter: LineCounter) {
  const parser = new Parser(lineCounter.addNewLine);
  lineCounter.addNewLine(0);
  let [nodes, documents] = [0, 0];
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === beforeScalar || lexeme === "[" || lexeme === "{" || lexeme === "-" || lexeme === "?") nodes++;
    else if (lexeme === beforeDocument || lexeme === "---") documents++;
    if (nodes > mostNodes) throw new UnreadableError(`holds more than ${mostNodes} keys and values; split it`);
    if (documents > mostDocuments) throw new UnreadableError(`holds more than ${mostDocuments} documents; split it`);
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}

/** Whether a text of YAML has comments. */
export function hasComments(text: string): boolean {
  let before = "";
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme.startsWith("#") && before !== beforeScalar) return true;
    before = lexeme;
  }
  return false;
}

/** Reads a text of one document. */
export function yamlDocument(text: string, lineCounter: LineCounter): Document | undefined {
  const [document, second] = yamlDocuments(text, lineCounter);
  if (document && second) document.errors.push(new YAMLParseError(startOf(second), "MULTIPLE_DOCS", ""));
  return document;
}

const startOf = ({ range }: Document): [number, number] => [range?.[0] ?? 0, (range?.[0] ?? 0) + 1];

const placeOf = (node: unknown): [number, number] => {
  const [start, end] = (isNode(node) ? node.range : undefined) ?? [0, 1];
  return [start, end];
};

/** Finds keys that stand in a map twice, and those that are no text, which JSON has no place for. */
function addKeyErrors(document: Document): void {
  visit(document, {
    Map(_key, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        // An alias may stand for anything, and finding what takes as long as the document.
        if (isMap(key) || isSeq(key) || isAlias(key)) {
          document.errors.push(new YAMLParseError(placeOf(key), "NON_STRING_KEY", ""));
          return;
        }
        const value = isScalar(key) ? key.value : key;
        if (value !== "<<" && seen.has(value)) {
          document.errors.push(new YAMLParseError(placeOf(key), "DUPLICATE_KEY", ""));
          return;
        }
        seen.add(value);
      }
    },
  });
}
