import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { writeFiles } from "../write-files.ts";

interface Comment {
  id: number;
  body: string;
  user: { login: string } | null;
}
interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const marker = "<!-- slipway review -->";
const action = parse(readFileSync("action.yml", "utf8")) as {
  readonly inputs: Readonly<Record<string, { readonly description: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
};

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "slipway-github-"))));
afterEach(() => rmSync(folder, { recursive: true }));

describe("the action", () => {
  test("has no input in the text of a script, and every script it names is there", () => {
    expect(action.runs.using).toBe("composite");
    for (const { run = "", shell } of action.runs.steps) {
      expect({ run, shell }).toEqual({ run: expect.not.stringContaining("${{"), shell: "bash" });
      for (const [, path = ""] of run.matchAll(/\$GITHUB_ACTION_PATH\/([\w./-]+)/g)) expect(spawnSync("test", ["-f", path]).status).toBe(0);
    }
    const used = JSON.stringify(action.runs);
    for (const name of Object.keys(action.inputs)) expect(used).toContain(`inputs.${name}`);
  });

  test("is used in the documents with inputs and outputs that it has, in YAML that parses", () => {
    for (const path of ["docs/adopt-review.md", "docs/adopt-review.ko.md"]) {
      const text = readFileSync(path, "utf8");
      for (const [, block = ""] of text.matchAll(/```yaml\n(.*?)```/gs)) {
        expect(() => parse(block)).not.toThrow();
        for (const [, step = ""] of block.matchAll(/uses: dominos\/slipway@\S+\n\s+with: (\{.*\})/g))
          expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(parse(step) as object)));
      }
      for (const [, name = ""] of text.matchAll(/steps\.slipway\.outputs\.([\w-]+)/g)) expect(Object.keys(action.outputs)).toContain(name);
    }
  });

  const repository = (files: Readonly<Record<string, string>>) => {
    writeFiles(folder, files);
    for (const args of [
      ["init", "--quiet", "--initial-branch=main"],
      ["add", "--all"],
      ["-c", "user.name=Test", "-c", "user.email=test@shop.example", "commit", "--quiet", "--message=First"],
    ])
      expect(spawnSync("git", args, { cwd: folder }).status).toBe(0);
  };
  /** Runs the action's own step, as a runner does. */
  const run = (variables: Readonly<Record<string, string>>, cwd = folder) => {
    const runner = mkdtempSync(join(tmpdir(), "slipway-runner-"));
    const [outputs, summaries] = [join(runner, "output"), join(runner, "summary")];
    const { status, stdout, stderr } = spawnSync("bash", [resolve("scripts/github/run.sh")], {
      cwd,
      encoding: "utf8",
      env: {
        PATH: process.env.PATH ?? "",
        RUNNER_TEMP: folder,
        GITHUB_OUTPUT: outputs,
        GITHUB_STEP_SUMMARY: summaries,
        ...variables,
      },
    });
    const [output, summary] = [outputs, summaries].map((path) => (existsSync(path) ? readFileSync(path, "utf8") : ""));
    rmSync(runner, { recursive: true });
    return { status, stdout, stderr, output, summary };
  };
  const pod = "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, imag: a:1 }] }\n";

  test("checks: annotations, a summary, SARIF, and the status of the command", () => {
    repository({ "a.yaml": pod });
    const { status, stdout, output, summary } = run({
      SLIPWAY_COMMAND: "check",
      SLIPWAY_ARGUMENTS: "a.yaml\n--kubernetes\n1.34\n",
      SLIPWAY_SARIF: "check.sarif",
    });
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: expect.stringMatching(/^::error file=a\.yaml,line=4,title=schema\/fields::/m),
    });
    expect(output).toBe(`report=${join(folder, "slipway-check.json")}\n`);
    expect(summary).toMatch(/^``````text\n.*imag.*``````\n$/s);
    expect(JSON.parse(readFileSync(join(folder, "check.sarif"), "utf8"))).toMatchObject({ version: "2.1.0" });
  });

  test("reviews a pull request against what its merge was made on, also in a shallow clone and where the event names an older commit", () => {
    const web = (image: string) => pod.replace("imag: a:1", `image: "a:${image}"`);
    const git = (cwd: string, ...args: string[]) => {
      const author = ["-c", "user.name=Test", "-c", "user.email=test@shop.example", "-c", "init.defaultBranch=main"];
      const { status, stdout, stderr } = spawnSync("git", [...author, ...args], { cwd, encoding: "utf8" });
      if (status !== 0) throw new Error(stderr);
      return stdout.trim();
    };
    repository({ "a.yaml": web("1"), "b.yaml": web("1").replace("name: a }", "name: b }") });
    const first = git(folder, "rev-parse", "HEAD");
    git(folder, "switch", "--quiet", "--create=feature");
    writeFiles(folder, { "a.yaml": web("2") });
    git(folder, "commit", "--quiet", "--all", "--message=Mine");
    const head = git(folder, "rev-parse", "HEAD");
    git(folder, "switch", "--quiet", "-");
    writeFiles(folder, { "b.yaml": web("3").replace("name: a }", "name: b }") });
    git(folder, "commit", "--quiet", "--all", "--message=Theirs");
    git(folder, "merge", "--quiet", "--no-ff", "--message=Merge", "feature");
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true");
    const clone = mkdtempSync(join(tmpdir(), "slipway-clone-"));
    git(folder, "clone", "--quiet", "--depth=1", `file://${folder}`, clone);
    const event = { SLIPWAY_COMMAND: "review", SLIPWAY_EVENT_BASE: first, SLIPWAY_HEAD: head };
    expect(run(event, clone).output).toMatch(/^changes=1$/m);
    expect(run({ ...event, SLIPWAY_HEAD: first }, clone).output).toMatch(/^changes=2$/m);
    rmSync(clone, { recursive: true });
  });

  test("says what input it needs", () => {
    repository({ "a.yaml": pod });
    expect(run({ SLIPWAY_COMMAND: "deploy" })).toMatchObject({
      status: 2,
      stderr: "slipway: the input command is review or check, found deploy\n",
    });
    expect(run({ SLIPWAY_COMMAND: "review" })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("there is no base to compare with"),
    });
    expect(run({ SLIPWAY_COMMAND: "check", SLIPWAY_ARGUMENTS: "nowhere" })).toMatchObject({ status: 2, output: "", summary: "" });
  });
});

