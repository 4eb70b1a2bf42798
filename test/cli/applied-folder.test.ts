import { cpSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { marker } from "../../lib/dist/index.ts";
import { Project } from "../project.ts";

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: sneaky, namespace: dominos-service-backend }\n";
const web = "dist/dev/storefront";

/** What Argo CD's repo server reacts to in a folder, or did before the Applications said what counts. */
const files: Readonly<Record<string, string>> = {
  "kustomization.yaml": "resources: []\n",
  "kustomization.yml": "resources: []\n",
  Kustomization: "resources: []\n",
  "Chart.yaml": "apiVersion: v2\nname: sneaky\nversion: 1.0.0\n",
  "values.yaml": "{{ not yaml",
  ".argocd-source.yaml": "directory: { include: '*' }\n",
  ".argocd-source-dev-storefront.yaml": `${marker} for dev/storefront\nkustomize: { namePrefix: x- }\n`,
  ".argocd-allow-concurrency": "",
  ".gitattributes": "*.yaml ident\n",
  "x.jsonnet": "{}",
  "x.libsonnet": "{}",
  "x.json": '{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "sneaky" } }',
  "x.yml": configMap,
  "x.yaml": configMap,
  "x.k8s.yaml.yaml": configMap,
  ".x.k8s.yaml": configMap,
  "X.K8S.YAML": configMap,
  "templates/x.k8s.yaml": configMap,
  "plugin.sh": "#!/bin/sh\n",
  "notes.txt": "",
};

interface Change {
  environment: string;
  app: string;
  resource: { kind: string; name: string };
  action: string;
  impact: string;
  file: string;
}

