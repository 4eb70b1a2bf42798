import { cpSync } from "node:fs";
import { join } from "node:path";
import { Project } from "../project.ts";
import { describeWithTools } from "../tools.ts";
import { tools } from "../tools-folder.ts";

/** The estate of the tests: a kustomize base with three overlays, a chart with two files of values, and the dump of a cluster. */
function estate(): Project {
  const project = Project.bare({});
  cpSync("test/import/estate", project.folder, { recursive: true });
  return project;
}

/** Imports into a folder of its own, and returns what was printed and written, one file after another, but for what every repository has. */
function imported(project: Project, ...args: string[]): string {
  const variables = { PATH: `${tools}:${process.env.PATH}` };
  const { status, stdout, stderr } = project.slipwayWith(
    variables,
    "import",
    ...args,
    "--kubernetes",
    "1.34",
    "--waive-until",
    "2030-01-31",
  );
  const out = stdout.includes("deployments/") ? "deployments" : ".";
  const own = /^(overlays\/|MIGRATION\.md|README\.md|import-report\.md)/;
  const files = Object.entries(project.files(out)).filter(([path]) => own.test(path));
  return [`status ${status}\n${stdout}${stderr}`, ...files.map(([path, text]) => `==> ${path} <==\n${text}`)].join("\n");
}

describeWithTools(["kustomize", "helm"], "an import of the tests' estate writes the same files as ever", () => {
  test("from kustomizations", () => {
    expect(imported(estate(), "dev=overlays/dev", "staging=overlays/staging", "prod=overlays/prod")).toMatchSnapshot();
  });

  test("from kustomizations, into the model", () => {
    const all = ["--model", "--all"];
    expect(imported(estate(), "dev=overlays/dev", "staging=overlays/staging", "prod=overlays/prod", ...all)).toMatchSnapshot();
  });

  test("from a chart with files of values", () => {
    const project = Project.bare({});
    cpSync("test/import/estate/charts", join(project.folder, "charts"), { recursive: true });
    const values = ["dev", "prod"].map((name) => `${name}=charts/status:values-${name}.yaml`);
    expect(imported(project, ...values, "--namespace", "tools")).toMatchSnapshot();
  });

  test("a chart beside the new repository stays where it is, and joins what a kustomization holds", () => {
    const written = imported(estate(), "prod=overlays/prod", "prod=charts/status:values-prod.yaml", "--namespace", "tools");
    expect(written).toContain("15 objects in 1 environment: nothing changes");
    expect(written).toContain('helm: { chart: "../charts/status" }');
  });

  test("from the dump of a cluster", () => {
    const project = Project.bare({});
    cpSync("test/import/estate/dump.yaml", join(project.folder, "dump.yaml"));
    expect(imported(project, "prod=dump.yaml")).toMatchSnapshot();
  });

  test("a README.md that is there stays", () => {
    const project = Project.bare({ "README.md": "Mine.\n" });
    cpSync("test/import/estate/dump.yaml", join(project.folder, "dump.yaml"));
    expect(imported(project, "prod=dump.yaml")).toContain("==> README.md <==\nMine.\n");
  });
});
