import { hasColours } from "../../lib/cli/output.ts";
import { Project } from "../project.ts";

const terminal = { isTTY: true };
const pipe = {};

test.each([
  ["a terminal", terminal, {}, true],
  ["a pipe", pipe, {}, false],
  ["a terminal with NO_COLOR", terminal, { NO_COLOR: "1" }, false],
  ["a terminal with an empty NO_COLOR", terminal, { NO_COLOR: "" }, true],
  ["a dumb terminal", terminal, { TERM: "dumb" }, false],
  ["a pipe with FORCE_COLOR", pipe, { FORCE_COLOR: "1" }, true],
  ["a terminal with FORCE_COLOR=0", terminal, { FORCE_COLOR: "0" }, false],
  ["a terminal with FORCE_COLOR=false", terminal, { FORCE_COLOR: "false" }, false],
  ["FORCE_COLOR before NO_COLOR", pipe, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
])("%s", (_what, stream, environment, expected) => {
  expect(hasColours(stream, environment)).toBe(expected);
});

describe("a command", () => {
  const project = new Project({ "web.yaml": "apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [] }\n" });

  test("paints severities where colours are forced, and never what a program reads", () => {
    const coloured = project.slipwayWith({ FORCE_COLOR: "1" }, "check", "web.yaml");
    expect(coloured.stdout).toContain("\u001b[31merror\u001b[0m");
    expect(project.slipway("check", "web.yaml").stdout).not.toContain("\u001b");
    expect(project.slipwayWith({ FORCE_COLOR: "1" }, "check", "web.yaml", "--format", "json").stdout).not.toContain("\u001b");
  });

  test("paints what is wrong, and leaves what to do about it", () => {
    const { stderr } = project.slipwayWith({ FORCE_COLOR: "1" }, "check", "wep.yaml");
    expect(stderr.startsWith("\u001b[1;31mwep.yaml: ")).toBe(true);
    expect(stderr).toContain("\u001b[0m\n  ");
    expect(project.slipway("check", "wep.yaml").stderr).not.toContain("\u001b");
  });
});
