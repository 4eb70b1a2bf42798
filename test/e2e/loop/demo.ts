/**
 * `npm run demo`: the whole loop on this machine: git host, registry, API server, controllers, nodes of kwok and Argo CD, with the estate's
 * dev environment synced. `npm run demo -- down` stops all of it. Everything listens on loopback and lies in one folder.
 */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { folder as servers } from "../api-server.ts";
import { Loop } from "./loop.ts";

const place = join(tmpdir(), `slipway-demo-${userInfo().username}`);
const [pidFile, log, done] = ["pid", "log", "done"].map((name) => join(place, name)) as [string, string, string];
const release = "main-5000";

/** The process that holds the demo, where one does. */
function holder(): number | undefined {
  if (!existsSync(pidFile)) return undefined;
  const pid = Number(readFileSync(pidFile, "utf8"));
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

async function up(): Promise<void> {
  if (holder() !== undefined) throw new Error("it is up already: npm run demo -- down stops it");
  for (const script of ["install-packages", "build-servers"])
    if (spawnSync(`scripts/${script}.sh`, { stdio: ["ignore", "ignore", "inherit"] }).status !== 0)
      throw new Error("what it runs can't be installed or built here");
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { mode: 0o700 });
  const output = openSync(log, "a");
  // A group of its own, so that nothing of it is left behind however it ends.
  const itself = [fileURLToPath(import.meta.url), "hold"];
  const child = spawn("node_modules/.bin/jiti", itself, {
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  writeFileSync(pidFile, String(child.pid));
  child.unref();
  for (let shown = 0; ; await new Promise((next) => setTimeout(next, 200))) {
    // Read before it is asked whether it goes on: what it said last counts.
    const goesOn = holder() !== undefined && !existsSync(done);
    const text = readFileSync(log, "utf8");
    process.stdout.write(text.slice(shown));
    shown = text.length;
    if (!goesOn) break;
  }
  if (!existsSync(done)) throw new Error("the demo didn't come up");
}

/** Brings everything up and stays, for what it started to live. */
async function hold(): Promise<void> {
  const loop = new Loop();
  const stop = () => {
    loop.stop();
    process.exit();
  };
  process.on("SIGTERM", stop).on("SIGINT", stop);
  const began = performance.now();
  const say = (text: string) => process.stdout.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(3)} s  ${text}\n`);
  try {
    say("git host, registry, API server, controllers, nodes and Argo CD start");
    await loop.start();
    say("all are up; kubectl apply -n argocd -f dist/dev/argocd/Application.dev.k8s.yaml, and nothing else");
    loop.bootstrap("dev");
    const applications = await loop.allSynced("dev");
    say(`${applications.length} Applications are synced and healthy`);
    await loop.estate.registry.push("dominos/backend-app", release, release);
    const board = join(place, "board.html");
    await loop.estate.slipway("board", "--out", board);
    writeFileSync(
      join(place, "kubectl"),
      `#!/bin/sh\nexec '${join(servers, "kubectl")}' --kubeconfig '${loop.cluster.kubeconfig()}' "$@"\n`,
      {
        mode: 0o700,
      },
    );
    process.stdout.write(
      [
        "",
        `git host   ${loop.estate.url}`,
        `clone      ${loop.estate.clone}`,
        `registry   http://${loop.estate.registry.host}/v2/_catalog`,
        `cluster    ${join(place, "kubectl")} get applications -n argocd`,
        `board      ${board}`,
        "",
        "An app's pipeline has pushed an image; what it asks for then:",
        `  cd ${loop.estate.clone}`,
        `  npx slipway release backend-app=${release} --env dev`,
        `  ${join(place, "kubectl")} get pods -n dominos-service-backend --watch`,
        "",
        "npm run demo -- down stops all of it.",
        "",
      ].join("\n"),
    );
    writeFileSync(done, "");
  } catch (error) {
    process.stdout.write(`${(error as Error).message}\n`);
    loop.stop();
    process.exit(1);
  }
}

async function down(): Promise<void> {
  const pid = holder();
  if (pid === undefined) return void process.stdout.write("nothing is up\n");
  process.kill(pid, "SIGTERM");
  for (const end = Date.now() + 10_000; holder() !== undefined && Date.now() < end; ) await new Promise((next) => setTimeout(next, 100));
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The whole group is gone.
  }
  rmSync(place, { recursive: true, force: true });
  process.stdout.write("stopped\n");
}

const commands: Readonly<Record<string, () => Promise<void>>> = { up, hold, down };
const command = commands[process.argv[2] ?? "up"];
try {
  if (!command) throw new Error("use: npm run demo, npm run demo -- down");
  await command();
} catch (error) {
  process.stderr.write(`demo: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
