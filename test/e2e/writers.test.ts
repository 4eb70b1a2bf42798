import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { isCurrent } from "../../lib/manifest/index.ts";
import { loadEnvironments } from "../../lib/project/index.ts";
import { planSynth } from "../../lib/synth/index.ts";
import { freePort } from "../free-port.ts";
import { ReleasedProject } from "../release/estate.ts";

const writers = 20;
const sameMachine = 5;
/** One `slipway release`, and what came of it. */
interface Run {
  readonly pipeline: number;
  readonly status: number | null;
  readonly stderr: string;
}

/** A real git server on loopback, which can be killed and started again. */
class GitServer {
  readonly #folder: string;
  #server: ChildProcess | undefined;
  #port = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async start(): Promise<void> {
    this.#port ||= await freePort();
    this.#server = spawn(
      "git",
      [
        "daemon",
        "--reuseaddr",
        "--export-all",
        "--enable=receive-pack",
        "--listen=127.0.0.1",
        `--port=${this.#port}`,
        `--base-path=${this.#folder}`,
        this.#folder,
      ],
      { stdio: "ignore", detached: true },
    );
    await new Promise((ready) => setTimeout(ready, 300));
  }

  url(name: string): string {
    return `git://127.0.0.1:${this.#port}/${name}`;
  }

  /** With all it does at the moment. */
  kill(): void {
    if (this.#server?.pid) process.kill(-this.#server.pid, "SIGKILL");
  }
}

