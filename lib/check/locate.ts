import { type Document, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from "yaml";

/** Says on which line of its file a path of an object stands. */
export type LineOf = (path: string) => number | undefined;

/** Lines of an object in a document; of one of a List's items where `prefix` leads there. A path that isn't there has the line of what is nearest above it. */
export function linesOf(document: Document, counter: LineCounter, prefix: readonly (string | number)[] = []): LineOf {
  return (path) => {
    let offset = document.contents?.range?.[0];
    let node: unknown = document.contents;
    for (const key of [...prefix, ...keysOf(path)]) {
      const pair = isMap(node)
        ? node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key))
        : undefined;
      if (pair && isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair ? pair.value : isSeq(node) ? node.items[Number(key)] : undefined;
      if (!isNode(node)) break;
      if (!pair) offset = node.range?.[0] ?? offset;
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
      lines = linesOf(parseDocument(text, { lineCounter, logLevel: "silent" }), lineCounter);
    }
    return lines(path);
  };
}

/** The keys of a path as `spec.ports[0].port` or `data["my.file"]`. */
const keysOf = (path: string): string[] =>
  [...path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)].map(
    ([, index, quoted, plain]) => index ?? (quoted === undefined ? (plain as string) : (JSON.parse(`"${quoted}"`) as string)),
  );
