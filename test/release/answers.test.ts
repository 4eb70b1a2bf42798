import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releaseEdit, transact } from "../../lib/release/index.ts";
import { requestBranch } from "../../lib/release/request.ts";
import { program } from "../project.ts";
import { ReleasedProject } from "./estate.ts";

const pins = "overlays/staging/kustomization.yaml";
const ledger = "overlays/staging/releases.yaml";

/** Has the server run a script at a hook, the first time only unless it says otherwise. */
function hook(project: ReleasedProject, name: string, script: string): void {
  const path = join(project.bare, "hooks", name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}
const once = (name: string, script: string) => `[ -e "$GIT_DIR/${name}" ] && exit 0\ntouch "$GIT_DIR/${name}"\n${script}`;
/** What a hook needs to change its own repository. */
const ownRepository = 'unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES; cd "$GIT_DIR"';
const asOther = "git -c user.name=Other -c user.email=other@dominos.example";

const release = (project: ReleasedProject, target: string, ...more: string[]) =>
  project.release("release", target, "--env", "staging", ...more);
const versionIn = (project: ReleasedProject) => /team\/web\n\s+newTag: "?([^"\s]+)/.exec(project.committed(pins))?.[1];

describe("a push whose answer is lost counts as what the branch holds, whatever git says:", () => {
  const endings: Readonly<Record<string, string>> = {
    "the connection is cut": "kill -9 $PPID",
    "the server says something nobody has heard of": "echo 'unpack ok' >&2; kill -TERM $PPID; exit 1",
    "the server takes it, and reports that it failed": "echo 'fatal: not found, 403, protected branch, hook declined' >&2; kill -9 $PPID",
  };
  test.each(Object.keys(endings))(
    "%s",
    (name) => {
      const project = new ReleasedProject();
      hook(project, "post-receive", once("cut", endings[name] as string));
      const { status, stdout, stderr } = release(project, "web=5.0.0");
      expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: expect.stringMatching(/commit [0-9a-f]{40}/) });
      expect(project.history.filter((line) => line.includes("5.0.0"))).toHaveLength(1);
    },
    60_000,
  );

  test("and one that the server didn't carry out is tried again", () => {
    const project = new ReleasedProject();
    hook(project, "pre-receive", once("cut", "kill -9 $PPID"));
    expect(release(project, "web=5.0.0")).toMatchObject({ status: 0 });
    expect(project.history.filter((line) => line.includes("5.0.0"))).toHaveLength(1);
  }, 60_000);

  test("and where the server never says, the command says that the push may still be carried out", async () => {
    const project = new ReleasedProject();
    hook(project, "pre-receive", "kill -9 $PPID");
    const edit = releaseEdit(["web=5.0.0"], "staging", { at: "2030-01-31T12:00:00Z" }, async () => undefined);
    await expect(transact({ root: project.folder, sleep: async () => {}, mostTries: 4 }, edit)).rejects.toThrow(
      /gave up after 4 tries.*gave no answer to a push and may still carry it out: [0-9a-f]{40}/s,
    );
    expect(project.history).toEqual(["First"]);
  }, 120_000);
});

describe("a push is a compare-and-swap:", () => {
  test("a branch that was deleted meanwhile doesn't come back", () => {
    const project = new ReleasedProject();
    hook(project, "update", once("gone", `${ownRepository}; git update-ref -d refs/heads/main; exit 1`));
    const { status, stderr } = release(project, "web=5.0.0", "--branch", "main");
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringMatching(/hook declined|the remote has no such branch/) });
    expect(project.git("--git-dir", project.bare, "for-each-ref")).toBe("");
  }, 60_000);

  test("what a rewind took out doesn't come back", () => {
    const project = new ReleasedProject();
    expect(release(project, "web=4.0.0")).toMatchObject({ status: 0 });
    // Between the fetch and the push somebody takes the last release out.
    hook(project, "pre-receive", once("back", `${ownRepository}; git update-ref refs/heads/main main~1; exit 0`));
    expect(release(project, "mail=4.0.0")).toMatchObject({ status: 0, stderr: expect.stringMatching(/starting again from the new head/) });
    expect(project.history).toEqual([expect.stringMatching(/^Release mail/), "First"]);
    expect(versionIn(project)).toBe("1.0.0");
  }, 60_000);
});

