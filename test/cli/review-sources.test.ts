import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Project, program } from "../project.ts";
import { describeWithTools } from "../tools.ts";
import { tools } from "../tools-folder.ts";

/** A repository that knows nothing of slipway, with one commit. */
function repository(files: Readonly<Record<string, string>>): Project {
  const project = new Project(files);
  for (const name of ["cdk8s.yaml", "main.ts", "package.json", "node_modules"]) rmSync(join(project.folder, name), { recursive: true });
  expect(project.run("git", ["init", "--quiet", "--initial-branch=main"])).toMatchObject({ status: 0 });
  commit(project);
  return project;
}

function commit(project: Project): void {
  const author = ["-c", "user.name=Test", "-c", "user.email=test@dominos.example"];
  expect(project.run("git", ["add", "--all"])).toMatchObject({ status: 0 });
  expect(project.run("git", [...author, "commit", "--quiet", "--message=Change"])).toMatchObject({ status: 0 });
}

const variables = { PATH: `${tools}:${process.env.PATH}` };
const run = (project: Project, ...args: string[]) => project.slipwayWith(variables, "review", ...args);

interface Report {
  readonly changes: readonly {
    environment: string;
    resource: { kind: string; name: string; namespace: string };
    action: string;
    impact: string;
    file: string;
  }[];
  readonly remarks: readonly { kind: string; text: string; what?: string; file?: string }[];
}

function reviewed(project: Project, ...args: string[]): Report {
  const { stdout, stderr } = run(project, ...args, "--format", "json");
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

const inShort = ({ changes }: Report) =>
  changes.map(({ environment, resource, impact }) => `${environment} ${resource.kind} ${resource.namespace}/${resource.name} ${impact}`);

const deployment = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: "${image}" }] } }
`;
const config = (value: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web, namespace: shop }\ndata: { a: "${value}" }\n`;
const kustomization = (...resources: string[]) => `resources: [${resources.join(", ")}]\nnamespace: shop\n`;
const chart = {
  "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
  "charts/web/values.yaml": "image: web:1\n",
  "charts/web/templates/web.yaml": `${deployment("{{ .Values.image }}").replace("name: web }", "name: web, namespace: {{ .Release.Namespace }} }")}`,
};

