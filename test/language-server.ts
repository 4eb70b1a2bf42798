import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
}

/** TypeScript's own language server, which editors ask: just enough of its protocol for a hover and the errors of a file. */
export class LanguageServer {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #buffer = Buffer.alloc(0);
  #next = 1;

  readonly #folder: string;

  /** @param folder the project whose files are looked at */
  constructor(folder = process.cwd()) {
    this.#folder = folder;
    this.#process = spawn(join(process.cwd(), "node_modules/.bin/tsc"), ["--lsp", "--stdio"], {
      cwd: folder,
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#process.stdout?.on("data", (chunk: Buffer) => this.#read(chunk));
  }

  /** Starts the server on a file. */
  async open(path: string, text: string): Promise<string> {
    const root = pathToFileURL(this.#folder).href;
    await this.request("initialize", { processId: process.pid, rootUri: root, capabilities: {} });
    this.#send({ method: "initialized", params: {} });
    return this.show(path, text);
  }

  /** A further file. */
  show(path: string, text: string): string {
    const uri = pathToFileURL(join(this.#folder, path)).href;
    this.#send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "typescript", version: 1, text } } });
    return uri;
  }

  request(method: string, params: object): Promise<unknown> {
    const id = this.#next++;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#send({ id, method, params });
    return answer.then(({ result }) => result);
  }

  /** What an editor shows when the pointer rests on the first of a word in a text. */
  hover(uri: string, text: string, word: string): Promise<unknown> {
    const before = text.slice(0, text.indexOf(word) + 1).split("\n");
    return this.request("textDocument/hover", {
      textDocument: { uri },
      position: { line: before.length - 1, character: (before.at(-1) ?? "").length },
    });
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
