import { type ChildProcess, spawn } from "node:child_process";
import { basename, dirname } from "node:path";
import { freePort } from "../free-port.ts";

/** A real git server on loopback, which can be killed and started again. */
export class GitServer {
  readonly #bare: string;
  #server: ChildProcess | undefined;
  #port = 0;

  /** @param bare the repository that it serves */
  constructor(bare: string) {
    this.#bare = bare;
  }

  async start(): Promise<void> {
    this.#port ||= await freePort();
    const folder = dirname(this.#bare);
    this.#server = spawn(
      "git",
      [
        "daemon",
        "--reuseaddr",
        "--export-all",
        "--enable=receive-pack",
        "--listen=127.0.0.1",
        `--port=${this.#port}`,
        `--base-path=${folder}`,
        folder,
      ],
      { stdio: "ignore", detached: true },
    );
    await new Promise((ready) => setTimeout(ready, 300));
  }

  get url(): string {
    return `git://127.0.0.1:${this.#port}/${basename(this.#bare)}`;
  }

  /** With all it does at the moment. */
  kill(): void {
    if (this.#server?.pid) process.kill(-this.#server.pid, "SIGKILL");
  }
}
