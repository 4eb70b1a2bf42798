import { seen } from "./terminal.ts";

/** What Markdown reads as markup, and GitLab as a mention or reference: https://docs.gitlab.com/user/markdown/#gitlab-specific-references */
const special = /[\\`*_{}[\]<>#|~@&$!%^]/g;
/** What GitLab reads as an emoji, and Markdown as a link: a colon in an element of its own is neither. */
const colon = /:(?=[\w+-]+:|\/\/)/g;
const address = /\b(www)\./gi;

/** Text from outside in a line or table cell of Markdown: nothing of it is markup, a link, a mention, a reference or an emoji. */
export const markdownText = (text: string) =>
  seen(text).replace(special, "\\$&").replace(address, "$1\\.").replace(colon, "<span>:</span>");

/** Characters of code past which it is cut: more than any path has that a person would read. */
const mostCode = 1000;

/** Text from outside as code in Markdown, whatever backticks it holds. Not for table cells, where a `|` would end the cell. */
export function markdownCode(text: string): string {
  const whole = seen(text) || " ";
  const shown = whole.length > mostCode ? `${whole.slice(0, mostCode).replace(/[\uD800-\uDBFF]$/, "")}...` : whole;
  const longest = [...shown.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0);
  const fence = "`".repeat(longest + 1);
  const space = /^`|`$/.test(shown) ? " " : "";
  return `${fence}${space}${shown}${space}${fence}`;
}

/**
 * Lines from outside as a block of code in Markdown, whatever backticks they hold.
 * @param language as GitLab and GitHub colour it
 * @param indent what stands before each line, as in an entry of a list
 */
export function markdownBlock(lines: readonly string[], language: string, indent: string): string {
  const fence = "`".repeat(Math.max(3, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length + 1))));
  return [`${fence}${language}`, ...lines.map(seen), fence].map((line) => `${indent}${line}`).join("\n");
}

/**
 * Text from outside in an HTML element of Markdown, as a summary: there backslashes do nothing, and GitLab looks for mentions in all text
 * but code.
 */
export const markdownHtml = (text: string) =>
  `<code>${seen(text).replace(/[^A-Za-z0-9 ,.()/=-]/gu, (character) => `&#${character.codePointAt(0)};`)}</code>`;
