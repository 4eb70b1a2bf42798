import { existsSync, readdirSync } from "node:fs";
import { Project } from "../project.ts";

/** A folder of these files alone, package.json among them. */
function folderWith(files: Readonly<Record<string, string>>): Project {
  const project = Project.bare({});
  project.write(files);
  return project;
}

test("makes a repository of the folder's name that depends on slipway; e2e installs and runs it", () => {
  const project = new Project();
  const { status, stdout } = project.slipway("init", "Our Deployments");
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("Our Deployments/overlays/base/hello.ts\n") });
  expect(stdout).toContain("Next: cd 'Our Deployments' && npm install && npm run synth\n");
  for (const path of stdout.split("\n\n")[0]?.split("\n") ?? [])
    expect([path, existsSync(`${project.folder}/${path}`)]).toEqual([path, true]);
  expect(JSON.parse(project.read("Our Deployments/package.json"))).toMatchObject({
    name: "our-deployments",
    dependencies: { slipway: expect.stringMatching(/^\^\d/) },
    devDependencies: { "@types/node": expect.stringMatching(/^\^20\./) },
  });
});

test.each([
  [[], true, false],
  [["--github"], false, true],
  [["--github", "--gitlab"], true, true],
])("writes the pipelines of the hosts that are asked for: %j", (flags, gitlab, github) => {
  const project = new Project();
  expect(project.slipway("init", "new", ...flags)).toMatchObject({ status: 0 });
  expect([project.has("new/.gitlab-ci.yml"), project.has("new/.github/workflows/check.yml")]).toEqual([gitlab, github]);
  expect(readdirSync(`${project.folder}/new`)).not.toContain("github");
});

test("completes the folder that npm just installed the package in", () => {
  const project = folderWith({
    "package.json": '{\n    "dependencies": {\n        "slipway": "file:../slipway-0.1.0.tgz"\n    }\n}\n',
    "package-lock.json": "{}\n",
    "node_modules/slipway/package.json": "{}\n",
  });
  const { status, stdout, stderr } = project.slipway("init", ".");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("package.json: completed\n");
  expect(stdout).toContain("Next: npm install && npm run synth\n");
  const text = project.read("package.json");
  expect(text).toMatch(/^\{\n {4}"name"/);
  expect(JSON.parse(text)).toMatchObject({
    type: "module",
    private: true,
    dependencies: { slipway: "file:../slipway-0.1.0.tgz", cdk8s: expect.any(String) },
    devDependencies: { jest: expect.any(String) },
  });
  expect(project.read("package-lock.json")).toBe("{}\n");
  expect(project.has("overlays/dev/index.ts")).toBe(true);
});

test("keeps what a person wrote", () => {
  const own = {
    name: "@shop/ops",
    version: "2.0.0",
    type: "module",
    scripts: { test: "vitest run" },
    devDependencies: { slipway: "0.0.9", jest: "^29.0.0" },
    keywords: ["a", "b"],
  };
  const files = { "README.md": "Ours.\n", "tsconfig.json": "{}\n", ".gitlab-ci.yml": "ours: {}\n" };
  const project = folderWith({ ...files, "package.json": JSON.stringify(own), ".gitignore": "/node_modules\n.env", ".npmrc": "a=b" });
  const { status, stdout } = project.slipway("init", ".");
  expect(status).toBe(0);
  for (const [path, text] of Object.entries(files))
    expect([project.read(path), stdout]).toEqual([text, expect.stringContaining(`${path}: kept as it is\n`)]);
  expect(stdout).toContain("package.json (scripts.test): kept as it is\n");
  const { dependencies, devDependencies, scripts, ...rest } = JSON.parse(project.read("package.json"));
  expect(rest).toMatchObject({ name: "@shop/ops", version: "2.0.0", type: "module", keywords: ["a", "b"] });
  expect(scripts).toMatchObject({ test: "vitest run", synth: "slipway synth" });
  expect(dependencies).not.toHaveProperty("slipway");
  expect(devDependencies).toMatchObject({ slipway: "0.0.9", jest: "^29.0.0", typescript: expect.any(String) });
  expect(project.read(".gitignore")).toBe("/node_modules\n.env");
  expect(project.read(".npmrc")).toMatch(/^a=b\n# .*\nnode-options=--experimental-vm-modules\n$/);
});

test("takes the place of what `npm init` writes for nobody", () => {
  const project = folderWith({
    "package.json": '{ "name": "ops", "type": "commonjs", "scripts": { "test": "echo \\"Error: no test specified\\" && exit 1" } }',
  });
  expect(project.slipway("init", ".")).toMatchObject({ status: 0 });
  expect(JSON.parse(project.read("package.json"))).toMatchObject({ name: "ops", type: "module", scripts: { test: "jest" } });
});

const repository = { "package.json": "{}" };
test.each([
  ["overlays of somebody", { ...repository, "overlays/dev/kustomization.yaml": "resources: []\n" }, "the folder has overlays/ already"],
  ["a folder of anything", { "photo.jpg": "x" }, "neither a git repository nor an npm package"],
  ["a broken package.json", { "package.json": "{" }, "package.json: it isn't JSON"],
  ["dependencies that are none", { "package.json": '{ "dependencies": [] }' }, "package.json: dependencies: expected an object"],
  ["CommonJS modules", { ...repository, "server.js": "" }, "the files here are CommonJS"],
])("leaves %s as it is", (_what, files, message) => {
  const project = folderWith(files as Record<string, string>);
  const before = project.files(".");
  expect(project.slipway("init", ".")).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
  expect(project.files(".")).toEqual(before);
});

test("names `slipway import` where manifests are there already", () => {
  const files = { "deploy/prod/kustomization.yaml": "resources: []\n", "charts/web/Chart.yaml": "name: web\nversion: 1.0.0\n" };
  const project = folderWith({ ...repository, ...files });
  const { status, stderr } = project.slipway("init", ".");
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.stringContaining("charts/web, deploy/prod.\nTo turn what runs already into overlays"),
  });
  expect(stderr).toContain("npx slipway import prod=charts/web\n");
  const refused = folderWith({ ...repository, "overlays/dev/kustomization.yaml": "resources: []\n" });
  expect(refused.slipway("init", ".")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("npx slipway import prod=overlays/dev\n"),
  });
});
