import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { privateCache } from "../bin/private-cache.js";

const { XDG_CACHE_HOME: given } = process.env;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-cache-"));
  process.env.XDG_CACHE_HOME = folder;
});
afterEach(() => {
  if (given === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = given;
  rmSync(folder, { recursive: true });
});

test("what is kept for the next start lies in a folder of the user's own", () => {
  const own = join(folder, "slipway/jiti");
  expect(privateCache("jiti")).toBe(own);
  expect(statSync(own).mode & 0o777).toBe(0o700);
  expect(privateCache("jiti")).toBe(own);
});

test.each<[string, () => void]>([
  ["that others can write to", () => chmodSync(join(folder, "slipway/jiti"), 0o770)],
  ["that others can read", () => chmodSync(join(folder, "slipway/jiti"), 0o755)],
  ["below one that others can write to", () => chmodSync(join(folder, "slipway"), 0o777)],
  ["that is a link", () => replace(() => symlinkSync(tmpdir(), join(folder, "slipway/jiti")))],
  ["that is a file", () => replace(() => symlinkSync("/dev/null", join(folder, "slipway/jiti")))],
])("a folder %s isn't used", (_name, change) => {
  mkdirSync(join(folder, "slipway/jiti"), { recursive: true, mode: 0o700 });
  change();
  expect(privateCache("jiti")).toBeUndefined();
});
const replace = (put: () => void) => {
  rmSync(join(folder, "slipway/jiti"), { recursive: true });
  put();
};

(process.getuid?.() === 0 ? test : test.skip)("a folder of somebody else's isn't used", () => {
  mkdirSync(join(folder, "slipway/jiti"), { recursive: true, mode: 0o700 });
  expect(spawnSync("chown", ["65534", join(folder, "slipway/jiti")]).status).toBe(0);
  expect(privateCache("jiti")).toBeUndefined();
});

test("every command of this repository that runs jiti itself keeps nothing", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const { app } = JSON.parse(readFileSync("cdk.json", "utf8")) as { app: string };
  const commands = [
    ...Object.values(scripts),
    app,
    readFileSync("cdk8s.yaml", "utf8"),
    readFileSync("lib/init/template/cdk8s.yaml", "utf8"),
  ];
  const running = commands.flatMap((command) => [...command.matchAll(/(\S+ \S+ )?\bjiti /g)].map(([found]) => found));
  expect(running.length).toBeGreaterThan(5);
  expect(new Set(running)).toEqual(new Set(["JITI_FS_CACHE=false NODE_DISABLE_COMPILE_CACHE=1 jiti "]));
});
