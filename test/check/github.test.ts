import fc from "fast-check";
import { writeReport } from "../../lib/check/index.ts";
import { reportOf, threeSeverities } from "./reports.ts";

const github = (...given: Parameters<typeof reportOf>) => writeReport(reportOf(...given), "github", true);

test("each finding is a command that annotates its line", () => {
  expect(github({ "shop/web.yaml": threeSeverities }).split("\n")).toEqual([
    "::notice file=shop/web.yaml,line=6,title=rollout/recreate::Deployment web spec.strategy.type: no pod runs during each rollout%0AUse RollingUpdate where two versions may run at a time.",
    expect.stringMatching(/^::warning file=shop\/web\.yaml,line=9,title=security\/image-tag::.*has the tag latest%0APin a tag/),
    '::error file=shop/web.yaml,line=9,title=schema/fields::Deployment web spec.template.spec.containers[0].port: unknown field "port"%0ADid you mean "ports"?',
    "",
  ]);
});

test("without findings nothing is printed, and a finding without a file has no place", () => {
  expect(github({})).toBe("");
  expect(github({ "": threeSeverities })).toContain("::error title=schema/fields::");
});

/** Reads a line as the runner does, and turns its escapes back. */
function command(line: string) {
  const [, name, properties = "", data = ""] = /^::(\w+) (.*?)::(.*)$/.exec(line) ?? [];
  const back = (text: string) =>
    text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%25", "%");
  return { name, properties: Object.fromEntries(properties.split(",").map((entry) => entry.split(/=(.*)/s).map(back))), data: back(data) };
}

test("names and values start no command of their own, whatever they hold", () => {
  const parts = [
    "::error::",
    "::stop-commands::x",
    "##[error]",
    "\n",
    "\r\n",
    "\r",
    "%",
    "%0A",
    "%0A::error::a",
    ",",
    "line=1",
    ":",
    "a",
    " ",
  ];
  const hostile = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 6 }).map((chosen) => chosen.join(""));
  fc.assert(
    fc.property(hostile, hostile, (file, value) => {
      const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: value }, [value]: value };
      const output = github({}, { manifests: [{ object: manifest, app: value, file }], unread: [{ file, message: value }] });
      const lines = output.split("\n");
      expect(lines.pop()).toBe("");
      expect(lines.length).toBeGreaterThan(1);
      for (const line of lines) {
        const { name, properties } = command(line);
        expect(name).toBe("error");
        expect(Object.keys(properties)).toEqual(["file", "title"]);
        expect(properties.file).toBe(file.replaceAll("\n", "\\u000a").replaceAll("\r", "\\u000d"));
        expect(line).not.toMatch(/\r/);
      }
    }),
    { numRuns: 300, seed: 5 },
  );
});
