/**
 * `npm run stats`: figures of lib/ that should only go down: type casts, functions of a cognitive complexity past 15, runs of six lines or
 * more that stand in two places, and files past 400 lines. It prints where each is; `npm run stats -- --short` prints the figures only.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Generated, or copied into repositories as it is. */
const leftOut = /^lib\/(overlay\/model(-patch)?\.ts|init\/template\/)/;
const files = execFileSync("git", ["ls-files", "lib/*.ts"], { encoding: "utf8" })
  .trim()
  .split("\n")
  .filter((file) => !leftOut.test(file))
  .map((file) => ({ file, text: readFileSync(file, "utf8") }));

/** Code with the contents of comments and texts blanked, so that lines keep their numbers. */
const codeOf = (text) =>
  text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, (found) =>
    found.replace(/[^\n]/g, " "),
  );

function casts() {
  return files.flatMap(({ file, text }) =>
    codeOf(text)
      .replace(/^(import|export)\b[^;]*?\bfrom\b/gm, (found) => found.replace(/[^\n]/g, " "))
      .split("\n")
      .flatMap((line, index) => [...line.matchAll(/\bas\s+(?!const\b)[\w({[]/g)].map(() => `${file}:${index + 1}`)),
  );
}

function complexFunctions() {
  const rule = "complexity/noExcessiveCognitiveComplexity";
  const { stdout, stderr, status, error } = spawnSync(
    "npx",
    ["biome", "lint", `--only=${rule}`, "--reporter=github", "--max-diagnostics=1000", "lib"],
    {
      encoding: "utf8",
    },
  );
  if (error || (status !== 0 && !stdout.includes("file="))) throw new Error(`biome doesn't run: ${error ?? stderr}`);
  const reported = [...stdout.matchAll(/file=([^,]+),line=(\d+)/g)].map(([, file, line]) => `${file}:${line}`);
  const ignored = files.flatMap(({ file, text }) =>
    text
      .split("\n")
      .flatMap((line, index) => (line.includes(`biome-ignore lint/${rule}`) ? [`${file}:${index + 1} (with its reason)`] : [])),
  );
  return [...reported, ...ignored];
}

/** Runs of lines that stand in two places; texts, imports and lines of brackets only don't count. */
function duplicates() {
  const longEnough = 6;
  const seen = new Map();
  const found = [];
  for (const { file, text } of files) {
    const lines = codeOf(text)
      .split("\n")
      .map((line, index) => ({ line: line.trim(), number: index + 1 }))
      .filter(({ line }) => /\w/.test(line) && !/^(import|export) |^\/?\*|^\/\/|^type |^is[A-Z]\w+,$/.test(line));
    let until = 0;
    for (let index = 0; index + longEnough <= lines.length; index++) {
      const key = lines
        .slice(index, index + longEnough)
        .map(({ line }) => line)
        .join("\n");
      const first = seen.get(key);
      if (!first) seen.set(key, `${file}:${lines[index].number}`);
      else if (index >= until) {
        found.push(`${first} and ${file}:${lines[index].number}`);
        until = index + longEnough;
      }
    }
  }
  return found;
}

const long = () =>
  files.flatMap(({ file, text }) => {
    const lines = text.split("\n").length;
    return lines > 400 ? [`${file} (${lines} lines)`] : [];
  });

const figures = {
  "type casts (as)": casts(),
  "functions past a cognitive complexity of 15": complexFunctions(),
  "six lines or more in two places": duplicates(),
  "files past 400 lines": long(),
};
const isShort = process.argv.includes("--short");
for (const [what, places] of Object.entries(figures)) {
  console.log(`${String(places.length).padStart(4)}  ${what}`);
  if (!isShort) for (const place of places) console.log(`        ${place}`);
}
