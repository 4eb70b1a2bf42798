import { execFileSync, fork } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes the folder SLIPWAY_TEST_RUN that the tests of a run share, and starts a command server for each worker, with its pipes there. */
export default function start({ maxWorkers }) {
  const folder = mkdtempSync(join(tmpdir(), "slipway-test-run-"));
  process.env.SLIPWAY_TEST_RUN = folder;
  const servers = Array.from({ length: maxWorkers }, (_name, index) => {
    const pipes = ["calls", "answers"].map((name) => join(folder, `${index + 1}.${name}`));
    execFileSync("mkfifo", pipes);
    return startServer(pipes);
  });
  globalThis.stopCommandServers = () => {
    for (const server of servers) server.removeAllListeners("exit").kill("SIGKILL");
    rmSync(folder, { recursive: true });
  };
}

function startServer(pipes) {
  const server = fork(new URL("server.mjs", import.meta.url), pipes, { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
  server.unref();
  server.channel.unref();
  server.once("exit", () => pipes.forEach(release));
  return server;
}

/** Has whoever waits at a pipe whose server has ended go on, and fail, as all do that come after. */
function release(pipe) {
  for (const mode of [constants.O_RDONLY, constants.O_WRONLY])
    try {
      closeSync(openSync(pipe, mode | constants.O_NONBLOCK));
    } catch {
      // Nobody waits there.
    }
  rmSync(pipe, { force: true });
}
