/** What people wait for at their desks: one environment, a save, `--help`. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { appNames } from "./objects.ts";

const command = resolve("bin/slipway.js");

/** A repository with a module for each app, which every environment lists. */
export function writeProject(folder: string, apps: number, environmentNames: readonly string[]): void {
  const names = appNames(apps);
  mkdirSync(join(folder, "overlays/base"), { recursive: true });
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(resolve("."), join(folder, "node_modules/slipway"));
  writeFileSync(join(folder, "cdk8s.yaml"), "language: typescript\napp: main.ts\n");
  for (const name of names) writeFileSync(join(folder, `overlays/base/${name}.ts`), appModule(name, "info"));
  const environments = environmentNames.map(
    (name) => `export const ${name} = environment("${name}", {
  kubernetes: "1.34", cluster: { name: "${name}" }, registry: "registry.example", domain: "${name}.example",
  argocd: { repository: "https://git.example/fleet.git" }, secrets: { store: { name: "vault" } },
  defaults: { container: { resources: { requests: { cpu: "100m", memory: "128Mi" } } } },
  apps: [${names.map((_, index) => `app${index}.with({ workload: { replicas: 2 } })`).join(", ")}],
});`,
  );
  const imports = names.map((name, index) => `import { app as app${index} } from "./base/${name}.ts";`);
  writeFileSync(join(folder, "overlays/index.ts"), ['import { environment } from "slipway";', ...imports, ...environments, ""].join("\n"));
}

function appModule(name: string, level: string): string {
  return `import { app as slipwayApp } from "slipway";
export const app = slipwayApp("${name}", {
  namespace: "fleet", workload: { kind: "Deployment", replicas: 1 },
  container: { image: "team/${name}:1.0.0", ports: { http: 8080 }, probes: { readiness: { http: "/ready" } } },
  service: { ports: { http: 80 } }, routes: { all: { path: "/" } },
  config: { env: { LOG_LEVEL: "${level}" } }, secrets: { env: { PASSWORD: { key: "team/${name}" } } },
});
`;
}

/** Milliseconds of a whole `slipway` command, from start to end. */
export function timeCommand(folder: string, ...args: string[]): number {
  const started = performance.now();
  execFileSync(process.execPath, [command, ...args], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  return Math.round(performance.now() - started);
}

/** Milliseconds from the save of one app's module until its file in dist has changed, one for each of some saves. */
export async function timeWatch(folder: string, saves: number): Promise<number[]> {
  const watcher = spawn(process.execPath, [command, "synth", "--watch"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  await said(watcher, "watching");
  const file = join(folder, "dist/dev/app-1/ConfigMap.app-1-config.k8s.yaml");
  const times: number[] = [];
  for (let save = 0; save < saves; save++) {
    const level = `level-${save}`;
    await new Promise((done) => setTimeout(done, 300));
    const started = performance.now();
    writeFileSync(join(folder, "overlays/base/app-1.ts"), appModule("app-1", level));
    while (!readFileSync(file, "utf8").includes(level)) await new Promise((done) => setTimeout(done, 1));
    times.push(Math.round(performance.now() - started));
  }
  watcher.kill();
  return times;
}

function said(child: ChildProcess, word: string): Promise<void> {
  return new Promise((done, fail) => {
    child.stdout?.on("data", (text) => String(text).includes(word) && done());
    child.on("exit", () => fail(new Error("the watcher ended")));
  });
}
