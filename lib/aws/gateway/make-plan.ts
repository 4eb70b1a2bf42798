import { type Gateway, gatewayProblems, type RouteOperation, type RouteResponse } from "../../overlay/index.ts";
import { InputError, type Problem } from "../../problem/index.ts";
import { corsHeaders, exposedHeaders, preflights } from "./cors.ts";
import type { GatewayError, GatewayMethod, GatewayPlan, IntegrationRequest, MethodSource, ResponseMapping } from "./plan.ts";
import { planProblems } from "./plan-problems.ts";
import { type GatewayDescription, type ServedRoute, servedRoutes } from "./route.ts";

const longestTimeout = 29;

/**
 * What an API Gateway does, from the routes that Ingresses serve too.
 * @throws InputError with all that API Gateway would refuse, or do otherwise than is said
 */
export function makePlan(description: GatewayDescription): GatewayPlan {
  throwIfAny(modelProblems(description));
  const { settings } = description;
  // An HTTP API answers preflights and its own errors by itself.
  const isHttp = settings.type === "http";
  const routes = servedRoutes(description);
  const models = new Map<string, object>();
  const methods = routes.flatMap((served) => methodsOf(served, models));
  const all = [...methods, ...(isHttp ? [] : preflights(settings, methods))].sort((a, b) =>
    a.path === b.path ? (a.httpMethod < b.httpMethod ? -1 : 1) : a.path < b.path ? -1 : 1,
  );
  const binary = routes.flatMap(({ gateway }) => (gateway.kind === "proxy" ? (gateway.binaryTypes ?? []) : []));
  const binaryTypes = [...new Set(binary)].sort();
  const plan = {
    methods: all,
    models,
    errors: isHttp ? [] : gatewayErrors(settings),
    binaryTypes,
    mapped: methods.filter(({ source }) => source?.operation).length,
  };
  throwIfAny(planProblems(description, routes, plan));
  return plan;
}

/** Overlays are validated before; what a CDK app says isn't. */
const modelProblems = ({ name, settings, routes }: GatewayDescription): Problem[] =>
  gatewayProblems(settings, routes).map((problem) => ({ environment: name, ...problem }));

function throwIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new InputError(problems);
}

function methodsOf(served: ServedRoute, models: Map<string, object>): GatewayMethod[] {
  const { gateway } = served;
  if (gateway.kind === "proxy") return proxyMethods(served);
  return Object.entries(gateway.operations).map(([name, operation]) => mappedMethod(served, name, operation, models));
}

/** Joins paths; `/` is none. */
const join = (...paths: readonly string[]): string => {
  const parts = paths.flatMap((path) => path.split("/")).filter(Boolean);
  return `/${parts.join("/")}`;
};

const uriOf = ({ tls, host }: ServedRoute, path: string) => `${tls ? "https" : "http"}://${host}${path === "/" ? "/" : path}`;

/** A proxy's own path, and what is below it where the route is a prefix. */
function proxyMethods(served: ServedRoute): GatewayMethod[] {
  const { gateway, settings, app, name } = served;
  const at = gateway.path ?? served.path;
  const paths = served.pathType === "Exact" ? [""] : ["", "/{proxy+}"];
  const methods = served.methods ?? ["ANY"];
  return paths.flatMap((below) =>
    methods.map((httpMethod): GatewayMethod => {
      const parameter = below ? { proxy: "method.request.path.proxy" } : {};
      return {
        path: join(at, below),
        httpMethod,
        source: { app, route: name },
        request: {
          parameters: Object.fromEntries(Object.values(parameter).map((source) => [source, true])),
          authorization: gateway.authorization ?? settings.authorization,
          apiKey: gateway.apiKey ?? settings.apiKey ?? false,
        },
        integration: {
          type: "HTTP_PROXY",
          uri: uriOf(served, join(served.path, below.replace("+", ""))),
          httpMethod,
          parameters: Object.fromEntries(Object.entries(parameter).map(([key, value]) => [`integration.request.path.${key}`, value])),
          passthrough: "WHEN_NO_MATCH",
          timeoutMilliseconds: timeout(gateway.timeoutSeconds, settings),
        },
        responses: [],
        ...throttled(gateway.throttle),
      };
    }),
  );
}

const timeout = (seconds: number | undefined, settings: Gateway) => 1000 * (seconds ?? settings.timeoutSeconds ?? longestTimeout);
const throttled = (throttle: GatewayMethod["throttle"]) => (throttle ? { throttle } : {});

