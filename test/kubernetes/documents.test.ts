import { readManifests } from "../../lib/kubernetes/index.ts";

const widget = (value: string, kind = "Widget") => `apiVersion: shop.example/v1
kind: ${kind}
metadata: { name: web }
spec: { value: ${value} }
`;
const valueIn = (text: string) => readManifests(text).objects.map(({ object }) => (object.spec as { value: unknown }).value);

describe("an integer that JavaScript would round", () => {
  test.each([
    "9007199254740993",
    "-9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "0x20000000000001",
    "9_007_199_254_740_993",
  ])("%s is a problem, and the other documents are read", (integer) => {
    const { objects, problems } = readManifests(`${widget(integer)}---\n${widget("1")}`);
    expect(problems).toEqual([{ message: `holds the integer ${integer}, which can't be kept to its last digit`, line: 4 }]);
    expect(objects).toHaveLength(1);
  });

  test.each([
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", 9007199254740992],
    ['"9007199254740993"', "9007199254740993"],
    // The API server keeps these as decimals, as JavaScript does.
    ["12345678901234567890", 12345678901234567000],
    ["1e20", 1e20],
    ["12345678901234567890.5", 12345678901234567000],
  ])("%s is none", (text, value) => {
    // The long digits of the other document have both looked at one by one.
    const both = `${widget(text)}---\n${widget('"1234567890123456789"')}`;
    expect(readManifests(both).problems).toEqual([]);
    expect(valueIn(both)[0]).toEqual(value);
  });

  test("is a limit in a CRD, which the API server keeps as a decimal", () => {
    expect(readManifests(widget("9223372036854775807", "CustomResourceDefinition")).problems).toEqual([]);
  });
});