describe("twenty writers at once, over a real git server", () => {
  const project = new ReleasedProject();
  const server = new GitServer(dirname(project.bare));
  const clones: string[] = [];
  let pipeline = 0;
  beforeAll(async () => {
    await server.start();
    for (let index = 0; index < writers; index++) {
      const clone = join(project.folder, "..", `${basename(project.folder)}-${index}`);
      // As a pipeline's clone: shallow.
      project.git("clone", "--quiet", "--depth=1", server.url(basename(project.bare)), clone);
      project.run("ln", ["-s", join(project.folder, "node_modules"), join(clone, "node_modules")]);
      // Each on a machine of its own, but for a few that take turns on one.
      if (index < sameMachine) symlinkSync(tmpdir(), `${clone}-tmp`);
      else mkdirSync(`${clone}-tmp`);
      clones.push(clone);
    }
  }, 60_000);
  afterAll(() => {
    server.kill();
    for (const clone of clones.flatMap((one) => [one, `${one}-tmp`])) rmSync(clone, { recursive: true, force: true });
  });

  /** Each writer releases some version of web or mail, one after the other. @param disturb told of each process */
  async function round(times: number, disturb: (child: ChildProcess) => void = () => {}): Promise<Run[]> {
    const all = clones.map(async (clone, index) => {
      const runs: Run[] = [];
      for (let time = 0; time < times; time++) {
        const own = ++pipeline;
        const app = (index + time) % 3 === 0 ? "mail" : "web";
        runs.push(await released(clone, `${app}=1.0.${own}`, index % 2 ? "prod" : "staging", own, disturb));
      }
      return runs;
    });
    return (await Promise.all(all)).flat();
  }

  function released(clone: string, target: string, environment: string, own: number, disturb: (child: ChildProcess) => void): Promise<Run> {
    return new Promise((done) => {
      const args = [resolve("bin/slipway.js"), "release", target, "--env", environment, "--no-resolve", "--pipeline", String(own)];
      const child = spawn(process.execPath, args, {
        cwd: clone,
        env: { ...process.env, NODE_OPTIONS: "", TMPDIR: `${clone}-tmp` },
        stdio: ["ignore", "ignore", "pipe"],
      });
      let stderr = "";
      child.stderr.on("data", (part) => (stderr += String(part)));
      child.on("exit", (status) => done({ pipeline: own, status, stderr }));
      disturb(child);
    });
  }

  /** What is in the history holds what each writer was told: those that ended well are in it once, those that were refused aren't. */
  function expectTruth(runs: readonly Run[]): void {
    const trailers = project.git("--git-dir", project.bare, "log", "--format=%(trailers:key=Slipway-Pipeline,valueonly)", "main");
    const landed = trailers.split("\n").filter(Boolean).map(Number);
    expect(new Set(landed).size).toBe(landed.length);
    const lies = runs.filter(({ pipeline: own, status }) => {
      const isIn = landed.includes(own);
      // Killed, or cut off while the server worked: it may be either, and doesn't say that it is in.
      if (status === null) return false;
      return (status === 0) !== isIn;
    });
    expect(lies).toEqual([]);
  }

  afterEach(async () => {
    expect(project.git("--git-dir", project.bare, "fsck", "--no-progress", "--no-dangling")).toBe("");
    // An image's pipelines only ever get later.
    const commits = project.git("--git-dir", project.bare, "log", "--reverse", "--format=%H", "main").split("\n");
    const latest = new Map<string, number>();
    for (const line of project
      .git(
        "--git-dir",
        project.bare,
        "log",
        "--reverse",
        "--format=%(trailers:key=Slipway-Environment,valueonly,separator=)|%(trailers:key=Slipway-Image,valueonly,separator=)|%(trailers:key=Slipway-Pipeline,valueonly,separator=)",
        "main",
      )
      .split("\n")) {
      const [environment = "", image = "", number = ""] = line.split("|");
      if (!number) continue;
      const key = `${environment} ${image.split(":")[0]}`;
      expect([key, Number(number)]).toEqual([key, Math.max(Number(number), latest.get(key) ?? 0)]);
      latest.set(key, Number(number));
    }
    // At every commit dist is what its pins give.
    const tree = join(project.folder, "..", `${basename(project.folder)}-tree`);
    project.git("clone", "--quiet", project.bare, tree);
    clones.includes(tree) || project.run("ln", ["-s", join(project.folder, "node_modules"), join(tree, "node_modules")]);
    const environments = await loadEnvironments(tree);
    const stale = commits.filter((commit) => {
      project.git("-C", tree, "checkout", "--quiet", commit);
      return !isCurrent(planSynth(environments, { root: tree }));
    });
    rmSync(tree, { recursive: true });
    expect(stale).toEqual([]);
  }, 120_000);

  test("all that is accepted is in the history, once", async () => {
    const runs = await round(4);
    expectTruth(runs);
    expect(runs.filter(({ status }) => status === 0).length).toBeGreaterThan(20);
    // Who isn't let in is late, or has been overtaken too often, and is told so.
    for (const { stderr } of runs.filter(({ status }) => status !== 0)) expect(stderr).toMatch(/is late|not landed in 10 tries/);
  }, 600_000);

  test("also when the server is killed and comes back", async () => {
    let stopped = false;
    const trouble = (async () => {
      while (!stopped) {
        await new Promise((next) => setTimeout(next, 2500));
        server.kill();
        await new Promise((next) => setTimeout(next, 400));
        await server.start();
      }
    })();
    const runs = await round(4);
    stopped = true;
    await trouble;
    expectTruth(runs);
  }, 600_000);

  test("also when a hook declines at random", async () => {
    const hook = join(project.bare, "hooks/pre-receive");
    writeFileSync(hook, "#!/bin/sh\n[ $(( $(od -An -N1 -tu1 /dev/urandom) % 4 )) -ne 0 ] || { echo 'not now' >&2; exit 1; }\n");
    chmodSync(hook, 0o755);
    const runs = await round(4);
    rmSync(hook);
    expectTruth(runs);
    expect(runs.some(({ stderr }) => /hook of the server refuses/.test(stderr))).toBe(true);
  }, 600_000);

  test("also when writers are killed at random, and nothing of theirs is left behind", async () => {
    const runs = await round(3, (child) => setTimeout(() => child.kill("SIGKILL"), 300 + Math.random() * 4000));
    expectTruth(runs);
    expect(runs.some(({ status }) => status === null)).toBe(true);
    const [clone = ""] = clones;
    expect((await released(clone, "web=9.9.9", "staging", ++pipeline, () => {})).status).toBe(0);
    expect(project.git("-C", clone, "worktree", "list").split("\n")).toHaveLength(1);
  }, 600_000);
});
