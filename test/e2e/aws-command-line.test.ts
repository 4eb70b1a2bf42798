import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFiles } from "../write-files.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-aws-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("`cdk synth` needs no account, no network, and leaves nothing in the tree", () => {
  const out = join(folder, "cdk.out");
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name)));
  const { status, stdout, stderr } = spawnSync("npx", ["cdk", "synth", "--quiet", "--output", out], {
    encoding: "utf8",
    // A proxy that isn't there: whatever asks the network fails.
    env: {
      ...environment,
      NODE_OPTIONS: "",
      HTTPS_PROXY: "http://127.0.0.1:1",
      HTTP_PROXY: "http://127.0.0.1:1",
      AWS_EC2_METADATA_DISABLED: "true",
    },
  });
  expect({ status, stderr: stderr.match(/error.*/gi) ?? [], stdout: stdout.match(/error.*/gi) ?? [] }).toEqual({
    status: 0,
    stderr: [],
    stdout: [],
  });
  expect(readdirSync(out).filter((name) => name.startsWith("gateway-") && name.endsWith(".template.json"))).toContain(
    "gateway-prod.template.json",
  );
}, 120_000);

test("commands for Kubernetes never load what is for AWS", () => {
  // Notes each file that is required or imported.
  const [hook, hooks, loaded] = ["hook.mjs", "hooks.mjs", "loaded.txt"].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(
    hooks,
    `import { appendFileSync } from "node:fs";
export async function load(url, context, next) { appendFileSync(${JSON.stringify(loaded)}, url + "\\n"); return next(url, context); }`,
  );
  writeFileSync(
    hook,
    `import { appendFileSync } from "node:fs";
import Module, { register } from "node:module";
register(${JSON.stringify(`file://${hooks}`)});
const original = Module._load;
Module._load = function (request, ...rest) { appendFileSync(${JSON.stringify(loaded)}, request + "\\n"); return original.call(this, request, ...rest); };`,
  );
  const run = (...args: string[]) => {
    const { status } = spawnSync(process.execPath, ["--import", hook, ...args], {
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    return status;
  };
  const slipway = "bin/slipway.js";
  expect([
    run(slipway, "--help"),
    run(slipway, "synth", "--check"),
    run(slipway, "check"),
    run(slipway, "review", "dist/dev", "dist/staging"),
    run(slipway, "explain", "prod", "backend-app", "workload.replicas"),
    run(slipway, "status"),
    run(slipway, "board", "--out", join(folder, "board.html")),
    run("node_modules/.bin/jiti", "main.ts"),
  ]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  const names = readFileSync(loaded, "utf8");
  expect(names).toMatch(/cdk8s/);
  expect(names.split("\n").filter((name) => /aws-cdk-lib|cdk-nag|velocityjs|lib\/aws\//.test(name))).toEqual([]);
}, 120_000);

test("a merge request's review has what it changes in AWS, without an account", () => {
  const clone = join(folder, "clone");
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, { cwd: clone, encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } });
  expect(spawnSync("git", ["clone", "--quiet", "--depth=1", `file://${process.cwd()}`, clone])).toMatchObject({ status: 0 });
  symlinkSync(join(process.cwd(), "node_modules"), join(clone, "node_modules"));
  const overlay = join(clone, "overlays/prod/index.ts");
  const text = readFileSync(overlay, "utf8");
  writeFileSync(overlay, text.replace("...gateway,", "...gateway, timeoutSeconds: 7,"));
  expect(readFileSync(overlay, "utf8")).not.toBe(text);
  // An earlier run saw an environment that is gone.
  writeFiles(clone, { "base.out/gateway-gone.template.json": "{}", "cdk.out/gateway-gone.template.json": "{}" });
  expect(run("scripts/templates-of-both.sh", "HEAD")).toMatchObject({ status: 0, stdout: "" });
  const { status, stdout } = run(process.execPath, "bin/slipway.js", "review", "--templates-base", "base.out", "--format", "json");
  const { changes } = JSON.parse(stdout) as { changes: { environment: string; impact: string; resource: { kind: string } }[] };
  expect(status).toBe(0);
  expect(new Set(changes.map(({ environment, impact }) => `${environment} ${impact}`))).toEqual(
    new Set(["gateway-prod in-place", "gateway-prod-us in-place"]),
  );
  expect(changes.map(({ resource }) => resource.kind)).toEqual(
    expect.arrayContaining(["AWS::ApiGateway::Method", "AWS::ApiGateway::Stage"]),
  );
  expect(["base.out", "cdk.out"].flatMap((out) => readdirSync(join(clone, out))).filter((name) => name.includes("gone"))).toEqual([]);
  // The base's worktree is gone, and so is its folder.
  expect(run("git", "worktree", "list").stdout.trim().split("\n")).toHaveLength(1);
}, 300_000);
