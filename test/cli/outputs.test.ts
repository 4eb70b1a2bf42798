import { mkdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Project } from "../project.ts";

const pod = (image: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: shop }\nspec: { containers: [{ name: a, image: "${image}" }] }\n`;

describe("--output", () => {
  test("of review writes each report as --format prints it, and leaves stdout to --format", () => {
    const project = Project.bare({ "old/a.yaml": pod("a:1"), "new/a.yaml": pod("a:2") });
    const printed = (format: string) => project.slipway("review", "old", "new", "--format", format);
    const outputs = ["markdown", "json", "html", "codequality", "text"].flatMap((format) => ["--output", `${format}=out/${format}`]);
    const { status, stdout } = project.slipway("review", ...outputs, "old", "new", "--fail-on", "in-place", "--format", "html");
    expect({ status, stdout }).toEqual({ status: 1, stdout: printed("html").stdout });
    for (const format of ["markdown", "json", "html", "codequality", "text"])
      expect([format, project.read(`out/${format}`)]).toEqual([format, printed(format).stdout]);
  });

  test("of check too, and only its owner can read a file, the one that was there before included", () => {
    const project = Project.bare({ "a.yaml": pod("a:latest"), "check.sarif": "old" });
    const { status, stdout } = project.slipway("check", "a.yaml", "--output", "sarif=check.sarif", "--output", "json=check.json");
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("Pod a") });
    expect(project.read("check.sarif")).toBe(project.slipway("check", "a.yaml", "--format", "sarif").stdout);
    expect(JSON.parse(project.read("check.json"))).toMatchObject({ kind: "CheckReport" });
    for (const file of ["check.sarif", "check.json"]) expect(statSync(join(project.folder, file)).mode & 0o777).toBe(0o600);
  });

  test.each(["check", "review"])("of %s says all that is wrong with it before anything runs", (command) => {
    const project = Project.bare({ "a.yaml": pod("a:1"), file: "" });
    mkdirSync(join(project.folder, "folder"));
    symlinkSync("folder", join(project.folder, "link"));
    const given = [
      "json=link",
      "jsn=a",
      "json",
      "=a",
      "json=",
      "json=folder",
      "json=file/below",
      "json=folder/a",
      "text=link/a",
      "json=a=b",
    ];
    const { status, stdout, stderr } = project.slipway(command, "nowhere", ...given.flatMap((output) => ["--output", output]));
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.split("\n").filter((line) => !line.startsWith("  "))).toEqual([
      "link: --output: this is not a regular file",
      '--output: there is no format "jsn"',
      '--output: expected FORMAT=FILE, found "json"',
      '--output: there is no format ""',
      '--output: expected FORMAT=FILE, found "json="',
      "folder: --output: this is a folder",
      "file/below: --output: a file is where a folder has to be (ENOTDIR)",
      "link/a: --output: another report is written to this file",
      "",
      "8 problems; nothing was written.",
      "",
    ]);
    expect(Object.keys(project.files(".")).sort()).toEqual(["a.yaml", "file"]);
  });
});
