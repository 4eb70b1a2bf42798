import { spawnSync } from "node:child_process";
import { Project, program, slipwayIn } from "../project.ts";
import { describeWithTools } from "../tools.ts";
import { tools } from "../tools-folder.ts";

const budget = (name = "web", labels = "{ app: web }") =>
  `apiVersion: policy/v1beta1 # ours\nkind: PodDisruptionBudget\nmetadata: { name: ${name}, namespace: shop }\nspec: { minAvailable: 1, selector: { matchLabels: ${labels} } }\n`;
const deployment = (spec = "") => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { ${spec}containers: [{ name: web, image: "web:1" }] }
`;
const versions = (from = "1.34", to = "1.37") => ["--kubernetes-from", from, "--kubernetes-to", to] as const;

describe("slipway review --kubernetes-from --kubernetes-to", () => {
  test("says what the target refuses, and ends as a review does", () => {
    const project = Project.bare({ "manifests/web.yaml": budget() });
    const run = (...args: string[]) => project.slipway("review", ...versions(), "manifests", ...args);
    expect(run()).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("policy/v1beta1 PodDisruptionBudget was removed in Kubernetes 1.25"),
    });
    expect(run().stdout).toContain("manifests/web.yaml:1");
    expect(run("--fail-on", "rejected").status).toBe(1);
    expect(run("--fail-on", "deletion").status).toBe(0);
    expect(run("--expect", "none")).toMatchObject({ status: 1, stderr: "expected none, found rejected\n" });
  });

  test("names pods that are replaced when the manifests are applied again, and says that the upgrade itself replaces none", () => {
    const project = Project.bare({ "manifests/web.yaml": deployment("hostnameOverride: web, ") });
    const { stdout, status } = project.slipway("review", ...versions(), "manifests", "--fail-on", "rollout");
    expect(status).toBe(1);
    expect(stdout).toContain("rollout   Deployment shop/web");
    expect(stdout).toContain("The new control plane replaces no pods by itself");
    expect(project.slipway("review", ...versions("1.35", "1.37"), "manifests", "--expect", "none").status).toBe(0);
  });

  test("a downgrade is judged, and called one", () => {
    const { status, stderr } = Project.bare({ "a.yaml": budget() }).slipway("review", ...versions("1.34", "1.33"));
    expect([status, stderr]).toEqual([0, "--kubernetes-to 1.33 is older than --kubernetes-from 1.34: that is a downgrade\n"]);
  });

  test("standard input has no file that --write could change", () => {
    const { stdout, status } = spawnSync(process.execPath, [program, "review", ...versions(), "-"], {
      input: budget(),
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    expect([status, stdout]).toEqual([0, expect.stringContaining("--write leaves it to you: it comes from no readable file.")]);
  });

  test("a StatefulSet that comes past 1.34 gets a word on its first patches", () => {
    const project = Project.bare({ "db.yaml": deployment().replace("Deployment", "StatefulSet") });
    expect(project.slipway("review", ...versions("1.33", "1.34")).stdout).toContain("1.34.0 and 1.34.1");
    expect(project.slipway("review", ...versions("1.34", "1.35")).stdout).not.toContain("1.34.1");
  });

  test("writes every format, and to files", () => {
    const project = Project.bare({ "web.yaml": budget("<b>web") });
    const run = (format: string) => project.slipway("review", ...versions(), "--format", format, "--output", `${format}=out`);
    for (const format of ["text", "markdown", "html", "json", "codequality"]) {
      const { stdout } = run(format);
      expect(stdout).toContain("policy/v1");
      expect(project.read("out")).toBe(stdout);
    }
    expect(run("html").stdout).not.toContain("<b>web");
    expect(JSON.parse(run("codequality").stdout)).toMatchObject([
      { check_name: "upgrade/not-served", location: { path: "web.yaml", lines: { begin: 1 } } },
    ]);
  });

  test.each([
    [["--kubernetes-from", "1.34"], "--kubernetes-to is missing"],
    [["--write"], "--kubernetes-from is missing"],
    [versions("1.34", "1.99"), '--kubernetes-to: expected a version that slipway knows, from 1.27 to 1.37, found "1.99"'],
    [versions("1.15", "1.37"), '--kubernetes-from: expected a version that slipway knows, from 1.16 to 1.37, found "1.15"'],
    [versions("1.18", "1.20"), '--kubernetes-to: expected a version that slipway knows, from 1.27 to 1.37, found "1.20"'],
    [versions("1.34", "1.20"), "--kubernetes-to 1.20 is older than --kubernetes-from 1.34: that is a downgrade"],
    [versions("1.34", "1.34"), "both versions are 1.34: nothing is upgraded"],
    [versions("1.34", "v1.37"), '--kubernetes-to: expected a minor version, as 1.34, found "v1.37"\n  Did you mean 1.37?\n\n1 problem'],
    [versions("1.24.3", "1.37"), '--kubernetes-from: expected a minor version, as 1.34, found "1.24.3"\n  Did you mean 1.24?\n\n1 problem'],
    [[...versions(), "--base", "main"], "--base is for reviews of a change"],
    [[...versions(), "--kubernetes", "1.34"], "--kubernetes is for reviews of a change"],
    [[...versions(), "-", "--write"], "--write can't change standard input"],
  ])("refuses %j", (args, message) => {
    const { status, stderr } = Project.bare({ "a.yaml": budget() }).slipway("review", ...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test("versions from before all schemas are judged by the APIs that they removed", () => {
    const project = Project.bare({ "a.yaml": budget() });
    const { stdout } = project.slipway("review", ...versions("1.22", "1.27"));
    expect(stdout).toContain("policy/v1beta1 PodDisruptionBudget was removed in Kubernetes 1.25\n");
    expect(stdout).toContain("Kubernetes 1.22 serves it too, so change it before the upgrade");
    expect(stdout).toContain("the fields of Kubernetes 1.22 are taken for those of 1.27");
    expect(project.slipway("review", ...versions("1.34", "1.37")).stdout).toContain(
      "removed in Kubernetes 1.25, so that 1.34 refuses it already",
    );
  });
});

describe("slipway review --write", () => {
  const write = (project: Project, ...args: string[]) => project.slipway("review", ...versions(), "--write", ...args);

  test("moves what has one right answer, and says why it leaves the rest", () => {
    const project = Project.bare({ "manifests/web.yaml": `${budget()}---\n${budget("all", "{}")}` });
    const { stdout, status } = write(project, "manifests", "--fail-on", "rejected");
    expect(stdout).toContain("written manifests/web.yaml: PodDisruptionBudget web from policy/v1beta1 to policy/v1");
    expect(stdout).toContain("not written manifests/web.yaml: PodDisruptionBudget all: its selector is empty");
    expect(status).toBe(1);
    expect(project.read("manifests/web.yaml")).toBe(`${budget().replace("v1beta1", "v1")}---\n${budget("all", "{}")}`);
  });

  test("leaves what the version before the upgrade doesn't serve, as the cluster needs it until then", () => {
    const text =
      'apiVersion: storage.k8s.io/v1beta1\nkind: VolumeAttributesClass\nmetadata: { name: fast }\ndriverName: a.example\nparameters: { a: "1" }\n';
    const project = Project.bare({ "class.yaml": text });
    const early = project.slipway("review", ...versions("1.33", "1.37"), "--write").stdout;
    expect(early).toContain("Kubernetes 1.33 doesn't serve storage.k8s.io/v1 yet");
    expect(project.read("class.yaml")).toBe(text);
    expect(write(project).stdout).toContain("written class.yaml");
    expect(project.read("class.yaml")).toBe(text.replace("v1beta1", "v1"));
  });

  test("in a repository of overlays it changes the file that an app includes, and leaves dist to synth", () => {
    const project = Project.ofEstate();
    project.write({
      "overlays/base/legacy.ts": `import { app } from "slipway";\nimport { Include } from "cdk8s";\nexport const legacy = app("legacy", { namespace: "shop", extend: (chart) => { new Include(chart, "x", { url: "overlays/base/legacy.yaml" }); } });\n`,
      "overlays/base/legacy.yaml": budget(),
      "overlays/index.ts": `import { environment } from "slipway";\nimport { legacy } from "./base/legacy.ts";\nexport const dev = environment("dev", { kubernetes: "1.34", cluster: { name: "dev" }, registry: "registry.example", argocd: { repository: "https://git.example/x.git" }, apps: [legacy] });\n`,
      "overlays/dev/kustomization.yaml": "resources: [../../dist/dev]\n",
    });
    const dist = project.files();
    const { stdout, stderr } = write(project);
    expect(stderr).toBe("");
    expect(stdout).toContain("written overlays/base/legacy.yaml: PodDisruptionBudget web from policy/v1beta1 to policy/v1");
    expect(project.read("overlays/base/legacy.yaml")).toBe(budget().replace("v1beta1", "v1"));
    expect(project.files()).toEqual(dist);
  });
});

describe("slipway review --write of what TypeScript makes", () => {
  test("names the line of the overlays that has the apiVersion", () => {
    const project = Project.ofEstate();
    project.write({
      "overlays/base/legacy.ts": `import { app } from "slipway";\nimport { ApiObject } from "cdk8s";\nexport const legacy = app("legacy", { namespace: "shop", extend: (chart) => {\n  new ApiObject(chart, "x", { apiVersion: "policy/v1beta1", kind: "PodDisruptionBudget", metadata: { name: "web" }, spec: { minAvailable: 1 } });\n} });\n`,
      "overlays/index.ts": `import { environment } from "slipway";\nimport { legacy } from "./base/legacy.ts";\nexport const dev = environment("dev", { kubernetes: "1.34", cluster: { name: "dev" }, registry: "registry.example", argocd: { repository: "https://git.example/x.git" }, apps: [legacy] });\n`,
      "overlays/dev/kustomization.yaml": "resources: [../../dist/dev]\n",
    });
    const { stdout } = project.slipway("review", ...versions(), "--write");
    expect(stdout).toContain(
      "overlays render it for the app legacy: change it there (overlays/base/legacy.ts:4 has the apiVersion), and run slipway synth",
    );
  });
});

describeWithTools(["kustomize", "helm"], "what tools render, across an upgrade", () => {
  const chart = {
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "charts/web/templates/web.yaml": `{{- if semverCompare ">=1.36-0" .Capabilities.KubeVersion.Version }}\n${deployment("hostNetwork: true, ")}{{- else }}\n${deployment()}{{- end }}\n`,
    "charts/web/templates/budget.yaml": budget(),
  };

  const run = (project: Project, ...args: string[]) =>
    slipwayIn(project.folder, { PATH: `${tools}:${process.env.PATH}` }, "review", ...versions(), ...args);

  test("a chart is rendered for both versions, and its difference is judged", () => {
    const { stdout } = run(Project.bare(chart), "charts/web");
    expect(stdout).toContain("rollout   Deployment shop/web");
    expect(stdout).toContain("rendering: spec.template.spec.hostNetwork: it is rendered otherwise for 1.37");
  });

  test("a template with actions is left to people, and one that is plain YAML isn't", () => {
    const project = Project.bare({ ...chart, "charts/web/templates/other.yaml": budget("{{ .Release.Name }}-other") });
    const { changes } = JSON.parse(run(project, "charts/web", "--format", "json").stdout);
    const replaced = changes.flatMap(({ file, replacement }: { file: string; replacement?: object }) =>
      replacement ? { file, ...replacement } : [],
    );
    expect(replaced).toMatchObject([
      { file: "charts/web/templates/budget.yaml", isMechanical: true },
      { file: "charts/web/templates/other.yaml", isMechanical: false, reason: expect.stringContaining("a template of a chart renders it") },
    ]);
    const { stdout } = run(project, "charts/web", "--write");
    expect(stdout).toContain(
      "not written charts/web/templates/other.yaml: PodDisruptionBudget web-other: a template of a chart renders it",
    );
    expect(project.read("charts/web/templates/other.yaml")).toBe(budget("{{ .Release.Name }}-other"));
    expect(project.read("charts/web/templates/budget.yaml")).toBe(budget().replace("v1beta1", "v1"));
  });

  test("a base that two overlays render is moved once", () => {
    const project = Project.bare({
      "base/kustomization.yaml": "resources: [budget.yaml]\n",
      "base/budget.yaml": budget(),
      "dev/kustomization.yaml": "resources: [../base]\nnamePrefix: dev-\n",
      "prod/kustomization.yaml": "resources: [../base]\nnamePrefix: prod-\n",
    });
    const { stdout } = run(project, "--write");
    expect(stdout.match(/^written base\/budget.yaml/gm)).toHaveLength(2);
    expect(project.read("base/budget.yaml")).toBe(budget().replace("v1beta1", "v1"));
  });

  test("everything is taken back where a patch that names the old apiVersion no longer applies", () => {
    const patch = `apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: web, namespace: shop }\nspec: { minAvailable: 2 }\n`;
    const project = Project.bare({
      "app/kustomization.yaml": "resources: [budget.yaml]\npatches: [{ path: patch.yaml }]\n",
      "app/budget.yaml": budget(),
      "app/patch.yaml": patch,
    });
    const { stdout } = run(project, "app", "--write");
    expect(stdout).toContain("every change was taken back, since");
    expect(project.read("app/budget.yaml")).toBe(budget());
  });

  test("everything is taken back where the target of a patch names the old apiVersion, of which kustomize says nothing", () => {
    const target = "{ group: policy, version: v1beta1, kind: PodDisruptionBudget, name: api }";
    const all = `${budget()}---\n${budget("api")}`;
    const project = Project.bare({
      "kust/base/kustomization.yaml": "resources: [all.yaml]\n",
      "kust/base/all.yaml": all,
      "kust/prod/kustomization.yaml": `resources: [../base]\npatches:\n- target: ${target}\n  patch: |-\n    - op: replace\n      path: /spec/minAvailable\n      value: 2\n`,
    });
    const taken = run(project, "kust/prod", "--write").stdout;
    expect(taken).toContain(
      "every change was taken back, since PodDisruptionBudget shop/api of prod would have another spec.minAvailable: a patch or replacement of a kustomization",
    );
    expect(taken).not.toMatch(/^written /m);
    expect(project.read("kust/base/all.yaml")).toBe(all);
    project.write({
      "kust/prod/kustomization.yaml": project.read("kust/prod/kustomization.yaml").replace("version: v1beta1, ", ""),
    });
    expect(run(project, "kust/prod", "--write").stdout.match(/^written kust\/base\/all.yaml/gm)).toHaveLength(2);
    expect(project.read("kust/base/all.yaml")).toBe(all.replaceAll("v1beta1", "v1"));
  });
});
