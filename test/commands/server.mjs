/**
 * A process that runs command lines of slipway one after the other, each as if in a process of its own: with its folder, environment,
 * arguments, streams and exit status, and no module of a project kept from the one before. Node and slipway are loaded once.
 */
import { readFile, writeFile } from "node:fs/promises";
import { Module } from "node:module";
import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";
import { privateCache } from "../../bin/private-cache.js";

const [calls, answers] = process.argv.slice(2);
const [library, program] = ["../../lib/", "../../bin/slipway.js"].map((path) => fileURLToPath(new URL(path, import.meta.url)));
const { run } = await createJiti(import.meta.url, { fsCache: privateCache("jiti") ?? false }).import(`${library}cli/main.ts`);

// Whoever watches the tests at a terminal isn't who reads the answers.
for (const stream of [process.stdout, process.stderr]) stream.isTTY = false;
// At once: a thread that waits at a pipe would keep the process from ending.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
while (true) await writeFile(answers, JSON.stringify(await answerTo(JSON.parse(await readFile(calls, "utf8")))));

/** @param {import("./call.ts").Call} call */
async function answerTo({ folder, args, environment }) {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  process.chdir(folder);
  process.argv.splice(1, process.argv.length, program, ...args);
  process.exitCode = 0;
  // A command that never ends would hold the test worker up, which waits for its answer.
  const patience = setTimeout(() => process.kill(process.pid, "SIGKILL"), 300_000);
  const streams = [capture(process.stdout), capture(process.stderr)];
  try {
    await run(args);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${error?.stack ?? error}\n`);
  }
  clearTimeout(patience);
  forgetProject();
  const [stdout, stderr] = streams.map((end) => end());
  return { status: process.exitCode, stdout, stderr };
}

/** Keeps what is written to a stream from now on; gives it, and the stream back, when it is called. */
function capture(stream) {
  const { write } = stream;
  const parts = [];
  stream.write = (part) => parts.push(Buffer.from(part)) > 0;
  return () => {
    stream.write = write;
    return Buffer.concat(parts).toString("utf8");
  };
}

/** Modules of a project, and where they were found, count for one command: the next may find others in their place. */
function forgetProject() {
  const isKept = (path) => path.startsWith(library) || path.includes("/node_modules/");
  for (const path of Object.keys(Module._cache)) if (!isKept(path)) delete Module._cache[path];
  for (const [key, path] of Object.entries(Module._pathCache)) if (!isKept(path)) delete Module._pathCache[key];
}