describe("the comment of a pull request", () => {
  let comments: Comment[] = [];
  let answered: string[] = [];
  let head = "abc";
  // A server that keeps comments as GitHub's API does; the real one isn't to be had here.
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the routes of a small server read best one below the other
  const server = createServer(async (request, response) => {
    let text = "";
    request.setEncoding("utf8");
    for await (const part of request) text += String(part);
    const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
    answered.push(`${request.method} ${pathname}`);
    const answer = (status: number, value: unknown) =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (request.headers.authorization !== "Bearer secret") return answer(401, {});
    if (pathname === "/repos/shop/deploy/pulls/2") return answer(200, { head: { sha: head } });
    const body = text === "" ? "" : (JSON.parse(text) as Comment).body;
    if (request.method === "POST") comments.push({ id: comments.length + 1, body, user: { login: "github-actions[bot]" } });
    const own = comments.find(({ id }) => pathname === `/repos/shop/deploy/issues/comments/${id}`);
    if (request.method === "PATCH" && own?.user?.login !== "github-actions[bot]") return answer(403, {});
    if (request.method === "PATCH" && own) own.body = body;
    const page = Number(searchParams.get("page") ?? "1");
    answer(200, request.method === "GET" ? comments.slice(page * 100 - 100, page * 100) : {});
  });
  let address: string;
  beforeAll(async () => {
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());
  beforeEach(() => {
    [comments, answered, head] = [[], [], "abc"];
    writeFiles(folder, { "review.md": "### Review: rollout\n" });
  });

  const post = (more: Readonly<Record<string, string>> = {}) => {
    const variables = {
      PATH: process.env.PATH ?? "",
      SLIPWAY_REPORT: join(folder, "review.md"),
      SLIPWAY_PULL_REQUEST: "2",
      SLIPWAY_GITHUB_TOKEN: "secret",
      GITHUB_API_URL: address,
      GITHUB_REPOSITORY: "shop/deploy",
      ...more,
    };
    const child = spawn(process.execPath, ["scripts/github/comment.mjs"], { env: variables });
    return new Promise<{ status: number | null; output: string }>((ended) => {
      let output = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (output += String(part)));
      child.on("close", (status) => ended({ status, output }));
    });
  };

  test("is posted once, and then updated in its place, past others that begin with its marker", async () => {
    comments = Array.from({ length: 130 }, (_comment, index) => ({
      id: index + 1,
      body: index === 3 ? `${marker}\nforged` : "hello",
      user: index === 5 ? null : { login: "somebody" },
    }));
    expect(await post()).toEqual({ status: 0, output: "comment: the comment is posted\n" });
    expect(await post()).toEqual({ status: 0, output: "comment: the comment says so already\n" });
    writeFiles(folder, { "review.md": "### Review: deletion\n" });
    expect(await post()).toEqual({ status: 0, output: "comment: the comment is updated\n" });
    expect(comments.filter(({ body }) => body.startsWith(marker)).map(({ body }) => body)).toEqual([
      `${marker}\nforged`,
      `${marker}\n### Review: deletion\n`,
    ]);
  });

  test("is cut at what a comment takes, and says so", async () => {
    writeFiles(folder, { "review.md": "a".repeat(100_000) });
    expect(await post()).toMatchObject({ status: 0 });
    expect(comments[0]?.body).toMatch(/aaa\n\n_The report is cut here; the summary of the job has all of it\._\n$/);
    expect(comments[0]?.body.length).toBeLessThan(65_536);
  });

  test("goes to no pull request but the reviewed one, where the number isn't the runner's own", async () => {
    expect(await post({ SLIPWAY_HEAD: "abc" })).toMatchObject({ status: 0 });
    head = "def";
    expect(await post({ SLIPWAY_HEAD: "abc" })).toEqual({
      status: 1,
      output: "comment: pull request 2 has another commit than the one reviewed\n",
    });
    expect(comments).toHaveLength(1);
  });

  test("isn't posted without a token, with a wrong one, by a wrong number, or from a link; the token is in no output", async () => {
    expect(await post({ SLIPWAY_GITHUB_TOKEN: "" })).toEqual({
      status: 0,
      output: "comment: nothing is posted without SLIPWAY_GITHUB_TOKEN\n",
    });
    expect(await post({ SLIPWAY_PULL_REQUEST: "2/../3" })).toMatchObject({ status: 1 });
    expect(await post({ GITHUB_REPOSITORY: "shop/deploy/../x" })).toMatchObject({ status: 1 });
    const { status, output } = await post({ SLIPWAY_GITHUB_TOKEN: "wrong-token" });
    expect({ status, output }).toEqual({ status: 1, output: expect.not.stringContaining("wrong-token") });
    symlinkSync("/etc/hostname", join(folder, "link.md"));
    expect(await post({ SLIPWAY_REPORT: join(folder, "link.md") })).toMatchObject({ status: 1 });
    expect(comments).toEqual([]);
  });
});
