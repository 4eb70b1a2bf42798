import fc from "fast-check";
import { parse } from "yaml";
import { toYaml } from "../../lib/manifest/index.ts";
import { describeWithTools, kustomize } from "../tools.ts";

const cases: readonly (readonly [what: string, value: unknown, text: string])[] = [
  [
    "what an object is comes first",
    { spec: 1, metadata: { name: "a" }, kind: "K", apiVersion: "v1" },
    "apiVersion: v1\nkind: K\nmetadata:\n  name: a\nspec: 1\n",
  ],
  ["lists stand below their key", { a: ["x", { b: 1, name: "web" }] }, "a:\n- x\n- name: web\n  b: 1\n"],
  ["empty collections are written out", { a: {}, b: [] }, "a: {}\nb: []\n"],
  ["undefined members are left out", { a: undefined, b: null }, "b: null\n"],
  ["words that mean something go in quotes", ["yes", "null", "y", "NO", "~", ""], '- "yes"\n- "null"\n- "y"\n- "NO"\n- "~"\n- ""\n'],
  [
    "numbers as text go in quotes",
    ["1", "1e3", "0x1f", "1_000", "12:30:45", "2020-01-01"],
    '- "1"\n- "1e3"\n- "0x1f"\n- "1_000"\n- "12:30:45"\n- "2020-01-01"\n',
  ],
  ["quantities, shares and networks are plain", ["256Mi", "100m", "25%", "10.0.0.0/16"], "- 256Mi\n- 100m\n- 25%\n- 10.0.0.0/16\n"],
  ["text of several lines is a block", { a: "one\n\ntwo\n", b: "x\ny" }, "a: |\n  one\n\n  two\nb: |-\n  x\n  y\n"],
  ["text a block can't hold is quoted", { a: "one \ntwo" }, 'a: "one \\ntwo"\n'],
];

test.each(cases)("%s", (_name, value, text) => {
  expect(toYaml(value)).toBe(text);
});

const awkward = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.string({
    unit: fc.constantFrom(
      " ",
      "\n",
      "\t",
      "\r",
      "#",
      ":",
      "-",
      "'",
      '"',
      "\\",
      "|",
      ">",
      "%",
      "@",
      "`",
      "{",
      "[",
      ",",
      "&",
      "*",
      "!",
      "?",
      "\u0085",
      "\u2028",
      "\ufeff",
      "\u0000",
      "a",
      "1",
    ),
  }),
  fc.constantFrom(
    "y",
    "Yes",
    "ON",
    ".inf",
    ".NaN",
    "0o7",
    "0b1",
    "e3",
    "1e3",
    "+1",
    "-.5",
    "<<",
    "=",
    "---",
    "...",
    "null",
    "~",
    "0x",
    "1__0",
    "190:20:30",
    "2001-12-14t21:59:43.10-05:00",
  ),
  fc.integer().map(String),
  fc.double().map(String),
  fc.string({ minLength: 1, maxLength: 3 }).map((text) => text.repeat(700)),
);

test("any JSON comes back from a YAML 1.2 reader", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(parse(toYaml(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 500 },
  );
});

describeWithTools(["kustomize", "yaml2json"], "read by Go", () => {
  test("any string, as value or key, comes back unchanged from the reader kustomize and Argo CD use", () => {
    const strings = fc.sample(
      awkward.filter((text) => text.isWellFormed()),
      { numRuns: 20_000, seed: 20260101 },
    );
    const values = Object.fromEntries(strings.map((text, index) => [`k${index}`, text]));
    const keys = Object.fromEntries(strings.map((text, index) => [text, index]));
    const read = kustomize.read(toYaml({ values, keys, nested: [{ values: [values] }] })) as {
      values: object;
      keys: object;
      nested: unknown;
    };
    expect(read.values).toEqual(values);
    expect(Object.entries(read.keys).sort()).toEqual(Object.entries(keys).sort());
    expect(read.nested).toEqual([{ values: [values] }]);
  });
});
