import { type ChildProcess, spawn } from "node:child_process";
import { freePort } from "../free-port.ts";

const serve = `
const { createServer } = require("node:http"), { readFile } = require("node:fs"), { join } = require("node:path");
const [folder, port] = process.argv.slice(1);
createServer(({ url }, answer) => {
  if (url.startsWith("/private/")) return answer.writeHead(401).end();
  readFile(join(folder, decodeURIComponent(url)), (error, content) => (error ? answer.writeHead(404).end() : answer.end(content)));
}).listen(Number(port), "127.0.0.1", () => process.stdout.write("up"));
`;

/** A folder served over HTTP on loopback, by a process of its own: commands that tests run block theirs. What is below /private/ needs a login. */
export class StaticServer {
  #process: ChildProcess | undefined;
  address = "";

  async start(folder: string): Promise<void> {
    const port = await freePort();
    this.address = `http://127.0.0.1:${port}`;
    const server = spawn(process.execPath, ["-e", serve, folder, String(port)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    this.#process = server;
    await new Promise((up) => server.stdout?.once("data", up));
  }

  stop(): void {
    this.#process?.kill("SIGKILL");
  }
}
