import { spawn } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { program, slipwayIn } from "../project.ts";
import { ReleasedProject } from "./estate.ts";

const deployment = (environment: string, app: string) => `dist/${environment}/${app}/Deployment.${app}.k8s.yaml`;
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

describe("a release", () => {
  const project = new ReleasedProject();

  test("pins, renders, commits and pushes at once, and leaves the operator's clone alone", () => {
    const before = [project.git("rev-parse", "HEAD"), project.git("status", "--porcelain")];
    const { status, stdout, stderr } = project.release("release", `web=1.1.0@${digest("a")}`, "--env", "staging", "--pipeline", "7");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/staging: registry\.example\/team\/web 1\.0\.0 -> 1\.1\.0@sha256:a+, in web\/migrate, web\/web/);
    expect(project.committed("overlays/staging/kustomization.yaml")).toBe(
      `# Who changes these: slipway, kustomize, people.\nimages:\n- name: registry.example/team/web\n  newTag: "1.1.0" # the first\n  digest: ${digest("a")}\n- name: registry.example/team/mail\n  newTag: 1.0.0\nresources:\n- ../../dist/staging`,
    );
    expect(project.committed(deployment("staging", "web"))).toContain(`image: registry.example/team/web:1.1.0@${digest("a")}`);
    expect(project.committed("overlays/staging/releases.yaml")).toMatch(/registry\.example\/team\/web:\n {4}pipeline: 7\n {4}at: /);
    expect(project.git("--git-dir", project.bare, "log", "-1", "--format=%B", "main")).toMatch(
      /^Release web in staging: team\/web 1\.0\.0 -> 1\.1\.0@sha256:a+\n\nSlipway-Environment: staging\nSlipway-App: web\nSlipway-Image: .*\nSlipway-Pipeline: 7$/,
    );
    expect([project.git("rev-parse", "HEAD"), project.git("status", "--porcelain")]).toEqual(before);
    expect(project.git("worktree", "list").split("\n")).toHaveLength(1);
  }, 30_000);

  test("of what runs already is no commit", () => {
    const before = project.history;
    for (const pipeline of [[], ["--pipeline", "7"], ["--pipeline", "5"]])
      expect(project.release("release", `web=1.1.0@${digest("a")}`, "--env", "staging", ...pipeline)).toMatchObject({
        status: 0,
        stdout: "Already up to date; nothing was pushed.\n",
      });
    expect(project.history).toEqual(before);
  }, 30_000);

  test("that arrives late is refused", () => {
    expect(project.release("release", "web=1.0.5", "--env", "staging", "--pipeline", "6")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/pipeline 6 is late: pipeline 7 has released/),
    });
  }, 30_000);

  test("of several apps, or of one container, is one commit", () => {
    const { status } = project.release("release", "web=1.2.0", "mail/proxy=2", "--env", "staging");
    expect(status).toBe(0);
    expect(project.history[0]).toMatch(/^Release mail, web in staging: /);
    expect(project.committed(deployment("staging", "mail"))).toContain("docker.io/library/proxy:2");
    expect(project.committed(deployment("staging", "mail"))).toContain("team/mail:1.0.0");
  }, 30_000);

  test("of an image that several apps share names them all", () => {
    expect(project.release("release", "web=1.1.5", "--env", "prod").stdout).toMatch(
      /in canary\/migrate, canary\/canary, web\/migrate, web\/web/,
    );
  }, 30_000);

  test("can be simulated: the difference and the review, and nothing is pushed", () => {
    const before = project.history;
    const { status, stdout } = project.release("release", "web=9.0.0", "--env", "prod", "--dry-run");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\+\s+newTag: .*9\.0\.0/m);
    expect(stdout).toMatch(/rollout +Deployments canary, web: image/);
    expect(project.history).toEqual(before);
  }, 30_000);

  test("can be a branch of its own, for a merge request", () => {
    project.git("--git-dir", project.bare, "config", "receive.advertisePushOptions", "true");
    writeFileSync(
      join(project.bare, "hooks/post-receive"),
      '#!/bin/sh\ni=0; while [ $i -lt $GIT_PUSH_OPTION_COUNT ]; do eval echo "\\$GIT_PUSH_OPTION_$i" >>"$GIT_DIR/options"; i=$((i+1)); done\n',
    );
    chmodSync(join(project.bare, "hooks/post-receive"), 0o755);
    const before = project.history;
    expect(project.release("release", "web=3.0.0", "--env", "prod", "--merge-request")).toMatchObject({ status: 0 });
    expect(project.history).toEqual(before);
    expect(project.git("--git-dir", project.bare, "log", "-1", "--format=%s", project.branches("release/prod-web-3.0.0")[0] ?? "")).toMatch(
      /^Release canary, web in prod/,
    );
    expect(project.run("cat", [join(project.bare, "options")]).stdout).toMatch(/merge_request\.create\nmerge_request\.target=main\n/);
  }, 30_000);
});

