import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { writeFiles } from "../write-files.ts";

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly on: { readonly workflow_call: { readonly inputs?: Readonly<Record<string, object>> } };
  readonly permissions: object;
  readonly jobs: Readonly<
    Record<string, { readonly permissions: object; readonly "timeout-minutes": number; readonly steps: readonly Step[] }>
  >;
}

const folder = ".github/workflows";
const workflows = new Map(readdirSync(folder).map((name) => [name, parse(readFileSync(join(folder, name), "utf8")) as Workflow]));
const action = parse(readFileSync("action.yml", "utf8")) as { readonly inputs: object; readonly outputs: object };
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);

test("every reusable workflow grants its one job no more than that needs, and ends by itself", () => {
  const granted = [...workflows].map(([name, { permissions, jobs }]) => [
    name,
    permissions,
    ...Object.values(jobs).map((job) => job.permissions),
  ]);
  expect(granted.sort()).toEqual([
    ["slipway-check.yml", {}, { contents: "read" }],
    ["slipway-comment.yml", {}, { actions: "read", "pull-requests": "write" }],
    ["slipway-release.yml", {}, { contents: "write", "pull-requests": "write" }],
    ["slipway-review.yml", {}, { contents: "read", "pull-requests": "write" }],
  ]);
  for (const { on, jobs } of workflows.values()) {
    expect(Object.keys(on)).toEqual(["workflow_call"]);
    for (const job of Object.values(jobs)) expect(job["timeout-minutes"]).toBeLessThanOrEqual(15);
  }
});

test("no expression stands in a script, where it would be run", () => {
  for (const workflow of workflows.values()) for (const { run = "" } of stepsOf(workflow)) expect(run).not.toContain("${{");
});

describe.each([...workflows])("%s", (name, workflow) => {
  const text = readFileSync(join(folder, name), "utf8");
  const steps = stepsOf(workflow);
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

  test("names this version of slipway, and inputs and outputs that its action has", () => {
    const own = steps.filter(({ uses = "" }) => uses.startsWith("dominos/slipway@"));
    for (const { uses, with: given = {} } of own) {
      expect(uses).toBe(`dominos/slipway@v${version}`);
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
    }
    const cloned = steps.filter(({ with: given }) => given?.repository === "dominos/slipway");
    for (const { with: given } of cloned) expect(given?.ref).toBe(`v${version}`);
    expect(own.length + cloned.length).toBe(1);
    const outputs = own.length > 0 ? Object.keys(action.outputs) : ["branch"];
    for (const [, output = ""] of text.matchAll(/steps\.slipway\.outputs\.([\w-]+)/g)) expect(outputs).toContain(output);
  });

  test("uses inputs and scripts that there are, and keeps no credentials in its clone", () => {
    for (const { with: given } of steps.filter(({ uses = "" }) => uses.startsWith("actions/checkout@")))
      expect(given).toMatchObject({ "persist-credentials": false });
    const { inputs = {} } = workflow.on.workflow_call;
    for (const [, input = ""] of text.matchAll(/inputs\.([\w-]+)/g)) expect(Object.keys(inputs)).toContain(input);
    for (const [, path = ""] of text.matchAll(/(?<![\w./-])(?:\.slipway-action\/)?(scripts\/[\w./-]+)/g))
      expect(existsSync(path)).toBe(true);
  });
});

/** Runs the script of a step, as a runner does. */
function runStep(workflow: string, name: string, cwd: string, variables: Readonly<Record<string, string>>) {
  const { run = "" } = stepsOf(workflows.get(workflow) as Workflow).find((step) => step.name === name) ?? {};
  expect(run).not.toBe("");
  return spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run], {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env.PATH ?? "", HOME: cwd, ...variables },
  });
}

describe("the scripts of the workflows", () => {
  let place: string;
  beforeEach(() => (place = mkdtempSync(join(tmpdir(), "slipway-workflow-"))));
  afterEach(() => rmSync(place, { recursive: true }));

  test("leave a fork's report and number as what the comment's script takes, whatever they hold", () => {
    const name = "Leave the report of a fork for the workflow that may comment";
    writeFiles(place, { "r e.md": "### Review: $(touch owned)\n" });
    const variables = { RUNNER_TEMP: place, REPORT: join(place, "r e.md"), NUMBER: "12" };
    expect(runStep("slipway-review.yml", name, place, variables)).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(readFileSync(join(place, "slipway/review.md"), "utf8")).toBe("### Review: $(touch owned)\n");
    expect(readFileSync(join(place, "slipway/number"), "utf8")).toBe("12\n");
    expect(readdirSync(place).sort()).toEqual(["r e.md", "slipway"]);
  });

  test("take a fork's number for text, and refuse what is none", () => {
    writeFiles(place, {
      "report/review.md": "### Review\n",
      "report/number": "1;touch owned\n",
      ...Object.fromEntries(
        ["comment.mjs", "api.mjs"].map((name) => [`scripts/github/${name}`, readFileSync(`scripts/github/${name}`, "utf8")]),
      ),
    });
    const more = { SLIPWAY_REPORT: "report/review.md", SLIPWAY_HEAD: "abc", SLIPWAY_GITHUB_TOKEN: "secret" };
    const variables = { ...more, GITHUB_API_URL: "http://127.0.0.1:9", GITHUB_REPOSITORY: "shop/deploy" };
    expect(runStep("slipway-comment.yml", "Comment on the pull request", place, variables)).toMatchObject({
      status: 1,
      stderr: "comment: SLIPWAY_PULL_REQUEST isn't the number of a pull request\n",
    });
    expect(existsSync(join(place, "owned"))).toBe(false);
  });
});
