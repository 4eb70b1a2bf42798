import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ReleasedProject } from "../release/estate.ts";
import { describeWithTools, kustomize } from "../tools.ts";
import { GitServer } from "./git-server.ts";
import { leaveLocks, type Run, randomFrom, slipwayIn, stateOf } from "./storm.ts";

const writers = 12;
/** Writers share machines, and with them a temporary folder. */
const machines = 4;
/** `npm run prove:storm` has 400 of them. */
const commands = Number(process.env.SLIPWAY_STORM_COMMANDS ?? 120);
const seed = Number(process.env.SLIPWAY_STORM_SEED ?? 14);

/** The server refuses one push in five, and of those it takes one answer in ten is lost. */
const hooks = {
  "pre-receive": "[ $(( $(od -An -N1 -tu1 /dev/urandom) % 5 )) -ne 0 ] || { echo 'not now' >&2; exit 1; }",
  "post-receive": "[ $(( $(od -An -N1 -tu1 /dev/urandom) % 10 )) -ne 0 ] || kill -9 $PPID",
};

describeWithTools(["kustomize"], "a storm of writers, kills, refusals, lost answers and a server that comes and goes", () => {
  const project = new ReleasedProject();
  const server = new GitServer(project.bare);
  const base = `${project.folder}-storm`;
  const random = randomFrom(seed);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const clones = Array.from({ length: writers }, (_name, index) => join(base, `clone-${index}`));
  const temporaries = Array.from({ length: machines }, (_name, index) => join(base, `tmp-${index}`));
  const temporaryOf = (index: number) => temporaries[index % machines] as string;
  const runs: Run[] = [];
  let byHand = 0;
  let started = 0;

  beforeAll(async () => {
    await server.start();
    for (const temporary of temporaries) mkdirSync(temporary, { recursive: true });
    for (const [index, clone] of clones.entries()) {
      project.git("clone", "--quiet", ...pick([["--depth=1"], [], ["--filter=blob:none"]]), server.url, clone);
      symlinkSync(join(project.folder, "node_modules"), join(clone, "node_modules"));
      // Each has something under way that must stay: a staged file, and an edit.
      writeFileSync(join(clone, "notes.txt"), String(index));
      project.git("-C", clone, "add", "notes.txt");
    }
    project.git("clone", "--quiet", server.url, join(base, "editor"));
    for (const [name, script] of Object.entries(hooks)) {
      writeFileSync(join(project.bare, "hooks", name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(project.bare, "hooks", name), 0o755);
    }
  }, 120_000);
  afterAll(() => {
    server.kill();
    rmSync(base, { recursive: true, force: true });
  });

  /** What a writer asks for next. */
  function nextCommand(number: number): string[] {
    const app = pick(["web", "mail"]);
    const env = ["--env", pick(["staging", "prod"])];
    const kinds: readonly (() => string[])[] = [
      ...Array.from({ length: 6 }, () => () => ["release", `${app}=1.0.${number}`, ...env, "--no-resolve", "--pipeline", String(number)]),
      ...Array.from({ length: 2 }, () => () => ["release", `${app}=2.0.${number}`, ...env, "--no-resolve"]),
      () => ["promote", app, "--to", "prod", "--no-resolve"],
      () => ["rollback", app, ...env, "--reason", `storm ${number}`],
      () => ["hold", app, ...env, "--reason", `storm ${number}`],
      () => ["unhold", app, ...env],
      () => ["unhold", app, ...env],
      () => ["render"],
    ];
    return pick(kinds)();
  }

  async function writer(index: number): Promise<void> {
    while (started < commands) {
      const number = ++started;
      if (random() < 0.05) leaveLocks(temporaryOf(index), server.url, number);
      const killAfter = random() < 1 / 3 ? 200 + random() * 9000 : undefined;
      runs.push(await slipwayIn(clones[index] as string, temporaryOf(index), `storm-${number}`, nextCommand(number), killAfter));
    }
  }

  /** Somebody pins by hand and commits other things, as a person would: pull, edit, commit, push, and again when that is too late. */
  async function editor(isOver: () => boolean): Promise<void> {
    const folder = join(base, "editor");
    const git = (...args: string[]) =>
      spawnSync("git", ["-C", folder, "-c", "user.name=Editor", "-c", "user.email=editor@dominos.example", ...args]);
    while (!isOver()) {
      git("fetch", "--quiet", "origin");
      git("reset", "--quiet", "--hard", "origin/main");
      byHand++;
      if (byHand % 2) kustomize.edit(join(folder, "overlays/staging"), "set", "image", `registry.example/team/mail:9.0.${byHand}`);
      else writeFileSync(join(folder, "README.md"), `Edit ${byHand}\n`);
      git("add", "--all");
      git("commit", "--quiet", `--message=By hand ${byHand}`);
      git("push", "--quiet", "origin", "HEAD:main");
      await new Promise((next) => setTimeout(next, 1500));
    }
  }

  /** The server is gone for a moment, again and again. */
  async function outages(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await new Promise((next) => setTimeout(next, 12_000));
      server.kill();
      await new Promise((next) => setTimeout(next, 400));
      await server.start();
    }
  }

  test(`${commands} commands, and every one reports the truth`, async () => {
    const before = clones.map(stateOf);
    let over = false;
    const disturbing = Promise.all([editor(() => over), outages(() => over)]);
    await Promise.all(clones.map((_name, index) => writer(index)));
    over = true;
    await disturbing;
    for (const name of Object.keys(hooks)) rmSync(join(project.bare, "hooks", name));

    const history = project.git("--git-dir", project.bare, "log", "--format=%an %H", "main").split("\n");
    const commitsOf = new Map<string, string[]>();
    for (const [author = "", commit = ""] of history.map((line) => line.split(" ")))
      commitsOf.set(author, [...(commitsOf.get(author) ?? []), commit]);
    const lies = runs.filter(({ author, status, stdout, stderr }) => {
      const commits = commitsOf.get(author) ?? [];
      if (commits.length > 1) return true;
      if (status === 0) return commits[0] !== /^commit ([0-9a-f]{40})$/m.exec(stdout)?.[1];
      // One that was killed doesn't say; one that got no answer says that it may be.
      return status !== null && commits.length > 0 && !stderr.includes("may still carry it out");
    });
    expect(lies).toEqual([]);
    expect(runs).toHaveLength(commands);
    // Nothing but refusals and the server's troubles keeps a command from ending well.
    const known =
      /hook of the server refuses|is late|holds registry\.example|history knows no other|gave up after|had no pin|couldn't|can't be read|runs no image/;
    expect(runs.filter(({ status, stderr }) => status !== null && status !== 0 && !known.test(stderr))).toEqual([]);

    // Whatever was killed, the next command of each machine clears up.
    for (const [index, temporary] of temporaries.entries()) {
      const last = await slipwayIn(clones[index] as string, temporary, `last-${index}`, ["render"]);
      expect(last).toMatchObject({ status: 0 });
      const again = clones.filter((_name, other) => other % machines === index);
      for (const clone of again) await slipwayIn(clone, temporary, `last-${index}`, ["status"]);
      const left = readdirSync(temporary, { recursive: true, encoding: "utf8" }).filter((name) => name.startsWith("slipway"));
      expect(left.slice(0, 20)).toEqual([]);
    }
    expect(clones.map(stateOf)).toEqual(before);
    for (const folder of [project.bare, ...clones.map((clone) => join(clone, ".git"))])
      expect(project.run("git", ["--git-dir", folder, "fsck", "--no-progress", "--no-dangling"])).toMatchObject({ status: 0 });

    project.git("fetch", "--quiet", "origin");
    project.git("reset", "--quiet", "--hard", "origin/main");
    expect(project.slipway("synth", "--check")).toMatchObject({ status: 0 });

    const count = (is: (run: Run) => boolean) => runs.filter(is).length;
    process.stderr.write(
      `storm with seed ${seed}: ${runs.length} commands; ${count(({ status }) => status === 0)} ended well, ` +
        `${count(({ stdout }) => /^commit /m.test(stdout))} of them with a commit; ${count(({ status }) => status !== null && status !== 0)} were refused, ` +
        `${count(({ stderr }) => stderr.includes("may still carry it out"))} without an answer; ${count(({ status }) => status === null)} were killed, ` +
        `${count(({ status, author }) => status === null && commitsOf.has(author))} of them after their push; ` +
        `${byHand} edits by hand, ${commitsOf.get("Editor")?.length ?? 0} of them in; ${history.length} commits\n`,
    );
    expect(count(({ status, stdout }) => status === 0 && /^commit /m.test(stdout))).toBeGreaterThan(commands / 10);
    expect(count(({ status }) => status === null)).toBeGreaterThan(commands / 10);
  }, 2_400_000);
});
