import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { Project, program } from "../project.ts";

const names = ["cart", "web"];
const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: shop }\ndata: { a: "1" }\n`;

/** A folder of kustomizations, whose tool takes its time with each. */
function slowRepository(): Project {
  const files = names.map((name) => [`${name}/kustomization.yaml`, "resources: [config.yaml]\n"]);
  const configMaps = names.map((name) => [`${name}/config.yaml`, configMap(name)]);
  const project = Project.bare(Object.fromEntries([...files, ...configMaps]));
  const slow = `#!/bin/sh\n[ "$1" = build ] || { echo v5.8.0; exit; }\nsleep 1.1\ncat <<'END'\n${configMap("a")}END\n`;
  project.write({ "bin/kustomize": slow });
  chmodSync(join(project.folder, "bin/kustomize"), 0o755);
  return project;
}

const overlay = `import { app, environment } from "slipway";
const until = Date.now() + 1100;
while (Date.now() < until);
const web = app("web", { namespace: "shop", workload: { kind: "Deployment" }, container: { image: "web:1" } });
export const dev = environment("dev", {
  kubernetes: "1.34", cluster: { name: "dev" }, registry: "registry.example", argocd: { repository: "https://git.example/x.git" }, apps: [web],
});
`;

/** util-linux has the `script` whose flags these are. */
const hasTerminal = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") ?? false;
if (!hasTerminal) process.stderr.write("skipped: tests of counts on a terminal, which need script of util-linux\n");

(hasTerminal ? describe : describe.skip)("a command that takes over a second says how far it is", () => {
  /** What a command prints on a terminal, which `script` is. */
  const onTerminal = (project: Project, ...args: string[]) =>
    project
      .run("script", ["--quiet", "--command", [process.execPath, program, ...args].map((word) => `'${word}'`).join(" "), "/dev/null"], {
        PATH: `${join(project.folder, "bin")}:${process.env.PATH}`,
      })
      .stdout.replaceAll("\r\n", "\n");
  const git = (project: Project, ...args: string[]) =>
    expect(project.run("git", ["-c", "user.name=Test", "-c", "user.email=test@shop.example", ...args])).toMatchObject({ status: 0 });

  test("check of sources: what is rendered, and nothing in a pipe", () => {
    const project = slowRepository();
    expect(onTerminal(project, "check", ".")).toMatch(/rendering web \(2 of 2\)\n/);
    const { stderr } = project.slipwayWith({ PATH: `${join(project.folder, "bin")}:${process.env.PATH}` }, "check", ".");
    expect(stderr).toBe("");
  });

  test("review: what is read on both sides", () => {
    const project = slowRepository();
    git(project, "init", "--quiet");
    git(project, "add", "--all");
    git(project, "commit", "--quiet", "--message=First");
    for (const name of names) project.write({ [`${name}/config.yaml`]: configMap(`${name}-new`) });
    expect(onTerminal(project, "review", "--base", "HEAD")).toMatch(/reading \S+ \(\d of \d+\)\n/);
  });

  test("import: what is read", () => {
    const shown = onTerminal(slowRepository(), "import", "dev=cart", "prod=web", "--repository", "https://git.example/x", "--out", "new");
    expect(shown).toMatch(/reading prod \(2 of 2\)\n/);
  });

  test.each([
    ["synth", "rendering dev (1 of 1)\n"],
    ["check", "rendering dev (1 of 1)\n"],
    ["board", "checking dev (1 of 1)\n"],
    ["status --offline", "rendering dev (1 of 1)\n"],
  ])("%s", (command, expected) => {
    const project = new Project({ "overlays/index.ts": overlay });
    if (command === "board") project.slipway("synth");
    expect(onTerminal(project, ...command.split(" "))).toContain(expected);
  });

  test("one that doesn't says nothing", () => {
    expect(onTerminal(Project.bare({ "web.yaml": configMap("web") }), "check", ".")).not.toMatch(/ of \d+\)/);
  });
});
