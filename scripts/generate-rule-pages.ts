/**
 * Writes docs/rules from the rules: a page for each, and an index by family. Removes pages of rules that are gone. `--check` only says
 * whether the pages are current.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Rule, ruleMarkdown, ruleSummary, rules } from "../lib/check/index.ts";

const folder = "docs/rules";
const note = "<!-- Generated from lib/check/rules by `npm run generate`. Do not edit. -->";

const families: Readonly<Record<Rule["family"], string>> = {
  schema: "What the API server refuses, or reads otherwise than its author meant it.",
  references: "Names of objects, keys and ports that must exist.",
  rollout: "What goes wrong while pods are replaced, scaled or moved.",
  security: "Pod Security Standards, rights, images, secrets and what is reachable.",
  fleet: "What goes wrong between apps, and with Argo CD.",
};

const page = (rule: Rule) => `${note}

# ${rule.id}

Family: [${rule.family}](../README.md#${rule.family}). Severity: ${rule.severity}.

${ruleMarkdown(rule)}`;

const index = () =>
  `${[
    note,
    "",
    "# Rules",
    "",
    "These are the rules of [`slipway check`](../check.md). `npx slipway rules ID` prints the same text as a page.",
    ...Object.entries(families).flatMap(([family, about]) => [
      "",
      `## ${family}`,
      "",
      about,
      "",
      ...rules
        .filter((rule) => rule.family === family)
        .map((rule) => `- [${rule.id}](${rule.id}.md) (${rule.severity}): ${ruleSummary(rule)}`),
    ]),
  ].join("\n")}\n`;

const pages = new Map([["README.md", index()], ...rules.map((rule) => [`${rule.id}.md`, page(rule)] as const)]);

/** The pages in this repository's style, which covers the YAML in them too. */
function formatted(): Map<string, string> {
  const scratch = mkdtempSync(join(tmpdir(), "slipway-rules-"));
  try {
    for (const [file, text] of pages) write(scratch, file, text);
    execFileSync("npx", ["biome", "format", "--write", "--config-path=biome.json", "--vcs-enabled=false", scratch], { stdio: "pipe" });
    return new Map([...pages.keys()].map((file) => [file, readFileSync(join(scratch, file), "utf8")]));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function write(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

const present = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md")) : [];
const currentText = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : undefined);
const stale = present.filter((file) => !pages.has(file));
const changed = [...formatted()].filter(([file, text]) => currentText(file) !== text);

if (process.argv.includes("--check")) {
  for (const file of [...stale, ...changed.map(([file]) => file)]) {
    console.error(`${join(folder, file)} is not what the rules say: run \`npm run generate\``);
    process.exitCode = 1;
  }
} else {
  for (const file of stale) rmSync(join(folder, file));
  for (const [file, text] of changed) write(folder, file, text);
}
