/** The form of test/aws/recorded.json, which `npm run record:gateway` writes too, and what of an answer is compared with it. */
import type { RouteOperation } from "slipway";

/** What a backend answers. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/** A request, as `GatewaySimulator` takes it. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | object;
}

/** One request, what the backend answers it, and what of the gateway's answer is of interest. */
export interface Question {
  readonly name: string;
  readonly request: RecordedRequest;
  readonly backendAnswers: Reply | "echoes the request body";
  /**
   * What of the answer is recorded. `request`: what the backend was asked, see `Asked`. `headers`: the values of `names`.
   * `www-authenticate`: the header by its remapped name and by its own.
   */
  readonly compares: "body" | "status" | "message" | "headers" | "www-authenticate" | "headers of the backend" | "request";
  /** Names of the headers that are of interest, in small letters. */
  readonly names?: readonly string[];
}

export interface Case extends Question {
  /** The status of the answer, where it was recorded. */
  readonly status?: number;
  /** What the real API Gateway answered. */
  readonly real: unknown;
}

export interface Recorded {
  /** Where the answers come from. */
  readonly source: string;
  /** The mapped operations that are asked, below /d. */
  readonly operations: Readonly<Record<string, RouteOperation>>;
  /** Which URL the backend is asked; null where no method serves the request. */
  readonly routing: readonly { readonly name: string; readonly request: RecordedRequest; readonly served: string | null }[];
  readonly cases: readonly Case[];
}

/** What a client gets: a header's values by its name in small letters. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

/** What a backend was asked; empty texts for what the request doesn't have. */
export interface Asked {
  readonly method: string;
  /** As the backend sees it. */
  readonly path: string;
  /** The query parameter q. */
  readonly q: string;
  readonly accept: string;
  /** Up to the id of the API. */
  readonly userAgent: string;
  readonly contentType: string;
  /** The header X-Seen. */
  readonly seen: string;
}

/** Whether a question is about what the backend is asked. */
export const isAboutRequest = ({ compares }: Pick<Question, "compares">) => compares === "request" || compares === "headers of the backend";

/** Ids of requests, which differ from one to the next. */
const requestId = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What is recorded of an answer. @param asked what the backend was asked, for questions about that */
export function seenOf({ compares, names = [] }: Question, { status, headers, body }: Answer, asked: Asked | undefined): unknown {
  const header = (name: string) => headers[name]?.join(", ") ?? null;
  switch (compares) {
    case "body":
      return body.replace(requestId, "REQUEST-ID");
    case "status":
      return status;
    case "message":
      return messageOf(body);
    case "headers":
      return Object.fromEntries(names.map((name) => [name, headers[name] ?? null]));
    case "www-authenticate":
      return [header("x-amzn-remapped-www-authenticate"), header("www-authenticate")];
    case "headers of the backend":
      return [asked?.accept, asked?.userAgent];
    case "request":
      return asked ? { method: asked.method, q: asked.q, contentType: asked.contentType, seen: asked.seen } : null;
  }
}

/** The message of a gateway response, or all of a body that is none. */
function messageOf(body: string): unknown {
  try {
    return (JSON.parse(body) as { message: unknown }).message;
  } catch {
    return body;
  }
}
