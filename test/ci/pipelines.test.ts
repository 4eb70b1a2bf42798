import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { writeFiles } from "../write-files.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A repository with these files, as a runner would have cloned it. */
function repository(files: Readonly<Record<string, string>>, ...copied: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-pipeline-"));
  folders.push(folder);
  writeFiles(folder, files);
  for (const path of copied) cpSync(path, join(folder, path), { recursive: true });
  for (const args of [
    ["init", "--quiet", "--initial-branch=main"],
    ["remote", "add", "origin", "https://git.example/platform/deployments.git"],
    ["add", "--all"],
    ["-c", "user.name=Test", "-c", "user.email=test@dominos.example", "commit", "--quiet", "--message=First"],
    ["update-ref", "refs/remotes/origin/main", "HEAD"],
    ["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"],
  ])
    expect(spawnSync("git", args, { cwd: folder })).toMatchObject({ status: 0 });
  return folder;
}

/** As a runner's own: the instance's variables are ours to say. */
const environment = { ...process.env, NODE_OPTIONS: "", GCL_IGNORE_PREDEFINED_VARS: "CI_PIPELINE_SOURCE,CI_API_V4_URL" };
const hasShell = ["rsync", "curl"].every((name) => spawnSync(name, ["--version"]).status === 0);
if (!hasShell)
  process.stderr.write("skipped: the deploy job's test, which needs rsync and curl; scripts/install-packages.sh installs them on Debian\n");

/** Names of the jobs that GitLab's own rules would start. */
function jobs(folder: string, ...variables: string[]): string[] {
  const args = [resolve("node_modules/.bin/gitlab-ci-local"), "--list-json", ...variables.flatMap((one) => ["--variable", one])];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    env: environment,
  });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  const listed = JSON.parse(stdout.slice(stdout.indexOf("[\n"))) as { name: string; when: string }[];
  return listed.filter(({ when }) => when !== "never").map(({ name }) => name);
}

describe("this repository's pipeline", () => {
  const folder = repository({}, ".gitlab-ci.yml");
  const cases: readonly (readonly [string, string[], string[]])[] = [
    ["a merge request", ["CI_PIPELINE_SOURCE=merge_request_event"], ["tests", "drift", "findings", "review"]],
    ["main", [], ["tests", "findings", "render", "pages"]],
    ["an app's pipeline", ["CI_PIPELINE_SOURCE=trigger", "SLIPWAY_RELEASE=backend-app=1.0.0", "SLIPWAY_ENV=staging"], ["release", "pages"]],
  ];
  test.each(cases.map((one) => [one[0], one] as const))(
    "runs what %s asks for",
    (_, [, variables, expected]) => {
      expect(jobs(folder, ...variables).sort()).toEqual([...expected].sort());
    },
    30_000,
  );
});

test("an app's repository includes the components with five lines", () => {
  const include = `include:
  - local: /templates/app.yml
    inputs: { app: backend-app, image: dominos/backend-app, registry: registry.example, deployments: platform/deployments }
stages: [build, deploy]
`;
  expect(jobs(repository({ ".gitlab-ci.yml": include }, "templates"))).toEqual(["build-image", "deploy-staging"]);
}, 30_000);

(hasShell ? test : test.skip)(
  "the deploy job asks for its release with tokens that no argument holds, and input that can't become more than text",
  async () => {
    const include = `include:
  - local: /templates/deploy.yml
    inputs: { app: "backend-app,order-worker", deployments: platform/deployments }
stages: [deploy]
`;
    const folder = repository({ ".gitlab-ci.yml": include }, "templates");
    const program =
      "const s=require('http').createServer((q,r)=>{let b='';q.on('data',d=>b+=d);q.on('end',()=>{console.log(JSON.stringify({url:q.url,body:b}));r.writeHead(201);r.end('{}')})}).listen(0,'127.0.0.1',()=>console.log(s.address().port))";
    const server = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
    const lines: string[] = [];
    const said = new Promise<void>((told) =>
      server.stdout.on("data", (part) => {
        lines.push(...String(part).trim().split("\n"));
        if (lines.length > 0) told();
      }),
    );
    await said;
    const args = [
      "--force-shell-executor",
      "deploy-staging",
      "--variable",
      `CI_API_V4_URL=http://127.0.0.1:${lines[0]}/api/v4`,
      "--variable",
      "SLIPWAY_TAG=1.2.3; touch owned",
      "--variable",
      "SLIPWAY_TRIGGER_TOKEN=trigger-secret",
      "--variable",
      "SLIPWAY_ID_TOKEN=id-secret",
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, [resolve("node_modules/.bin/gitlab-ci-local"), ...args], {
      cwd: folder,
      encoding: "utf8",
      env: environment,
    });
    await new Promise((next) => setTimeout(next, 200));
    server.kill();
    expect({ status, output: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, output: "" });
    const { url, body } = JSON.parse(lines[1] ?? "{}") as { url: string; body: string };
    expect(url).toBe("/api/v4/projects/platform%2Fdeployments/trigger/pipeline");
    expect(body).toContain("backend-app=1.2.3; touch owned,order-worker=1.2.3; touch owned\r\n");
    expect(body).toMatch(/name="token"\r\n\r\ntrigger-secret/);
    expect(spawnSync("ls", { cwd: folder, encoding: "utf8" }).stdout).not.toContain("owned");
    expect(stdout + stderr).not.toMatch(/trigger-secret|id-secret/);
  },
  60_000,
);

test("the review's note is posted once, and then updated", async () => {
  // A server that keeps notes as GitLab's API does; the real one isn't to be had here.
  const program = `const notes=[];const s=require('http').createServer((q,r)=>{let b='';q.on('data',d=>b+=d);q.on('end',()=>{
    const id=/notes\\/(\\d+)$/.exec(q.url)?.[1];
    if(q.headers['private-token']!=='secret'){r.writeHead(401);return r.end()}
    if(q.method==='POST')notes.push({id:notes.length+1,body:JSON.parse(b).body});
    if(q.method==='PUT')notes[id-1].body=JSON.parse(b).body;
    r.writeHead(200,{'content-type':'application/json','x-next-page':''});r.end(JSON.stringify(q.method==='GET'?notes:{}))})})
    .listen(0,'127.0.0.1',()=>console.log(s.address().port))`;
  const server = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<string>((told) => server.stdout.once("data", (line) => told(String(line).trim())));
  const folder = repository({ "review.md": "### Review: rollout\n" });
  const variables = {
    CI_API_V4_URL: `http://127.0.0.1:${port}/api/v4`,
    CI_PROJECT_ID: "1",
    CI_MERGE_REQUEST_IID: "2",
    SLIPWAY_GITLAB_TOKEN: "secret",
  };
  const post = (more: object = {}) =>
    spawnSync(process.execPath, [resolve("scripts/post-note.mjs"), "review.md"], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "", ...variables, ...more },
    });
  expect(post()).toMatchObject({ status: 0, stdout: "post-note: the note is posted\n" });
  expect(post()).toMatchObject({ status: 0, stdout: "post-note: the note says so already\n" });
  writeFiles(folder, { "review.md": "### Review: downtime\n" });
  expect(post()).toMatchObject({ status: 0, stdout: "post-note: the note is updated\n" });
  expect(post({ SLIPWAY_GITLAB_TOKEN: "wrong" })).toMatchObject({ status: 1, stderr: expect.stringMatching(/answers 401/) });
  expect(post({ SLIPWAY_GITLAB_TOKEN: "" })).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/nothing is posted without SLIPWAY_GITLAB_TOKEN/),
  });
  server.kill();
}, 30_000);