describe("files beside the manifests in a folder that Argo CD applies", () => {
  const project = Project.ofEstate();
  const git = (...args: string[]) => expect(project.run("git", args)).toMatchObject({ status: 0 });
  const commit = () => {
    git("add", "--all", "--force", "dist", "overlays");
    git("-c", "user.name=Test", "-c", "user.email=test@dominos.example", "commit", "--quiet", "--message=Change");
  };
  const review = () => project.slipway("review", "--format", "json");
  const changes = () => (JSON.parse(review().stdout) as { changes: Change[] }).changes;
  const foreign = () => {
    const { findings } = JSON.parse(project.slipway("check", "--env", "dev", "--format", "json").stdout) as {
      findings: { rule: string; severity: string; app: string; file: string }[];
    };
    return findings.filter(({ rule }) => rule === "fleet/foreign-file");
  };

  beforeAll(() => {
    git("init", "--quiet", "--initial-branch=main");
    commit();
  });
  afterEach(() => {
    git("reset", "--quiet", "--hard", "HEAD");
    git("clean", "--quiet", "-d", "--force", "--", "dist");
  });

  test("are each a change in review, of the grade of what is refused, when they come, change and go", () => {
    const shown = (action: string) =>
      Object.keys(files)
        .sort()
        .map((name) => ({
          environment: "dev",
          app: "storefront",
          resource: { apiVersion: "", kind: "File", namespace: "", name },
          action,
          impact: "rejected",
          file: `${web}/${name}`,
        }));
    const seen = () => changes().sort((a, b) => (a.resource.name < b.resource.name ? -1 : 1));
    project.write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`${web}/${name}`, text])));
    expect(seen()).toMatchObject(shown("add"));
    commit();
    expect(changes()).toEqual([]);
    project.write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`${web}/${name}`, `${text}\n#`])));
    expect(seen()).toMatchObject(shown("change"));
    for (const name of Object.keys(files)) rmSync(join(project.folder, web, name));
    expect(seen()).toMatchObject(shown("remove"));
    git("reset", "--quiet", "--hard", "HEAD~1");
  });

  test("are named by every format, and counted in its summary", () => {
    project.write({ [`${web}/x.jsonnet`]: "{}", [`${web}/.argocd-source.yaml`]: "{}" });
    for (const format of ["text", "markdown", "html", "json", "codequality"]) {
      const { stdout } = project.slipway("review", "--format", format);
      expect(stdout.replaceAll("\\", "")).toContain("x.jsonnet");
      expect(stdout.replaceAll("\\", "")).toContain(".argocd-source.yaml");
      if (format !== "codequality") expect(stdout).toMatch(/2 rejected|"rejected": 2/);
    }
    expect(project.slipway("review", "--fail-on", "rejected").status).toBe(1);
  });

  test("fail check and synth --check, each by its name; synth reports and keeps them", () => {
    project.write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`${web}/${name}`, text])));
    const paths = Object.keys(files).map((name) => `${web}/${name}`);
    expect(
      foreign()
        .map(({ severity, app, file }) => `${severity} ${app} ${file}`)
        .sort(),
    ).toEqual(paths.map((path) => `error storefront ${path}`).sort());
    const checked = project.slipway("synth", "--env", "dev", "--check");
    expect(checked.status).toBe(1);
    for (const path of paths) expect(checked.stdout).toContain(path.slice("dist/".length));
    const { status, stderr } = project.slipway("synth", "--env", "dev");
    expect(status).toBe(0);
    // What says that slipway generated it is stale, and goes.
    for (const path of paths) expect(stderr.includes(`${path}: not generated by slipway; kept`)).toBe(project.has(path));
    expect(paths.filter((path) => !project.has(path))).toEqual([`${web}/.argocd-source-dev-storefront.yaml`]);
  });

  test("one of them alone fails synth --check, where dist is current otherwise", () => {
    project.write({ [`${web}/x.jsonnet`]: "{}" });
    const { status, stdout, stderr } = project.slipway("synth", "--env", "dev", "--check");
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: "not slipway's, in a folder that Argo CD applies:\n  dev/storefront/x.jsonnet\n",
      stderr: expect.stringContaining("move them out of dist, or delete them"),
    });
  });

  test("a manifest that slipway didn't generate is reviewed as what it is, and fails check and synth --check", () => {
    project.write({ [`${web}/ConfigMap.sneaky.k8s.yaml`]: configMap });
    expect(changes()).toMatchObject([{ resource: { kind: "ConfigMap", name: "sneaky" }, action: "add" }]);
    expect(foreign()).toMatchObject([{ file: `${web}/ConfigMap.sneaky.k8s.yaml` }]);
    expect(project.slipway("synth", "--check").status).toBe(1);
    project.write({ [`${web}/ConfigMap.sneaky.k8s.yaml`]: "apiVersion: v1\nkind: Pod\nmetadata: { generateName: sneaky- }\n" });
    expect(review()).toMatchObject({ status: 2, stderr: expect.stringContaining(`${web}/ConfigMap.sneaky.k8s.yaml`) });
  });

  test("a list of whatever kind is reviewed by its items, as Argo CD applies it", () => {
    const [first = ""] = project.read(`${web}/Service.storefront.k8s.yaml`).split("\n");
    project.write({
      [`${web}/Service.storefront.k8s.yaml`]: `${first}\napiVersion: v1\nkind: Service\nmetadata: { name: storefront, namespace: dominos-service-backend }\nitems:\n- { apiVersion: v1, kind: ConfigMap, metadata: { name: sneaky, namespace: dominos-service-backend } }\n`,
    });
    expect(changes().map(({ resource, action }) => `${resource.kind} ${resource.name} ${action}`)).toEqual([
      "Service storefront remove",
      "ConfigMap sneaky add",
    ]);
  });

  test.each([
    ["a link in an app's folder", `${web}/x.k8s.yaml`, "Service.storefront.k8s.yaml", "storefront", "x.k8s.yaml"],
    ["a link out of the repository", `${web}/x.k8s.yaml`, "/etc/hostname", "storefront", "x.k8s.yaml"],
    ["a link in the place of an app's folder", "dist/dev/sneaky", "storefront", "", "sneaky"],
  ])("%s is shown and fails check", (_name, path, target, app, name) => {
    symlinkSync(target, join(project.folder, path));
    expect(changes()).toMatchObject([{ app, resource: { kind: "File", name }, action: "add", impact: "rejected", file: path }]);
    expect(foreign()).toMatchObject([{ file: path }]);
    expect(project.slipway("synth", "--check").status).toBe(1);
    commit();
    expect(changes()).toEqual([]);
    git("reset", "--quiet", "--hard", "HEAD~1");
  });

  test("another repository in an app's place is shown, fetched or not", () => {
    git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},dist/dev/sneaky`);
    mkdirSync(join(project.folder, "dist/dev/sneaky"));
    expect(changes()).toMatchObject([{ resource: { kind: "File", name: "sneaky" }, action: "add", impact: "rejected" }]);
    mkdirSync(join(project.folder, "dist/dev/sneaky/.git"));
    expect(foreign()).toMatchObject([{ file: "dist/dev/sneaky" }]);
  });

  test("what lies beside the environments' folders is nobody's business", () => {
    project.write({ "dist/README.md": "Generated.\n" });
    expect(changes()).toEqual([]);
    expect(project.slipway("synth", "--check")).toMatchObject({ status: 0 });
    expect(foreign()).toEqual([]);
  });

  test.each(["dist", "dist/dev", web])("check and review of the folder %s know it for slipway's", (folder) => {
    const old = join(project.folder, "old");
    cpSync(join(project.folder, folder), old, { recursive: true });
    const name = `${folder}/x.jsonnet`.replace(/^dist\/x/, "dist/dev/x").replace(/^dist\/dev\/x/, `${web}/x`);
    project.write({ [name]: "{}" });
    const { status, stdout } = project.slipway("check", folder);
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining(`${name}: a file that slipway didn't generate`) });
    const { changes: found } = JSON.parse(project.slipway("review", "old", folder, "--format", "json").stdout) as { changes: Change[] };
    expect(found).toMatchObject([{ environment: "dev", app: "storefront", resource: { name: "x.jsonnet" }, action: "add", file: name }]);
    rmSync(old, { recursive: true });
  });
});