describe("what is refused", () => {
  const project = new ReleasedProject();

  test("bad input, all of it named, with nothing pushed", () => {
    const before = project.history;
    for (const [args, message] of [
      [["nobody=1", "--env", "staging"], /no app "nobody".*web/s],
      [["web/nobody=1", "--env", "staging"], /no container "nobody"/],
      [["web=1", "--env", "nowhere"], /no environment "nowhere"/],
      [["web", "--env", "staging"], /"web" is not a release/],
      [["web=a b", "--env", "staging"], /is not a valid tag/],
      [["web=1", "--env", "staging", "--branch", "--force"], /is not a valid branch name/],
      [["web=1", "--env", "staging", "--pipeline", "x"], /number of a pipeline/],
    ] as const)
      expect([args, project.release("release", ...args)]).toMatchObject([args, { status: 2, stderr: expect.stringMatching(message) }]);
    expect(project.history).toEqual(before);
  }, 60_000);

  test("a push that a hook of the server declines isn't tried again", () => {
    const hook = join(project.bare, "hooks/pre-receive");
    writeFileSync(hook, "#!/bin/sh\necho 'freeze until Monday' >&2\nexit 1\n");
    chmodSync(hook, 0o755);
    const { status, stderr } = project.release("release", "web=2.0.0", "--env", "staging");
    expect(status).toBe(1);
    expect(stderr).toMatch(/hook of the server refuses.*freeze until Monday/s);
    expect(stderr).not.toMatch(/try 2/);
    writeFileSync(hook, "#!/bin/sh\nexit 0\n");
  }, 30_000);
});

describe("promotion, rollback and holds", () => {
  const project = new ReleasedProject();

  test("promote copies exact pins along promotesFrom, and skips nothing unless reported", () => {
    expect(project.release("release", `web=2.0.0@${digest("b")}`, "--env", "staging").status).toBe(0);
    expect(project.release("promote", "web", "--to", "prod")).toMatchObject({ status: 0 });
    expect(project.committed(deployment("prod", "web"))).toContain(`team/web:2.0.0@${digest("b")}`);
    expect(project.history[0]).toMatch(/^Promote from staging: canary, web in prod/);
    expect(project.release("promote", "web", "--to", "staging")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/no environment to promote from/),
    });
    expect(project.release("promote", "web", "--to", "prod", "--from", "prod")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/would skip it/),
    });
  }, 30_000);

  test("rollback pins what ran before and holds it, until unhold", () => {
    expect(project.release("rollback", "web", "--env", "prod", "--reason", "errors at checkout")).toMatchObject({ status: 0 });
    expect(project.committed(deployment("prod", "web"))).toContain("team/web:1.0.0");
    expect(project.committed("overlays/prod/releases.yaml")).toMatch(
      /holds:\n {2}registry\.example\/team\/web:\n {4}by: .*\n {4}reason: errors at checkout/,
    );
    const late = project.release("release", "web=2.1.0", "--env", "prod", "--pipeline", "99");
    expect(late).toMatchObject({ status: 1, stderr: expect.stringMatching(/prod holds registry\.example\/team\/web: errors at checkout/) });
    expect(project.slipway("unhold", "web", "--env", "prod")).toMatchObject({ status: 0 });
    expect(project.committed("overlays/prod/releases.yaml")).not.toMatch(/holds/);
    expect(project.release("release", "web=2.1.0", "--env", "prod", "--pipeline", "99").status).toBe(0);
  }, 60_000);

  test("rollback goes to a tag that ran, and to no other", () => {
    expect(project.release("rollback", "web", "--env", "prod", "--to", "2.0.0")).toMatchObject({ status: 0 });
    expect(project.committed(deployment("prod", "web"))).toContain(`team/web:2.0.0@${digest("b")}`);
    expect(project.release("rollback", "web", "--env", "prod", "--to", "7.7.7")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/no other pin .* 7\.7\.7/),
    });
  }, 60_000);

  test("hold stops releases, and status shows it all", () => {
    expect(project.slipway("hold", "mail", "--env", "prod", "--reason", "sale until Monday").status).toBe(0);
    expect(project.release("release", "mail=2", "--env", "prod")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/sale until Monday/),
    });
    project.git("pull", "--quiet", "origin", "main");
    const { images } = JSON.parse(project.slipway("status", "--format", "json").stdout) as {
      images: { environment: string; app: string; container: string; tag?: string; hold?: object; behind?: number }[];
    };
    expect(
      images.find(({ environment, app, container }) => environment === "prod" && app === "mail" && container === "mail"),
    ).toMatchObject({ tag: "1.0.0", hold: { reason: "sale until Monday" }, behind: 0 });
    expect(project.slipway("status").stdout).toMatch(/mail +prod +1\.0\.0 .*held by .*sale until Monday/);
  }, 60_000);
});

