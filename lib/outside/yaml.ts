import {
  type Document,
  type DocumentOptions,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type LineCounter,
  type ParseOptions,
  parseAllDocuments,
  type SchemaOptions,
  visit,
  YAMLParseError,
} from "yaml";

/**
 * Reads all documents of a text. The library compares each key of a map with all before it; here keys are looked up, so that a map of
 * many takes no longer than its length.
 */
export function yamlDocuments(
  text: string,
  lineCounter: LineCounter,
  options: ParseOptions & DocumentOptions & SchemaOptions = {},
): Document[] {
  const documents = parseAllDocuments(text, { logLevel: "silent", ...options, uniqueKeys: false, prettyErrors: false, lineCounter });
  if (!Array.isArray(documents)) return [];
  for (const document of documents as Document[]) addKeyErrors(document);
  return documents as Document[];
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
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (isMap(key) || isSeq(key)) {
          document.errors.push(new YAMLParseError(placeOf(key), "NON_STRING_KEY", ""));
          return;
        }
        const value = isScalar(key) ? key.value : isAlias(key) ? key.resolve(document) : key;
        if (value !== "<<" && seen.has(value)) {
          document.errors.push(new YAMLParseError(placeOf(key), "DUPLICATE_KEY", ""));
          return;
        }
        seen.add(value);
      }
    },
  });
}
