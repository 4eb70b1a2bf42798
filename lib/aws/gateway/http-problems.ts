import type { Gateway, GatewayAuthorization } from "../../overlay/index.ts";
import type { Problem } from "../../problem/index.ts";
import type { GatewayPlan } from "./plan.ts";
import type { ServedRoute } from "./route.ts";

/** Routes and integrations of an HTTP API: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const mostRoutes = 300;

/** A setting that an HTTP API doesn't have, the value that asks for it, and what to do. */
type Lacking = readonly [setting: string, found: string | undefined, message: string, fix: string];

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html */
const lackingSettings = (settings: Gateway): readonly Lacking[] => {
  const { definition, endpoint, apiKey, usagePlans = {}, tracing, waf, longestTimeoutSeconds, vpcLink } = settings;
  const plans = Object.keys(usagePlans);
  return [
    ["definition", definition, "an HTTP API has one form of definition", "Remove definition."],
    ["endpoint", endpoint === "EDGE" ? endpoint : undefined, "an HTTP API has no edge endpoint", 'Remove endpoint, or use type: "rest".'],
    ["apiKey", apiKey ? "true" : undefined, "an HTTP API has no API keys", 'Remove apiKey, or use type: "rest".'],
    [
      "usagePlans",
      plans.length > 0 ? plans.join(", ") : undefined,
      "an HTTP API has no usage plans",
      'Remove usagePlans, or use type: "rest".',
    ],
    ["tracing", tracing ? "true" : undefined, "an HTTP API has no X-Ray tracing", 'Remove tracing, or use type: "rest".'],
    [
      "waf",
      waf?.type === "none" ? undefined : (waf?.type ?? "managed, the default"),
      "an HTTP API can't have a firewall",
      'Set waf: { type: "none", reason: "..." }, or use type: "rest".',
    ],
    [
      "longestTimeoutSeconds",
      longestTimeoutSeconds?.toString(),
      "AWS doesn't raise the timeout of an HTTP API, which is 30 seconds",
      'Remove longestTimeoutSeconds, or use type: "rest".',
    ],
    [
      "vpcLink.listener",
      vpcLink && !vpcLink.listener ? "none" : undefined,
      "an HTTP API calls a listener of the load balancer",
      "Set vpcLink.listener to the ARN of the listener that the ingress controller is behind.",
    ],
  ];
};

/** What an HTTP API can't do of what is asked. */
export function httpProblems(settings: Gateway, routes: readonly ServedRoute[], { methods }: GatewayPlan): Problem[] {
  return [
    ...lackingSettings(settings).flatMap(([setting, found, message, fix]): Problem[] =>
      found === undefined ? [] : [{ path: `aws.gateway.${setting}`, message: `${message}, found ${found}`, fix }],
    ),
    ...authorizationProblems(settings.authorization, "aws.gateway.authorization"),
    ...routes.flatMap((route) => routeProblems(route).map((problem) => ({ app: route.app, ...problem }))),
    ...(methods.length <= mostRoutes
      ? []
      : [
          {
            path: "aws.gateway",
            message: `${methods.length} routes are more than the ${mostRoutes} an HTTP API may have`,
            fix: "Let one proxy serve several routes, or have one gateway serve fewer apps.",
          },
        ]),
  ];
}

function routeProblems({ name, gateway }: ServedRoute): Problem[] {
  const path = `routes.${name}.gateway`;
  const ofAuthorization = gateway.authorization ? authorizationProblems(gateway.authorization, `${path}.authorization`) : [];
  const ofKey = gateway.apiKey
    ? [{ path: `${path}.apiKey`, message: "an HTTP API has no API keys, found true", fix: "Remove apiKey." }]
    : [];
  if (gateway.kind === "proxy") return [...ofAuthorization, ...ofKey];
  const operations = Object.keys(gateway.operations).join(", ");
  return [
    {
      path: `${path}.kind`,
      message: `an HTTP API neither validates nor maps requests, found mapped operations: ${operations}`,
      fix: 'Make the route a proxy, or set aws.gateway.type: "rest".',
    },
    ...ofAuthorization,
    ...ofKey,
  ];
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
function authorizationProblems(authorization: GatewayAuthorization, path: string): Problem[] {
  if (authorization.type !== "cognito") return [];
  const { userPools, clients } = authorization;
  return [
    ...(clients
      ? []
      : [
          {
            path: `${path}.clients`,
            message: "an HTTP API accepts tokens of named app clients only; clients is required but missing",
            fix: "Set clients to the ids of the user pool's app clients.",
          },
        ]),
    ...(userPools.length === 1
      ? []
      : [
          {
            path: `${path}.userPools`,
            message: `an authorizer of an HTTP API has one issuer, found ${userPools.length} user pools`,
            fix: "Name one user pool.",
          },
        ]),
  ];
}

/** What only an HTTP API looks at, and a REST API would pass over in silence. */
export function restProblems(settings: Gateway, routes: readonly ServedRoute[]): Problem[] {
  const ofGateway = clientsOfRest(settings.authorization, "aws.gateway.authorization");
  const ofRoutes = routes.flatMap(({ app, name, gateway }) => {
    const path = `routes.${name}.gateway`;
    const operations = gateway.kind === "mapped" ? Object.entries(gateway.operations) : [];
    return [
      ...clientsOfRest(gateway.authorization, `${path}.authorization`),
      ...operations.flatMap(([operation, { authorization }]) =>
        clientsOfRest(authorization, `${path}.operations.${operation}.authorization`),
      ),
    ].map((problem) => ({ app, ...problem }));
  });
  return [...ofGateway, ...ofRoutes];
}

function clientsOfRest(authorization: GatewayAuthorization | undefined, path: string): Problem[] {
  if (authorization?.type !== "cognito" || !authorization.clients) return [];
  return [
    {
      path: `${path}.clients`,
      message: `a REST API accepts tokens of every app client of a user pool, found ${authorization.clients.join(", ")}`,
      fix: "Remove clients, and name scopes that only these clients have.",
    },
  ];
}
