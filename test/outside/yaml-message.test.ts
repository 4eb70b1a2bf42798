import { LineCounter } from "yaml";
import { quotedLine, syntaxProblem, yamlDocument } from "../../lib/outside/index.ts";

function problemOf(text: string) {
  const lines = new LineCounter();
  return syntaxProblem(text, yamlDocument(text, lines)?.errors ?? [], lines);
}

test.each([
  ["a tab", "resources:\n\t- web.yaml\nimages:\n\t- name: x\n", 2, "→- web.yaml"],
  ["a missing colon", "resources\n  - web.yaml\nimages:\n  - name: x\n", 1, "resources"],
  ["a bad indent", "images:\n  - name: x\n newTag: 1\n  digest: y\n", 3, " newTag: 1"],
  ["a quote that isn't closed", "a: 1\nb: 'x\n", 2, "b: 'x"],
  ["two slips", "a: b: c\nd: e: f\n", 1, "a: b: c"],
])("%s is one problem, with its line quoted", (_what, text, line, excerpt) => {
  expect(problemOf(text)).toMatchObject({ line, excerpt });
});

test("a text without slips has no problem", () => {
  expect(problemOf("a: 1\n")).toBeUndefined();
});

test.each([
  ["a line that names a secret", "user: x\ndbPassword: 'hunter2\n", 2],
  ["a line of a Secret", "kind: Secret\ndata:\n\tvalue: aHVudGVyMg==\n", 3],
  ["a line that isn't there", "a: 1\n", 7],
])("%s isn't quoted", (_what, text, line) => {
  expect(quotedLine(text, line)).toEqual({});
});

test("a long line is cut", () => {
  expect(quotedLine("x".repeat(1000), 1).excerpt).toHaveLength(100);
});
