/**
 * Writes docs/rules from the rules: a page for each, and an index by family. Removes pages of rules that are gone. `--check` only says
 * whether the pages are current.
 */
import { type Rule, ruleMarkdown, ruleSummary, rules } from "../lib/check/index.ts";
import { writePages } from "./write-pages.ts";

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

writePages("docs/rules", pages, "the rules say");
