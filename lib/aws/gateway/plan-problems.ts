import { groupBy } from "../../manifest/index.ts";
import type { Gateway, RouteOperation } from "../../overlay/index.ts";
import type { Problem } from "../../problem/index.ts";
import { blockedBodies } from "./body-problems.ts";
import { httpProblems, restProblems } from "./http-problems.ts";
import { draft4Issues, mappingIssues, type OperationIssue } from "./mapping-problems.ts";
import { type GatewayMethod, type GatewayPlan, type MethodSource, prefixes } from "./plan.ts";
import type { GatewayDescription, ServedRoute } from "./route.ts";
import { keywords, subschemas } from "./schema-keywords.ts";
import { settingsProblems } from "./settings-problems.ts";

/** Mapped routes that a stack has room for as resources, with all that stands around them. */
const mostMapped = 80;
/** Quota of an API, which AWS raises on request: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const mostPaths = 300;

/** What API Gateway, or the Ingress or Gateway behind it, would refuse or do otherwise than the routes say. */
export function planProblems(description: GatewayDescription, routes: readonly ServedRoute[], plan: GatewayPlan): Problem[] {
  const { name, settings } = description;
  const httpOnly = settings.type === "http" ? httpProblems(settings, routes, plan) : [];
  // What an HTTP API doesn't have needs no further advice.
  const problems = httpOnly.length > 0 ? httpOnly : allProblems(description, routes, plan);
  return problems.map((problem) => ({ environment: name, ...problem }));
}