describe("a merge request", () => {
  const project = new ReleasedProject();
  let branch = "";
  beforeAll(() => project.git("--git-dir", project.bare, "config", "receive.advertisePushOptions", "true"));
  const ask = () => release(project, "web=6.0.0", "--merge-request");
  const tip = (name = branch) => project.git("--git-dir", project.bare, "rev-parse", name);

  test("that is asked for again is the same one", () => {
    expect(ask()).toMatchObject({ status: 0, stderr: "" });
    branch = project.branches("release/staging-web-6.0.0")[0] ?? "";
    const first = tip();
    expect(ask()).toMatchObject({ status: 0, stderr: "", stdout: expect.stringMatching(/Already up to date; nothing was pushed/) });
    expect(tip()).toBe(first);
  }, 60_000);

  test("is brought up to date when the target has moved on", () => {
    const first = tip();
    expect(release(project, "mail=2.0.0")).toMatchObject({ status: 0 });
    expect(ask()).toMatchObject({ status: 0, stderr: "" });
    expect(tip()).not.toBe(first);
    expect(tip(`${branch}^`)).toBe(tip("main"));
  }, 60_000);

  test.each(["commit-tree $(git rev-parse $1^{tree}) -p $1 -m More", "commit-tree $(git rev-parse main~1^{tree}) -p $1^ -F message"])(
    "with a reviewer's work on its branch isn't overwritten: %s",
    (command) => {
      const ours = tip();
      project.run("sh", [
        "-c",
        `cd "${project.bare}" && git show -s --format=%B ${branch} >message && set -- ${branch} && git update-ref refs/heads/${branch} $(${asOther} ${command})`,
      ]);
      const theirs = tip();
      expect(theirs).not.toBe(ours);
      expect(release(project, "mail=2.1.0")).toMatchObject({ status: 0 });
      expect(ask()).toMatchObject({ status: 1, stderr: expect.stringMatching(/holds commits that slipway didn't make/) });
      expect(tip()).toBe(theirs);
      project.git("--git-dir", project.bare, "update-ref", `refs/heads/${branch}`, ours);
    },
    60_000,
  );
});

test("no two requests share a branch, and every branch is a name that git takes", () => {
  const project = new ReleasedProject();
  const long = "a".repeat(150);
  const requests = [
    "release/prod-web=1-a",
    "release/prod-web-1=a",
    "release/prod-web=1/a",
    "release/prod-web=1,mail=2",
    "release/prod-web=1-mail=2",
    `release/prod-web=${long}1`,
    `release/prod-web=${long}2`,
    "release/prod-web=1..2",
    "release/prod-web=1.lock",
    "release/prod-web=x.lock/y",
    "release/prod-web=@{1}",
    "release/prod-web=1.",
    "release/prod-Web=1",
    "release/prod-web=1",
    "hold/prod-web",
    "unhold/prod-web",
    "promote/prod-web\n[null,false]",
    'promote/prod-web\n["staging",true]',
  ];
  const names = requests.map(requestBranch);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(requests.length);
  for (const name of names) expect([name, project.run("git", ["check-ref-format", `refs/heads/${name}`]).status]).toEqual([name, 0]);
  expect(Math.max(...names.map((name) => name.length))).toBeLessThan(120);
}, 30_000);

describe("a rollback", () => {
  const project = new ReleasedProject();
  const rollback = () => project.slipway("rollback", "web", "--env", "staging");
  const unhold = () => expect(project.slipway("unhold", "web", "--env", "staging").status).toBe(0);

  test("after another goes further back, never to what was rolled back from", () => {
    for (const version of ["2.0.0", "3.0.0", "4.0.0"]) expect(release(project, `web=${version}`).status).toBe(0);
    const seen = [1, 2].map(() => {
      expect(rollback().status).toBe(0);
      return versionIn(project);
    });
    expect(seen).toEqual(["3.0.0", "2.0.0"]);
    expect(project.committed(ledger)).toMatch(/rolledBackFrom:\n\s+- "?3\.0\.0"?\n\s+- "?4\.0\.0"?/);
  }, 60_000);

  test("of a later release goes to what ran before it", () => {
    unhold();
    expect(release(project, "web=5.0.0").status).toBe(0);
    expect(rollback().status).toBe(0);
    expect(versionIn(project)).toBe("2.0.0");
  }, 60_000);

  test("may go again to a version that was released again since", () => {
    unhold();
    for (const version of ["4.0.0", "6.0.0"]) expect(release(project, `web=${version}`).status).toBe(0);
    expect(rollback().status).toBe(0);
    expect(versionIn(project)).toBe("4.0.0");
  }, 60_000);

  test("goes where it is sent, also to what was rolled back from", () => {
    expect(project.slipway("rollback", "web", "--env", "staging", "--to", "6.0.0").status).toBe(0);
    expect(versionIn(project)).toBe("6.0.0");
  }, 60_000);

  test("with nothing left to go back to is refused", () => {
    for (let times = 0; times < 10 && rollback().status === 0; times++);
    expect(rollback()).toMatchObject({ status: 1, stderr: expect.stringMatching(/history knows no other version of web to go back to/) });
    expect(versionIn(project)).toBe("1.0.0");
  }, 60_000);

  test("names what dist held where the version before never was a pin, and goes there by its tag", () => {
    const other = new ReleasedProject();
    const rollbackProxy = (...args: string[]) => other.slipway("rollback", "mail/proxy", "--env", "staging", ...args);
    expect(release(other, "mail/proxy=2").status).toBe(0);
    expect(rollbackProxy()).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /What dist held before, by the overlays: library\/proxy 1\. Go back to it: slipway rollback mail\/proxy --env staging --to 1\.\n$/,
      ),
    });
    expect(rollbackProxy("--to", "7")).toMatchObject({ status: 1, stderr: expect.stringContaining("with the tag 7 among its pins") });
    expect(rollbackProxy("--to", "1", "--no-resolve")).toMatchObject({ status: 0 });
    expect(other.committed(pins)).toMatch(/proxy\n {2}newTag: "1"/);
    expect(other.committed("overlays/staging/releases.yaml")).toContain("holds:\n  docker.io/library/proxy:");
  }, 60_000);

  test("of an app with several images leaves those alone that the last release didn't touch", () => {
    const other = new ReleasedProject();
    const mailAndProxy = () =>
      /team\/mail\n\s+newTag: "?([^"\s]+)"?\n- name: docker\.io\/library\/proxy\n\s+newTag: "?([^"\s]+)/.exec(other.committed(pins));
    for (const target of ["mail=2.0.0", "mail=3.0.0", "mail/proxy=8", "mail/proxy=9"]) expect(release(other, target).status).toBe(0);
    expect(other.slipway("rollback", "mail", "--env", "staging").status).toBe(0);
    expect(mailAndProxy()?.slice(1)).toEqual(["3.0.0", "8"]);
    // Before that the proxy had no pin, and a pin can't say what the overlays said then.
    expect(other.slipway("rollback", "mail", "--env", "staging")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/docker\.io\/library\/proxy had no pin in staging\. Name what to roll back/),
    });
    expect(other.slipway("rollback", "mail/mail", "--env", "staging").status).toBe(0);
    expect(mailAndProxy()?.slice(1)).toEqual(["2.0.0", "8"]);
  }, 60_000);
});

