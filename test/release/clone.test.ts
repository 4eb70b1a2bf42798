import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program, slipwayIn } from "../project.ts";
import { ReleasedProject } from "./estate.ts";

const pins = "overlays/staging/kustomization.yaml";

/** Everything of a clone that a release must leave as it is: HEAD, index, configuration, refs, worktrees, files, and what is staged. */
function stateOf(project: ReleasedProject): unknown {
  const gitFolder = join(project.folder, ".git");
  const kept = (
    readdirSync(gitFolder, { recursive: true, withFileTypes: true }) as { parentPath: string; name: string; isFile(): boolean }[]
  )
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(join(gitFolder, "objects")))
    .sort();
  return {
    git: Object.fromEntries(kept.map((path) => [path, readFileSync(path, "latin1")])),
    overlays: project.files("overlays"),
    dist: project.files("dist"),
  };
}

/** Commands that end once they have waited for long enough: begun before all tests, and looked at after them. */
interface Waiting {
  readonly project: ReleasedProject;
  readonly ended: Promise<{ readonly status: number | null; readonly stderr: string }>;
}
let signing: Waiting;
let asking: Waiting;
const silent = createServer(() => {});
beforeAll(async () => {
  const begin = (prepare: (project: ReleasedProject) => void, ...args: string[]): Waiting => {
    const project = new ReleasedProject();
    prepare(project);
    const child = spawn(process.execPath, [program, ...args], {
      cwd: project.folder,
      env: { ...process.env, NODE_OPTIONS: "" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (part) => (stderr += String(part)));
    return { project, ended: new Promise((done) => child.on("close", (status) => done({ status, stderr }))) };
  };
  signing = begin(
    (project) => {
      const hanging = join(project.bare, "sign");
      writeFileSync(hanging, "#!/bin/sh\nsleep 600\n");
      chmodSync(hanging, 0o755);
      project.git("config", "commit.gpgsign", "true");
      project.git("config", "gpg.program", hanging);
    },
    ...["release", "web=1.1.0", "--env", "staging", "--no-resolve"],
  );
  await new Promise<void>((ready) => silent.listen(0, "127.0.0.1", ready));
  const { port } = silent.address() as { port: number };
  asking = begin((project) => void project.git("remote", "set-url", "origin", `http://127.0.0.1:${port}/shop.git`), "status");
});
afterAll(() => silent.close());

/** Releases in a process of its own: where its files lie is chosen once for a process. */
const releaseAlone = (project: ReleasedProject, variables: Readonly<Record<string, string>>, version: string) =>
  project.slipwayProcess(variables, "release", `web=${version}`, "--env", "staging", "--no-resolve");

/** Releases with variables in the environment, as git sets them for what it starts. */
const releaseWith = (project: ReleasedProject, variables: Readonly<Record<string, string>>, version: string, ...more: string[]) =>
  project.slipwayWith(variables, "release", `web=${version}`, "--env", "staging", "--no-resolve", ...more);

describe("what git sets for hooks, aliases, rebase --exec and bisect run doesn't lead a release astray:", () => {
  const project = new ReleasedProject();
  const elsewhere = mkdtempSync(join(tmpdir(), "slipway-elsewhere-"));
  afterAll(() => rmSync(elsewhere, { recursive: true }));
  spawnSync("git", ["init", "--quiet", elsewhere]);
  project.write({ "overlays/staging/kustomization.yaml": `${project.read(pins)}# not committed\n`, "notes.txt": "mine" });
  project.git("add", "notes.txt");
  const own = { GIT_DIR: join(project.folder, ".git"), GIT_WORK_TREE: project.folder, GIT_INDEX_FILE: join(project.folder, ".git/index") };
  const variables: readonly Readonly<Record<string, string>>[] = [
    ...Object.entries(own).map(([name, value]) => ({ [name]: value })),
    own,
    { GIT_DIR: join(elsewhere, ".git") },
    { GIT_DIR: ".git", GIT_PREFIX: "overlays/" },
    { GIT_OBJECT_DIRECTORY: join(elsewhere, ".git/objects"), GIT_ALTERNATE_OBJECT_DIRECTORIES: elsewhere },
    { GIT_COMMON_DIR: join(elsewhere, ".git"), GIT_NAMESPACE: "other", GIT_CEILING_DIRECTORIES: "/" },
    { GIT_SHALLOW_FILE: join(elsewhere, "none"), GIT_GRAFT_FILE: join(elsewhere, "none"), GIT_REPLACE_REF_BASE: "refs/none/" },
    { GIT_CONFIG_PARAMETERS: "'core.worktree=/nowhere' 'core.hooksPath=/nowhere'", GIT_CONFIG: "/nowhere" },
    { GIT_EXTERNAL_DIFF: "false", GIT_DIFF_OPTS: "--stat", GIT_PAGER: "false", GIT_EDITOR: "false", GIT_SEQUENCE_EDITOR: "false" },
    { GIT_AUTHOR_DATE: "2001-01-01T00:00:00Z", GIT_COMMITTER_DATE: "2001-01-01T00:00:00Z", GIT_LITERAL_PATHSPECS: "0" },
  ];

  test.each(variables.map((set, index) => [Object.keys(set).join(", "), set, index] as const))(
    "%s",
    (_name, set, index) => {
      const before = stateOf(project);
      const { status, stderr } = releaseWith(project, set, `2.0.${index}`);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stateOf(project)).toEqual(before);
      expect(project.committed(pins)).toContain(`newTag: "2.0.${index}"`);
      expect(project.committed(pins)).not.toContain("not committed");
      expect(project.git("--git-dir", project.bare, "log", "-1", "--format=%ct", "main") > "1700000000").toBe(true);
    },
    30_000,
  );

  test("and none of them leads status or review astray", () => {
    for (const command of [
      ["status"],
      ["status", "--offline"],
      ["review", "--base", "HEAD"],
      ["board", "--out", join(elsewhere, "board.html")],
    ]) {
      const before = stateOf(project);
      const set = { GIT_DIR: join(elsewhere, ".git"), GIT_WORK_TREE: elsewhere };
      expect([command, project.slipwayWith(set, ...command)]).toMatchObject([command, { status: 0, stderr: "" }]);
      expect(stateOf(project)).toEqual(before);
    }
  }, 60_000);
});

describe("no setting, hook or filter of the clone or the machine decides what is committed:", () => {
  const project = new ReleasedProject();
  const home = mkdtempSync(join(tmpdir(), "slipway-home-"));
  afterAll(() => rmSync(home, { recursive: true }));
  const settings: Readonly<Record<string, () => void>> = {
    "a clean filter": () => {
      writeFileSync(join(project.folder, ".git/info/attributes"), "*.yaml filter=stamp\n");
      project.git("config", "filter.stamp.clean", "sed s/newTag/newTAG/");
      project.git("config", "filter.stamp.smudge", "sed s/name/NAME/");
      project.git("config", "filter.stamp.required", "true");
    },
    "push.followTags and tags of the clone": () => {
      project.git("config", "push.followTags", "true");
      project.git("tag", "--annotate", "--message=local", "local");
    },
    hooks: () => {
      for (const hook of [
        "pre-push",
        "pre-commit",
        "commit-msg",
        "post-commit",
        "post-checkout",
        "reference-transaction",
        "post-index-change",
      ]) {
        writeFileSync(join(project.folder, ".git/hooks", hook), `#!/bin/sh\necho ${hook} >>"${home}/ran"\nexit 1\n`);
        chmodSync(join(project.folder, ".git/hooks", hook), 0o755);
      }
    },
    "a global ignore of dist": () => {
      writeFileSync(join(home, "ignore"), "dist\noverlays/*/releases.yaml\n");
      project.git("config", "core.excludesFile", join(home, "ignore"));
    },
    "line ends, colours, external diffs, submodules, signed pushes": () => {
      const all = {
        "core.autocrlf": "true",
        "core.safecrlf": "true",
        "core.eol": "crlf",
        "color.ui": "always",
        "diff.external": "false",
        "submodule.recurse": "true",
        "push.recurseSubmodules": "check",
        "push.gpgSign": "true",
        "push.default": "nothing",
        "push.pushOption": "ci.skip",
        "core.fsmonitor": "/nowhere",
        "commit.template": "/nowhere",
        "commit.cleanup": "verbatim",
        "i18n.commitEncoding": "latin1",
        "core.hooksPath": "/nowhere",
        "fetch.prune": "true",
        "fetch.pruneTags": "true",
        "remote.origin.prune": "true",
        "remote.origin.mirror": "true",
        "remote.origin.push": "refs/heads/*:refs/heads/other/*",
        "remote.origin.fetch": "+refs/heads/nothing:refs/nothing",
        "extensions.worktreeConfig": "true",
      };
      for (const [key, value] of Object.entries(all)) project.git("config", key, value);
    },
  };
  let version = 0;
  test.each(Object.keys(settings))(
    "%s",
    (name) => {
      settings[name]?.();
      project.git("--git-dir", project.bare, "config", "receive.advertisePushOptions", "true");
      const [before, text] = [stateOf(project), project.committed(pins)];
      const { status, stdout, stderr } = releaseWith(project, {}, `3.0.${++version}`);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toMatch(/commit [0-9a-f]{40}/);
      expect(project.committed(pins)).toBe(text.replace(/newTag: \S+ # the first/, `newTag: "3.0.${version}" # the first`));
      expect(project.committed("dist/staging/web/Deployment.web.k8s.yaml")).toContain(`team/web:3.0.${version}`);
      expect(project.git("--git-dir", project.bare, "for-each-ref", "--format=%(refname)")).toBe("refs/heads/main");
      expect(existsSync(join(home, "ran"))).toBe(false);
      expect(stateOf(project)).toEqual(before);
    },
    30_000,
  );

  test("a dry run shows the difference as it is, without colours or a program of the operator's", () => {
    const { status, stdout } = releaseWith(project, {}, "3.9.9", "--dry-run");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\+\+\+ b\/dist\/staging\/web/m);
    expect(stdout).not.toContain("\u001b");
  }, 30_000);
});

test("attributes of the repository don't change the bytes that are committed", () => {
  const project = new ReleasedProject();
  project.write({ ".gitattributes": "*.yaml text eol=crlf ident\noverlays/** export-subst\n" });
  project.git("add", ".gitattributes");
  project.git("commit", "--quiet", "--message=Attributes");
  project.git("push", "--quiet", "origin", "main");
  expect(releaseWith(project, {}, "1.1.0")).toMatchObject({ status: 0, stderr: "" });
  expect(project.committed(pins)).not.toContain("\r");
  expect(project.committed(pins)).toMatch(/newTag: "1\.1\.0" # the first/);
}, 30_000);

test("another worktree of the clone, on a disk that isn't there just now, loses nothing", () => {
  const project = new ReleasedProject();
  const [disk, away] = [`${project.folder}-disk`, `${project.folder}-away`];
  try {
    project.git("worktree", "add", "--quiet", "-b", "feature", disk);
    project.run("git", ["-C", disk, "commit", "--quiet", "--allow-empty", "--message=Only here"]);
    project.run("mv", [disk, away]);
    expect(releaseWith(project, {}, "1.1.0")).toMatchObject({ status: 0, stderr: "" });
    project.run("mv", [away, disk]);
    expect(project.git("-C", disk, "log", "-1", "--format=%s")).toBe("Only here");
    // And a release from that worktree is one like any other.
    symlinkSync(join(project.folder, "node_modules"), join(disk, "node_modules"));
    expect(slipwayIn(disk, {}, "release", "web=1.2.0", "--env", "staging", "--no-resolve").status).toBe(0);
  } finally {
    for (const folder of [disk, away]) rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

describe("unusual clones release as any other:", () => {
  const project = new ReleasedProject();
  const clones: Readonly<Record<string, (folder: string) => void>> = {
    shallow: (folder) => project.git("clone", "--quiet", "--depth=1", `file://${project.bare}`, folder),
    partial: (folder) => project.git("clone", "--quiet", "--filter=blob:none", `file://${project.bare}`, folder),
    "one that borrows objects": (folder) => project.git("clone", "--quiet", "--shared", project.bare, folder),
    "with a sparse worktree": (folder) => {
      project.git("clone", "--quiet", project.bare, folder);
      project.git("-C", folder, "sparse-checkout", "set", "overlays/staging", "overlays/base");
    },
    "with a detached HEAD on an old commit": (folder) => {
      project.git("clone", "--quiet", project.bare, folder);
      const first = project.git("-C", folder, "rev-list", "--max-parents=0", "HEAD");
      project.git("-C", folder, "checkout", "--quiet", "--detach", first);
    },
    "whose path has spaces, quotes and a colon": (folder) => project.git("clone", "--quiet", project.bare, folder),
    "that knows the remote by another address, which git rewrites": (folder) => {
      project.git("clone", "--quiet", project.bare, folder);
      project.git("-C", folder, "remote", "set-url", "origin", "shop:repository");
      project.git("-C", folder, "config", `url.${project.bare}.insteadOf`, "shop:repository");
    },
    "that pushes to another address than it fetches from": (folder) => {
      project.git("clone", "--quiet", project.bare, folder);
      project.git("-C", folder, "remote", "set-url", "origin", "/nowhere");
      project.git("-C", folder, "remote", "set-url", "--push", "origin", project.bare);
    },
  };
  const releaseIn = (folder: string, version: string, ...command: string[]) =>
    slipwayIn(folder, {}, ...(command.length > 0 ? command : ["release", `web=${version}`, "--env", "staging", "--no-resolve"]));

  test.each(Object.keys(clones))(
    "%s",
    (name) => {
      const folder = `${project.folder}-clone${name.includes("quotes") ? ` "it's": x` : ""}`;
      try {
        clones[name]?.(folder);
        rmSync(join(folder, "node_modules"), { force: true });
        symlinkSync(join(project.folder, "node_modules"), join(folder, "node_modules"));
        if (!existsSync(join(folder, "cdk8s.yaml"))) project.run("cp", [join(project.folder, "cdk8s.yaml"), folder]);
        const version = `5.${Object.keys(clones).indexOf(name)}.0`;
        const { status, stderr } = releaseIn(folder, version);
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        expect(project.committed(pins)).toContain(version);
        const back = releaseIn(folder, "", "rollback", "web", "--env", "staging");
        expect({ status: back.status, stderr: back.stderr }).toEqual({ status: 0, stderr: "" });
        expect(project.committed(pins)).not.toContain(version);
        expect(releaseIn(folder, "", "unhold", "web", "--env", "staging").status).toBe(0);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );

  test("one below the top of its repository", () => {
    const mono = new ReleasedProject();
    const files = ["overlays", "dist", "cdk8s.yaml", "main.ts", "package.json", ".gitignore"];
    mono.run("sh", [
      "-c",
      `mkdir -p deploy/k8s && git mv ${files.join(" ")} deploy/k8s/ && git commit --quiet --message=Move && git push --quiet origin main`,
    ]);
    mono.run("mv", ["node_modules", "deploy/k8s/node_modules"]);
    const { status, stderr } = releaseIn(join(mono.folder, "deploy/k8s"), "6.0.0");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(mono.committed(`deploy/k8s/${pins}`)).toContain("6.0.0");
    expect(mono.committed("deploy/k8s/dist/staging/web/Deployment.web.k8s.yaml")).toContain("team/web:6.0.0");
    expect(mono.git("--git-dir", mono.bare, "ls-tree", "--name-only", "main")).toBe("deploy");
  }, 60_000);

  test("one whose remote has two push addresses is refused, since one push can't be all or nothing on both", () => {
    const twice = new ReleasedProject();
    twice.git("remote", "set-url", "--add", "--push", "origin", twice.bare);
    twice.git("remote", "set-url", "--add", "--push", "origin", "/elsewhere.git");
    expect(releaseWith(twice, {}, "1.1.0")).toMatchObject({ status: 2, stderr: expect.stringMatching(/has 2 push addresses/) });
  }, 30_000);
});

test("pin files that are links aren't written through", () => {
  const project = new ReleasedProject();
  const outside = `${project.folder}-outside.yaml`;
  try {
    project.run("mv", [pins, outside]);
    symlinkSync(outside, join(project.folder, pins));
    project.git("add", "--all");
    project.git("commit", "--quiet", "--message=Link");
    project.git("push", "--quiet", "origin", "main");
    const before = readFileSync(outside, "utf8");
    const { status, stderr } = releaseWith(project, {}, "1.1.0");
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/kustomization\.yaml/);
    expect(readFileSync(outside, "utf8")).toBe(before);
    expect(project.history).toEqual(["Link", "First"]);
  } finally {
    rmSync(outside, { force: true });
  }
}, 30_000);

test("pin files behind a link to another folder of the clone aren't either", () => {
  const project = new ReleasedProject();
  project.run("sh", [
    "-c",
    "git mv overlays/staging/kustomization.yaml overlays/pins.yaml && ln -s ../pins.yaml overlays/staging/kustomization.yaml",
  ]);
  project.git("add", "--all");
  project.git("commit", "--quiet", "--message=Link");
  project.git("push", "--quiet", "origin", "main");
  expect(releaseWith(project, {}, "1.1.0")).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/overlays\/staging\/kustomization\.yaml: a symbolic link, which a release doesn't write through/),
  });
  expect(project.history).toEqual(["Link", "First"]);
}, 30_000);

test("nothing is left in the temporary folder, and what a killed release left goes with the next one", async () => {
  const project = new ReleasedProject();
  const temporary = mkdtempSync(join(tmpdir(), "slipway-tmp-"));
  try {
    for (const delay of [300, 600, 900]) {
      const child = spawn(process.execPath, [program, "release", `web=1.${delay}.0`, "--env", "staging", "--no-resolve"], {
        cwd: project.folder,
        env: { ...process.env, NODE_OPTIONS: "", TMPDIR: temporary },
        stdio: "ignore",
      });
      setTimeout(() => child.kill("SIGKILL"), delay);
      await new Promise((done) => child.on("exit", done));
    }
    // As a full disk leaves them, and as somebody's own file.
    mkdirSync(join(temporary, `slipway-${process.getuid?.()}`), { recursive: true, mode: 0o700 });
    expect(releaseAlone(project, { TMPDIR: temporary }, "2.0.0")).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(temporary).filter((name) => name.startsWith("slipway"))).toEqual([]);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}, 60_000);

test("a folder that somebody else has put where releases keep theirs isn't used", () => {
  const project = new ReleasedProject();
  const temporary = mkdtempSync(join(tmpdir(), "slipway-tmp-"));
  try {
    const trap = join(temporary, "trap");
    mkdirSync(trap);
    symlinkSync(trap, join(temporary, `slipway-${process.getuid?.()}`));
    expect(releaseAlone(project, { TMPDIR: temporary }, "2.0.0")).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(trap)).toEqual([]);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}, 30_000);

test("a program that signs and never ends is given up", async () => {
  expect(await signing.ended).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/can't be signed:.*git config commit\.gpgsign false/s),
  });
  expect(signing.project.history).toEqual(["First"]);
}, 180_000);

test("a server that never answers is given up", async () => {
  expect(await asking.ended).toMatchObject({ status: 1, stderr: expect.stringMatching(/said nothing for 30 s/) });
  expect(asking.project.history).toEqual(["First"]);
}, 180_000);
