/**
 * Around `npm pack`: before it, compiles lib/ to build/ and points package.json at what was compiled; after it, puts package.json back.
 * In the repository the sources run as they are, so package.json names them.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

const [step] = process.argv.slice(2);
const [manifest, original] = ["package.json", "build/package.json.original"];

if (step === "before") {
  rmSync("build", { recursive: true, force: true });
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
  for (const data of ["init/template", "kubernetes/schema/data", "board/client"])
    cpSync(`lib/${data}`, `build/${data}`, { recursive: true });
  copyFileSync(manifest, original);
  const { scripts: _scripts, devDependencies: _devDependencies, ...published } = JSON.parse(readFileSync(manifest, "utf8"));
  const built = (source) => ({
    types: source.replace("./lib/", "./build/").replace(/\.ts$/, ".d.ts"),
    default: source.replace("./lib/", "./build/").replace(/\.ts$/, ".js"),
  });
  published.exports = Object.fromEntries(Object.entries(published.exports).map(([path, source]) => [path, built(source)]));
  // What npm installs from git, as pre-commit does, is packed without this step, and runs its sources.
  published.files = published.files.filter((path) => path !== "lib");
  // npm runs postpack by the scripts it read before this step.
  writeFileSync(manifest, `${JSON.stringify(published, null, 2)}\n`);
} else if (step === "after" && existsSync(original)) {
  renameSync(original, manifest);
}
