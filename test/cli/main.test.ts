import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const slipway = (...args: string[]) =>
  spawnSync(process.execPath, ["bin/slipway.js", ...args], { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } });

test("--version prints the package's version", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  expect(slipway("--version")).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: "" });
});
