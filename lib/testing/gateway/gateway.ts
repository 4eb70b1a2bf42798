import { isRecord } from "../../outside/index.ts";
import { InputError } from "../../problem/index.ts";
import { argumentProblems } from "./argument-problems.ts";
import type { Basis, Behaviour } from "./basis.ts";
import { type Called, call, type HttpResponse } from "./call.ts";
import { type ApiDefinition, type ApiMethod, type IntegrationResponse, NotCoveredError, readDefinition } from "./definition.ts";
import { Exchange, type GatewayRequest, lowered, parameterOf } from "./exchange.ts";
import { type Routed, route } from "./routing.ts";
import type { Context, Overrides, TemplateInput } from "./velocity.ts";

/** What the client gets. */
export interface GatewayAnswer {
  readonly status: number;
  /** By their names in small letters; several values of one are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** All values of each header, by its name in small letters, as of two cookies that are set. */
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  /** What the answer rests on: what the real gateway was recorded to do, what its documents say, or what is assumed. */
  readonly basis: readonly Basis[];
  /** The gateway response, where the gateway answered by itself, as BAD_REQUEST_BODY. */
  readonly gatewayResponse?: string;
}

export interface GatewayOptions {
  /** Address of the HTTP server that stands for every app; it is asked as the host that the integration names. */
  readonly backend: string | URL;
  /** Values of the API keys that a usage plan has. Default: none. */
  readonly apiKeys?: readonly string[];
  /**
   * Whether the headers that operations read are matched as they are written, `exact`, or in any case. Nobody has recorded which is true; over
   * HTTP/2, as from browsers, all names arrive in small letters. Default: exact, by which a test fails that depends on it.
   */
  readonly headerNames?: "exact" | "any-case";
}

/** Types of gateway responses with the status and message each has by default: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
const gatewayResponses = {
  MISSING_AUTHENTICATION_TOKEN: [403, "Missing Authentication Token"],
  UNAUTHORIZED: [401, "Unauthorized"],
  ACCESS_DENIED: [403, "User is not authorized to access this resource"],
  INVALID_API_KEY: [403, "Forbidden"],
  BAD_REQUEST_PARAMETERS: [400, "Missing required request parameters"],
  BAD_REQUEST_BODY: [400, "Invalid request body"],
  UNSUPPORTED_MEDIA_TYPE: [415, "Unsupported Media Type"],
  INTEGRATION_TIMEOUT: [504, "Endpoint request timed out"],
  INTEGRATION_FAILURE: [504, "Network error communicating with endpoint"],
  API_CONFIGURATION_ERROR: [500, "Internal server error"],
} as const;
type GatewayResponseType = keyof typeof gatewayResponses;

/**
 * An API Gateway as its template defines it, simulated without AWS: a request goes through method request, integration request, a real HTTP
 * call, integration response and method response, and comes back as the client would get it. It covers what slipway's constructs make;
 * throttling, usage plans' quotas, the firewall, caches, binary bodies and certificates it doesn't look at.
 * @throws NotCoveredError for what it can't answer for sure
 *
 * @example
 * const gateway = new GatewaySimulator(template, { backend: "http://127.0.0.1:8080" });
 * const { status, body } = await gateway.ask({ method: "GET", path: "/orders/1" });
 */
export class GatewaySimulator {
  readonly #definition: ApiDefinition;
  readonly #backend: URL;
  readonly #apiKeys: readonly string[];
  readonly #headerNames: GatewayOptions["headerNames"];

  /**
   * @param template a gateway stack's CloudFormation template
   * @throws InputError for what is no template, and for options that can't be used
   */
  constructor(template: object, options: GatewayOptions) {
    const problems = argumentProblems(template, options);
    if (problems.length > 0) throw new InputError(problems);
    const { backend, apiKeys = [], headerNames = "exact" } = options;
    this.#definition = readDefinition(template);
    this.#backend = new URL(backend);
    this.#apiKeys = apiKeys;
    this.#headerNames = headerNames;
  }

