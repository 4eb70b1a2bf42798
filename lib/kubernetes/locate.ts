import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Pair, type YAMLMap } from "yaml";
import { yamlDocument } from "../outside/index.ts";
import { stepsOf } from "./path.ts";

/** Says on which line of its file a path of an object stands. */
export type LineOf = (path: string) => number | undefined;

/** Lines of an object in a document; of one of a List's items where `prefix` leads there. A path that isn't there has the line of what is nearest above it. */
export function linesOf(document: Document, counter: LineCounter, prefix: readonly (string | number)[] = []): LineOf {
  // A map of many keys may be asked for each of them.
  const known = new Map<YAMLMap, ReadonlyMap<string, Pair>>();
  const pairsOf = (map: YAMLMap) => {
    const pairs = known.get(map) ?? new Map(map.items.flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair]] : [])));
    known.set(map, pairs);
    return pairs;
  };
  /** What stands at a key of a node, and where: at the key of a map's entry, at the entry of a list. */
  const below = (node: unknown, key: string): { readonly node: unknown; readonly offset: number | undefined } => {
    const pair = isMap(node) ? pairsOf(node).get(key) : undefined;
    if (pair) return { node: pair.value, offset: isScalar(pair.key) ? pair.key.range?.[0] : undefined };
    const item = isSeq(node) ? node.items[Number(key)] : undefined;
    return { node: item, offset: isNode(item) ? item.range?.[0] : undefined };
  };
  return (path) => {
    let offset = document.contents?.range?.[0];
    let node: unknown = document.contents;
    for (const key of [...prefix, ...stepsOf(path)]) {
      const found = below(node, String(key));
      offset = found.offset ?? offset;
      if (!isNode(found.node)) break;
      node = found.node;
    }
    return offset === undefined ? undefined : counter.linePos(offset).line;
  };
}

/** Lines of an object in a text of its own, which is read when the first is asked for. */
export function linesOfText(text: string): LineOf {
  let lines: LineOf | undefined;
  return (path) => {
    if (!lines) {
      const lineCounter = new LineCounter();
      const document = yamlDocument(text, lineCounter);
      lines = document ? linesOf(document, lineCounter) : () => undefined;
    }
    return lines(path);
  };
}