test("a push that comes second begins again from the new head: both are in the history, and dist is what the pins give", () => {
  const project = new ReleasedProject();
  // The first push finds that somebody pinned another image between its fetch and its push.
  const other = join(project.bare, "hooks/update");
  writeFileSync(
    other,
    `#!/bin/sh\n[ -e "$GIT_DIR/raced" ] && exit 0\ntouch "$GIT_DIR/raced"\nunset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\ncd "$GIT_DIR" && tree=$(git rev-parse main^{tree}) && commit=$(git -c user.name=O -c user.email=o@dominos.example commit-tree "$tree" -p main -m Other) && git update-ref refs/heads/main "$commit"\nexit 0\n`,
  );
  chmodSync(other, 0o755);
  const { status, stderr } = project.release("release", "web=4.0.0", "--env", "staging");
  expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringMatching(/starting again from the new head/) });
  expect(project.history).toEqual([expect.stringMatching(/^Release web/), "Other", "First"]);
  project.git("pull", "--quiet", "origin", "main");
  expect(project.slipway("synth", "--check")).toMatchObject({ status: 0 });
}, 60_000);

test("a push whose answer is lost counts as what it was", () => {
  const project = new ReleasedProject();
  // The server takes the push, and its connection breaks before it can say so.
  writeFileSync(
    join(project.bare, "hooks/post-receive"),
    '#!/bin/sh\n[ -e "$GIT_DIR/cut" ] && exit 0\ntouch "$GIT_DIR/cut"\nkill -9 $PPID\n',
  );
  chmodSync(join(project.bare, "hooks/post-receive"), 0o755);
  const { status, stdout } = project.release("release", "web=5.0.0", "--env", "staging");
  expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringMatching(/commit [0-9a-f]{40}/) });
  expect(project.history.filter((line) => line.includes("5.0.0"))).toHaveLength(1);
}, 60_000);

test("a token is in no message, commit or argument of ours", async () => {
  const project = new ReleasedProject();
  const secret = "glpat-very-secret";
  // A server that lets nobody in.
  const unwelcoming =
    "const s=require('http').createServer((q,r)=>{r.writeHead(401,{'www-authenticate':'Basic realm=x'});r.end()}).listen(0,'127.0.0.1',()=>console.log(s.address().port))";
  const server = spawn(process.execPath, ["-e", unwelcoming], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<string>((reported) => server.stdout.once("data", (line) => reported(String(line).trim())));
  project.git("remote", "set-url", "origin", `http://oauth2:${secret}@127.0.0.1:${port}/shop.git`);
  const log = join(project.bare, "arguments");
  const command = ["release", "web=6.0.0", "--env", "staging", "--no-resolve", "--branch", "main"];
  const { status, stdout, stderr } = project.slipwayWith({ GIT_TRACE2_EVENT: log }, ...command);
  server.kill();
  expect({ status, stderr }).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/the server doesn't accept the credentials.*127\.0\.0\.1/s),
  });
  expect(stdout + stderr).not.toContain(secret);
  // What git starts of itself knows the address from its configuration; what we start it with doesn't.
  const ours = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line.includes('"event":"start"'))
    .map((line) => JSON.parse(line) as { sid: string; argv: string[] })
    .filter(({ sid }) => !sid.includes("/"));
  expect(ours.length).toBeGreaterThan(3);
  expect(JSON.stringify(ours)).not.toContain(secret);
}, 60_000);

