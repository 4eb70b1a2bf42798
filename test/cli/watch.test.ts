import { type ChildProcess, spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Project, program } from "../project.ts";

const app = (name: string, more = "") => `import { app } from "slipway";
import { port } from "../port.ts";
export const ${name} = app("${name}", {
  namespace: "shop", workload: { kind: "Deployment" }, container: { image: "shop/${name}", ports: { http: port }, resources: { requests: { memory: "64Mi" } } }, ${more}
});
`;
const index = (apps: string) => `import { environment } from "slipway";
import { web } from "./base/web.ts";
import { api } from "./base/api";
export const dev = environment("dev", {
  kubernetes: "1.34", registry: "registry.example", cluster: { name: "dev" },
  argocd: { repository: "https://git.example/x.git" }, secrets: { literals: true }, apps: [${apps}],
});
`;
const pins = (tag: string) =>
  ["web", "api"].reduce((text, name) => `${text}- name: registry.example/shop/${name}\n  newTag: v${tag}\n`, "images:\n");
const readsFile =
  'extend: (chart) => { new ApiObject(chart, "x", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "text" }, data: { text: readFileSync("text", "utf8") } }); }';
const project = new Project({
  "overlays/index.ts": index("web, api"),
  "overlays/port.ts": "export const port = 80;\n",
  "overlays/base/web.ts": app("web"),
  "overlays/base/api.ts": `import { readFileSync } from "node:fs";\nimport { ApiObject } from "cdk8s";\n${app("api", readsFile)}`,
  "overlays/dev/kustomization.yaml": pins("1"),
  text: "one\n",
});

let watcher: ChildProcess;
let output = "";
/** A save may be reported twice by the file system, and the second time there is nothing to do. */
const repeated = /^dist: \d+ files, all current \(0 apps rendered, \d+ ms\)\n/gm;
/** Waits for words that the watcher hasn't said before, and gives all it has said since it was asked last, but for what says that nothing changed. */
async function said(words: RegExp): Promise<string> {
  await until(
    () => words.test(output.replace(repeated, "")),
    () => `the watcher never said ${words}, but:\n${output}`,
  );
  const text = output.replace(repeated, "");
  output = "";
  return text;
}
/** Waits for something to be so, as long as the watcher lives, and a minute at most. */
async function until(isSo: () => boolean, otherwise: () => string): Promise<void> {
  const last = Date.now() + 60_000;
  while (!isSo()) {
    if (Date.now() > last || watcher.exitCode !== null) throw new Error(otherwise());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
/** Waits until the watcher has been silent for a second: what was saved before is done with. */
async function silence(): Promise<void> {
  for (let heard = -1; heard !== output.length; ) {
    heard = output.length;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  output = "";
}
const save = (files: Readonly<Record<string, string>>) => project.write(files);
const webFile = "dist/dev/web/Deployment.web.k8s.yaml";

beforeAll(async () => {
  watcher = spawn(process.execPath, [program, "synth", "--watch"], {
    cwd: project.folder,
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  for (const stream of [watcher.stdout, watcher.stderr]) stream?.on("data", (text) => (output += String(text)));
  await said(/watching for changes; press Ctrl\+C to stop\n/);
});
afterAll(() => watcher.kill("SIGKILL"));

describe("slipway synth --watch", () => {
  test("has rendered everything before it waits", () => {
    expect(project.read(webFile)).toContain("image: registry.example/shop/web:v1\n");
  });

  test("a saved app is rendered again, and no other", async () => {
    save({ "overlays/base/web.ts": app("web", "labels: { team: 'shop' },") });
    const line = await said(/rendered/);
    expect(line).toMatch(/^dist: 13 files, 2 changed \(1 app rendered, \d+ ms\)\n$/);
    expect(project.read(webFile)).toContain("team: shop");
  });

  test("a module that several apps import renders those", async () => {
    save({ "overlays/port.ts": "export const port = 8080;\n" });
    expect(await said(/rendered/)).toMatch(/2 changed \(2 apps rendered/);
    expect(project.read(webFile)).toContain("containerPort: 8080");
  });

  test("a pin renders nothing and changes its image", async () => {
    save({ "overlays/dev/kustomization.yaml": pins("2") });
    expect(await said(/rendered/)).toMatch(/2 changed \((0 apps|1 app) rendered/);
    expect(project.read(webFile)).toContain("image: registry.example/shop/web:v2\n");
  });

  test("a file that an app's own code reads renders that app", async () => {
    save({ text: "two\n" });
    expect(await said(/rendered/)).toMatch(/1 changed \(1 app rendered/);
    expect(project.read("dist/dev/api/ConfigMap.text.k8s.yaml")).toContain("two");
  });

  test("what is wrong is said with its place, dist stays, and fixing it goes on", async () => {
    const before = project.files();
    save({ "overlays/base/web.ts": app("web", "labls: {},") });
    expect(await said(/stays as it was/)).toContain('dev/web: labls: unknown key "labls"\n  Did you mean "labels"?');
    save({ "overlays/base/web.ts": "export const web = (;" });
    expect(await said(/stays as it was/)).toMatch(/^overlays\/base\/web.ts:1: importing it failed/);
    rmSync(join(project.folder, "overlays/base/web.ts"));
    // The save before may be reported once more in between.
    await said(/overlays\/index.ts:2: importing it failed: Cannot find module.*stays as it was/s);
    expect(project.files()).toEqual(before);
    save({ "overlays/base/web.ts": app("web", "labels: { team: 'other' },") });
    await said(/rendered/);
    expect(project.read(webFile)).toContain("team: other");
  });

  test("of saves in quick succession the last one counts", async () => {
    for (let version = 1; version <= 30; version++) {
      save({ "overlays/base/web.ts": app("web", `labels: { version: 'v${version}' },`) });
      await new Promise((resolve) => setTimeout(resolve, version));
    }
    await until(
      () => project.read(webFile).includes("version: v30"),
      () => `the last save isn't in dist:\n${output}`,
    );
    await silence();
    expect(project.read(webFile)).toContain("version: v30");
  });

  test("an app taken out goes from dist", async () => {
    save({ "overlays/index.ts": index('web, api, web.named("extra")') });
    expect(await said(/rendered/)).toMatch(/3 new.*\(1 app rendered/);
    save({ "overlays/index.ts": index("web, api") });
    expect(await said(/rendered/)).toMatch(/3 removed \(0 apps rendered/);
    expect(project.has("dist/dev/extra")).toBe(false);
  });

  test("what it wrote is what synth writes", () => {
    expect(project.slipway("synth", "--check")).toMatchObject({ status: 0 });
  });

  test("writes in dist don't set it off, and it ends when it is interrupted", async () => {
    await silence();
    writeFileSync(join(project.folder, "dist/notes"), "mine");
    await new Promise((resolve) => setTimeout(resolve, 300));
    save({ text: "three\n" });
    await until(
      () => output.includes("rendered"),
      () => `the watcher never said that it rendered, but:\n${output}`,
    );
    // The file system reports changes in their order: what the note had set off would stand before.
    expect(output).toMatch(/^dist: \d+ files, 1 changed \(1 app rendered, \d+ ms\)\n/);
    watcher.kill("SIGINT");
    expect(await new Promise((resolve) => watcher.on("exit", resolve))).toBe(0);
  });

  test("with --check it is refused", () => {
    expect(project.slipway("synth", "--watch", "--check")).toMatchObject({ status: 2, stderr: expect.stringContaining("--check") });
  });
});
