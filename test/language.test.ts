import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { rules } from "../lib/check/index.ts";

/** Words that stood for something that has a name in CONTRIBUTING's glossary, in Kubernetes' documents or in plain English. */
const banned: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bmend(s|ed|ing)?\b/i, "fix"],
  [/\b(un)?told\b/i, "reported, shown, configured"],
  [/\bspots?\b|Spots?\b(?!light)/, "issue"],
  [/surroundings?/i, "environment, context"],
  [/\b(made|Made)(By|Objects)\b|\bmakers?\b/, "provided objects, vendors"],
  [/\b(const|let) made\b/, "a name of what it holds"],
  [/\bTried[A-Z]\w+/, "simulator"],
  [/\bNotCovered\b(?!Error)/, "NotCoveredError"],
  [/\bofKindName\b/, "countOfKind"],
  [/\binTurn\b/, "whileLocked"],
  [/\bland(s|ed)\b/i, "is applied, is committed"],
  [/\bwish(es)?\b/i, "request"],
  [/\btaught\b/i, "showed"],
  [/\bfor ever\b/i, "forever"],
  [/nothing says it/i, "is required but missing"],
  [/is required, and isn't there/i, "is required but missing"],
  [/\bis no (image|tag|digest|branch|host|regular expression|file|hook|object)\b/i, "is not a valid ..."],
  [/has the field no longer|serves? .{1,40} no longer/i, "was removed in Kubernetes 1.36"],
  [/it is so already/i, "Already up to date; nothing was pushed"],
  [/\b(at least|at most|exactly) 1 (fields|items|characters|problems|objects|files)\b/i, "the singular"],
  [/the forms (its schema has )?under (oneOf|anyOf|not)/i, "the alternatives by name"],
  [/\(one\) =>|\(one, other\) =>/, "a name of what it holds"],
  [/[({,]\s*\w+: _+\s*[,})]|\((_+), |\bconst __+\b/, "a name of what it drops"],
];

/** This file and the changelog quote the words; generated files, data and stored pictures don't choose theirs. */
const leftOut =
  /^(test\/language\.test\.ts|CHANGELOG\.md|lib\/overlay\/model(-patch)?\.ts|package-lock\.json|dist\/)|\.(gz|png|snap|json)$/;
const files = execFileSync("git", ["ls-files"], { encoding: "utf8" })
  .trim()
  .split("\n")
  .filter((file) => !leftOut.test(file) && /\.(ts|js|mjs|cjs|sh|yml|yaml|md)$/.test(file));

test("code, messages and documents use the words of the glossary", () => {
  const found = files.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line, index) =>
        banned.flatMap(([pattern, instead]) => {
          const match = pattern.exec(line.replaceAll("__proto__", ""));
          return match ? [`${file}:${index + 1}: "${match[0]}": use ${instead}`] : [];
        }),
      ),
  );
  expect(found).toEqual([]);
});

test("the glossary has at most twenty words, each with what it means", () => {
  const words = /^## Words$([\s\S]*?)^## /m.exec(readFileSync("CONTRIBUTING.md", "utf8"))?.[1] ?? "";
  const rows = [...words.matchAll(/^\| (\w+) +\| (.+?) +\|$/gm)].filter(([, word]) => word !== "word");
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.length).toBeLessThanOrEqual(20);
  for (const [, word, meaning = ""] of rows) expect([word, meaning.split(" ").length > 2]).toEqual([word, true]);
});

test("every rule says in sentences what happens and what to do", () => {
  const sentence = /^[A-Z`'"].*[.!?)`]$/s;
  const wrong = rules.flatMap(({ id, why, fix }) =>
    [why, fix].filter((text) => !sentence.test(text) || text.length < 12).map((text) => `${id}: ${text}`),
  );
  expect(wrong).toEqual([]);
});
