import { existsSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { readText } from "../outside/index.ts";
import type { Problem } from "../problem/index.ts";

/** slipway's own files, which lie in the project where the project is slipway's repository. */
const own = fileURLToPath(new URL("..", import.meta.url));
/** Characters of a line that are shown. */
const mostShown = 120;

/** Whether a module is the project's own: neither a package's nor slipway's. */
export const isAuthors = (root: string, file: string): boolean =>
  file.startsWith(`${root}/`) && !file.startsWith(own) && !/\/node_modules\//.test(file);

/** Where an author's own code failed: the first file and line of a stack trace that is the project's, and the text of the line. */
export function authorPlace(root: string, error: unknown): Pick<Problem, "file" | "line" | "excerpt"> {
  const trace = error instanceof Error ? `${error.message}\n${error.stack}` : "";
  for (const [, path = "", line] of trace.matchAll(/(\/[^\s()]*?):(\d+):\d+/g)) {
    const file = path.replace(/^\/\//, "");
    if (!isAuthors(root, file) || !existsSync(file)) continue;
    return { file: relative(root, file), line: Number(line), ...excerptOf(file, Number(line)) };
  }
  return {};
}

function excerptOf(file: string, line: number): Pick<Problem, "excerpt"> {
  try {
    const text = readText(file).split("\n")[line - 1]?.trim();
    return text ? { excerpt: text.length > mostShown ? `${text.slice(0, mostShown - 3)}...` : text } : {};
  } catch {
    // A file that can't be read any more is named all the same.
    return {};
  }
}

/** The message of an error, on one line. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]?.trim() ?? "";
