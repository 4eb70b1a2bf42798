import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

function write(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

/** The pages in this repository's style, which covers the code in them too. */
function formatted(pages: ReadonlyMap<string, string>): Map<string, string> {
  const scratch = mkdtempSync(join(tmpdir(), "slipway-pages-"));
  try {
    for (const [file, text] of pages) write(scratch, file, text);
    execFileSync("npx", ["biome", "format", "--write", "--config-path=biome.json", "--vcs-enabled=false", scratch], { stdio: "pipe" });
    return new Map([...pages.keys()].map((file) => [file, readFileSync(join(scratch, file), "utf8")]));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/**
 * Writes pages to a folder and removes those that are gone; with `--check` on the command line it only says which aren't current.
 * @param source what the pages come from, as `the rules say`
 */
export function writePages(folder: string, pages: ReadonlyMap<string, string>, source: string): void {
  const present = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md"))
    : [];
  const currentText = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : undefined);
  const stale = present.filter((file) => !pages.has(file));
  const changed = [...formatted(pages)].filter(([file, text]) => currentText(file) !== text);

  if (process.argv.includes("--check")) {
    for (const file of [...stale, ...changed.map(([file]) => file)]) {
      console.error(`${join(folder, file)} is not what ${source}: run \`npm run generate\``);
      process.exitCode = 1;
    }
  } else {
    for (const file of stale) rmSync(join(folder, file));
    for (const [file, text] of changed) write(folder, file, text);
  }
}
