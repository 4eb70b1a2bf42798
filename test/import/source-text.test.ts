import fc from "fast-check";
import { literal } from "../../lib/import/source-text.ts";
import { sized } from "../sizes.ts";

// What is written is read again as TypeScript reads it.
const read = (text: string): unknown => new Function(`return (${text});`)();

test("any value of JSON reads as it was written", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[\\`${}\n\r\t"'a-c ]*$/));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, text, fc.integer(), fc.boolean(), fc.constant(null), tie("list"), tie("map")),
    list: fc.array(tie("value"), { maxLength: 4 }),
    map: fc.dictionary(
      text.filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 4, noNullPrototype: true },
    ),
  }));
  fc.assert(
    fc.property(value, (json) => expect(read(literal(json))).toEqual(json)),
    { numRuns: sized(500, 5000), seed: 20 },
  );
});

test("writes texts over several lines, and what fits on one line there", () => {
  expect(literal({ data: { "a.conf": `a\n  b \`c\` \${d} \\\n` }, list: ["a", "b"] })).toBe(`{
  data: {
    "a.conf": \`a
  b \\\`c\\\` \\\${d} \\\\
\`,
  },
  list: ["a", "b"],
}`);
  const long = { name: "a".repeat(60), other: "b".repeat(60) };
  expect(literal(long)).toBe(`{\n  name: "${long.name}",\n  other: "${long.other}",\n}`);
});

test("a key __proto__ is one as any other", () => {
  expect(Object.keys(read(literal(JSON.parse('{ "__proto__": { "a": 1 }, "b": 2 }'))) as object)).toEqual(["__proto__", "b"]);
});