  async ask(request: GatewayRequest): Promise<GatewayAnswer> {
    const exchange = new Exchange(request);
    const routed = route(this.#definition.methods, request.method, request.path);
    if (!routed) return this.#answer(exchange, "MISSING_AUTHENTICATION_TOKEN");
    exchange.routed = routed;
    exchange.restsOn("routing", ...routed.basis);
    if (Object.keys(routed.method.parameters).some((name) => parameterOf(name).place === "header")) exchange.restsOn("header names");
    if (this.#headerNames === "any-case") exchange.matchHeaders(Object.keys(routed.method.parameters));
    const refused = await this.#refusal(exchange, routed.method);
    if (refused) return this.#answer(exchange, refused.type, refused.message);
    const { integration } = routed.method;
    if (integration.type === "HTTP_PROXY") return this.#proxied(exchange, routed);
    if (integration.type === "HTTP" || integration.type === "MOCK") return this.#mapped(exchange, routed);
    throw new NotCoveredError(`an integration of type ${integration.type} can't be simulated`);
  }

  /** What the method request demands and the client doesn't bring. */
  async #refusal(exchange: Exchange, method: ApiMethod): Promise<Refusal | undefined> {
    const { headers, body, contentType } = exchange;
    const denied = callerRefusal(exchange, method);
    if (denied) return denied;
    if (method.apiKey && !this.#apiKeys.includes(headers["x-api-key"] ?? "")) return { type: "INVALID_API_KEY" };
    const missing = Object.entries(method.parameters).flatMap(([name, required]) =>
      required && !hasParameter(name, exchange) ? [parameterOf(name).key] : [],
    );
    if (missing.length > 0)
      return { type: "BAD_REQUEST_PARAMETERS", message: `Missing required request parameters: [${missing.join(", ")}]` };
    // A body of another content type isn't validated.
    const { model } = method;
    if (model && contentType === "application/json" && !(await this.#isValid(model, body))) return { type: "BAD_REQUEST_BODY" };
    return undefined;
  }

  async #isValid(model: string, body: string): Promise<boolean> {
    let value: unknown;
    try {
      // No body is an empty object, as for templates.
      value = JSON.parse(body || "{}");
    } catch {
      return false;
    }
    const { default: Ajv } = await import("ajv-draft-04");
    const ajv = new Ajv.default({ strict: false, validateFormats: false });
    return ajv.validate(this.#definition.models.get(model) as object, value);
  }

  async #proxied(exchange: Exchange, { method, pathParameters }: Routed): Promise<GatewayAnswer> {
    const { integration } = method;
    const path = mappedParameters(integration.parameters, "path", exchange, pathParameters);
    const url = urlOf(integration.uri ?? "", path, exchange.request.query ?? {});
    const headers = Object.fromEntries(Object.entries(exchange.allHeaders).filter(([name]) => !hopByHop.has(name)));
    const httpMethod = integration.httpMethod === "ANY" ? exchange.request.method : (integration.httpMethod ?? "");
    const called = await call({ method: httpMethod, url, headers, body: exchange.body }, this.#backend, integration.timeout);
    const failed = this.#failure(exchange, called);
    if (failed) return failed;
    const { status, headers: given, body } = called as HttpResponse;
    exchange.restsOn("proxy");
    const own = Object.entries(given).filter(([name]) => !hopByHop.has(name) || remapped.has(name));
    if (own.some(([name]) => remapped.has(name))) exchange.restsOn("remapped headers");
    return answerOf(exchange, status, Object.fromEntries(own.map(([name, values]) => [sentAs(name), values])), body);
  }

  async #mapped(exchange: Exchange, { method, pathParameters }: Routed): Promise<GatewayAnswer> {
    const { integration } = method;
    const template = integration.templates[exchange.contentType];
    if (template === undefined && refusesUnmapped(integration.passthrough, integration.templates))
      return this.#answer(exchange, "UNSUPPORTED_MEDIA_TYPE");
    const parameters = { path: pathParameters, querystring: exchange.query, header: exchange.givenHeaders };
    exchange.restsOn(...basisOfTemplate(template));
    if (exchange.hasSeveralValues) exchange.restsOn("last value");
    const filled = await fill(template, { body: exchange.body, context: exchange.context, parameters });
    const called =
      integration.type === "MOCK"
        ? mocked(filled.text)
        : await this.#called(exchange, method, pathParameters, filled.text, filled.overrides, template !== undefined);
    const failed = this.#failure(exchange, called);
    if (failed) return failed;
    return this.#mappedAnswer(exchange, method, called as HttpResponse);
  }

  #called(
    exchange: Exchange,
    { integration }: ApiMethod,
    pathParameters: Routed["pathParameters"],
    body: string,
    overrides: Overrides,
    isTemplate: boolean,
  ) {
    const from = (place: "path" | "querystring" | "header") => ({
      ...mappedParameters(integration.parameters, place, exchange, pathParameters),
      ...overrides.request[place],
    });
    const url = urlOf(integration.uri ?? "", from("path"), from("querystring"));
    // Recorded: what the client says here doesn't reach the endpoint.
    exchange.restsOn("own headers");
    const headers = {
      accept: "application/json",
      "user-agent": "AmazonAPIGateway_simulated",
      "content-type": isTemplate ? "application/json" : exchange.contentType,
      ...lowered(from("header")),
    };
    const method = integration.httpMethod === "ANY" ? exchange.request.method : (integration.httpMethod ?? "");
    return call({ method, url, headers, body: ["GET", "HEAD", "DELETE"].includes(method) ? "" : body }, this.#backend, integration.timeout);
  }

  #failure(exchange: Exchange, called: Called): GatewayAnswer | undefined {
    if (called === "timeout") return this.#answer(exchange, "INTEGRATION_TIMEOUT");
    return called === "failed" ? this.#answer(exchange, "INTEGRATION_FAILURE") : undefined;
  }

  async #mappedAnswer(exchange: Exchange, method: ApiMethod, called: HttpResponse): Promise<GatewayAnswer> {
    const response = selected(method.integration.responses, called.status);
    const allowed = response && method.responses.get(response.statusCode);
    if (!response || !allowed) return this.#answer(exchange, "API_CONFIGURATION_ERROR");
    exchange.restsOn("selection");
    const headers: Record<string, string> = {};
    for (const [target, source] of Object.entries(response.parameters)) {
      const name = target.replace("method.response.header.", "");
      const value = responseValue(source, called, exchange.context);
      if (!allowed.includes(name)) throw new NotCoveredError(`the method response ${response.statusCode} doesn't have the header ${name}`);
      if (value === undefined) continue;
      if (remapped.has(name.toLowerCase())) exchange.restsOn("remapped headers");
      headers[sentAs(name.toLowerCase())] = value;
    }
    // A template that is there for one type is taken for whatever the endpoint answers with.
    const template = response.templates["application/json"];
    exchange.restsOn(...basisOfTemplate(template));
    const { text, overrides } = await fill(template, { body: called.body, context: exchange.context });
    const all = {
      ...(headers["content-type"] ? {} : { "content-type": "application/json" }),
      ...headers,
      ...lowered(overrides.response.header),
    };
    return answerOf(exchange, overrides.response.status ?? Number(response.statusCode), listed(all), text);
  }

  /** What the gateway answers by itself; a type that nothing is said of falls back on DEFAULT_4XX or DEFAULT_5XX. */
  #answer(exchange: Exchange, type: GatewayResponseType, message: string = gatewayResponses[type][1]): GatewayAnswer {
    const [status] = gatewayResponses[type];
    const said = this.#definition.gatewayResponses;
    const { parameters, templates } = said.get(type) ??
      said.get(status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX") ?? { parameters: {}, templates: {} };
    const template = templates["application/json"] ?? '{"message":$context.error.messageString}';
    // Gateway responses know variables, and no Velocity.
    const body = template
      .replaceAll("$context.error.messageString", JSON.stringify(message))
      .replaceAll("$context.requestId", exchange.context.requestId);
    if (/\$\w/.test(body)) throw new NotCoveredError(`the gateway response ${type} says something that can't be simulated: ${body}`);
    const headers = Object.entries(parameters).map(([name, value]) => [
      name.replace("gatewayresponse.header.", "").toLowerCase(),
      fixed(value),
    ]);
    exchange.restsOn("gateway responses");
    return {
      ...answerOf(exchange, status, listed({ "content-type": "application/json", ...Object.fromEntries(headers) }), body),
      gatewayResponse: type,
    };
  }
}

interface Refusal {
  readonly type: GatewayResponseType;
  readonly message?: string;
}

/** What belongs to one connection, and the host, which is the integration's own. */
const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "host", "content-length"]);
/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
const remapped = new Set(["connection", "content-length", "date", "server", "www-authenticate"]);

