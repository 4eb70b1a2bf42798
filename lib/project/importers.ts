import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Where a module names what it imports: `from "x"`, `import "x"`, `import("x")`, `require("x")`. */
const specifiers = /\b(?:from|import|require)\s*\(?\s*["']([^"'\n]+)["']/g;

/** Modules are identified without extension or `/index`, as imports may leave those out. */
const nameOf = (file: string) => file.replace(/\.[cm]?[jt]sx?$/, "").replace(/\/index$/, "");

/** The changed files among some modules, and those that import them, directly or through others. All of them where an import can't be followed. */
export function withImporters(changed: readonly string[], modules: readonly string[]): string[] {
  const imports = new Map(modules.map((file) => [file, importsOf(file)]));
  const reached = new Set(changed.map(nameOf));
  const found = new Set(modules.filter((file) => reached.has(nameOf(file))));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [file, names] of imports) {
      if (found.has(file) || !names.some((name) => name === undefined || reached.has(name))) continue;
      found.add(file);
      reached.add(nameOf(file));
    }
  }
  return [...found];
}

/** Names of the project's own modules that a module imports; undefined for an alias, which may lead anywhere. */
function importsOf(file: string): (string | undefined)[] {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return [...text.matchAll(specifiers)].flatMap(([, specifier = ""]) => {
    if (/^\.{1,2}(\/|$)/.test(specifier)) return [nameOf(resolve(dirname(file), specifier))];
    return /^[#~]|^@\//.test(specifier) ? [undefined] : [];
  });
}