function mappedMethod(served: ServedRoute, name: string, operation: RouteOperation, models: Map<string, object>): GatewayMethod {
  const { app, gateway, settings } = served;
  const source: MethodSource = { app, route: served.name, operation: name };
  const model = (schema: object | undefined, suffix: string) => {
    if (!schema) return {};
    models.set(modelName(source, suffix), { $schema: "http://json-schema.org/draft-04/schema#", ...schema });
    return { model: modelName(source, suffix) };
  };
  return {
    path: join(gateway.path ?? served.path, operation.path ?? ""),
    httpMethod: operation.method,
    operationName: modelName(source, ""),
    source,
    request: {
      parameters: requestParameters(operation),
      ...model(operation.body, "Request"),
      authorization: operation.authorization ?? gateway.authorization ?? settings.authorization,
      apiKey: operation.apiKey ?? gateway.apiKey ?? settings.apiKey ?? false,
    },
    integration: mappedIntegration(served, operation),
    responses: responsesOf(operation, settings, (status, schema) => model(schema, status)),
    ...throttled(operation.throttle ?? gateway.throttle),
  };
}

/** Names of models may have letters and digits only. */
const modelName = ({ app, route, operation = "" }: MethodSource, suffix: string) =>
  [...app.split("-"), ...route.split("-"), ...operation.split("-"), suffix]
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");

const pathParameters = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);

function requestParameters({ path = "", headers = {}, query = {} }: RouteOperation): Record<string, boolean> {
  return Object.fromEntries([
    ...pathParameters(path).map((name) => [`method.request.path.${name}`, true]),
    ...Object.entries(headers).map(([name, required]) => [`method.request.header.${name}`, required]),
    ...Object.entries(query).map(([name, required]) => [`method.request.querystring.${name}`, required]),
  ]);
}

function mappedIntegration(served: ServedRoute, operation: RouteOperation): IntegrationRequest {
  const { request = {} } = operation;
  const path = request.path ?? join(served.path, operation.path ?? "");
  const mapped = (place: string, values: Readonly<Record<string, string>> = {}) =>
    Object.entries(values).map(([name, value]) => [`integration.request.${place}.${name}`, value]);
  return {
    type: "HTTP",
    uri: uriOf(served, path),
    httpMethod: request.method ?? operation.method,
    parameters: Object.fromEntries([
      ...pathParameters(path).map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
      ...mapped("header", request.headers),
      ...mapped("querystring", request.query),
    ]),
    // A body that is held against a model must be JSON: only what has a template for its type gets through.
    ...(request.template || operation.body
      ? { template: request.template ?? "$input.body", passthrough: "NEVER" }
      : { passthrough: "WHEN_NO_MATCH" }),
    timeoutMilliseconds: timeout(operation.timeoutSeconds ?? served.gateway.timeoutSeconds, served.settings),
  };
}

/** What the unmatched becomes: a status of which the app said nothing isn't the client's business. */
const badGateway: ResponseMapping = {
  statusCode: "502",
  parameters: {},
  template: '{"message":"the service gave an answer that is not part of this API"}',
};

function responsesOf(
  { responses }: RouteOperation,
  settings: Gateway,
  model: (status: string, schema: object | undefined) => { model?: string },
): ResponseMapping[] {
  const said = Object.entries(responses).map(([statusCode, response]) =>
    responseOf(statusCode, response, model(statusCode, response.schema)),
  );
  const all = responses["502"] ? said : [...said, badGateway];
  return all.map((response) => ({
    ...response,
    parameters: {
      ...response.parameters,
      ...corsHeaders(settings),
      ...exposedHeaders(settings, Object.keys(response.parameters)),
    },
  }));
}

function responseOf(statusCode: string, { pattern, headers = {}, template }: RouteResponse, model: { model?: string }): ResponseMapping {
  // The type of a body that goes through as it is is known to its app alone.
  const type =
    template || Object.keys(headers).some((name) => name.toLowerCase() === "content-type")
      ? {}
      : { "Content-Type": "integration.response.header.Content-Type" };
  return {
    statusCode,
    ...(statusCode === "502" ? {} : { pattern: pattern ?? statusCode }),
    parameters: Object.fromEntries(
      Object.entries({ ...type, ...headers }).map(([name, value]) => [`method.response.header.${name}`, value]),
    ),
    ...(template ? { template } : {}),
    ...model,
  };
}

/** JSON for whatever the gateway answers by itself. */
function gatewayErrors(settings: Gateway): GatewayError[] {
  const headers = corsHeaders(settings, "gatewayresponse.header.");
  const message = '"message":$context.error.messageString,"requestId":"$context.requestId"';
  const error = (type: string, template: string, more: Readonly<Record<string, string>> = {}) => ({
    type,
    parameters: { ...headers, ...more },
    template: `{${template}}`,
  });
  return [
    error("DEFAULT_4XX", message),
    error("DEFAULT_5XX", message),
    error("THROTTLED", message, { "gatewayresponse.header.Retry-After": "'1'" }),
  ];
}