test("other people's folders may hold what they like beside their manifests", () => {
  const project = new Project({ "old/a.yaml": configMap, "new/a.yaml": configMap, "new/x.jsonnet": "{}", "new/Chart.yaml": "name: x\n" });
  symlinkSync("a.yaml", join(project.folder, "new/b.yaml"));
  rmSync(join(project.folder, "new/Chart.yaml"));
  expect(project.slipway("check", "new").stdout).not.toContain("foreign");
  expect(JSON.parse(project.slipway("review", "old", "new", "--format", "json").stdout)).toMatchObject({ changes: [] });
});

const skip = "+argocd:skip-file-rendering";
describe("Argo CD's marker that skips a file", () => {
  test.each([
    ["a value", `${configMap}data: { note: "see ${skip} there" }\n`],
    ["a key", `${configMap}data: { "${skip}": "" }\n`],
    ["a comment", `# ${skip}\n${configMap}`],
    ["a comment behind the last document", `${configMap}---\n# ${skip}\n`],
    ["a deep list", `${configMap}data: {}\nmore: [[{ a: ["${skip}"] }]]\n`],
  ])("in %s is an error of any folder's", (_name, text) => {
    const project = new Project({ "manifests/a.yaml": text });
    const { status, stdout } = project.slipway("check", "manifests", "--format", "json");
    const { findings } = JSON.parse(stdout) as { findings: { rule: string }[] };
    expect(findings.filter(({ rule }) => rule === "fleet/skipped-file")).toMatchObject([{ severity: "error", file: "manifests/a.yaml" }]);
    expect(status).toBe(1);
  });

  const overlay = (spec: string, name = "dev") => `
import { app, environment } from "slipway";
const web = app("web", { namespace: "shop", ${spec} });
export const dev = environment("${name}", { kubernetes: "1.34", cluster: { name: "dev" }, registry: "registry.example", argocd: { repository: "https://git.example/x.git" }, apps: [web] });
`;
  test.each([
    ["a value", `config: { env: { A: "${skip}" } }`],
    ["a file's text", `config: { mountPath: "/etc/a", files: { "a.conf": "1\\n# ${skip}\\n2" } }`],
    ["an annotation", `annotations: { note: "${skip}" }, config: { env: { A: "1" } }`],
    ["a key", `config: { env: { A: "1" } }, patches: [["ConfigMap", [{ op: "add", path: "/data/${skip}", value: "1" }]]]`],
  ])("in %s of an overlay isn't rendered", (_name, spec) => {
    const project = new Project();
    const [own, patch] = spec.split(/, patches: (?=\[)/);
    const text = overlay(own as string);
    project.write({ "overlays/index.ts": patch ? text.replace("apps: [web]", `apps: [web.patch(...${patch}[0] as [string, []])]`) : text });
    const { status, stderr } = project.slipway("synth");
    expect(stderr).toContain(skip);
    expect(status).toBe(2);
    expect(project.has("dist")).toBe(false);
  });

  test("can't be the name of an environment or app, which a file's first line holds", () => {
    const project = new Project({ "overlays/index.ts": overlay("config: { env: { A: '1' } }", skip) });
    expect(project.slipway("synth").status).toBe(2);
    project.write({ "overlays/index.ts": overlay("config: { env: { A: '1' } }").replace('app("web"', `app("${skip}"`) });
    expect(project.slipway("synth").status).toBe(2);
  });
});

test("a manifest of dist that Argo CD passes over is refused by check, and review shows what becomes of its objects", () => {
  const project = Project.ofEstate();
  project.run("git", ["init", "--quiet"]);
  project.run("git", ["add", "dist"]);
  project.run("git", ["-c", "user.name=Test", "-c", "user.email=test@dominos.example", "commit", "--quiet", "--message=First"]);
  const file = "dist/dev/backend-app/Deployment.backend-app.k8s.yaml";
  project.write({ [file]: `${project.read(file)}# +argocd:skip-file-rendering\n` });
  expect(project.slipway("check", "--env", "dev")).toMatchObject({ status: 1, stdout: expect.stringMatching(/fleet\/skipped-file/) });
  const { changes } = JSON.parse(project.slipway("review", "--format", "json").stdout) as {
    changes: { impact: string; action: string; resource: { kind: string; name: string }; reason: string }[];
  };
  expect(changes.map(({ impact, action, resource }) => [impact, action, resource.kind])).toEqual(
    expect.arrayContaining([
      ["rejected", "change", "File"],
      ["deletion", "remove", "Deployment"],
    ]),
  );
}, 60_000);
