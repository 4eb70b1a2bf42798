import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Project, program, slipwayIn } from "../project.ts";
import { describeWithTools } from "../tools.ts";
import { tools } from "../tools-folder.ts";
import { commit, type Report, repository, reviewed, run, variables } from "./review-repository.ts";

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

  test("holds custom resources against what the snapshot of their cluster says", () => {
    const widget = (size: string) =>
      `apiVersion: shop.example/v1\nkind: Widget\nmetadata: { name: a, namespace: shop }\nspec: { size: ${size} }\n`;
    const project = repository({
      "old/a.yaml": widget("1"),
      "new/a.yaml": `${widget("big")}---\n${widget("1").replace("Widget", "Gadget")}`,
      "clusters/prod.yaml": `apiVersion: slipway/v1
kind: ClusterSnapshot
kubernetes: "1.33"
namespaces: {}
apiResources: { v1: { namespaced: [Pod] }, shop.example/v1: { cluster: [Widget] } }
customResources:
- group: shop.example
  kind: Widget
  versions: { v1: '{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"}}}}}' }
`,
    });
    expect(inShort(reviewed(project, "old", "new"))).toEqual(["new Gadget shop/a unknown", "new Widget shop/a unknown"]);
    const { changes } = reviewed(project, "old", "new", "--snapshot", "clusters/prod.yaml");
    expect(changes.map(({ resource, impact, reason }) => [resource.kind, resource.namespace, impact, reason])).toEqual([
      ["Gadget", "shop", "rejected", expect.stringContaining("Gadget")],
      ["Widget", "", "rejected", expect.stringContaining("expected an integer")],
    ]);
    expect(run(project, "old", "new", "--snapshot", "nowhere.yaml")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("nowhere.yaml"),
    });
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
    expect(stderr).toContain("kustomize fails");
    expect(`${stdout}${stderr}${run(project).stdout}`).not.toContain("hunter22");
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

/** The real kustomize, which leaves time for a signal. */
const slow = `#!/bin/sh\ntouch started\nsleep 1\nexec "${join(tools, "kustomize")}" "$@"\n`;

const application = (name: string, more = "") => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ${name}, namespace: argocd }
spec:
  project: default
  destination: { server: https://kubernetes.default.svc, namespace: shop }
  source: { repoURL: "git@git.example:shop/deployments.git", targetRevision: HEAD, ${more} }
`;

describeWithTools(["kustomize", "helm"], "slipway review of a repository without overlays", () => {
  let temporary = "";
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), "slipway-temporary-"));
    Object.assign(variables, { TMPDIR: temporary });
  });
  afterEach(() => {
    expect(readdirSync(temporary)).toEqual([]);
    rmSync(temporary, { recursive: true });
  });

  test("renders the kustomizations that a changed file reaches, and no others", () => {
    const project = repository({
      "base/kustomization.yaml": "resources: [web.yaml]\n",
      "base/web.yaml": deployment("web:1"),
      "overlays/dev/kustomization.yaml": kustomization("../../base"),
      "overlays/prod/kustomization.yaml": `${kustomization("../../base")}images: [{ name: web, newTag: "7" }]\n`,
      "other/kustomization.yaml": kustomization("https://git.example/base"),
    });
    project.write({ "base/web.yaml": deployment("web:2") });
    expect(reviewed(project)).toMatchObject({
      changes: [{ environment: "overlays/dev", resource: { kind: "Deployment", namespace: "shop", name: "web" }, impact: "rollout" }],
      remarks: [],
    });
    project.write({ "other/kustomization.yaml": kustomization("https://git.example/base?ref=v2") });
    expect(reviewed(project).remarks).toMatchObject([
      { what: "remote base", text: "other/kustomization.yaml: it includes https://git.example/base, and nothing is fetched" },
      { what: "remote base", text: "other/kustomization.yaml: it includes https://git.example/base?ref=v2, and nothing is fetched" },
    ]);
    commit(project);
    expect(reviewed(project)).toMatchObject({ changes: [], remarks: [] });
    expect(inShort(reviewed(project, "--base", "HEAD~1"))).toEqual(["overlays/dev Deployment shop/web rollout"]);
  });

  test("takes the environments of slipway.yaml, with their namespaces, and those that come and go", () => {
    const configuration = (...names: string[]) =>
      `environments:\n${names.map((name) => `  ${name}: { namespace: ${name}, sources: ["charts/web:${name}.yaml", extra] }\n`).join("")}`;
    const project = repository({
      ...chart,
      "slipway.yaml": configuration("dev", "old"),
      "dev.yaml": "image: web:2\n",
      "old.yaml": "image: web:2\n",
      "extra/web.yaml": deployment("web:1").replace("name: web }", "name: extra }"),
    });
    project.write({
      "slipway.yaml": configuration("dev", "prod"),
      "prod.yaml": "image: web:2\n",
      "dev.yaml": "image: web:3\n",
    });
    expect(inShort(reviewed(project)).sort()).toEqual([
      "dev Deployment dev/web rollout",
      "old Deployment old/extra deletion",
      "old Deployment old/web deletion",
      "prod Deployment prod/extra scale",
      "prod Deployment prod/web scale",
    ]);
    project.write({ "slipway.yaml": "environments: { dev: { sources: [nowhere] } }\n" });
    expect(run(project)).toMatchObject({ status: 2, stderr: expect.stringMatching(/^slipway\.yaml: .*nowhere/) });
    commit(project);
    project.write({ "slipway.yaml": configuration("dev") });
    expect(run(project)).toMatchObject({ status: 2, stderr: expect.stringMatching(/^HEAD:slipway\.yaml: .*nowhere/) });
  });

  test("a kustomization that another one includes from now on is still the same", () => {
    const project = repository({ "a/kustomization.yaml": kustomization("web.yaml"), "a/web.yaml": deployment("web:1") });
    project.write({ "b/kustomization.yaml": `${kustomization("../a")}namePrefix: b-\n` });
    expect(inShort(reviewed(project))).toEqual(["b Deployment shop/b-web scale"]);
  });

  test("an object that stands in several folders of plain YAML is one of each", () => {
    const project = repository({
      "clusters/dev/web.yaml": config("1"),
      "clusters/prod/web.yaml": config("1"),
      "common.yaml": config("0").replace("web", "common"),
    });
    project.write({ "clusters/dev/web.yaml": config("2"), "clusters/prod/web.yaml": config("3") });
    expect(inShort(reviewed(project))).toEqual(["clusters/dev ConfigMap shop/web in-place", "clusters/prod ConfigMap shop/web in-place"]);
  });

  test("takes Applications of the tree with their values and namespace, and names what Argo CD alone knows", () => {
    const project = repository({
      ...chart,
      "apps/web.yaml": application("web-prod", 'path: charts/web, helm: { valueFiles: [prod.yaml], valuesObject: { image: "web:5" } }'),
      "apps/plain.yaml": application("plain", "path: plain"),
      "apps/elsewhere.yaml": application("elsewhere", "path: x").replace("shop/deployments", "other/repository"),
      "apps/set.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: { name: all }\nspec: { generators: [] }\n",
      "charts/web/prod.yaml": "image: web:4\n",
      "plain/web.yaml": deployment("web:1"),
      "plain/deeper/web.yaml": deployment("web:1"),
    });
    expect(project.run("git", ["remote", "add", "origin", "https://git.example/shop/deployments"])).toMatchObject({ status: 0 });
    project.write({ "plain/web.yaml": deployment("web:2"), "plain/deeper/web.yaml": deployment("web:3") });
    const plain = reviewed(project);
    // A source of the type Directory doesn't take what lies deeper, unless it says so.
    expect(inShort(plain).map((line) => line.replace(/^slipway-\S+/, "others"))).toEqual([
      "plain Deployment shop/web rollout",
      "others Deployment /web rollout",
    ]);
    expect(plain.remarks).toEqual([]);
    project.write({
      "apps/web.yaml": application(
        "web-prod",
        'path: charts/web, helm: { valueFiles: [prod.yaml], parameters: [{ name: image, value: "web:6" }] }',
      ),
      "apps/elsewhere.yaml": application("elsewhere", "path: y").replace("shop/deployments", "other/repository"),
    });
    const all = reviewed(project);
    expect(inShort(all)).toContain("web-prod Deployment shop/web rollout");
    expect(all.remarks.map(({ what }) => what)).toEqual(["remote source"]);
    project.write({ "apps/web.yaml": application("web-prod", "path: ../charts/web") });
    expect(reviewed(project).remarks).toContainEqual(
      expect.objectContaining({ text: 'apps/web.yaml: Application web-prod: its path "../charts/web" leads out of the repository' }),
    );
  });

  test.each([
    ["releaseName", application("web", 'path: charts/web, helm: { releaseName: "--post-renderer=./run" }')],
    ["metadata.name", application('"--post-renderer=./run"', "path: charts/web")],
  ])("a release's %s is no option of helm's", (_field, manifest) => {
    const project = repository({ ...chart, run: "#!/bin/sh\ntouch started\ncat\n" });
    chmodSync(join(project.folder, "run"), 0o755);
    project.write({ "apps/web.yaml": manifest });
    expect(reviewed(project).remarks).toMatchObject([
      { what: "chart", text: 'charts/web/Chart.yaml: Helm takes no release of the name "--post-renderer=./run"' },
    ]);
    expect(project.has("started")).toBe(false);
  });

  test("Applications of one name are environments of their own, wherever they stand", () => {
    const apps = (...names: string[]) => names.map((name) => application("web", `path: overlays/${name}`)).join("---\n");
    const project = repository({
      ...Object.fromEntries(
        ["a", "b", "c", "d"].flatMap((name) => [
          [`overlays/${name}/kustomization.yaml`, kustomization("web.yaml")],
          [`overlays/${name}/web.yaml`, deployment("web:1")],
        ]),
      ),
      "apps/a.yaml": apps("a"),
      "apps/b.yaml": apps("b"),
    });
    const change = (...names: string[]) =>
      project.write(Object.fromEntries(names.map((name) => [`overlays/${name}/web.yaml`, deployment("web:2")])));
    change("a");
    expect(inShort(reviewed(project))).toEqual(["apps/a.yaml/web Deployment shop/web rollout"]);
    project.write({ "apps/b.yaml": apps("b", "c"), "apps/d.yaml": apps("d") });
    commit(project);
    change("c", "d");
    expect(inShort(reviewed(project))).toEqual([
      "apps/b.yaml/1/web Deployment shop/web rollout",
      "apps/d.yaml/0/web Deployment shop/web rollout",
    ]);
    commit(project);
    project.write({ "apps/b.yaml": apps("b"), "overlays/a/web.yaml": deployment("web:3") });
    expect(inShort(reviewed(project))).toEqual([
      "apps/b.yaml/1/web Deployment shop/web deletion",
      "apps/a.yaml/0/web Deployment shop/web rollout",
      "apps Application argocd/web in-place",
    ]);
  });

  test("what an Application doesn't deploy of its folder is a source of its own", () => {
    const project = repository({
      "apps/all.yaml": [
        application("deploy", "path: deploy"),
        application("plain", "path: plain, directory: { recurse: true, exclude: '*.json' }"),
        application("root", "path: ."),
      ].join("---\n"),
      "deploy/kustomization.yaml": kustomization("a.yaml"),
      "deploy/a.yaml": config("1"),
      "deploy/prod/kustomization.yaml": kustomization("web.yaml"),
      "deploy/prod/web.yaml": deployment("web:1"),
      "plain/deep/b.yaml": config("1").replace("web", "b"),
      "plain/deep/c.json": '{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "c", "namespace": "shop" } }',
    });
    project.write({
      "deploy/prod/web.yaml": deployment("web:2"),
      "plain/deep/b.yaml": config("2").replace("web", "b"),
      "plain/deep/c.json":
        '{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "c", "namespace": "shop" }, "data": { "a": "2" } }',
    });
    expect(inShort(reviewed(project)).map((line) => line.replace(/^slipway-\S+/, "others"))).toEqual([
      "deploy/prod Deployment shop/web rollout",
      "plain ConfigMap shop/b in-place",
      "others ConfigMap shop/c in-place",
    ]);
  });

  test("an address of nothing but slashes takes no time", () => {
    const project = repository({ "web.yaml": config("1") });
    project.write({ "app.yaml": application("web", "path: x").replace("git@git.example:shop/deployments.git", `${"/".repeat(400_000)}x`) });
    expect(project.run("git", ["remote", "add", "origin", "https://git.example/shop/deployments"])).toMatchObject({ status: 0 });
    const started = performance.now();
    expect(reviewed(project).remarks).toMatchObject([{ what: "remote source" }]);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test.each([
    ["a file of values", "envs/v.yaml", "v.yaml", "path: charts/web, helm: { valueFiles: [../../envs/v.yaml] }", "charts/web/Chart.yaml"],
    ["a chart", "charts/app", "chart", "path: charts/app", "charts/app/Chart.yaml"],
    ["a kustomization", "charts/app", "kustomized", "path: charts/app", "charts/app/kustomization.yaml"],
    ["a folder", "charts/app", "plain", "path: charts/app", "charts/app"],
  ])("%s that a link has outside of the repository isn't read", (_what, link, target, source, file) => {
    const elsewhere = Project.bare({
      "v.yaml": "image: hunter22\n",
      "chart/Chart.yaml": chart["charts/web/Chart.yaml"],
      "chart/templates/web.yaml": config("hunter22"),
      "kustomized/kustomization.yaml": kustomization("web.yaml", "https://hunter22.example"),
      "kustomized/web.yaml": config("hunter22"),
      "plain/web.yaml": config("hunter22"),
    });
    const project = repository({
      ...chart,
      "apps/web.yaml": application("web", source),
      "envs/v.yaml": "image: web:2\n",
      "charts/app/web.yaml": deployment("web:1"),
    });
    rmSync(join(project.folder, link), { recursive: true });
    symlinkSync(join(elsewhere.folder, target), join(project.folder, link));
    const { stdout, stderr } = run(project, "--format", "json");
    expect(`${stdout}${stderr}`).not.toContain("hunter22");
    expect((JSON.parse(stdout) as Report).remarks).toContainEqual(
      expect.objectContaining({ file, text: `${file}: it includes ${link}, which is a link that leads out of the repository, or nowhere` }),
    );
  });

  test("the parameters of a chart are what Argo CD makes of them", () => {
    const parameters = (...values: string[]) =>
      application(
        "web",
        `path: charts/web, helm: { parameters: [${values.map((value, at) => `{ name: "p${at}", value: '${value}' }`).join()}] }`,
      );
    const project = repository({
      ...chart,
      "charts/web/templates/web.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: web }\ndata: { all: '{{ list .Values.p0 .Values.p1 .Values.p2 | toJson }}' }\n",
      "apps/web.yaml": parameters("a", "b", "c"),
    });
    project.write({ "apps/web.yaml": parameters("a.example,b.example", "{a,b}", "a\\,b") });
    const { changes } = reviewed(project);
    const values = changes.filter(({ resource }) => resource.kind === "ConfigMap").flatMap(({ fields }) => fields);
    expect(values.map(({ after }) => after)).toEqual(['["a.example,b.example",["a","b"],"a,b"]']);
  });

  test("a commit that leads out of the repository is neither followed nor rendered", () => {
    const project = repository({ "a/kustomization.yaml": "resources: [../../../../../../../tmp]\n", "b/web.yaml": config("1") });
    symlinkSync("/etc", join(project.folder, "b/etc"));
    commit(project);
    project.write({ "a/kustomization.yaml": kustomization("web.yaml"), "a/web.yaml": config("1") });
    expect(reviewed(project).remarks).toMatchObject([
      {
        what: "kustomization",
        text: expect.stringMatching(/^a\/kustomization.yaml: it includes \.\.\/.*tmp, which leads out of the repository$/),
      },
      { text: "b/etc is a link that leads out of the folder" },
    ]);
  });

  test("a folder that is new, or goes, holds nothing on the other side", () => {
    const project = repository({ "a.yaml": config("1") });
    project.write({ "new/b.yaml": config("1").replace("web", "b"), "new/slipway.yaml": 'kubernetes: "1.33"\n' });
    const newFolder = () => slipwayIn(join(project.folder, "new"), variables, "review", "--base", "main", "--format", "json");
    const { stdout, stderr } = newFolder();
    expect(stderr).toBe("");
    expect(inShort(JSON.parse(stdout) as Report)).toEqual(["new ConfigMap shop/b in-place"]);
    rmSync(join(project.folder, "new/slipway.yaml"));
    expect(inShort(JSON.parse(newFolder().stdout) as Report)).toEqual(["new ConfigMap shop/b in-place"]);
  });

  test("folders of plain YAML have the namespace that slipway.yaml sets for all", () => {
    const plain = (value: string) => config(value).replace(", namespace: shop", "");
    const project = repository({
      "slipway.yaml": "namespace: store\n",
      "clusters/dev/web.yaml": plain("1"),
      "clusters/prod/web.yaml": plain("1"),
    });
    project.write({ "clusters/dev/web.yaml": plain("2") });
    expect(inShort(reviewed(project))).toEqual(["clusters/dev ConfigMap store/web in-place"]);
  });

  test("what git ignores belongs to neither side", () => {
    const project = repository({ ".gitignore": "generated/\n", "a.yaml": config("1") });
    project.write({
      "generated/b.yaml": config("1").replace("web", "b"),
      "generated/c/kustomization.yaml": kustomization("d.yaml"),
      "e.yaml": config("1").replace("web", "e"),
    });
    expect(inShort(reviewed(project))).toEqual([expect.stringMatching(/ConfigMap shop\/e in-place$/)]);
  });

  test("a ref git doesn't know is bad input, and so is a folder without git", () => {
    const project = repository({ "a.yaml": config("1") });
    expect(run(project, "--base", "nowhere")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^git knows no commit "nowhere"\n.*fetch/),
    });
    expect(run(project, "--base", "--output=x")).toMatchObject({ status: 2, stderr: expect.stringMatching(/not the name of a commit/) });
    rmSync(join(project.folder, ".git"), { recursive: true });
    expect(run(project)).toMatchObject({ status: 2, stderr: expect.stringMatching(/^there is no git repository here/) });
  });

  test("an expected impact is held, and that nothing changes is certified", () => {
    const project = repository({
      "a/kustomization.yaml": kustomization("web.yaml", "config.yaml"),
      "a/web.yaml": deployment("web:1"),
      "a/config.yaml": config("1"),
      "b/kustomization.yaml": kustomization("../a"),
      "c/kustomization.yaml": kustomization("../a"),
    });
    project.write({ "a/kustomization.yaml": kustomization("config.yaml", "all.yaml"), "a/all.yaml": deployment("web:1") });
    const certificate = "4 objects in 2 environments were rendered on both sides; the API server would hold the same.";
    expect(run(project, "--expect", "none")).toEqual({
      status: 0,
      stdout: `Nothing changes in the cluster.\n${certificate}\n`,
      stderr: "",
    });
    expect(JSON.parse(run(project, "--expect", "none", "--format", "json").stdout)).toMatchObject({ certificate });
    for (const format of ["markdown", "html"]) expect(run(project, "--expect", "none", "--format", format).stdout).toContain(certificate);
    expect(run(project).stdout).toBe("Nothing changes in the cluster.\n");
    expect(run(project, "--expect", "rollout")).toMatchObject({ status: 1, stderr: "expected rollout, found none\n" });
    project.write({ "a/all.yaml": deployment("web:2") });
    expect(run(project, "--expect", "rollout")).toMatchObject({ status: 0, stderr: "" });
    const refused = run(project, "--expect", "none");
    expect(refused).toMatchObject({
      status: 1,
      stderr:
        "expected none, found rollout\n  rollout  Deployment web (b shop): spec.template.spec.containers[web].image\n  rollout  Deployment web (c shop): spec.template.spec.containers[web].image\n",
    });
    expect(refused.stdout).not.toContain("would hold the same");
  });

  test("where there is nothing to look at nothing is certified", () => {
    const project = repository({ "notes.txt": "nothing\n" });
    expect(run(project, "--expect", "none")).toMatchObject({
      status: 1,
      stdout: "Nothing changes in the cluster.\n",
      stderr: "expected none, and no object was found that could show it\n",
    });
  });

  test("nothing is certified that was assumed, and a certificate says what it isn't for", () => {
    const remote = (ref: string) => kustomization(`https://git.example/base?ref=${ref}`);
    const project = repository({ "web.yaml": deployment("web:1"), "a/kustomization.yaml": remote("v1") });
    project.write({ "web.yaml": deployment("web:1").replace("name: web }", "name: web, namespace: shop }") });
    expect(run(project, "--expect", "none")).toMatchObject({
      status: 1,
      stdout: expect.not.stringContaining("would hold the same"),
      stderr: expect.stringMatching(/^expected none, .*give it with --namespace\n$/),
    });
    project.write({ "a/kustomization.yaml": remote("v2") });
    const { status, stdout } = run(project, "--expect", "none", "--namespace", "shop");
    expect(status).toBe(0);
    expect(stdout).toContain(
      "1 object in 1 environment was read on both sides; the API server would hold the same; 2 sources weren't looked at.\n",
    );
  });

  test("what isn't looked at is counted in every format, and --strict refuses it", () => {
    const remote = (ref: string) => kustomization(`https://git.example/base?ref=${ref}`);
    const set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: { name: all }\nspec: { generators: [] }\n";
    const project = repository({ "a/kustomization.yaml": remote("v1"), "set.yaml": set, "web.yaml": config("1") });
    project.write({
      "a/kustomization.yaml": remote("v1").replace("shop", "other"),
      "web.yaml": config("2"),
      "set.yaml": `${set}# changed\n`,
    });
    const summary = "1 object: 1 in-place; not looked at: 1 remote base, 1 ApplicationSet";
    const { status, stdout } = run(project, "--strict");
    expect(status).toBe(1);
    expect(stdout).toContain(`${summary}\n  a/kustomization.yaml: it includes https://git.example/base?ref=v1, and nothing is fetched\n`);
    expect(run(project)).toMatchObject({ status: 0 });
    for (const format of ["markdown", "html"]) expect(run(project, "--format", format).stdout).toContain(summary);
    expect(reviewed(project).remarks).toHaveLength(2);
    expect(run(project, "--format", "codequality").stderr).toContain("not looked at: a/kustomization.yaml: it includes");
    commit(project);
    expect(run(project, "--strict")).toMatchObject({ status: 0 });
  });

  test("the temporary folder is gone after a signal too", async () => {
    const project = repository({
      "a/kustomization.yaml": kustomization("web.yaml"),
      "a/web.yaml": deployment("web:1"),
      "tools/kustomize": slow,
    });
    chmodSync(join(project.folder, "tools/kustomize"), 0o755);
    project.write({ "a/web.yaml": deployment("web:2") });
    const child = spawn(process.execPath, [program, "review"], {
      cwd: project.folder,
      env: { ...process.env, NODE_OPTIONS: "", TMPDIR: temporary, PATH: `${join(project.folder, "tools")}:${variables.PATH}` },
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.on("exit", (_status, signal) => resolve(signal)));
    while (!project.has("started") && child.exitCode === null) await setTimeout(20);
    expect(readdirSync(temporary)).toContainEqual(expect.stringMatching(/^slipway-review-/));
    child.kill("SIGTERM");
    expect(await ended).toBe("SIGTERM");
  });
});