describe("a rollback by digest", () => {
  const project = new ReleasedProject();
  const [first, second] = ["c", "d"].map((digit) => `sha256:${digit.repeat(64)}`);

  test("doesn't take another name of what runs for what ran before", () => {
    for (const version of [`2.0.0@${first}`, "3.0.0", `3.0.0@${second}`, `3.0@${second}`])
      expect(release(project, `web=${version}`).status).toBe(0);
    expect(project.slipway("rollback", "web", "--env", "staging").status).toBe(0);
    expect(project.committed(pins)).toContain(`newTag: "2.0.0" # the first\n  digest: ${first}`);
  }, 60_000);

  test("holds the digest: the same tag without it would be another image", () => {
    for (const more of [[], ["--pipeline", "99"]])
      expect(release(project, "web=2.0.0", ...more)).toMatchObject({ status: 1, stderr: expect.stringMatching(/staging holds/) });
    expect(project.committed(pins)).toContain(`digest: ${first}`);
  }, 60_000);

  test("to what runs already holds it, and says so", () => {
    expect(project.slipway("unhold", "web", "--env", "staging").status).toBe(0);
    expect(project.slipway("rollback", "web", "--env", "staging", "--to", "2.0.0")).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/staging: registry\.example\/team\/web 2\.0\.0.*-> 2\.0\.0/),
    });
    expect(project.history[0]).toMatch(/^Roll back web in staging: /);
    expect(project.slipway("hold", "web", "--env", "staging", "--reason", "another").status).toBe(0);
    expect(project.committed(ledger)).toMatch(/reason: another/);
  }, 60_000);
});

