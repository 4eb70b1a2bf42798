import { writeReview } from "../../lib/review/index.ts";
import { chartReview } from "./chart-pair.ts";

/** What the text report shows below a field of the ConfigMap, or of the server's arguments. */
function shown(field: string, change: Parameters<typeof chartReview>[0], more: Parameters<typeof chartReview>[1] = {}): string[] {
  const text = writeReview(chartReview(change, more), "text", false);
  const [, lines = ""] = text.split(`      ${field}:\n`);
  return lines
    .split("\n")
    .slice(
      0,
      lines.split("\n").findIndex((line) => !line.startsWith("        ")),
    )
    .map((line) => line.trim());
}
const settings = (before: string, after: string) => {
  const map = (value: string) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "own", namespace: "shop" },
    data: { "own.txt": value },
  });
  return shown('data["own.txt"]', {}, { before: [map(before)], after: [map(after)] });
};
const numbered = (count: number, word: string) => Array.from({ length: count }, (_line, index) => `${word} ${index}`).join("\n");

test("a text of several lines is shown by the lines that differ", () => {
  expect(settings("#!/bin/sh\necho a\necho b\necho c\n", "#!/bin/sh\necho a\necho x\necho c\necho d\n")).toEqual([
    "- echo b",
    "+ echo x",
    "+ echo d",
  ]);
});

test("what is left out is counted", () => {
  const lines = settings(numbered(40, "old!"), numbered(30, "new!"));
  expect(lines).toHaveLength(13);
  expect(lines.at(-1)).toBe("and 58 more lines");
});

test("lists too long to compare entry by entry are shown as gone and come", () => {
  expect(settings(numbered(2500, "old!"), numbered(2500, "new!")).at(-1)).toBe("and 4988 more lines");
});

test.each([
  [
    "YAML",
    "level: info\nrules:\n- alert: A\n  expr: up\n- alert: B\n  expr: down\n",
    "rules:\n- alert: B\n  expr: down > 1\n- alert: A\n  expr: up\nlevel: info\n",
    ["~ rules[B].expr: down -> down > 1", "- rules (order): A", "+ rules (order): A"],
  ],
  [
    "JSON",
    '{"panels": [\n{"id": 1, "title": "a"}], "tags": ["a", "b"]}',
    '{"panels": [{"id": 1,\n"title": "b"}, {"id": 2}], "tags": ["b", "c"]}',
    ["~ panels[1].title: a -> b", '~ panels[2]: (none) -> {"id":2}', "- tags: a", "+ tags: c"],
  ],
  ["nothing but comments of YAML", "# a\na: 1\n", "# b\na: 1\n", ["- # a", "+ # b"]],
  ["broken YAML", "a: [\nb", "a: [\nc", ["- b", "+ c"]],
  ["aliases", "a: &x [1]\nb: *x\n", "a: &x [1]\nb: [*x, *x]\n", ["- b: *x", "+ b: [*x, *x]"]],
  ["members of no class", '{"__proto__": 1,\n"a": 1}', '{"__proto__": 2,\n"a": 1}', ["~ __proto__: 1 -> 2"]],
])("%s inside a value is shown by key, and else by line", (_name, before, after, expected) => {
  expect(settings(before, after)).toEqual(expected);
});

describe("a Secret inside a text is in no report", () => {
  const map = (data: object) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "own", namespace: "shop" }, data });
  const secret = (value: string, more = "") =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData:\n  password: ${value}\n${more}`;
  const kept = { other: "a: 1" };
  const large = `# ${"x".repeat(200_000)}\n`;
  const deep = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", data: { a: secret("hunter2") } });
  test.each<readonly [name: string, before: object, after: object]>([
    ["that changes", { a: secret("hunter1") }, { a: secret("hunter2") }],
    ["that changes in more", { a: secret("hunter1", "type: a\n") }, { a: secret("hunter2", "immutable: true\n") }],
    ["that comes", kept, { ...kept, a: secret("hunter2") }],
    ["that goes", { ...kept, a: secret("hunter1") }, kept],
    ["that comes as the first", {}, { a: secret("hunter2") }],
    ["where a plain text was", { a: "password: hunter1\n" }, { a: secret("hunter2") }],
    ["whose YAML is broken", { a: secret("hunter1", "  b: [\n") }, { a: secret("hunter2", "  b: {\n") }],
    ["whose YAML has aliases", { a: secret("hunter1") }, { a: `kind: &k Secret\ndata: &d { password: hunter2 }\nmore: [*d, *k]\n` }],
    ["that is too large to be read", { a: `${large}${secret("hunter1")}` }, { a: `${large}${secret("hunter2")}` }],
    ["in a text in the text", kept, { ...kept, a: deep }],
    ["that is JSON with escapes", kept, { ...kept, a: '{"k\\u0069nd": "Secret", "metadata": {}, "d\\u0061ta": {"a": "hunter2"}}' }],
  ])("%s", (_name, before, after) => {
    const found = chartReview({}, { before: [map(before)], after: [map(after)] });
    for (const format of ["text", "markdown", "html", "json", "codequality"] as const)
      expect(writeReview(found, format, false)).not.toMatch(/hunter/);
    expect(writeReview(found, "text", false)).toMatch(/\(hidden\)/);
  });
  test("of a list's entries", () => {
    const found = chartReview({ args: ["-c", secret("hunter2")] }, {});
    for (const format of ["text", "json"] as const) expect(writeReview(found, format, false)).not.toMatch(/hunter/);
  });
  test("and a reference to one is shown", () => {
    const reference = (name: string) => `valuesFrom:\n- kind: Secret\n  name: ${name}\n`;
    expect(settings(reference("a"), reference("b")).join()).toMatch(/valuesFrom/);
  });
});

test("a list of arguments is shown by what comes and goes", () => {
  expect(shown("spec.template.spec.containers[server].args", { args: ["--listen=:8080", "--log=debug", "--fast"] })).toEqual([
    "- --log=info",
    "+ --log=debug",
    "+ --fast",
  ]);
});

test("a long line is shown where it differs", () => {
  const [gone = "", come = ""] = settings(`${"a".repeat(200)}-old-${"b".repeat(200)}`, `${"a".repeat(200)}-new-${"b".repeat(200)}`);
  expect(gone).toMatch(/^- \.\.\.a+-old-b+\.\.\.$/);
  expect(come).toMatch(/^\+ \.\.\.a+-new-b+\.\.\.$/);
  expect(gone.length).toBeLessThan(90);
});

test("Markdown shows a difference as a block that nothing in it can end", () => {
  const map = (value: string) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "own", namespace: "shop" },
    data: { a: value },
  });
  const report = writeReview(chartReview({}, { before: [map("a\nb")], after: [map("a\n````\n</details>")] }), "markdown", false);
  expect(report).toContain("    `````diff\n    - b\n    + ````\n    + </details>\n    `````");
});

test("the labels of the version are shown once an object", () => {
  const text = writeReview(chartReview({}), "text", false);
  expect(text).not.toContain("app.kubernetes.io/version");
  expect(text).toContain("    Service server\n      the chart's version label: web-1.0.0 -> web-2.0.0\n");
});