function allProblems(description: GatewayDescription, routes: readonly ServedRoute[], plan: GatewayPlan): Problem[] {
  const { settings } = description;
  return [
    ...noRoutes(plan),
    ...routes.flatMap((served) => [...routeProblems(served), ...operationProblems(served)]),
    ...sameMethods(plan.methods),
    ...siblingVariables(plan.methods),
    ...keysWithoutPlan(settings, plan),
    ...tooManyResources(settings, plan),
    ...tooManyPaths(settings, plan),
    ...notInOpenApi(settings, plan),
    ...uncountedItems(settings, plan),
    ...blockedBodies(settings, routes),
    ...settingsProblems(description, plan),
    ...(settings.type === "http" ? [] : restProblems(settings, routes)),
  ];
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html */
function noRoutes({ methods }: GatewayPlan): Problem[] {
  if (methods.length > 0) return [];
  return [
    {
      path: "routes",
      message: "the gateway serves no route, and API Gateway deploys no API without methods",
      fix: "Give it a route, or remove it.",
    },
  ];
}

function routeProblems({ app, name, path: servedPath, pathType, host }: ServedRoute): Problem[] {
  const problems: Problem[] = [];
  const path = `routes.${name}`;
  if (pathType === "ImplementationSpecific" || /[^A-Za-z0-9._~/-]/.test(servedPath))
    problems.push({
      path: `${path}.path`,
      message: `"${servedPath}" means something to the cluster's own proxy that API Gateway doesn't know`,
      fix: 'Use a plain path, or `gateway: { kind: "none", reason: "..." }`.',
    });
  if (host.includes("*"))
    problems.push({ path: `${path}.host`, message: `"${host}" is not a host that the gateway can call`, fix: "Give the whole host." });
  return problems.map((problem) => ({ app, ...problem }));
}

function operationProblems(served: ServedRoute): Problem[] {
  const { app, name, gateway } = served;
  if (gateway.kind !== "mapped") return [];
  return Object.entries(gateway.operations).flatMap(([operationName, operation]) =>
    operationIssues(served, operation).map(({ at, message, fix }): Problem => {
      const path = `routes.${name}.gateway.operations.${operationName}${at}`;
      return { app, path, message, fix };
    }),
  );
}

const operationIssues = (route: ServedRoute, operation: RouteOperation): OperationIssue[] => [
  ...routeIssues(route, operation),
  ...unknownSources(operation),
  ...mappingIssues(operation),
  ...schemasOf(operation).flatMap(([at, schema]) => [
    ...[...schemaIssues(schema)].map((message) => ({ at, message, fix: "Use only keywords of JSON Schema draft 4." })),
    ...draft4Issues(schema).map((issue) => ({ at, ...issue })),
  ]),
  ...patternIssues(operation).map((message) => ({ at: ".responses", message, fix: "Give each status one pattern that no other fits." })),
];

/** Where an operation asks for what its route doesn't serve. */
function* routeIssues(route: ServedRoute, { method, path, body, request }: RouteOperation): Generator<OperationIssue> {
  if (route.methods && !route.methods.includes(method))
    yield { at: ".method", message: `the route doesn't let ${method} through`, fix: `Its methods: ${route.methods.join(", ")}.` };
  if (route.pathType === "Exact" && path)
    yield {
      at: ".path",
      message: "the route is Exact: the cluster serves nothing below it",
      fix: "Remove the path, or make the route a Prefix.",
    };
  const requested = request?.path;
  if (requested && requested !== route.path && !requested.startsWith(`${route.path.replace(/\/$/, "")}/`))
    yield {
      at: ".request.path",
      message: `the cluster doesn't serve "${requested}" for this route`,
      fix: `Use a path below ${route.path}.`,
    };
  if (body && ["GET", "HEAD", "DELETE"].includes(method))
    yield { at: ".body", message: `a ${method} request has no body`, fix: "Remove the body, or use POST, PUT or PATCH." };
}

/** Every value that is taken from a request must be one the operation says it reads. */
function* unknownSources({ path = "", headers = {}, query = {}, request = {} }: RouteOperation): Generator<OperationIssue> {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  if (new Set(inPath).size < inPath.length)
    yield { at: ".path", message: "a parameter is in the path twice", fix: "Give each parameter a name of its own." };
  const places = [new Set(inPath), new Set(Object.keys(headers)), new Set(Object.keys(query))];
  const names = places.flatMap((place) => [...place]);
  for (const name of new Set(names.filter((other, index) => names.indexOf(other) < index)))
    yield {
      at: "",
      message: `reads two parameters of the name ${name}; API Gateway wants names to be unique across path, headers and query`,
      fix: "Give one of them another name.",
    };
  const known = new Set([
    ...inPath.map((name) => `method.request.path.${name}`),
    ...Object.keys(headers).map((name) => `method.request.header.${name}`),
    ...Object.keys(query).map((name) => `method.request.querystring.${name}`),
  ]);
  for (const place of ["headers", "query"] as const) {
    for (const [name, value] of Object.entries(request[place] ?? {}))
      if (value.startsWith("method.request.") && !known.has(value))
        yield {
          at: `.request.${place}.${name}`,
          message: `the operation reads no ${value}`,
          fix: "Add it to the operation's `headers`, `query` or `path`.",
        };
  }
  for (const [, name] of (request.path ?? "").matchAll(/\{(\w+)\}/g))
    if (!inPath.includes(name))
      yield { at: ".request.path", message: `the operation's path has no {${name}}`, fix: `Add {${name}} to the operation's path.` };
}

function schemasOf({ body, responses }: RouteOperation): [string, object][] {
  const ofResponses = Object.entries(responses).flatMap(([status, { schema }]): [string, object][] =>
    schema ? [[`.responses.${status}.schema`, schema]] : [],
  );
  return body ? [[".body", body], ...ofResponses] : ofResponses;
}

/** What draft 4 doesn't have, or API Gateway doesn't: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
function* schemaIssues(schema: unknown, path = ""): Generator<string> {
  if (typeof schema !== "object" || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    const here = path ? `${path}.${key}` : key;
    if (key === "$ref") yield `${here}: a model of API Gateway can't follow "${value}"; write out what stands there`;
    if (key === "const" || key === "if" || key === "$defs") yield `${here}: JSON Schema draft 4 has no "${key}"`;
    for (const [name, below] of subschemas(key, value)) yield* schemaIssues(below, name === undefined ? here : `${here}.${name}`);
  }
}

/** Which of two patterns that fit counts isn't documented, so that no status may fit two. */
function patternIssues({ responses }: RouteOperation): string[] {
  const issues: string[] = [];
  const patterns = Object.entries(responses).flatMap(([status, { pattern }]) => {
    if (status === "502") {
      if (pattern) issues.push("502 is what no other pattern names: it can't have a pattern");
      return [];
    }
    try {
      return [{ status, fits: new RegExp(`^(?:${pattern ?? status})$`) }];
    } catch {
      issues.push(`the pattern of ${status} is not a valid regular expression: ${pattern}`);
      return [];
    }
  });
  const statuses = Array.from({ length: 500 }, (_status, index) => String(100 + index));
  for (const { status, fits } of patterns)
    if (!statuses.some((candidate) => fits.test(candidate))) issues.push(`the pattern of ${status} fits no status`);
  const both = statuses.find((candidate) => patterns.filter(({ fits }) => fits.test(candidate)).length > 1);
  if (both) {
    const names = patterns.filter(({ fits }) => fits.test(both)).map(({ status }) => status);
    issues.push(`a ${both} of the app fits the patterns of ${names.join(" and ")}`);
  }
  return issues;
}

/** Where a method comes from, as problems name it. */
const ownerOf = (source: MethodSource | undefined) => (source ? { app: source.app, path: `routes.${source.route}` } : {});

const nameOf = ({ app, route, operation }: MethodSource) => `${app}'s route ${route}${operation ? ` (${operation})` : ""}`;

function sameMethods(methods: readonly GatewayMethod[]): Problem[] {
  return [...groupBy(methods, ({ path, httpMethod }) => `${httpMethod} ${path}`)].flatMap(([what, same]): Problem[] =>
    same.length < 2
      ? []
      : [
          {
            ...ownerOf(same[0]?.source),
            message: `${what} is served by ${same.flatMap(({ source }) => (source ? nameOf(source) : [])).join(" and ")}; a gateway has one name for all apps`,
            fix: 'Set another `gateway: { path: "/..." }`, or `gateway: { kind: "none", reason: "..." }`.',
          },
        ],
  );
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html#api-gateway-proxy-resource */
function siblingVariables(methods: readonly GatewayMethod[]): Problem[] {
  const variables = methods.flatMap((method) =>
    prefixes(method.path)
      .filter((prefix) => prefix.endsWith("}"))
      .map((prefix) => ({ method, prefix, parent: prefix.slice(0, prefix.lastIndexOf("/")) || "/" })),
  );
  return [...groupBy(variables, ({ parent }) => parent)].flatMap(([parent, there]): Problem[] => {
    const names = [...new Map(there.map((served) => [served.prefix, served])).values()];
    if (names.length < 2) return [];
    const said = names.map(({ prefix, method }) => `${prefix} of ${method.source ? nameOf(method.source) : "the gateway"}`);
    return [
      {
        ...ownerOf(names[0]?.method.source),
        message: `below ${parent} API Gateway allows one variable part, found ${said.join(" and ")}`,
        fix: "Give the parameters one name, or the route another path.",
      },
    ];
  });
}

function keysWithoutPlan(settings: Gateway, { methods }: GatewayPlan): Problem[] {
  const [needs] = methods.filter(({ request }) => request.apiKey);
  if (!needs || Object.keys(settings.usagePlans ?? {}).length > 0) return [];
  return [
    {
      path: "aws.gateway.usagePlans",
      message: `${needs.httpMethod} ${needs.path} needs an API key, and there is no usage plan that a key could belong to`,
      fix: "Set usagePlans, or apiKey: false.",
    },
  ];
}

function tooManyResources({ definition }: Gateway, { mapped }: GatewayPlan): Problem[] {
  if (definition === "openapi" || mapped <= mostMapped) return [];
  return [
    {
      path: "aws.gateway.definition",
      message: `${mapped} mapped operations are more than the ${mostMapped} that a stack has room for as resources`,
      fix: 'Set definition: "openapi". This creates a new API, so its address changes unless it has a domain.',
    },
  ];
}

function tooManyPaths({ type }: Gateway, { methods }: GatewayPlan): Problem[] {
  if (type === "http") return [];
  const paths = new Set(methods.flatMap(({ path }) => prefixes(path))).size;
  return paths <= mostPaths
    ? []
    : [
        {
          path: "aws.gateway",
          message: `${paths} paths are more than the ${mostPaths} an API may have`,
          fix: "Let a proxy serve some of them.",
        },
      ];
}

/** What JSON Schema's draft 4 can say and OpenAPI 3.0 can't: https://spec.openapis.org/oas/v3.0.1.html#schema-object */
function notInOpenApi({ definition }: Gateway, { models }: GatewayPlan): Problem[] {
  if (definition !== "openapi") return [];
  return [...models].flatMap(([name, schema]) =>
    [...keywords(schema)]
      .flatMap(([key, value]) => foreignKeyword(key, value) ?? [])
      .map((keyword) => ({
        path: "aws.gateway.definition",
        message: `the schema ${name} has ${keyword}, which an OpenAPI body can't have`,
        fix: "Write it in another way, or keep the definition at resources.",
      })),
  );
}

/** An imported body's limits of lists aren't looked at: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
function uncountedItems({ definition }: Gateway, { models }: GatewayPlan): Problem[] {
  if (definition !== "openapi") return [];
  return [...models].flatMap(([name, schema]) => {
    const counted = new Set([...keywords(schema)].flatMap(([key, value]) => (typeof value === "number" ? key : [])));
    const found = ["minItems", "maxItems"].filter((keyword) => counted.has(keyword));
    if (found.length === 0) return [];
    return [
      {
        path: "aws.gateway.definition",
        message: `the schema ${name} has ${found.join(" and ")}, which API Gateway doesn't look at in an OpenAPI body`,
        fix: "Leave the number of items to the app, or keep the definition at resources.",
      },
    ];
  });
}

function foreignKeyword(key: string, value: unknown): string | undefined {
  if (key === "patternProperties" || key === "dependencies" || key === "additionalItems" || key === "definitions") return key;
  if (key === "type" && Array.isArray(value)) return "several types";
  return key === "items" && Array.isArray(value) ? "a list of items" : undefined;
}