describe("what somebody else has put into dist stays, and is never written over:", () => {
  const places = ["dist/staging/web", "dist/staging/web/Deployment.web.k8s.yaml/more", "dist/staging/web/Deployment.web.k8s.yaml"];
  test.each(places)(
    "at %s",
    (place) => {
      const project = new ReleasedProject();
      project.run("sh", [
        "-c",
        `rm -rf "${place.split("/").slice(0, 4).join("/")}" && mkdir -p "$(dirname "${place}")" && echo mine >"${place}"`,
      ]);
      project.git("add", "--all");
      project.git("commit", "--quiet", "--message=Mine");
      project.git("push", "--quiet", "origin", "main");
      expect(release(project, "web=2.0.0")).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/something that slipway didn't generate is in its place/),
      });
      expect(project.committed(place)).toBe("mine");
      expect(project.history).toEqual(["Mine", "First"]);
    },
    60_000,
  );
});

test("a command that is interrupted ends what git does for it, and leaves nothing behind", async () => {
  const project = new ReleasedProject();
  hook(project, "pre-receive", "sleep 5");
  const temporary = mkdtempSync(join(tmpdir(), "slipway-tmp-"));
  const child = spawn(process.execPath, [program, "release", "web=2.0.0", "--env", "staging", "--no-resolve"], {
    cwd: project.folder,
    env: { ...process.env, NODE_OPTIONS: "", TMPDIR: temporary },
    stdio: "ignore",
  });
  while (
    !existsSync(join(project.bare, "objects/incoming")) &&
    !readdirSync(join(project.bare, "objects")).some((name) => name.startsWith("tmp_objdir"))
  )
    await new Promise((next) => setTimeout(next, 20));
  child.kill("SIGTERM");
  expect(await new Promise((done) => child.on("exit", (status) => done(status)))).toBe(143);
  expect(readdirSync(temporary).filter((name) => name.startsWith("slipway"))).toEqual([]);
  rmSync(temporary, { recursive: true });
}, 60_000);

describe("the newest pipeline is kept", () => {
  const project = new ReleasedProject();
  const late = { status: 1, stderr: expect.stringMatching(/is late/) };

  test("through a person's release", () => {
    expect(release(project, "web=2.0.0", "--pipeline", "50").status).toBe(0);
    expect(release(project, "web=2.1.0", "--pipeline", "").status).toBe(0);
    expect(release(project, "web=1.9.0", "--pipeline", "49")).toMatchObject(late);
    expect(versionIn(project)).toBe("2.1.0");
  }, 60_000);

  test("through a release that changes nothing", () => {
    expect(release(project, "web=2.1.0", "--pipeline", "60")).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/pipeline 60 is recorded/),
    });
    expect(release(project, "web=1.9.0", "--pipeline", "55")).toMatchObject(late);
  }, 60_000);

  test("through rollback, hold, unhold and a promotion by a person", () => {
    expect(project.slipway("rollback", "web", "--env", "staging").status).toBe(0);
    expect(project.slipway("unhold", "web", "--env", "staging").status).toBe(0);
    expect(release(project, "web=1.9.0", "--pipeline", "59")).toMatchObject(late);
    expect(release(project, "web=2.2.0", "--pipeline", "61").status).toBe(0);
  }, 60_000);

  test("and a number that isn't exact, or none at all, breaks nothing", () => {
    for (const pipeline of ["12345678901234567890123", "9007199254740993", "0", "-1", "1e3", "1.5", " 7"])
      expect([pipeline, release(project, "web=3.0.0", "--pipeline", pipeline)]).toMatchObject([
        pipeline,
        { status: 2, stderr: expect.stringMatching(/expected the number of a pipeline/) },
      ]);
    const unnumbered = { CI_PIPELINE_ID: "", SLIPWAY_PIPELINE: "" };
    expect(project.slipwayWith(unnumbered, "release", "web=3.0.0", "--env", "staging", "--no-resolve")).toMatchObject({ status: 0 });
    expect(release(project, "web=3.1.0", "--pipeline", "9007199254740991").status).toBe(0);
    expect(project.committed(ledger)).toMatch(/pipeline: 9007199254740991\n/);
    expect(release(project, "mail=2.0.0", "--pipeline", "70").status).toBe(0);
  }, 120_000);
});

