import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LanguageServer } from "../language-server.ts";
import { pack } from "../pack.ts";
import { writeFiles } from "../write-files.ts";

const repository = process.cwd();
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-package-"));
  folders.push(folder);
  return folder;
}

const overlay = `import { app, environment } from "slipway";

const web = app("web", {
  namespace: "shop",
  workload: { kind: "Deployment", replicas: 2 },
  container: { image: "web:1", ports: { http: 8080 }, resources: { requests: { memory: "64Mi" } } },
});
// @ts-expect-error misspelt
web.with({ workload: { replica: 3 } });

export const dev = environment("dev", {
  kubernetes: "1.34",
  cluster: { name: "dev" },
  registry: "registry.example",
  argocd: { repository: "https://git.example/x.git" },
  apps: [web.with({ workload: { replicas: 1 } })],
});
`;

let tarball: string;
beforeAll(() => {
  const copy = temporary();
  tarball = pack(copy);
  expect(readFileSync(join(copy, "package.json"), "utf8")).toBe(readFileSync("package.json", "utf8"));
}, 60_000);

describe("the package, installed in a folder of its own", () => {
  const folder = temporary();
  const server = new LanguageServer(folder);
  afterAll(() => server.close());
  const run = (command: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    return { status, output: stdout + stderr };
  };

  beforeAll(() => {
    writeFiles(folder, {
      "package.json": '{ "name": "deployments", "private": true, "type": "module" }',
      "cdk8s.yaml": readFileSync("cdk8s.yaml", "utf8"),
      "main.ts": readFileSync("main.ts", "utf8"),
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          module: "nodenext",
          target: "es2022",
          strict: true,
          noEmit: true,
          allowImportingTsExtensions: true,
          skipLibCheck: true,
          types: [],
        },
        include: ["main.ts", "overlays"],
      }),
      "overlays/index.ts": overlay,
      "test/dev.test.ts":
        'import { render } from "slipway";\nimport { manifests } from "slipway/testing";\nimport { dev } from "../overlays/index.ts";\ntest("dev", () => { expect(render(dev)).toMatchDist(); expect(manifests(dev).ports("web")).toEqual({ http: 8080 }); });\n',
      "jest.config.json": JSON.stringify({
        extensionsToTreatAsEsm: [".ts"],
        transform: { "\\.ts$": join(repository, "node_modules/@swc/jest") },
        setupFilesAfterEnv: ["slipway/testing"],
      }),
    });
    const { status, output } = run("npm", "install", "--prefer-offline", "--no-audit", "--no-fund", tarball);
    expect({ status, output }).toMatchObject({ status: 0 });
  }, 180_000);

  test("brings cdk8s and constructs as peers, and leaves aws-cdk-lib to those who want it", () => {
    expect(["cdk8s", "constructs", "slipway", "aws-cdk-lib"].map((name) => existsSync(join(folder, "node_modules", name)))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(existsSync(join(folder, "node_modules/slipway/lib"))).toBe(false);
  });

  test("holds the licenses of the packages that it bundles", () => {
    const licenses = join(folder, "node_modules/slipway/build/licenses");
    expect(readdirSync(licenses).sort()).toEqual(
      ["@commander-js+extra-typings", "commander", "diff", "js-yaml", "re2js", "yaml", "zod"].map((name) => `${name}.txt`),
    );
    for (const name of readdirSync(licenses))
      expect(readFileSync(join(licenses, name), "utf8")).toMatch(/MIT|ISC|BSD|Permission|Redistribution/);
  });

  test("has the schemas of its reports", () => {
    const schema = JSON.parse(readFileSync(join(folder, "node_modules/slipway/schemas/check.schema.json"), "utf8"));
    expect(schema).toMatchObject({ title: "Report of slipway check" });
  });

  test("type-checks an overlay, misspelt keys included", () => {
    expect(run(join(repository, "node_modules/.bin/tsc"), "-p", ".")).toEqual({ status: 0, output: "" });
  });

  test("shows the documentation of keys in an editor", async () => {
    const uri = await server.open("overlays/index.ts", overlay);
    expect(JSON.stringify(await server.hover(uri, overlay, "namespace:"))).toContain("Namespace of everything the app has.");
    expect(JSON.stringify(await server.hover(uri, overlay, "registry:"))).toContain("Registry that goes before repositories of our own");
  });

  test("synthesizes by its command and by main.ts alike, and holds the snapshot", () => {
    expect(run("node_modules/.bin/slipway", "synth")).toMatchObject({
      status: 0,
      output: expect.stringMatching(/^dist: \d+ files, \d+ new\n$/),
    });
    expect(run("node_modules/.bin/jiti", "main.ts")).toEqual({ status: 0, output: "" });
    expect(run("node_modules/.bin/slipway", "synth", "--check")).toMatchObject({
      status: 0,
      output: expect.stringContaining("is current"),
    });
    const jest = run(process.execPath, "--experimental-vm-modules", join(repository, "node_modules/jest/bin/jest.js"), "--rootDir", ".");
    expect(jest).toMatchObject({ status: 0, output: expect.stringContaining("1 passed") });
    expect(run("node_modules/.bin/slipway", "explain", "dev", "web", "workload.replicas")).toMatchObject({
      status: 0,
      output: expect.stringContaining("overlays/index.ts:16"),
    });
  });

  test("imports what runs into a repository of its own", () => {
    writeFiles(folder, { "runs.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\ndata: { a: b }\n" });
    expect(run("node_modules/.bin/slipway", "import", "prod=runs.yaml", "--out", "moved-in")).toMatchObject({
      status: 0,
      output: expect.stringContaining("1 object in 1 environment: nothing changes"),
    });
    expect(readdirSync(join(folder, "moved-in/overlays"))).toEqual(["base", "index.ts", "prod"]);
  });

  test("bad input is reported the same way", () => {
    writeFiles(folder, { "overlays/index.ts": overlay.replace("ports:", "prots:") });
    expect(run("node_modules/.bin/slipway", "synth")).toMatchObject({
      status: 2,
      output: expect.stringContaining('dev/web: container.prots: unknown key "prots"\n  Did you mean "ports"?'),
    });
  });
});

describe("slipway init", () => {
  const folder = join(temporary(), "Our Deployments");
  const run = (cwd: string, command: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } });
    return { status, output: stdout + stderr };
  };

  test("makes a repository whose own commands work", () => {
    expect(run(join(folder, ".."), process.execPath, join(repository, "bin/slipway.js"), "init", folder)).toMatchObject({
      status: 0,
      output: expect.stringContaining("/overlays/base/hello.ts\n"),
    });
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    expect(manifest).toMatchObject({ name: "our-deployments", dependencies: { slipway: expect.stringMatching(/^\^\d/) } });
    // Until the package is in a registry, the one packed here stands for it.
    manifest.dependencies.slipway = `file:${tarball}`;
    writeFiles(folder, { "package.json": JSON.stringify(manifest) });
    expect(run(folder, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund")).toMatchObject({ status: 0 });
    expect(run(folder, "npm", "run", "synth")).toMatchObject({ status: 0, output: expect.stringMatching(/dist: \d+ files, \d+ new/) });
    expect(run(folder, "npm", "run", "check")).toMatchObject({ status: 0, output: expect.stringContaining("dist is current") });
    const before = readFileSync(join(folder, "dist/dev/kustomization.yaml"), "utf8");
    expect(run(folder, "npx", "cdk8s", "synth")).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, "dist/dev/kustomization.yaml"), "utf8")).toBe(before);
  }, 240_000);
});