/** The name by which a header leaves the gateway. */
const sentAs = (name: string) => (remapped.has(name) ? `x-amzn-remapped-${name}` : name);

const listed = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

const answerOf = (
  { basis }: Exchange,
  status: number,
  multiValueHeaders: GatewayAnswer["multiValueHeaders"],
  body: string,
): GatewayAnswer => ({
  status,
  headers: Object.fromEntries(Object.entries(multiValueHeaders).map(([name, values]) => [name, values.join(", ")])),
  multiValueHeaders,
  body,
  basis,
});

/** Velocity is loaded where there is a template: most tests have none. */
async function fill(template: string | undefined, input: TemplateInput): Promise<{ text: string; overrides: Overrides }> {
  if (template === undefined)
    return { text: input.body, overrides: { request: { path: {}, querystring: {}, header: {} }, response: { header: {} } } };
  const { fillTemplate } = await import("./velocity.ts");
  return fillTemplate(template, input);
}

const basisOfTemplate = (template: string | undefined): readonly Behaviour[] => {
  if (template === undefined) return [];
  return /\$input\.(path|body)/.test(template) ? ["templates", "template values"] : ["templates"];
};

const refusesUnmapped = (passthrough: string, templates: object) =>
  passthrough === "NEVER" || (passthrough === "WHEN_NO_TEMPLATES" && Object.keys(templates).length > 0);

