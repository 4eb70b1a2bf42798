/** Hooks of Node's module loader: TypeScript is compiled as it is imported. They run in a thread of their own. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "@swc/core";

const tests = new URL("../", import.meta.url).href;
const options = {
  jsc: { parser: { syntax: "typescript" }, target: "es2022" },
  module: { type: "es6" },
  sourceMaps: "inline",
  swcrc: false,
};

/** What a test file imports of the tests' own modules is loaded for that file alone. */
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  const [, file] = /[?&](test-file=\d+)/.exec(context.parentURL ?? "") ?? [];
  return file && resolved.url.startsWith(tests) ? { ...resolved, url: `${resolved.url}?${file}` } : resolved;
}

export async function load(url, context, next) {
  if (!/^file:.*\.ts(\?|$)/.test(url)) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, "utf8"), { ...options, filename, sourceFileName: url.replace(/\?.*/, "") });
  return { format: "module", source: code, shortCircuit: true };
}
