import { z } from "zod";
import type { Problem } from "../problem/index.ts";

const pointer = z.string().regex(/^(\/([^~/]|~[01])*)*$/, { error: "a JSON pointer, as /spec/replicas" });
const Operation = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("add"), path: pointer, value: z.json() }),
  z.strictObject({ op: z.literal("remove"), path: pointer }),
  z.strictObject({ op: z.literal("replace"), path: pointer, value: z.json() }),
  z.strictObject({ op: z.literal("move"), path: pointer, from: pointer }),
  z.strictObject({ op: z.literal("copy"), path: pointer, from: pointer }),
  z.strictObject({ op: z.literal("test"), path: pointer, value: z.json() }),
]);
/** One step of a JSON patch: https://www.rfc-editor.org/rfc/rfc6902 */
export type Operation = z.infer<typeof Operation>;

/** Reads operations out of a file's text, or checks those given, and returns everything that is wrong with them. */
export function parseOperations(source: string | readonly Operation[]): { operations: Operation[]; problems: Problem[] } {
  let value: unknown = source;
  if (typeof source === "string") {
    try {
      value = JSON.parse(source.replace(/^\uFEFF/, ""));
    } catch (error) {
      return {
        operations: [],
        // Its message quotes the text, which may be that of a secret.
        problems: [{ ...placeIn(error as Error), message: "is not valid JSON", fix: "A patch file is a list of RFC 6902 operations." }],
      };
    }
  }
  const parsed = z.array(Operation).safeParse(value);
  if (parsed.success) return { operations: parsed.data, problems: [] };
  return {
    operations: [],
    problems: parsed.error.issues.map((issue) => ({
      path: issue.path.join("."),
      message: issue.message,
      fix: "A patch file is a list of RFC 6902 operations.",
    })),
  };
}

/** The line that JSON's reader names, where it does. */
function placeIn({ message }: Error): { line?: number } {
  const line = /\(line (\d{1,9}) column \d+\)$/.exec(message)?.[1];
  return line === undefined ? {} : { line: Number(line) };
}