test("a hold with a reason that says nothing, or breaks its line, leaves releases.yaml in order", () => {
  const project = new ReleasedProject();
  const hold = (reason: string) => project.slipway("hold", "web", "--env", "staging", "--reason", reason);
  for (const reason of ["", " ", "\n", "---"]) {
    expect(hold(reason)).toMatchObject({ status: 2, stderr: expect.stringMatching(/--reason: expected a sentence/) });
    expect(project.slipway("rollback", "web", "--env", "staging", "--reason", reason).status).toBe(2);
  }
  expect(project.history).toEqual(["First"]);
  expect(hold("sale\u202e until\n\u001b[31mMonday").status).toBe(0);
  expect(project.committed(ledger)).toMatch(/reason: "?sale until \[31mMonday"?\n/);
  expect(hold("sale\u202e until\n\u001b[31mMonday")).toMatchObject({ stdout: "Already up to date; nothing was pushed.\n" });
  expect(project.slipway("unhold", "web", "--env", "staging").status).toBe(0);
}, 60_000);

describe("status", () => {
  const project = new ReleasedProject();
  const images = (text: string) =>
    JSON.parse(text) as {
      commit: string;
      branch?: string;
      images: { environment: string; app: string; tag: string; hold?: { by: string } }[];
    };
  const tagOf = (text: string) => images(text).images.find(({ environment, app }) => environment === "staging" && app === "web")?.tag;

  test("shows what the branch holds, and says at which commit; --offline shows the clone", () => {
    expect(release(project, "web=2.0.0").status).toBe(0);
    const { stdout } = project.slipway("status", "--format", "json");
    expect(tagOf(stdout)).toBe("2.0.0");
    expect(images(stdout)).toMatchObject({ branch: "main", commit: project.git("--git-dir", project.bare, "rev-parse", "main") });
    expect(project.slipway("status").stdout).toContain(`Shown: main of origin, at ${images(stdout).commit}.`);
    const offline = project.slipway("status", "--offline", "--format", "json").stdout;
    expect([tagOf(offline), images(offline).commit, images(offline).branch]).toEqual([
      "1.0.0",
      project.git("rev-parse", "HEAD"),
      undefined,
    ]);
  }, 60_000);

  test("knows who holds an image where only git knows a name", () => {
    const nameless = { USER: "", GITLAB_USER_LOGIN: "" };
    expect(project.slipwayWith(nameless, "hold", "web", "--env", "staging", "--reason", "sale").status).toBe(0);
    expect(project.slipway("status").stdout).toMatch(/held by Test: sale/);
  }, 60_000);

  test("of a remote that can't be read says so and what else there is", () => {
    const empty = mkdtempSync(join(tmpdir(), "slipway-empty-"));
    project.git("remote", "set-url", "origin", empty);
    expect(project.slipway("status")).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(/does not appear to be a git repository.*--offline/s),
    });
    expect(project.slipway("status", "--offline")).toMatchObject({ status: 0 });
    rmSync(empty, { recursive: true });
  }, 60_000);
});
