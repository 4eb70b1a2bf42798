import fc from "fast-check";
import { check, writeReport } from "../../lib/check/index.ts";
import type { KubernetesObject } from "../../lib/manifest/index.ts";
import { escaped, linesForTerminal, markdownCode, markdownHtml, markdownText, seen, toJson } from "../../lib/outside/index.ts";
import { InputError } from "../../lib/problem/index.ts";
import { review, treeOf, writeReview } from "../../lib/review/index.ts";
import { Project } from "../project.ts";

const hostile = [
  "\u001b[31mred",
  "\u001b]8;;https://evil.example\u0007link",
  "\u009b2J",
  "\r",
  "\n",
  "\b",
  "\u0000",
  "\u007f",
  "\u200b",
  "\u200e",
  "\u202e",
  "\u2066",
  "\u061c",
  "\u2028",
  "\u2029",
  "\ufeff",
  "\u{e0041}",
  "\ud800",
  "@all",
  "#1",
  "!1",
  "&1",
  "~bug",
  "%v1",
  "$1",
  "^alert",
  ":smile:",
  "/close",
  "[a](https://evil.example)",
  "![a](b)",
  "<img src=x onerror=alert(1)>",
  "</script>",
  "</summary>",
  "`",
  "```",
  "|",
  "\\",
  "*b*",
  "_i_",
  '"',
  "'",
  "https://evil.example",
  "www.evil.example",
  "&lt;",
] as const;
const text = fc
  .array(fc.oneof(fc.constantFrom(...hostile), fc.constantFrom("a", "web", "-", " ")), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(""));

const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of reports begin with one.
const colours = /\u001b\[[\d;]*m/g;
const acts = (output: string) => unseen.test(output.replaceAll("\n", "").replaceAll(colours, ""));
/** What GitLab would act on, once code and what is escaped is taken out. */
const references = /(^|[^\\])[@#!&~%$^](?=\w)|(^|[^\\])[<>|[\]]|:\w+:|https?:\/\/|\bwww\.\w/;

test("text from outside acts on no terminal, page or note, whatever it holds", () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(unseen.test(seen(value))).toBe(false);
      expect(acts(linesForTerminal(value).replaceAll("\t", ""))).toBe(false);
      expect(escaped(value)).not.toMatch(/[<>"']/);
      expect(acts(toJson(value))).toBe(false);
      expect(JSON.parse(toJson({ value: value.toWellFormed() }))).toEqual({ value: value.toWellFormed() });
      expect(
        markdownText(value)
          .replaceAll("<span>:</span>", " ")
          .replaceAll(/\\[\\`*_{}[\]<>#|~@&$!%^.]/g, " "),
      ).not.toMatch(/[`*_{}[\]<>#|~@&$!%^]|:\w+:|\w:\/\/|\bwww\./);
      expect(markdownHtml(value)).toMatch(/^<code>([A-Za-z0-9 ,.()/=-]|&#\d+;)*<\/code>$/);
      const code = markdownCode(value);
      const fence = /^`+/.exec(code)?.[0] ?? "";
      expect(code.slice(fence.length, -fence.length)).not.toMatch(new RegExp(`(^|[^\`])${fence}($|[^\`])`));
    }),
    { numRuns: 2000, seed: 22 },
  );
});

const objectOf = (name: string, value: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: name, labels: { app: value, [value]: value } },
  spec: {
    selector: { matchLabels: { app: value } },
    template: {
      metadata: { labels: { app: value } },
      spec: {
        serviceAccountName: value,
        containers: [{ name: value, image: value, env: [{ name, value }], ports: [{ name: value, containerPort: 1 }] }],
      },
    },
  },
});

test("names and values with marks of their own are written out by every report", () => {
  fc.assert(
    fc.property(text, text, text, (name, value, other) => {
      const objects = [
        objectOf(name, value),
        { apiVersion: value, kind: name, metadata: { name: value }, data: { [name]: value } },
      ] as unknown as KubernetesObject[];
      const report = check(
        [
          {
            name,
            kubernetes: "1.34",
            manifests: objects.map((object) => ({ object, app: value, file: name })),
            unread: [{ file: name, message: "is not a file" }],
          },
        ],
        "2026-01-01",
      );
      for (const format of ["text", "json", "codequality", "sarif", "github"] as const)
        expect(acts(writeReport(report, format, true))).toBe(false);
      const tree = (shown: string) =>
        treeOf(
          new Map([
            [
              `${name}/a.json`,
              [
                objectOf(name, shown),
                {
                  apiVersion: "v1",
                  kind: "ConfigMap",
                  metadata: { name, annotations: { [shown]: shown } },
                  data: { [shown]: shown, a: shown },
                },
              ]
                .map((entry) => JSON.stringify(entry))
                .join("\n---\n"),
            ],
          ]),
          name,
        );
      const found = review(tree(value), tree(other));
      for (const format of ["text", "markdown", "json", "html", "codequality"] as const)
        expect(acts(writeReview(found, format, true))).toBe(false);
      const markdown = writeReview(found, "markdown", false)
        .replaceAll(/<code>.*?<\/code>/g, "")
        .replaceAll(/<span>:<\/span>/g, " ");
      const lines = markdown.split("\n").map((line) => line.replaceAll(/(?<![\\`])(`+)(?!`).*?[^`]\1(?!`)/g, "").replaceAll(/\\./g, " "));
      for (const line of lines.filter((entry) => /^( {2})?- |^\|/.test(entry)))
        expect(line.replace(/^\|(.*)\|$/, "$1").replaceAll(" | ", " ")).not.toMatch(references);
      const page = writeReview(found, "html", false);
      expect(page.match(/<img|onerror=alert\(1\)>/g)).toBeNull();
      expect(page.match(/<\/script>/g)).toHaveLength(1);
    }),
    { numRuns: 150, seed: 22 },
  );
});

test("messages of bad input are lines of their own, whatever stands in them", () => {
  const { message } = new InputError([
    { file: "a\u001b[2J\nb: all is well", path: "x\u202e", message: 'found "\u009b"', fix: "Not \r this." },
  ]);
  expect(message).toBe('a\\u001b[2J\\u000ab: all is well: x\\u202e: found "\\u009b"\n  Not \\u000d this.');
});

test("the command line writes out what it is given, and what files are called", () => {
  const project = new Project({
    "manifests/a\u001b[2J.yaml": "a: [",
    "manifests/b.yaml": 'apiVersion: v1\nkind: "Pod\\e[31m"\nmetadata: { name: "a\\nb" }\n',
  });
  for (const args of [
    ["check", "manifests"],
    ["check", "no\u001b[2Jwhere"],
    ["check", "manifests", "--for\u009bmat"],
    ["review", "a\u202e", "b\n"],
    ["explain", "\u001b", "x"],
    ["rules", "\u001b[31m"],
  ]) {
    const { stdout, stderr } = project.slipway(...args);
    expect(stdout + stderr).not.toBe("");
    expect(acts(stdout + stderr)).toBe(false);
  }
});
