import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the backend saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** Milliseconds before it answers. */
  readonly after?: number;
}

/** A real HTTP server on loopback that answers as it is reported, and remembers what it was asked. */
class Backend {
  seen: Seen[] = [];
  /** `echo` sends the body of the request back. */
  reply: Reply | "echo" = {};
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => (body += String(part)));
      request.on("end", () => {
        this.seen.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
        const reply = this.reply === "echo" ? { body } : this.reply;
        const { status = 200, headers = { "content-type": "application/json" }, body: text = "{}", after = 0 } = reply;
        setTimeout(() => response.writeHead(status, headers as OutgoingHttpHeaders).end(text), after);
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((ready) => this.#server.listen(0, "127.0.0.1", ready));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
}

/** A backend for a test file's tests, each of which finds it as new. */
export function useBackend(): Backend {
  const backend = new Backend();
  beforeAll(() => backend.start());
  afterAll(() => backend.stop());
  beforeEach(() => {
    backend.seen = [];
    backend.reply = {};
  });
  return backend;
}
