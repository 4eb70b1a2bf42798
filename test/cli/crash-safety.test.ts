import { spawn, spawnSync } from "node:child_process";
import { chmodSync, watch } from "node:fs";
import { join } from "node:path";
import { Project, program } from "../project.ts";
import { sized } from "../sizes.ts";

const apps = sized(12, 30);
/** Takes the version from a file beside it, so that the overlay itself needn't be compiled again for each. */
const overlay = `
import { readFileSync } from "node:fs";
import { app, environment } from "slipway";
const version = readFileSync("version", "utf8");
const apps = Array.from({ length: ${apps} }, (_name, index) =>
  app("app-" + index, {
    namespace: "shop", workload: { kind: "Deployment" }, container: { image: "web:1", ports: { http: 80 } },
    service: { ports: { http: 80 }, annotations: { version } }, config: { env: { VERSION: version.repeat(200) } },
    serviceAccount: { annotations: { version } },
  }));
export const dev = environment("dev", {
  kubernetes: "1.34", cluster: { name: "dev" }, registry: "registry.example", argocd: { repository: "https://git.example/x.git" }, apps,
});
`;
const versions = ["a", "b"] as const;
type Version = (typeof versions)[number];
type Files = Readonly<Record<string, string>>;

/** What each version looks like when nothing disturbs it. */
let clean: Readonly<Record<Version, Files>>;
beforeAll(() => {
  const project = new Project({ "overlays/index.ts": overlay });
  const written = (version: Version) => {
    project.write({ version });
    expect(project.slipway("synth").status).toBe(0);
    return project.files();
  };
  clean = { b: written("b"), a: written("a") };
});

/** A project that holds version a. */
function fleet(): { project: Project; set: (version: Version) => void } {
  const dist = Object.entries(clean.a).map(([path, text]) => [`dist/${path}`, text] as const);
  const project = new Project({ "overlays/index.ts": overlay, version: "a", ...Object.fromEntries(dist) });
  return { project, set: (version) => project.write({ version }) };
}

