import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { program } from "../project.ts";
import { ReleasedProject } from "../release/estate.ts";

interface PullRequest {
  readonly number: number;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
}

const project = new ReleasedProject();
// As npm links the command of a package that is installed.
const commands = join(project.folder, "node_modules/.bin");
rmSync(commands);
mkdirSync(commands);
symlinkSync(program, join(commands, "slipway"));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-runner-"));
  pulls = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a script of the workflow in the project, as a runner does. */
function runScript(name: string, variables: Readonly<Record<string, string>>) {
  const outputs = join(folder, "output");
  writeFileSync(outputs, "");
  const file = resolve("scripts/github", name);
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(name.endsWith(".sh") ? "bash" : process.execPath, [file], {
    cwd: project.folder,
    env: { PATH, HOME, RUNNER_TEMP: folder, GITHUB_OUTPUT: outputs, ...variables },
  });
  return new Promise<{ status: number | null; stdout: string; stderr: string; output: string }>((ended) => {
    const texts = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) child[stream].on("data", (part) => (texts[stream] += String(part)));
    child.on("close", (status) => ended({ status, ...texts, output: readFileSync(outputs, "utf8") }));
  });
}
const release = (variables: Readonly<Record<string, string>>, ...args: string[]) =>
  runScript("release.sh", { ...variables, SLIPWAY_COMMAND: "release", SLIPWAY_ARGUMENTS: [...args, "--no-resolve", ""].join("\n") });

/** Keeps pull requests as GitHub's API does; the real one isn't to be had here. */
let pulls: PullRequest[] = [];
const server = createServer(async (request, response) => {
  let text = "";
  request.setEncoding("utf8");
  for await (const part of request) text += String(part);
  const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
  const answer = (status: number, value: unknown) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  if (request.headers.authorization !== "Bearer secret") return answer(401, {});
  const path = pathname.replace("/repos/shop/deploy", "");
  if (path === "") return answer(200, { default_branch: "main" });
  if (path.startsWith("/commits/")) {
    const branch = decodeURIComponent(path.slice("/commits/".length));
    if (project.branches(branch)[0] !== branch) return answer(422, { message: "No commit found for SHA" });
    return answer(200, { commit: { message: project.git("--git-dir", project.bare, "log", "-1", "--format=%B", branch) } });
  }
  if (request.method === "GET")
    return answer(
      200,
      pulls.filter(({ head, base }) => `shop:${head}` === searchParams.get("head") && base === searchParams.get("base")),
    );
  const asked = JSON.parse(text) as Omit<PullRequest, "number">;
  if (project.branches(asked.head)[0] !== asked.head) return answer(422, { message: "Validation Failed" });
  pulls.push({ number: pulls.length + 1, ...asked });
  answer(201, pulls.at(-1));
});
let address: string;
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
const openPullRequest = (branch: string, more: Readonly<Record<string, string>> = {}) =>
  runScript("pull-request.mjs", {
    SLIPWAY_BRANCH: branch,
    SLIPWAY_GITHUB_TOKEN: "secret",
    GITHUB_API_URL: address,
    GITHUB_REPOSITORY: "shop/deploy",
    ...more,
  });

test("a release is a branch of its own, and one pull request for it however often it is asked for", async () => {
  const before = project.history;
  const first = await release({}, "web=3.0.0", "--env", "prod");
  expect(first).toMatchObject({
    status: 0,
    stderr: "",
    output: expect.stringMatching(/^branch=release\/prod-web-3\.0\.0-[0-9a-f]{10}\n$/),
  });
  const branch = first.output.slice("branch=".length).trim();
  expect(project.branches("release/")).toEqual([branch]);
  expect(project.history).toEqual(before);

  expect(await openPullRequest(branch)).toMatchObject({ status: 0, stdout: "pull-request: 1 is opened\n", output: "pull-request=1\n" });
  expect(pulls).toEqual([
    {
      number: 1,
      head: branch,
      base: "main",
      title: expect.stringMatching(/^Release canary, web in prod/),
      body: expect.stringMatching(/^``````text\n.*Slipway-Tree: [0-9a-f]{40}\n``````\n$/s),
    },
  ]);

  const again = await release({}, "web=3.0.0", "--env", "prod");
  expect(again).toMatchObject({ status: 0, output: `branch=${branch}\n`, stdout: expect.stringContaining("holds this request already\n") });
  expect(await openPullRequest(branch)).toMatchObject({ stdout: "pull-request: 1 is open already\n", output: "pull-request=1\n" });
  expect(pulls).toHaveLength(1);
}, 60_000);

