import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
}

/** TypeScript's own language server, which editors ask: just enough of its protocol for a hover and the errors of a file. */
class LanguageServer {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #buffer = Buffer.alloc(0);
  #next = 1;

  constructor() {
    this.#process = spawn("node_modules/.bin/tsc", ["--lsp", "--stdio"], { stdio: ["pipe", "pipe", "ignore"] });
    this.#process.stdout?.on("data", (chunk: Buffer) => this.#read(chunk));
  }

  async open(path: string, text: string): Promise<string> {
    const root = pathToFileURL(process.cwd()).href;
    await this.request("initialize", { processId: process.pid, rootUri: root, capabilities: {} });
    this.#send({ method: "initialized", params: {} });
    const uri = pathToFileURL(join(process.cwd(), path)).href;
    this.#send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "typescript", version: 1, text } } });
    return uri;
  }

  request(method: string, params: object): Promise<unknown> {
    const id = this.#next++;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#send({ id, method, params });
    return answer.then(({ result }) => result);
  }

  close(): void {
    this.#process.kill();
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#process.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #read(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/.exec(this.#buffer.subarray(0, Math.max(end, 0)).toString())?.[1]);
      if (end < 0 || this.#buffer.length < end + 4 + length) return;
      this.#receive(JSON.parse(this.#buffer.subarray(end + 4, end + 4 + length).toString()) as Message);
      this.#buffer = this.#buffer.subarray(end + 4 + length);
    }
  }

  #receive(message: Message): void {
    if (message.method !== undefined && message.id !== undefined) this.#send({ id: message.id, result: null });
    else if (message.id !== undefined) this.#waiting.get(message.id)?.(message);
  }
}

const server = new LanguageServer();
afterAll(() => server.close());

const path = "overlays/base/backend-app.ts";
const text = readFileSync(path, "utf8");
const misspelt = text.replace("periodSeconds: 5", "periodSecond: 5");
let uri: string;
beforeAll(async () => {
  uri = await server.open(path, misspelt);
});

function position(word: string) {
  const lines = misspelt.split("\n");
  const line = lines.findIndex((one) => one.includes(word));
  return { line, character: (lines[line] ?? "").indexOf(word) + 1 };
}

const hovers: readonly (readonly [word: string, documentation: string])[] = [
  ["namespace:", "Namespace of everything the app has."],
  ["replicas:", "Number of pods. Default: 1. Left out of the manifest when the app has `autoscaling`."],
  ["readiness:", "While it fails the pod gets no traffic."],
  ["sizeLimit:", "The pod is evicted past it."],
  ["hook:", "When Argo CD runs it."],
  ["methods:", "Methods the API Gateway lets through"],
];

test.each(hovers)("an editor shows the documentation of `%s`", async (word, documentation) => {
  const hover = await server.request("textDocument/hover", { textDocument: { uri }, position: position(word) });
  expect(JSON.stringify(hover)).toContain(documentation);
});

test("an editor marks a misspelt key, and names the right one", async () => {
  const report = JSON.stringify(await server.request("textDocument/diagnostic", { textDocument: { uri } }));
  expect(report).toContain("periodSecond");
  expect(report).toMatch(/Did you mean to write 'periodSeconds'|does not exist in type/);
});
