import { request } from "node:http";
import { request as secureRequest } from "node:https";

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

export interface HttpResponse {
  readonly status: number;
  /** All values of each header, by its name in small letters. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

/** What came of a call. */
export type Called = HttpResponse | "timeout" | "failed";

/** Asks a real HTTP server; `url` names the host it is asked as, `backend` where it is. */
export function call({ method, url, headers, body }: HttpRequest, backend: URL, timeout: number): Promise<Called> {
  return new Promise((resolve) => {
    const start = backend.protocol === "https:" ? secureRequest : request;
    const asked = start(
      {
        hostname: backend.hostname,
        port: backend.port,
        method,
        path: `${url.pathname}${url.search}`,
        headers: { ...headers, host: url.host, ...(body ? { "content-length": String(Buffer.byteLength(body)) } : {}) },
        signal: AbortSignal.timeout(timeout),
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", (error) => resolve(outcome(error)));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(Object.entries(response.headersDistinct).map(([name, values = []]) => [name, values])),
            body: Buffer.concat(parts).toString("utf8"),
          }),
        );
      },
    );
    asked.on("error", (error) => resolve(outcome(error)));
    asked.end(body || undefined);
  });
}

const outcome = (error: Error): Called => (error.name === "TimeoutError" || error.name === "AbortError" ? "timeout" : "failed");
