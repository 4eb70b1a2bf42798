import { request } from "node:http";
import { request as secureRequest } from "node:https";
import type { Answer, RecordedRequest } from "./recording.ts";

/** Asks an API as a client does over HTTP/1.1: path and names of headers are sent as they are written. @param stage the stage's address */
export function ask(stage: string, { method, path, query = {}, headers = {}, body }: RecordedRequest): Promise<Answer> {
  const { protocol, hostname, port, pathname } = new URL(stage);
  const text = typeof body === "object" ? JSON.stringify(body) : (body ?? "");
  const typed = typeof body === "object" && !Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  const pairs = Object.entries(query).flatMap(([name, values]) => [values].flat().map((value) => [name, value] as [string, string]));
  const search = pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : "";
  const all = { ...headers, ...(typed ? { "Content-Type": "application/json" } : {}) };
  return new Promise((resolve, reject) => {
    const asked = (protocol === "https:" ? secureRequest : request)(
      {
        hostname,
        port,
        method,
        path: `${pathname}${path}${search}`,
        headers: {
          ...Object.fromEntries(Object.entries(all).map(([name, value]) => [name, typeof value === "string" ? value : [...value]])),
          ...(text ? { "Content-Length": Buffer.byteLength(text) } : {}),
        },
        timeout: 40_000,
      },
      (response) => {
        let answer = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (answer += part));
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: valuesOf(response.headersDistinct), body: answer }));
      },
    );
    asked.on("timeout", () => asked.destroy(new Error(`no answer to ${method} ${path} in 40 seconds`)));
    asked.on("error", reject);
    asked.end(text || undefined);
  });
}

const valuesOf = (headers: NodeJS.Dict<string[]>) =>
  Object.fromEntries(Object.entries(headers).map(([name, values = []]) => [name, values]));
