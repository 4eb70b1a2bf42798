import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { Project } from "../project.ts";

const overlays = (replicas: number) => `
import { app, environment } from "slipway";
const appOf = (name: string) => app(name, { namespace: "shop", workload: { kind: "Deployment", replicas: ${replicas} }, container: { image: name + ":1" } });
export const dev = environment("dev", {
  kubernetes: "1.34", cluster: { name: "dev" }, registry: "registry.example", argocd: { repository: "https://git.example/x.git" },
  apps: [appOf("web")${replicas === 1 ? ', appOf("old")' : ', appOf("new")'}],
});
export const other = environment("other", { extends: dev, cluster: { name: "other" } });
`;
const testOf = (name: string) => `
import { render } from "slipway";
import { ${name} } from "../overlays/index.ts";
test("${name}", () => { expect(render(${name})).toMatchDist(); });
`;

describe("expect(render(environment)).toMatchDist()", () => {
  const project = new Project({
    "overlays/index.ts": overlays(1),
    "test/dev.test.ts": testOf("dev"),
    "test/other.test.ts": testOf("other"),
    "jest.config.json": JSON.stringify({
      testMatch: ["**/test/*.test.ts"],
      extensionsToTreatAsEsm: [".ts"],
      transform: { "\\.ts$": "@swc/jest" },
      setupFilesAfterEnv: ["slipway/testing"],
    }),
  });
  symlinkSync(join(process.cwd(), "node_modules/@swc"), join(project.folder, "node_modules/@swc"));
  const jest = (...args: string[]) => {
    const { status, stderr } = project.run(process.execPath, [
      "--experimental-vm-modules",
      join(process.cwd(), "node_modules/jest/bin/jest.js"),
      "--rootDir",
      ".",
      ...args,
    ]);
    return { status, output: stderr };
  };

  test("holds where dist is current", () => {
    project.slipway("synth");
    expect(jest()).toMatchObject({ status: 0 });
  });

  test.each([[[]], [["--ci"]]])("fails with a readable difference and writes nothing (jest %j)", (args) => {
    project.write({ "overlays/index.ts": overlays(2), "dist/dev/notes.txt": "mine\n" });
    const before = project.files();
    const { status, output } = jest("test/dev", ...args);
    expect(status).toBe(1);
    expect(output).toContain("dev is not what dist holds.");
    expect(output).toMatch(/missing:\n.*dev\/argocd\/Application.dev-new.k8s.yaml/);
    expect(output).toMatch(/stale:\n.*dev\/argocd\/Application.dev-old.k8s.yaml/);
    expect(output).toMatch(/changed: dev\/web\/Deployment.web.k8s.yaml\n[\s\S]*- {2}replicas: 1\n[\s\S]*\+ {2}replicas: 2/);
    expect(output).toContain("jest -u");
    expect(project.files()).toEqual(before);
  });

  test("jest -u writes the environment, removes what is stale, and touches no other", () => {
    const other = project.files("dist/other");
    expect(jest("test/dev", "-u").status).toBe(0);
    expect(project.has("dist/dev/old")).toBe(false);
    expect(project.has("dist/dev/new/Deployment.new.k8s.yaml")).toBe(true);
    expect(project.read("dist/dev/notes.txt")).toBe("mine\n");
    expect(project.files("dist/other")).toEqual(other);
    expect(project.slipway("synth", "--check", "--env", "dev").status).toBe(0);
  });

  test("an environment dist doesn't have yet is written by -u only", () => {
    project.write({ "overlays/index.ts": overlays(2).replaceAll('"other"', '"fresh"') });
    expect(jest("test/other").status).toBe(1);
    expect(project.has("dist/fresh")).toBe(false);
    expect(jest("test/other", "-u", "--ci").status).toBe(0);
    expect(project.slipway("synth", "--check", "--env", "fresh").status).toBe(0);
  });
});
