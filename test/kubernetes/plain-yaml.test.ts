import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { array, assert, constantFrom, integer, property, tuple } from "fast-check";
import { parseAllDocuments, stringify } from "yaml";
import { rules } from "../../lib/check/index.ts";
import { carefulDocuments, documentsOf } from "../../lib/kubernetes/documents.ts";
import { joined, stepsOf } from "../../lib/kubernetes/path.ts";
import { plainLines } from "../../lib/kubernetes/plain-lines.ts";
import { plainDocuments } from "../../lib/kubernetes/plain-yaml.ts";
import { sized } from "../sizes.ts";

/** What the careful reader makes of a text, or that it finds something wrong. */
function careful(text: string): unknown[] | string {
  const problems: string[] = [];
  try {
    const documents = [
      ...carefulDocuments(text, { fail: (message) => problems.push(message), repeat: (message) => problems.push(message) }),
    ];
    return problems[0] ?? documents.map(({ value }) => value);
  } catch (error) {
    return String(error);
  }
}

/** Texts that people and tools write: what was generated, and the rules' examples. */
const generated = readdirSync("dist", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".yaml"))
  .map((path) => readFileSync(join("dist", path), "utf8"));
const examples = rules.flatMap(({ bad, good }) => [bad, good]);
const texts = [
  ...generated,
  ...examples,
  ...examples.map((text) =>
    parseAllDocuments(text, { uniqueKeys: false })
      .map((document) => stringify(document.toJS()))
      .join("---\n"),
  ),
];

const same = (text: string) => {
  const plain = plainDocuments(text)?.filter((value) => value !== null && value !== undefined);
  if (plain !== undefined) expect([text, plain]).toEqual([text, careful(text)]);
  return plain !== undefined;
};

test(`most of ${texts.length} texts are plain, and both readers read those the same`, () => {
  const plain = texts.filter(same);
  expect(plain.length).toBeGreaterThan(0.85 * texts.length);
});

const pieces = [
  ..."\n :-#'\"|>{}[],\\?~0.a%@`=&*!\t\r",
  ...[
    "- ",
    ": ",
    " #",
    "---\n",
    "...\n",
    "null",
    "true",
    "yes",
    "0o7",
    "0x1",
    "1e3",
    "1_0",
    ".5",
    "+1",
    "-0",
    "\n\n",
    "  ",
    "<<: ",
    "{{",
    "&a ",
    "*a",
    "!!str ",
  ],
  ...["é", "\u2028", "\\u0041", "'': ", "null: ", "? ", "[a]: ", "\n  \n", "012", "1:30", "2030-01-31", "12345678901234567890"],
];
const runs = sized(2000, 60_000);
test(`what ${runs} changed texts are to one reader they are to the other, and so are the lines of some`, () => {
  const edit = tuple(integer({ min: 0, max: 1 << 20 }), integer({ min: 0, max: 3 }), constantFrom(...pieces));
  assert(
    property(constantFrom(...texts), array(edit, { minLength: 1, maxLength: 4 }), (text, edits) => {
      let changed = text.slice(0, 2000);
      for (const [place, removed, piece] of edits) {
        const at = place % (changed.length + 1);
        changed = changed.slice(0, at) + piece + changed.slice(at + removed);
      }
      // Lines take as long again: those of a quarter of the texts are compared.
      if (same(changed) && edits.length === 1) sameLines(changed);
    }),
    { numRuns: runs, seed: 16 },
  );
});

test.each([
  ["numbers as YAML 1.1 has them", "a: 010\n"],
  ["numbers with marks between digits", "a: 1_000\n"],
  ["words for booleans", "a: yes\n"],
  ["anchors", "a: &a b\nc: *a\n"],
  ["a key twice", "a: b\na: c\n"],
  ["maps as keys", "{ a, { b: c } }\n"],
  ["lists as keys", "a: [{ b, [c] }]\n"],
  ["texts over several lines", 'a: "b\nc"\n'],
  ["lists over several lines", "a: [b,\nc]\n"],
  ["tags", "a: !!str 1\n"],
  ["broken YAML", "a: [\n"],
])("%s are for the careful reader", (_name, text) => {
  expect(plainDocuments(text)).toBeUndefined();
});

/** Paths to all that a value holds, and to what it doesn't. */
function* pathsIn(value: unknown, path = ""): Generator<string> {
  yield path;
  yield joined(path, "nowhere");
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) yield* pathsIn(member, Array.isArray(value) ? `${path}[${key}]` : joined(path, key));
}

/** Holds each line of a text equal; says how many, and how many of them the quick reader knew. */
function sameLines(text: string): { readonly asked: number; readonly known: number } {
  const listener = { fail: () => {}, repeat: () => {} };
  const [read, expected] = [[...documentsOf(text, listener)], [...carefulDocuments(text, listener)]];
  const quick = plainDocuments(text) === undefined ? [] : plainLines(text);
  let [asked, known] = [0, 0];
  for (const [index, { value, linesAt }] of read.entries())
    for (const path of pathsIn(value)) {
      const [line, careful] = [linesAt([])(path), expected[index]?.linesAt([])(path)];
      // Some 100,000 are compared, and an expectation takes longer than a line.
      if (line !== careful) expect([text, path, line]).toEqual([text, path, careful]);
      asked++;
      if (quick[index]?.(stepsOf(path)) !== undefined) known++;
    }
  return { asked, known };
}

test("lines are those of the careful reader, and hardly ever for it to say", () => {
  const counts = texts.map(sameLines);
  const sum = (key: "asked" | "known") => counts.reduce((total, count) => total + count[key], 0);
  expect(sum("known")).toBeGreaterThan(0.85 * sum("asked"));
});

test.each([
  "# first\n\na:\n  b: c\n",
  "a:\n- b\n-\n  c: d\n-\n- e:\n  - f\n",
  "a:\n- - b\n  - c\n-   d: 1\n    e: 2\n",
  "a: b\n  c\n  d\ne: f\n",
  "a:\n  {b: {c: d}, e: [f, g]}\nh: []\n",
  "a:\n  # why\n  - b\n\n  - |\n    c: d\n    e\n  - f: |-\n      g: h\ni: j\n",
  "---\na: 1\n---\n---\n# nothing\n---\nb:\n  c: 2\n...\n---\n- d\n",
  "2: a\n1: b\n'x y': c\n\"z\": d\ntrue: e\n",
  "a: { b: , c: [d] }\nd: [e, ]\n",
  "a:\nb:\n  c:\n  d: ~\n",
])("lines of %j are those of the careful reader", (text) => {
  expect(sameLines(text).asked).toBeGreaterThan(2);
});
