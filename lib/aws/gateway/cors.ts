import type { CfnApi } from "aws-cdk-lib/aws-apigatewayv2";
import { groupBy } from "../../manifest/index.ts";
import type { Gateway, GatewayAuthorization } from "../../overlay/index.ts";
import type { GatewayMethod, GatewayPlan } from "./plan.ts";

type Cors = NonNullable<Gateway["cors"]>;

const defaultHeaders = ["Authorization", "Content-Type"];
/** With the header of API keys, which an HTTP API doesn't have. */
const defaultRestHeaders = [...defaultHeaders, "X-Api-Key"];
const defaultMaxAge = 600;
const everyMethod = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];
const everybody: GatewayAuthorization = { type: "none", reason: "A browser asks without credentials whether it may ask." };
const responseHeader = "method.response.header.";

function allowedMethods(methods: readonly GatewayMethod[]): readonly string[] {
  const served = [...new Set(methods.map(({ httpMethod }) => httpMethod))].sort();
  return served.includes("ANY") ? everyMethod : served;
}

/** What each answer of a REST API says of the origin whose pages may read it. */
export function corsHeaders({ cors }: Gateway, prefix = responseHeader): Record<string, string> {
  if (!cors) return {};
  return {
    [`${prefix}Access-Control-Allow-Origin`]: `'${cors.origin}'`,
    ...(cors.credentials ? { [`${prefix}Access-Control-Allow-Credentials`]: "'true'" } : {}),
  };
}

/** Headers that pages may always see: https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name */
const seenByPages = new Set(["cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"]);

/** Lets pages see what a response of a REST API maps. */
export function exposedHeaders({ cors }: Gateway, parameters: readonly string[]): Record<string, string> {
  const names = parameters.map((name) => name.slice(responseHeader.length)).filter((name) => !seenByPages.has(name.toLowerCase()));
  return cors && names.length > 0 ? { [`${responseHeader}Access-Control-Expose-Headers`]: `'${names.sort().join(",")}'` } : {};
}

/** Headers that requests of pages may have: those that are configured, and all that operations of the path read. */
function allowedHeaders({ headers = defaultRestHeaders }: Cors, methods: readonly GatewayMethod[]): string[] {
  const prefix = "method.request.header.";
  const read = methods.flatMap(({ request }) => Object.keys(request.parameters).filter((name) => name.startsWith(prefix)));
  const names = [...headers, ...read.map((name) => name.slice(prefix.length))];
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
}

/** Answers of a REST API itself to what browsers ask first, for each path that doesn't have OPTIONS of its own. */
export function preflights(settings: Gateway, methods: readonly GatewayMethod[]): GatewayMethod[] {
  const { cors } = settings;
  if (!cors) return [];
  return [...groupBy(methods, ({ path }) => path)].flatMap(([path, there]): GatewayMethod[] => {
    if (there.some(({ httpMethod }) => httpMethod === "OPTIONS")) return [];
    return [
      {
        path,
        httpMethod: "OPTIONS",
        request: { parameters: {}, authorization: everybody, apiKey: false },
        integration: { type: "MOCK", parameters: {}, template: '{"statusCode":204}', passthrough: "WHEN_NO_MATCH" },
        responses: [
          {
            statusCode: "204",
            parameters: {
              ...corsHeaders(settings),
              [`${responseHeader}Access-Control-Allow-Headers`]: `'${allowedHeaders(cors, there).join(",")}'`,
              [`${responseHeader}Access-Control-Allow-Methods`]: `'${allowedMethods(there).join(",")}'`,
              [`${responseHeader}Access-Control-Max-Age`]: `'${cors.maxAgeSeconds ?? defaultMaxAge}'`,
            },
          },
        ],
      },
    ];
  });
}

/** How an HTTP API, which sets all headers itself, is configured: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html */
export const corsConfiguration = (
  { origin, headers = defaultHeaders, credentials = false, maxAgeSeconds = defaultMaxAge }: Cors,
  { methods }: GatewayPlan,
): CfnApi.CorsProperty => ({
  allowOrigins: [origin],
  allowHeaders: [...headers],
  allowMethods: [...allowedMethods(methods)],
  allowCredentials: credentials,
  maxAge: maxAgeSeconds,
});

/**
 * An HTTP API answers preflights by itself, but asks an authorizer first where a route of every method has one; so such a path gets a route
 * for OPTIONS without: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export const openPreflights = ({ methods }: GatewayPlan): GatewayMethod[] =>
  methods
    .filter(
      ({ path, httpMethod, request }) =>
        httpMethod === "ANY" &&
        request.authorization.type !== "none" &&
        !methods.some((other) => other.path === path && other.httpMethod === "OPTIONS"),
    )
    .map((method) => ({
      ...method,
      httpMethod: "OPTIONS",
      request: { ...method.request, authorization: everybody },
      integration: { ...method.integration, httpMethod: "OPTIONS" },
    }));
