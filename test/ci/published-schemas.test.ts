import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describeWithTools } from "../tools.ts";
import { tools } from "../tools-folder.ts";
import { writeFiles } from "../write-files.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-published-"));
afterAll(() => rmSync(folder, { recursive: true }));

function run(tool: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(join(tools, tool), args, { encoding: "utf8" });
  return { status, said: stdout + stderr };
}
const workflows = readdirSync(".github/workflows").map((name) => join(".github/workflows", name));

/** The workflows that the documents show, as files. */
function workflowsOfDocs(): readonly string[] {
  const files = readdirSync("docs").filter((name) => name.endsWith(".md"));
  const blocks = files.flatMap((file) =>
    [...readFileSync(join("docs", file), "utf8").matchAll(/```yaml\n((?:name: [^\n]*\n)?on:.*?)```/gs)].map(
      ([, text = ""], index): [string, string] => [`docs/.github/workflows/${basename(file, ".md")}-${index}.yml`, text],
    ),
  );
  writeFiles(folder, Object.fromEntries(blocks));
  return blocks.map(([path]) => join(folder, path));
}

describeWithTools(["check-jsonschema"], "the published schemas of GitHub and GitLab", () => {
  const check = (schema: string, ...more: string[]) => run("check-jsonschema", "--builtin-schema", `vendor.${schema}`, ...more);

  test("hold for the workflows, those of the documents among them, and for the action", () => {
    const all = [...workflows, ...workflowsOfDocs()];
    expect(all.length).toBeGreaterThan(workflows.length);
    expect(check("github-workflows", ...all)).toMatchObject({ status: 0 });
    expect(check("github-actions", "action.yml")).toMatchObject({ status: 0 });
  });

  test("hold for the pipeline and the component's templates", () => {
    const names = [".gitlab-ci.yml", ...readdirSync("templates").map((name) => join("templates", name))];
    // Behind the header, which the schema knows as a document of its own.
    const bodies = names.map((name): [string, string] => [
      `gitlab/${basename(name)}`,
      (readFileSync(name, "utf8").split(/^---$/m).at(-1) ?? "").replace(/^\.gitlab-ci/, "pipeline"),
    ]);
    writeFiles(folder, Object.fromEntries(bodies));
    const files = bodies.map(([path]) => join(folder, path));
    expect(check("gitlab-ci", "--data-transform", "gitlab-ci", ...files)).toMatchObject({ status: 0 });
  });

  test("refuse what isn't in them", () => {
    const text = readFileSync(workflows[0] as string, "utf8").replace("runs-on:", "run-on:");
    writeFiles(folder, { "wrong/workflow.yml": text, "wrong/action.yml": "name: a\nruns: { using: composite }\n" });
    expect(check("github-workflows", join(folder, "wrong/workflow.yml"))).toMatchObject({ status: 1 });
    expect(check("github-actions", join(folder, "wrong/action.yml"))).toMatchObject({ status: 1 });
  });
});

describeWithTools(["actionlint"], "actionlint, which knows expressions, steps and their outputs", () => {
  test("finds nothing in the workflows, those of the documents among them", () => {
    expect(run("actionlint", "-shellcheck=", "-pyflakes=", ...workflows, ...workflowsOfDocs())).toEqual({ status: 0, said: "" });
  });

  test("finds the output of a step that isn't there", () => {
    const text = readFileSync(".github/workflows/slipway-release.yml", "utf8").replace("steps.slipway.outputs", "steps.nobody.outputs");
    writeFiles(folder, { ".github/workflows/wrong.yml": text });
    expect(run("actionlint", "-shellcheck=", "-pyflakes=", join(folder, ".github/workflows/wrong.yml"))).toMatchObject({
      status: 1,
      said: expect.stringContaining('property "nobody" is not defined'),
    });
  });
});
