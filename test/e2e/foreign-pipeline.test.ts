import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Repository, repositories } from "../foreign-repositories.ts";
import { writeFiles } from "../write-files.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-foreign-pipeline-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const repository = join(folder, "repository");

function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout.trim();
}

function commit(message: string): string {
  run(repository, "git", "add", "--all");
  run(repository, "git", "-c", "user.name=Test", "-c", "user.email=test@shop.example", "commit", "--quiet", `--message=${message}`);
  return run(repository, "git", "rev-parse", "HEAD");
}

/** The package of the working tree, as npm packs what it installs from git. */
function packed(): string {
  const copy = join(folder, "package");
  for (const path of ["bin", "lib", "schemas", "package.json", "LICENSE", "NOTICE"]) cpSync(path, join(copy, path), { recursive: true });
  run(copy, "npm", "pack", "--ignore-scripts", "--silent");
  return join(copy, readdirSync(copy).find((name) => name.endsWith(".tgz")) ?? "");
}

const hasRsync = spawnSync("rsync", ["--version"]).status === 0;
if (!hasRsync)
  process.stderr.write(
    "skipped: the pipeline of a foreign repository, which needs rsync; scripts/install-packages.sh installs it on Debian\n",
  );

(hasRsync ? test : test.skip)(
  "a repository that includes the component has its merge request checked and reviewed",
  () => {
    const { files, change } = repositories["plain YAML"] as Repository;
    const include = `include:\n  - local: /templates/review.yml\n    inputs: { package: ${JSON.stringify(packed())}, fail-on: rejected }\n`;
    writeFiles(repository, { ...files, ".gitlab-ci.yml": include });
    cpSync("templates", join(repository, "templates"), { recursive: true });
    run(repository, "git", "init", "--quiet", "--initial-branch=main");
    const base = commit("First");
    // The server has the base alone, and the job fetches it from there.
    const address = "https://git.example/shop/deploy.git";
    const home = join(folder, "home");
    run(folder, "git", "clone", "--quiet", "--bare", repository, "server.git");
    writeFiles(home, { ".gitconfig": `[url "${join(folder, "server.git")}"]\n\tinsteadOf = ${address}\n` });
    run(repository, "git", "remote", "add", "origin", address);
    writeFiles(repository, change);
    commit("Change");
    const variables = [
      "CI_PIPELINE_SOURCE=merge_request_event",
      `CI_MERGE_REQUEST_DIFF_BASE_SHA=${base}`,
      `CI_BUILDS_DIR=${join(folder, "builds")}`,
    ].flatMap((variable) => ["--variable", variable]);
    const jobs = ["slipway-check", "slipway-review"];
    const args = [resolve("node_modules/.bin/gitlab-ci-local"), "--force-shell-executor", ...variables, ...jobs];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: repository,
      encoding: "utf8",
      env: { ...process.env, HOME: home, NODE_OPTIONS: "", GCL_IGNORE_PREDEFINED_VARS: "CI_PIPELINE_SOURCE,CI_BUILDS_DIR" },
    });
    // The change is one that the API server refuses: an error of check, and by `fail-on` the status of the review.
    expect({ status, output: stdout + stderr }).toEqual({ status: 1, output: expect.stringContaining("FAIL  slipway-review") });
    expect(stdout).toContain("FAIL  slipway-check");
    const artifact = (name: string) => {
      const places = [join(repository, name), join(repository, ".gitlab-ci-local/artifacts/slipway-review", name)];
      return places.map((place) => spawnSync("cat", [place], { encoding: "utf8" }).stdout).join("");
    };
    expect(artifact("review.md")).toContain("spec.selector");
    expect(artifact("review.html")).toContain("<html");
    expect(JSON.parse(readFileSync(join(repository, "gl-code-quality-report.json"), "utf8"))).toEqual(
      expect.arrayContaining([expect.objectContaining({ check_name: "schema/workload", severity: "critical" })]),
    );
  },
  300_000,
);