test("a release to another branch asks for that one, by the workflow's input alone", async () => {
  project.git("--git-dir", project.bare, "branch", "next", "main");
  const asked = await release({ SLIPWAY_TARGET: "next", SLIPWAY_GITHUB_TOKEN: "secret-token" }, "web=3.1.0", "--env", "prod");
  expect(asked).toMatchObject({ status: 0, output: expect.stringMatching(/^branch=release\/prod-web-3\.1\.0-/) });
  const branch = asked.output.slice("branch=".length).trim();
  expect(JSON.stringify(asked) + project.git("--git-dir", project.bare, "show", branch)).not.toContain("secret-token");
  expect(await openPullRequest(branch, { SLIPWAY_TARGET: "next" })).toMatchObject({ status: 0 });
  expect(pulls).toMatchObject([{ base: "next", head: branch }]);
  const before = project.branches("");
  for (const arguments_ of [
    ["--remote", "https://other.example/x.git"],
    ["--remote=/tmp/x"],
    ["--branch", "next"],
    ["--merge-request"],
    ["--dry-run"],
  ])
    expect(await release({}, "web=3.2.0", "--env", "prod", ...arguments_)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("is not for this workflow"),
    });
  expect(project.branches("")).toEqual(before);
}, 60_000);

test("an argument is a line: several on one are refused, and spaces around one are nothing", async () => {
  expect(await release({}, "  web=1.0.0  ", "--env", "prod")).toMatchObject({ status: 0 });
  expect(await release({}, "web=1.0.0 --env prod")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("an argument on each line"),
  });
  const reason = { SLIPWAY_COMMAND: "hold", SLIPWAY_ARGUMENTS: "mail\n--env\nprod\n--reason=a sale until Monday" };
  expect(await runScript("release.sh", reason)).toMatchObject({ status: 0, output: expect.stringMatching(/^branch=hold\/prod-mail-/) });
  expect(await release({}, "web=1.0.0", "--env prod")).toMatchObject({ status: 2, stdout: "" });
}, 60_000);

test("what is already released opens nothing", async () => {
  expect(await release({}, "web=1.0.0", "--env", "prod")).toMatchObject({ status: 0, output: "branch=\n" });
}, 60_000);

test("a release that is refused fails the step, and what it prints are no commands to the runner", async () => {
  const { status, stdout, output } = await release({}, "nobody=1.0.0", "--env", "prod");
  expect({ status, output }).toEqual({ status: 2, output: "" });
  const pause = /^::stop-commands::(\S+)\n/.exec(stdout)?.[1];
  expect(stdout).toMatch(new RegExp(`\n::${pause}::\n$`));
  expect(await runScript("release.sh", { SLIPWAY_COMMAND: "a\n::error::b" })).toMatchObject({
    status: 2,
    stderr: expect.not.stringMatching(/^::error/m),
  });
  expect(await runScript("release.sh", { SLIPWAY_COMMAND: "synth" })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("the input command is release, promote, rollback, hold, unhold or render, found synth"),
  });
}, 60_000);

test("no pull request is opened without a token, with a wrong one, or of a branch that isn't there; the token is in no output", async () => {
  expect(await openPullRequest("release/gone", { SLIPWAY_GITHUB_TOKEN: "" })).toMatchObject({
    status: 1,
    stderr: "pull-request: nothing is opened without SLIPWAY_GITHUB_TOKEN\n",
  });
  const wrong = await openPullRequest("release/gone", { SLIPWAY_GITHUB_TOKEN: "wrong-token" });
  expect(wrong).toMatchObject({ status: 1, stderr: "pull-request: GitHub answers 401 to GET /repos/shop/deploy: the token isn't valid\n" });
  expect(await openPullRequest("release/gone")).toMatchObject({
    status: 1,
    stderr: "pull-request: GitHub answers 422 to GET /repos/shop/deploy/commits/release/gone: it isn't there\n",
  });
  expect(await openPullRequest("release/gone", { GITHUB_API_URL: "http://127.0.0.1:9" })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^pull-request: GitHub gives no answer to GET \/repos\/shop\/deploy: .+\n$/),
  });
  expect(await openPullRequest("release/gone", { GITHUB_REPOSITORY: "shop" })).toMatchObject({
    status: 1,
    stderr: "pull-request: GITHUB_REPOSITORY isn't a repository's name, as owner/name\n",
  });
  expect(JSON.stringify(wrong)).not.toContain("wrong-token");
  expect(pulls).toEqual([]);
});

test("git gets the token for GitHub's address, and for no other", () => {
  const ask = (host: string, server = "https://github.example") => {
    const { PATH = "", HOME = "" } = process.env;
    const variables = { PATH, HOME, GIT_TERMINAL_PROMPT: "0", GITHUB_SERVER_URL: server, SLIPWAY_GITHUB_TOKEN: "secret" };
    return spawnSync("git", ["-c", "credential.helper=", "credential", "fill"], {
      encoding: "utf8",
      input: `protocol=https\nhost=${host}\n\n`,
      env: { ...variables, GIT_ASKPASS: resolve("scripts/github/askpass.sh") },
    });
  };
  expect(ask("github.example")).toMatchObject({ status: 0, stdout: expect.stringMatching(/username=x-access-token\npassword=secret\n/) });
  for (const { status, stdout } of [ask("other.example"), ask("github.example", "http://github.example")])
    expect({ status, stdout }).toEqual({ status: 128, stdout: "" });
});