/** A synth in the background: when it has ended, how it did. */
function start(project: Project): { kill(): void; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [program, "synth"], {
    cwd: project.folder,
    stdio: "ignore",
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  return { kill: () => child.kill("SIGKILL"), ended: new Promise((resolve) => child.on("exit", resolve)) };
}

const isLeftover = (path: string) => path.endsWith(".tmp");
const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
/** Resolves when a writer begins in one of the fleet's folders. */
const writing = (project: Project) =>
  new Promise<void>((resolve) => {
    const watcher = watch(join(project.folder, "dist/dev/app-0"), () => {
      watcher.close();
      resolve();
    });
  });
/** Repeatable randomness: a failure comes back. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const kills = sized(4, 200);
test(`killed at ${kills} random moments with a change pending, synth leaves each file whole, and the next one the bytes of a clean one`, async () => {
  const killed = async (seed: number) => {
    const { project, set } = fleet();
    const next = random(seed);
    const began = performance.now();
    expect(await start(project).ended).toBe(0);
    const whole = performance.now() - began;
    let amid = 0;
    for (let round = 1; round <= kills / 2; round++) {
      const version = versions[round % 2] as Version;
      set(version);
      const run = start(project);
      // Writing is the smallest part of a run, so every other kill waits for it.
      if (round % 2 === 0) await wait(whole * next());
      else await Promise.race([run.ended, writing(project).then(() => wait(20 * next()))]);
      run.kill();
      await run.ended;
      const files = Object.entries(project.files());
      const settled = files.filter(([path]) => !isLeftover(path));
      expect(settled.map(([path]) => path)).toEqual(Object.keys(clean.a));
      expect(settled.filter(([path, text]) => text !== clean.a[path] && text !== clean.b[path])).toEqual([]);
      if (settled.length < files.length) amid++;
      if (round % 10 !== 0) continue;
      expect(await start(project).ended).toBe(0);
      expect(project.files()).toEqual(clean[version]);
    }
    return amid;
  };
  const amidWriting = await Promise.all([killed(1), killed(2)]);
  // With fewer the kills showed little: they came before the writing, or after it.
  expect(amidWriting[0] + amidWriting[1]).toBeGreaterThan(kills / 10);
}, 1_200_000);

const rounds = sized(1, 3);
test(`several synths at once leave what one leaves, ${rounds} times`, async () => {
  const { project, set } = fleet();
  for (const version of (["b", "a", "b"] as const).slice(0, rounds)) {
    set(version);
    const runs = [start(project), start(project), start(project), start(project)];
    expect(await Promise.all(runs.map((run) => run.ended))).toEqual([0, 0, 0, 0]);
    expect(project.files()).toEqual(clean[version]);
  }
}, 60_000);

/** Runs synth as a user whom permissions bind, root too. */
function unprivileged(project: Project) {
  const slipway = [program, "synth"];
  if (process.getuid?.() !== 0) return project.run(process.execPath, slipway);
  return project.run("setpriv", ["--bounding-set=-dac_override,-dac_read_search,-fowner", "--inh-caps=-all", process.execPath, ...slipway]);
}

test("folders that can't be written to are all named, and nothing is written", () => {
  const { project, set } = fleet();
  set("b");
  const locked = ["dist/dev/app-3", "dist/dev/app-7"];
  for (const folder of locked) chmodSync(join(project.folder, folder), 0o555);
  try {
    const { status, stderr } = unprivileged(project);
    expect(status).toBe(2);
    for (const folder of locked) expect(stderr).toContain(`${folder}: permission denied (EACCES)\n  Give the user`);
    expect(stderr).toContain("2 problems; nothing was written.");
    expect(project.files()).toEqual(clean.a);
  } finally {
    for (const folder of locked) chmodSync(join(project.folder, folder), 0o755);
  }
});

test("a folder that can't be read is named", () => {
  const { project } = fleet();
  chmodSync(join(project.folder, "dist/dev/app-3"), 0);
  const { status, stderr } = unprivileged(project);
  chmodSync(join(project.folder, "dist/dev/app-3"), 0o755);
  expect(status).toBe(2);
  expect(stderr).toMatch(/dist\/dev\/app-3: permission denied \(EACCES\)/);
  expect(project.files()).toEqual(clean.a);
});

const mounts = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
const testWithMounts = mounts ? test : test.skip;
if (!mounts)
  process.stderr.write("skipped: synth on a full disk; it needs `unshare -rm mount` (util-linux, and user namespaces allowed)\n");

testWithMounts("a full disk is said, and leaves every old file", () => {
  const { project, set } = fleet();
  set("b");
  // In a mount namespace of its own: dist on a small file system, filled but for a few pages.
  const script = `
    cp -r dist old && mount -t tmpfs -o size=4m tmpfs dist && cp -r old/. dist
    head -c 100m /dev/zero > dist/ballast 2>/dev/null; truncate -s -40k dist/ballast
    "$0" "$1" synth; echo "status $?"
    rm dist/ballast; diff -r old dist && echo same`;
  const { stdout, stderr } = project.run("unshare", ["-rm", "sh", "-c", script, process.execPath, program]);
  expect(stderr).toMatch(/dist\/dev\/[\w/-]+: no space left on the device \(ENOSPC\)\n {2}Free some space/);
  expect(stderr).toContain("nothing was written.");
  expect(stdout).toBe("status 2\nsame\n");
});

testWithMounts("a cache of compiled modules that can't be written keeps nobody from importing overlays", () => {
  const { project } = fleet();
  const script = `
    mkdir tmp && mount -t tmpfs -o size=64k tmpfs tmp && mkdir tmp/jiti && { head -c 1m /dev/zero > tmp/ballast; } 2>/dev/null
    TMPDIR=$PWD/tmp "$0" "$1" synth; echo "status $?"`;
  const { stdout, stderr } = project.run("unshare", ["-rm", "sh", "-c", script, process.execPath, program]);
  expect(stderr).not.toContain("importing it failed");
  expect(stdout).toMatch(/status 0\n$/);
});

test("what the file system has against an import is said as that", () => {
  const { project } = fleet();
  project.write({ "overlays/index.ts": 'import { readFileSync } from "node:fs";\nreadFileSync("/proc/self/mem");\nexport {};\n' });
  const { status, stderr } = project.slipway("synth");
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.not.stringContaining("importing it failed") });
  expect(stderr).toMatch(/\(E[A-Z]+\)/);
});
