import { randomUUID } from "node:crypto";
import { type Basis, type Behaviour, basisOf } from "./basis.ts";
import type { Routed } from "./routing.ts";
import type { Context } from "./velocity.ts";

/** What a client sends. */
export interface GatewayRequest {
  readonly method: string;
  /** As in a URL, encoded, without query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** An object is sent as JSON. */
  readonly body?: string | object;
  /**
   * What the method's authorizer, or IAM, says of who calls; must be said where there is one. An object is a caller that is allowed, with what
   * the authorizer says of it in `$context.authorizer`.
   */
  readonly caller?: "allowed" | "denied" | Caller;
}

/** What an authorizer says of a caller. */
export interface Caller {
  /** Of a Lambda authorizer. */
  readonly principalId?: string;
  /** Of a Lambda authorizer: its own values. */
  readonly context?: Readonly<Record<string, string | number | boolean>>;
  /** Of a Cognito authorizer: what the token claims. */
  readonly claims?: Readonly<Record<string, string>>;
}

/** A request on its way. */
export class Exchange {
  readonly request: GatewayRequest;
  /** The last value of each, by their names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** The last value of each, by their names as they were given. */
  givenHeaders: Readonly<Record<string, string>>;
  /** All values of each, by their names in small letters. */
  readonly allHeaders: Readonly<Record<string, string | readonly string[]>>;
  /** The last value of each. */
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  /** Without parameters; a request that says none is taken for JSON. */
  readonly contentType: string;
  readonly #requestId = randomUUID();
  readonly #behaviours = new Set<Behaviour>();
  routed: Routed | undefined;

  constructor(request: GatewayRequest) {
    this.request = request;
    const isJson = typeof request.body === "object";
    const isTyped = Object.keys(request.headers ?? {}).some((name) => name.toLowerCase() === "content-type");
    const headers = { ...(isJson && !isTyped ? { "content-type": "application/json" } : {}), ...request.headers };
    this.givenHeaders = lastOf(headers);
    this.headers = lowered(this.givenHeaders);
    this.allHeaders = Object.fromEntries(Object.entries(headers).map(([name, values]) => [name.toLowerCase(), values]));
    this.query = lastOf(request.query ?? {});
    this.body = isJson ? JSON.stringify(request.body) : ((request.body as string | undefined) ?? "");
    const [type = ""] = (this.headers["content-type"] ?? "application/json").split(";");
    this.contentType = type.trim().toLowerCase();
  }

  get hasSeveralValues(): boolean {
    const all = [...Object.values(this.request.headers ?? {}), ...Object.values(this.request.query ?? {})];
    return all.some((values) => typeof values !== "string" && values.length > 1);
  }

  restsOn(...behaviours: readonly Behaviour[]): void {
    for (const behaviour of behaviours) this.#behaviours.add(behaviour);
  }

  get basis(): readonly Basis[] {
    return basisOf([...this.#behaviours]);
  }

  /** Gives headers the names by which an operation reads them, whatever their case. */
  matchHeaders(parameters: readonly string[]): void {
    const keys = parameters.map(parameterOf).filter(({ place }) => place === "header");
    const names = new Map(keys.map(({ key }) => [key.toLowerCase(), key]));
    const entries = Object.entries(this.givenHeaders).map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value]);
    this.givenHeaders = Object.fromEntries(entries) as Readonly<Record<string, string>>;
  }

  get context(): Context {
    return {
      requestId: this.#requestId,
      httpMethod: this.request.method,
      resourcePath: this.routed?.method.path ?? "",
      path: this.request.path,
      stage: "live",
      identity: { sourceIp: "127.0.0.1", userAgent: this.headers["user-agent"] ?? "" },
      authorizer: authorizerOf(this.request.caller),
    };
  }
}

/** The last of several values: assumed for templates and mappings, which see one. */
const lastOf = (values: Readonly<Record<string, string | readonly string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? value : (value.at(-1) ?? "")]));

/** What `$context.authorizer` holds. @returns undefined where a caller is allowed and nothing else is said of it */
function authorizerOf(caller: GatewayRequest["caller"]): Context["authorizer"] {
  if (caller === "allowed") return undefined;
  if (caller === undefined || caller === "denied") return {};
  const { context = {}, ...rest } = caller;
  // The values of a Lambda authorizer reach templates as texts.
  return { ...Object.fromEntries(Object.entries(context).map(([name, value]) => [name, String(value)])), ...rest };
}

/** Headers by their names in small letters. */
export const lowered = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

/** The place and key of a parameter, as `method.request.header.X-Request-Id`. */
export function parameterOf(name: string): { readonly place: string; readonly key: string } {
  const [, , place = "", ...key] = name.split(".");
  return { place, key: key.join(".") };
}