test("pins that somebody else wrote are rendered where they are committed", () => {
  const project = new ReleasedProject();
  const file = "overlays/staging/kustomization.yaml";
  project.write({ [file]: project.read(file).replace("newTag: 1.0.0 # the first", "newTag: 1.7.0") });
  project.git("commit", "--all", "--quiet", "--message=Pin by hand");
  project.git("push", "--quiet", "origin", "main");
  expect(project.slipway("render")).toMatchObject({ status: 0, stdout: expect.stringMatching(/commit/) });
  expect(project.committed(deployment("staging", "web"))).toContain("team/web:1.7.0");
  expect(project.slipway("render")).toMatchObject({ status: 0, stdout: "Already up to date; nothing was pushed.\n" });
  expect(project.history).toEqual(["Render dist", "Pin by hand", "First"]);
}, 60_000);

/** Pushes overlays with a Service that has no pods, an error of references in every environment, and no dist with them. */
function pushBroken(project: ReleasedProject): void {
  const file = "overlays/index.ts";
  project.write({
    [file]: project
      .read(file)
      .replace(
        '  container: { image: "team/mail"',
        "  extend: (chart: never) => { new ApiObject(chart, 'lost', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'lost' }, spec: { selector: { app: 'nobody' }, ports: [{ port: 80 }] } }); },\n  container: { image: \"team/mail\"",
      )
      .replace("import {", "import { ApiObject } from 'cdk8s';\nimport {"),
  });
  project.git("commit", "--all", "--quiet", "--message=Break");
  project.git("push", "--quiet", "origin", "main");
}

test("what is wrong with overlays that somebody pushed doesn't get into dist by rendering", () => {
  const project = new ReleasedProject();
  pushBroken(project);
  expect(project.slipway("render")).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/refused, since check finds errors that this brings:\n.*Service lost/),
  });
  expect(project.history).toEqual(["Break", "First"]);
}, 60_000);

test("an error that the branch has already is reported, and doesn't stop a release; one it brings does", () => {
  const project = new ReleasedProject();
  pushBroken(project);
  const { status, stderr } = project.release("release", "web=1.8.0", "--env", "staging");
  expect({ status, stderr }).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/already an error before: staging Service lost .*references\/service-selector/),
  });
  // What dist has now isn't brought by whoever renders next.
  expect(project.slipway("render")).toMatchObject({ status: 1, stderr: expect.not.stringMatching(/staging Service lost/) });
}, 60_000);

test("a remote may be named relative to the clone, and two releases of one clone at a time don't meet", async () => {
  const project = new ReleasedProject();
  project.git("remote", "set-url", "origin", relative(project.folder, project.bare));
  const release = (target: string) =>
    new Promise<number | null>((done) => {
      const args = [program, "release", target, "--env", "staging", "--no-resolve"];
      spawn(process.execPath, args, { cwd: project.folder, env: { ...process.env, NODE_OPTIONS: "" }, stdio: "ignore" }).on("exit", done);
    });
  expect(await Promise.all([release("web=7.0.0"), release("mail=7.0.0")])).toEqual([0, 0]);
  expect(project.history).toHaveLength(3);
  expect(project.git("worktree", "list").split("\n")).toHaveLength(1);
}, 60_000);

test("a rollback in a shallow clone fetches the history it needs", () => {
  const project = new ReleasedProject();
  for (const version of ["1.1.0", "1.2.0"]) expect(project.release("release", `web=${version}`, "--env", "staging").status).toBe(0);
  const clone = new ReleasedProject();
  clone.git("remote", "set-url", "origin", `file://${project.bare}`);
  const shallow = join(clone.folder, "shallow");
  clone.git("clone", "--quiet", "--depth=1", `file://${project.bare}`, shallow);
  clone.run("ln", ["-s", join(clone.folder, "node_modules"), join(shallow, "node_modules")]);
  const { status, stderr } = slipwayIn(shallow, {}, "rollback", "web", "--env", "staging");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(project.committed(deployment("staging", "web"))).toContain("team/web:1.1.0");
}, 60_000);

test("a commit is signed where git is reported to sign", () => {
  const project = new ReleasedProject();
  const key = join(project.bare, "key");
  expect(project.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])).toMatchObject({ status: 0 });
  project.git("config", "gpg.format", "ssh");
  project.git("config", "user.signingkey", key);
  project.git("config", "commit.gpgsign", "true");
  expect(project.release("release", "web=8.0.0", "--env", "staging")).toMatchObject({ status: 0 });
  expect(project.git("--git-dir", project.bare, "cat-file", "-p", "main")).toMatch(/gpgsig -----BEGIN SSH SIGNATURE-----/);
}, 60_000);