/** Integration parameters of a place, with what they are made of put in. */
function mappedParameters(
  mapping: Readonly<Record<string, string>>,
  place: "path" | "querystring" | "header",
  exchange: Exchange,
  pathParameters: Readonly<Record<string, string>>,
): Record<string, string> {
  const prefix = `integration.request.${place}.`;
  return Object.fromEntries(
    Object.entries(mapping)
      .filter(([target]) => target.startsWith(prefix))
      .flatMap(([target, source]) => {
        const value = requestValue(source, exchange, pathParameters);
        return value === undefined ? [] : [[target.slice(prefix.length), value]];
      }),
  );
}

function requestValue(
  source: string,
  { query, givenHeaders, context }: Exchange,
  pathParameters: Readonly<Record<string, string>>,
): string | undefined {
  if (source.startsWith("'")) return fixed(source);
  if (source.startsWith("context.")) return contextValue(source, context);
  const [, , place = "", ...rest] = source.split(".");
  const name = rest.join(".");
  if (place === "path") return pathParameters[name];
  return place === "header" ? givenHeaders[name] : query[name];
}

function responseValue(source: string, { headers }: HttpResponse, context: Context): string | undefined {
  if (source.startsWith("'")) return fixed(source);
  if (source.startsWith("context.")) return contextValue(source, context);
  const values = headers[source.replace("integration.response.header.", "").toLowerCase()] ?? [];
  if (values.length > 1) throw new NotCoveredError(`which of the ${values.length} values ${source} takes isn't documented`);
  return values[0];
}

const fixed = (source: string) => source.replace(/^'|'$/g, "");

function contextValue(source: string, context: Context): string {
  const value = source
    .split(".")
    .slice(1)
    .reduce<unknown>((found, key) => (isRecord(found) ? found[key] : undefined), context);
  if (typeof value !== "string") throw new NotCoveredError(`${source} can't be simulated`);
  return value;
}

/** The endpoint's address; values of greedy parameters keep their slashes. */
function urlOf(uri: string, path: Readonly<Record<string, string>>, query: Readonly<Record<string, string | readonly string[]>>): URL {
  const encoded = (value: string) => value.split("/").map(encodeURIComponent).join("/");
  const url = new URL(
    uri.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = path[name];
      return value === undefined ? whole : encoded(value);
    }),
  );
  for (const [name, values] of Object.entries(query)) for (const value of [values].flat()) url.searchParams.append(name, value);
  return url;
}

/** A mock integration's template says the status: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html */
const mocked = (text: string): HttpResponse => ({
  status: Number((JSON.parse(text) as { statusCode: number }).statusCode),
  headers: {},
  body: "",
});

/** A pattern fits the whole status. @returns the default where none does */
const selected = (responses: readonly IntegrationResponse[], status: number) =>
  responses.find(({ pattern }) => pattern !== undefined && new RegExp(`^(?:${pattern})$`).test(String(status))) ??
  responses.find(({ pattern }) => pattern === undefined);

function hasParameter(name: string, { query, givenHeaders }: Exchange): boolean {
  const { place, key } = parameterOf(name);
  if (place === "path") return true;
  return (place === "header" ? givenHeaders : query)[key] !== undefined;
}

/** What an authorizer answers a caller. @throws NotCoveredError where the request doesn't say whether it lets the caller through */
function callerRefusal({ request: { caller }, headers }: Exchange, method: ApiMethod): Refusal | undefined {
  if (method.authorization === "none") return undefined;
  if (method.authorization === "iam" && caller === undefined && !headers.authorization) return { type: "MISSING_AUTHENTICATION_TOKEN" };
  if (method.identityHeaders.some((name) => !headers[name.toLowerCase()])) return { type: "UNAUTHORIZED" };
  if (caller === undefined)
    throw new NotCoveredError(
      `${method.httpMethod} ${method.path} asks ${method.authorization} who calls: add caller: "allowed" or "denied"`,
    );
  if (caller !== "denied") return undefined;
  return { type: method.authorization === "cognito" ? "UNAUTHORIZED" : "ACCESS_DENIED" };
}
