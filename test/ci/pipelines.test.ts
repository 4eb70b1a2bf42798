import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
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

/** The protected branch, as the server has it: pipelines include from it. */
const server = repository({}, ".gitlab-ci.yml", "templates");
const home = mkdtempSync(join(tmpdir(), "slipway-home-"));
folders.push(home);
writeFileSync(join(home, ".gitconfig"), `[url "${server}"]\n\tinsteadOf = https://git.example:443/platform/deployments.git\n`);

/** As a runner's own: the instance's variables are ours to say. */
const environment = { ...process.env, HOME: home, NODE_OPTIONS: "", GCL_IGNORE_PREDEFINED_VARS: "CI_PIPELINE_SOURCE,CI_API_V4_URL" };
const hasShell = ["rsync", "curl"].every((name) => spawnSync(name, ["--version"]).status === 0);
if (!hasShell)
  process.stderr.write("skipped: the deploy job's test, which needs rsync and curl; scripts/install-packages.sh installs them on Debian\n");

/** Names of the jobs that GitLab's own rules would start. */
function jobs(folder: string, variables: readonly string[] = [], inputs: readonly string[] = []): string[] {
  const given = [...variables.flatMap((entry) => ["--variable", entry]), ...inputs.flatMap((entry) => ["--input", entry])];
  const args = [resolve("node_modules/.bin/gitlab-ci-local"), "--list-json", ...given];
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
  const folder = repository({}, ".gitlab-ci.yml", "templates");
  const asked = ["release=backend-app=1.0.0", "environment=staging", "id-token=a.b.c"];
  const cases: readonly (readonly [string, string[], string[], string[]])[] = [
    ["a merge request", ["CI_PIPELINE_SOURCE=merge_request_event"], [], ["tests", "drift", "findings", "review", "review-note"]],
    ["main", [], [], ["tests", "findings", "render", "pages"]],
    ["an app's pipeline", ["CI_PIPELINE_SOURCE=trigger"], asked, ["release", "pages"]],
    [
      "an app's pipeline with variables",
      ["CI_PIPELINE_SOURCE=trigger", "SLIPWAY_RELEASE=a=1", "SLIPWAY_ENV=prod"],
      [],
      ["tests", "findings", "render", "pages"],
    ],
  ];
  test.each(cases.map((entry) => [entry[0], entry] as const))(
    "runs what %s asks for",
    (_name, [, variables, inputs, expected]) => {
      expect(jobs(folder, variables, inputs).sort()).toEqual([...expected].sort());
    },
    30_000,
  );

  const digest = `@sha256:${"0".repeat(64)}`;
  const releaseInput = new RegExp(inputPattern("release"));
  test.each(["", "backend-app=1.0.0", `backend-app/web=1.0.0${digest}`, `a=${digest}`, `a=1,b=2${digest}`])(
    "takes the release %p",
    (text) => {
      expect(releaseInput.test(text)).toBe(true);
    },
  );
  test.each(["a", "a=1;id", "a=$(id)", 'a=1" --env=prod "', "a=1 b=2", "a=1\nid", "--env=prod", "a=1@sha256:0", "a=`id`", "a=$IFS"])(
    "takes no release %p",
    (text) => {
      expect(releaseInput.test(text)).toBe(false);
      expect(() => jobs(folder, [], [`release=${text}`, "environment=staging"])).toThrow(/does not match required regex/);
    },
    30_000,
  );
  test.each(["prod; id", "../prod", "Prod", "-", "a".repeat(64)])("takes no environment %p", (text) => {
    expect(new RegExp(inputPattern("environment")).test(text)).toBe(false);
  });

  test("runs merge requests' code with no token in reach, and no code of theirs where the token is", () => {
    const [, pipeline] = readFileSync(".gitlab-ci.yml", "utf8").split("\n---\n");
    const all = parse(pipeline as string, { customTags: [{ tag: "!reference", collection: "seq" }] as never }) as Record<string, object>;
    const note = parse(readFileSync("templates/note.yml", "utf8"))[".slipway-note"] as Record<string, unknown>;
    for (const [name, job] of Object.entries(all))
      expect([name, JSON.stringify(job).includes("SLIPWAY_GITLAB_TOKEN")]).toEqual([name, false]);
    expect(all["review-note"]).toEqual({
      extends: ".slipway-note",
      stage: "review",
      needs: ["review"],
      rules: [{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"' }],
    });
    expect(note.environment).toEqual({ name: "slipway-note", action: "access" });
    expect(note).toMatchObject({
      variables: { GIT_STRATEGY: "none" },
      before_script: [],
      cache: [],
      inherit: { default: false, variables: false },
    });
    expect(JSON.stringify(note)).not.toMatch(/npm |npx /);
    // Written out: variables of a trigger would replace variables here.
    expect(all.include).toEqual([{ project: "platform/deployments", ref: "main", file: "/templates/note.yml" }]);
    for (const name of ["release", "render"]) expect(JSON.stringify(all[name])).not.toContain('$CI_DEFAULT_BRANCH\\"');
    expect(JSON.stringify(all)).not.toMatch(/npm (ci|install)(?! --ignore-scripts)/);
    // A role of AWS is for the protected branch.
    expect(JSON.stringify(all["aws-deploy"])).toContain("AWS_ROLE_ARN");
    for (const [name, job] of Object.entries(all))
      if (name !== "aws-deploy") expect([name, JSON.stringify(job)]).not.toContain("AWS_ROLE_ARN");
    expect(JSON.stringify(all["aws-deploy"])).not.toContain("merge_request_event");
  });
});

/** The pattern of an input of this repository's pipeline. */
function inputPattern(name: string): string {
  const [header] = readFileSync(".gitlab-ci.yml", "utf8").split("\n---\n");
  return (parse(header as string) as { spec: { inputs: Record<string, { regex: string }> } }).spec.inputs[name]?.regex as string;
}

describe("a repository that knows nothing of slipway includes the review with five lines", () => {
  const include = (input = "") => `include:
  - local: /templates/review.yml
    inputs: { package: slipway@0.1.0${input} }
`;
  test("which runs on merge requests only", () => {
    const folder = repository({ ".gitlab-ci.yml": include() }, "templates");
    expect(jobs(folder, ["CI_PIPELINE_SOURCE=merge_request_event"]).sort()).toEqual([
      "slipway-check",
      "slipway-review",
      "slipway-review-note",
    ]);
    expect(jobs(folder)).toEqual([]);
  });

  test("and takes no arguments that a shell would run", () => {
    const folder = repository({ ".gitlab-ci.yml": include(", arguments: 'a; id'") }, "templates");
    expect(() => jobs(folder, ["CI_PIPELINE_SOURCE=merge_request_event"])).toThrow(/does not match required regex/);
  });

  test("whose jobs that run the merge request's files hold no token, and whose note runs none of them", () => {
    const [, text] = readFileSync("templates/review.yml", "utf8").split("\n---\n");
    const { "slipway-review-note": note, ...others } = parse(text as string) as Record<string, { readonly extends?: string }>;
    expect(JSON.stringify(others)).not.toContain("TOKEN");
    expect(note).toEqual({
      extends: ".slipway-note",
      stage: ".post",
      needs: [{ job: "slipway-review", optional: true }],
      rules: [{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"', when: "always" }],
    });
  });
});

test("an app's repository includes the components with five lines", () => {
  const include = `include:
  - local: /templates/app.yml
    inputs: { app: backend-app, image: dominos/backend-app, registry: registry.example, deployments: platform/deployments, gitlab: "https://gitlab.example" }
stages: [build, deploy]
`;
  expect(jobs(repository({ ".gitlab-ci.yml": include }, "templates"))).toEqual(["build-image", "deploy-staging"]);
}, 30_000);

test.each([
  ["gitlab", "http://gitlab.example"],
  ["gitlab", 'https://gitlab.example" --proxy "x'],
  ["gitlab", "https://user@gitlab.example"],
  ["gitlab", "https://$CI_SERVER_HOST"],
  ["deployments", "x"],
  ["deployments", "a/../b'"],
  ["branch", "main';id;'"],
  ["app", "a';id;'"],
  ["environment", "prod';id;'"],
])("the deploy job takes no %s %j", (name, value) => {
  const [header] = readFileSync("templates/deploy.yml", "utf8").split("\n---\n");
  const { inputs } = (parse(header as string) as { spec: { inputs: Record<string, { regex: string }> } }).spec;
  expect(new RegExp(inputs[name]?.regex as string).test(value)).toBe(false);
});

(hasShell ? test : test.skip)(
  "the deploy job asks for its release with tokens that no argument holds, and input that can't become more than text",
  async () => {
    const program =
      "const s=require('http').createServer((q,r)=>{let b='';q.on('data',d=>b+=d);q.on('end',()=>{console.log(JSON.stringify({url:q.url,body:b}));r.writeHead(201);r.end('{}')})}).listen(0,'127.0.0.1',()=>console.log(s.address().port))";
    const server = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
    const lines: string[] = [];
    const said = new Promise<void>((reported) =>
      server.stdout.on("data", (part) => {
        lines.push(...String(part).trim().split("\n"));
        if (lines.length > 0) reported();
      }),
    );
    await said;
    const include = `include:
  - local: /templates/deploy.yml
    inputs: { app: "backend-app,order-worker", deployments: platform/deployments, gitlab: "http://127.0.0.1:${lines[0]}" }
stages: [deploy]
`;
    const folder = repository({ ".gitlab-ci.yml": include }, "templates");
    const args = [
      "--force-shell-executor",
      "deploy-staging",
      // None of these says where the tokens go.
      ...[
        "CI_API_V4_URL=http://127.0.0.1:1/api/v4",
        "CI_SERVER_URL=http://127.0.0.1:1",
        "SLIPWAY_DEPLOYMENTS=evil/x",
        "SLIPWAY_ENV=prod",
      ].flatMap((entry) => ["--variable", entry]),
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
    expect(body).toMatch(/name="inputs\[release\]"\r\n\r\nbackend-app=1.2.3; touch owned,order-worker=1.2.3; touch owned\r\n/);
    expect(body).toMatch(/name="inputs\[environment\]"\r\n\r\nstaging\r\n/);
    expect(body).toMatch(/name="inputs\[id-token\]"\r\n\r\nid-secret/);
    expect(body).not.toContain("variables[");
    expect(body).toMatch(/name="token"\r\n\r\ntrigger-secret/);
    expect(spawnSync("ls", { cwd: folder, encoding: "utf8" }).stdout).not.toContain("owned");
    expect(stdout + stderr).not.toMatch(/trigger-secret|id-secret/);
  },
  60_000,
);