describeWithTools(["kustomize", "helm"], "slipway review of two sources", () => {
  let temporary = "";
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), "slipway-temporary-"));
    Object.assign(variables, { TMPDIR: temporary });
  });
  afterEach(() => {
    expect(readdirSync(temporary)).toEqual([]);
    rmSync(temporary, { recursive: true });
  });

  test("renders a kustomization of a commit and of the working tree, and leaves the clone as it is", () => {
    const project = repository({
      "base/kustomization.yaml": "resources: [web.yaml]\n",
      "base/web.yaml": deployment("web:1"),
      "overlays/prod/kustomization.yaml": kustomization("../../base"),
    });
    project.write({ "base/web.yaml": deployment("web:2") });
    const before = project.run("git", ["status", "--porcelain=v2", "--branch"]).stdout;
    const report = reviewed(project, "HEAD:overlays/prod", "overlays/prod");
    expect(inShort(report)).toEqual(["prod Deployment shop/web rollout"]);
    expect(report.changes[0]?.file).toBe("overlays/prod/kustomization.yaml");
    expect(report.remarks).toEqual([]);
    expect(project.run("git", ["status", "--porcelain=v2", "--branch"]).stdout).toBe(before);
    expect(inShort(reviewed(project, "overlays/prod", "HEAD:overlays/prod"))).toEqual(["prod Deployment shop/web rollout"]);
  });

  test("takes every kustomization and chart of a folder, and the plain files beside them", () => {
    const project = repository({
      ...chart,
      "overlays/prod/kustomization.yaml": kustomization("web.yaml"),
      "overlays/prod/web.yaml": deployment("web:1"),
      "plain/config.yaml": config("1"),
    });
    project.write({
      "overlays/prod/web.yaml": deployment("web:2"),
      "charts/web/values.yaml": "image: web:3\n",
      "plain/config.yaml": config("2"),
    });
    const { changes, remarks } = reviewed(project, "HEAD:", ".");
    expect(remarks).toEqual([]);
    expect(changes.map(({ resource, file }) => `${resource.kind} ${file}`)).toEqual([
      "Deployment charts/web/templates/web.yaml",
      "Deployment overlays/prod/kustomization.yaml",
      "ConfigMap plain/config.yaml",
    ]);
  });

  test("renders a chart with its files of values, those of a commit too", () => {
    const project = repository({ ...chart, "charts/web/prod.yaml": "image: web:2\n", "more.yaml": "image: web:3\n" });
    expect(inShort(reviewed(project, "charts/web:prod.yaml", "charts/web:prod.yaml:more.yaml", "--namespace", "shop"))).toEqual([
      "web Deployment shop/web rollout",
    ]);
    project.write({ "charts/web/prod.yaml": "image: web:4\n" });
    expect(inShort(reviewed(project, "HEAD:charts/web:prod.yaml", "charts/web:prod.yaml"))).toEqual(["web Deployment default/web rollout"]);
    expect(run(project, "HEAD:charts/web:none.yaml", "charts/web:prod.yaml")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^HEAD:charts\/web:none.yaml: no such file of values: "none.yaml"/),
    });
  });

  test("takes files and standard input", () => {
    const project = repository({ "a.yaml": config("1") });
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, "review", "a.yaml", "-"], {
      cwd: project.folder,
      input: config("2"),
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: expect.stringContaining("data.a: 1 -> 2"), stderr: "" });
    expect(run(project, "-", "-")).toMatchObject({ status: 2, stderr: expect.stringMatching(/^both sides are standard input/) });
  });

  test("a source that one side can't render is looked at on neither, and named", () => {
    const project = repository({
      "a/kustomization.yaml": "resources: ['https://name:pass@git.example/base?ref=v1']\n",
      "b/kustomization.yaml": kustomization("web.yaml"),
      "b/web.yaml": deployment("web:1"),
      "broken.yaml": config("1"),
    });
    project.write({ "a/kustomization.yaml": kustomization("web.yaml"), "a/web.yaml": deployment("web:1"), "broken.yaml": "a: [" });
    const { changes, remarks } = reviewed(project, "HEAD:", ".");
    expect(changes).toEqual([]);
    expect(remarks).toMatchObject([
      {
        kind: "not-looked-at",
        what: "remote base",
        file: "a/kustomization.yaml",
        text: "a/kustomization.yaml: it includes https://git.example/base?ref=v1, and nothing is fetched",
      },
      { kind: "not-looked-at", file: "broken.yaml" },
    ]);
  });

  test("what a tool says of a source that writes Secrets isn't repeated", () => {
    const project = repository({
      "kustomization.yaml": "resources: [a.yaml]\nsecretGenerator: [{ name: s, literals: [password=hunter22] }]\n",
      "a.yaml": config("1"),
    });
    project.write({
      "kustomization.yaml": "resources: [a.yaml, 'hunter22.yaml']\nsecretGenerator: [{ name: s, literals: [password=hunter22] }]\n",
    });
    const { stdout, stderr } = run(project, "HEAD:", ".");
    expect(stdout).toContain("kustomize fails");
    expect(`${stdout}${stderr}`).not.toContain("hunter22");
  });

  test("names that stand for nothing are bad input", () => {
    const project = repository({ "a.yaml": config("1") });
    const refused = (...args: string[]) => {
      const { status, stderr } = run(project, ...args);
      expect(status).toBe(2);
      return stderr;
    };
    expect(refused("nowhere", "HEAD:../a.yaml")).toMatch(
      /^nowhere: there is no such file[\s\S]*HEAD:\.\.\/a\.yaml: leads out of the repository/,
    );
    expect(refused("HEAD:nowhere", "a.yaml")).toMatch(/^HEAD:nowhere: there is no such file or folder/);
    expect(refused("--", "-x:a.yaml", "a.yaml")).toMatch(/^-x:a.yaml: there is no such file/);
    expect(refused("a.yaml")).toMatch(/^expected two sources/);
  });
});
