import { type Document, isScalar, LineCounter, visit } from "yaml";
import type { z } from "zod";
import { linesOf } from "../kubernetes/index.ts";
import { syntaxProblem, UnreadableError, yamlDocument } from "../outside/index.ts";
import { InputError } from "../problem/index.ts";
import { validate } from "./validate.ts";

/** Nodes that aliases may stand for, all together. */
const mostAliases = 10;

/**
 * Reads a text of YAML by a schema. An empty text is an empty map.
 * @param file what problems name it
 * @throws InputError with everything that is wrong, each with its line
 */
export function readData<Schema extends z.ZodType>(schema: Schema, text: string, file: string): z.output<Schema> {
  const lines = new LineCounter();
  const document = readDocument(text, file, lines);
  if (document) refusePrototypes(document, file, lines);
  const value = dataOf(document, file, mostAliases) ?? {};
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InputError(
    validate(schema, value, (path) => {
      const line = document && linesOf(document, lines, path.map(String))("");
      return { file, ...(line === undefined ? {} : { line }) };
    }),
  );
}

/** A text of YAML; undefined where it is empty. @throws InputError with the first slip of it, or for more than is read */
export function readDocument(text: string, file: string, lines: LineCounter): Document | undefined {
  try {
    const document = yamlDocument(text, lines);
    const problem = syntaxProblem(text, document?.errors ?? [], lines);
    if (!problem) return document;
    throw new InputError([{ file, ...problem, fix: "Correct the YAML there." }]);
  } catch (error) {
    if (error instanceof UnreadableError) throw new InputError([{ file, message: error.message, fix: "Make the file smaller." }]);
    throw error;
  }
}

/** Whoever reads the data may take this key for something else than a name. */
function refusePrototypes(document: Document, file: string, lines: LineCounter): void {
  visit(document, {
    Pair(_key, { key }) {
      if (isScalar(key) && key.value === "__proto__")
        throw new InputError([
          { file, line: lines.linePos(key.range?.[0] ?? 0).line, message: 'expected another key than "__proto__"', fix: "Rename it." },
        ]);
    },
  });
}

/** What a document holds. @param most nodes that aliases may stand for, all together @throws InputError for aliases that stand for more, or for nothing */
export function dataOf(document: Document | undefined, file: string, most: number): unknown {
  try {
    return document?.toJS({ maxAliasCount: most });
  } catch {
    throw new InputError([
      { file, message: "holds an alias that names nothing, or aliases that stand for too much", fix: "Write the values out." },
    ]);
  }
}
