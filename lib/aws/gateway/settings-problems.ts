import type { Gateway } from "../../overlay/index.ts";
import type { Problem } from "../../problem/index.ts";
import { authorizersOf } from "./authorizer.ts";
import type { GatewayPlan } from "./plan.ts";
import type { GatewayDescription } from "./route.ts";

/** Authorizers of an API, which AWS raises on request: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const mostAuthorizers = 10;

/** What AWS would refuse, or browsers would, of what is said of a gateway as a whole. */
export function settingsProblems(description: GatewayDescription, plan: GatewayPlan): Problem[] {
  const { settings } = description;
  return [
    ...openCredentials(settings),
    ...foreignCertificate(description),
    ...foreignLoadBalancer(description),
    ...foreignKey(description),
    ...reservedPaths(settings, plan),
    ...tooManyAuthorizers(plan),
    ...tooLongTimeouts(settings, plan),
    ...binaryJson(plan),
  ];
}

/** https://fetch.spec.whatwg.org/#cors-protocol-and-credentials */
function openCredentials({ cors }: Gateway): Problem[] {
  if (cors?.origin !== "*" || !cors.credentials) return [];
  return [
    {
      path: "aws.gateway.cors",
      message: "browsers refuse answers with credentials where the origin is *",
      fix: "Name the origin whose pages may call, or remove credentials.",
    },
  ];
}

/** Region and account of an ARN. */
function placeOf(arn: string): { readonly region: string; readonly account: string } {
  const [, , , region = "", account = ""] = arn.split(":");
  return { region, account };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-edge-optimized-custom-domain-name.html */
function foreignCertificate({ region: own, settings: { domain, endpoint } }: GatewayDescription): Problem[] {
  if (!domain) return [];
  const wanted = endpoint === "EDGE" ? "us-east-1" : own;
  const { region } = placeOf(domain.certificate);
  if (region === wanted) return [];
  return [
    {
      path: "aws.gateway.domain.certificate",
      message: `expected a certificate of ${wanted}${endpoint === "EDGE" ? ", where edge endpoints take theirs from" : ", as the gateway"}, found one of ${region}`,
      fix: `Request the certificate in ${wanted}, and name its ARN.`,
    },
  ];
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html */
function foreignLoadBalancer({ account: ownAccount, region: ownRegion, settings: { vpcLink } }: GatewayDescription): Problem[] {
  if (!vpcLink) return [];
  const { region, account } = placeOf(vpcLink.loadBalancer);
  if (region === ownRegion && account === ownAccount) return [];
  return [
    {
      path: "aws.gateway.vpcLink.loadBalancer",
      message: `expected a load balancer of the gateway's account and region, ${ownAccount} in ${ownRegion}; found one of ${account} in ${region}`,
      fix: "Name the load balancer in front of the cluster's ingress controller, in this account.",
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
function foreignKey({ region: own, settings: { accessLogs } }: GatewayDescription): Problem[] {
  if (!accessLogs?.key || accessLogs.key === "own") return [];
  const { region } = placeOf(accessLogs.key);
  if (region === own) return [];
  return [
    {
      path: "aws.gateway.accessLogs.key",
      message: `expected a key of ${own}, as the log group, found one of ${region}`,
      fix: `Name the ARN of a key in ${own}, or "own".`,
    },
  ];
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
function reservedPaths({ domain }: Gateway, { methods }: GatewayPlan): Problem[] {
  if (!domain || domain.basePath) return [];
  const reserved = methods.filter(({ path, source }) => source && /^\/s?ping(\/|$)/.test(path));
  const named = [...new Map(reserved.map(({ path, source }) => [source?.route, { path, source }])).values()];
  return named.map(({ path, source }) => ({
    ...(source ? { app: source.app, path: `routes.${source.route}` } : {}),
    message: `with a domain, API Gateway keeps ${path.replace(/^(\/s?ping).*/, "$1")} for its own health check`,
    fix: 'Set another `gateway: { path: "/..." }`, or a basePath of the domain.',
  }));
}

function tooManyAuthorizers({ methods }: GatewayPlan): Problem[] {
  const count = authorizersOf(methods).length;
  if (count <= mostAuthorizers) return [];
  return [
    {
      path: "aws.gateway.authorization",
      message: `${count} authorizers are more than the ${mostAuthorizers} an API may have`,
      fix: "Let routes share authorizers, as one Cognito authorizer with several user pools.",
    },
  ];
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const usualTimeout = 29;
/** Of an HTTP API, which AWS doesn't raise: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const httpTimeout = 30;

function tooLongTimeouts(
  { type, endpoint, longestTimeoutSeconds = type === "http" ? httpTimeout : usualTimeout }: Gateway,
  { methods }: GatewayPlan,
): Problem[] {
  const edge: Problem[] =
    endpoint === "EDGE" && longestTimeoutSeconds > usualTimeout
      ? [
          {
            path: "aws.gateway.longestTimeoutSeconds",
            message: `an edge endpoint waits ${usualTimeout} seconds at most, found ${longestTimeoutSeconds}`,
            fix: "Use a regional endpoint, or remove the setting.",
          },
        ]
      : [];
  const long = methods.flatMap(({ source, integration: { timeoutMilliseconds = 0 } }): Problem[] => {
    if (!source || timeoutMilliseconds <= 1000 * longestTimeoutSeconds) return [];
    const { app, route, operation } = source;
    return [
      {
        app,
        path: `routes.${route}.gateway${operation ? `.operations.${operation}` : ""}.timeoutSeconds`,
        message: `expected at most ${longestTimeoutSeconds} seconds, found ${timeoutMilliseconds / 1000}`,
        fix:
          type === "http"
            ? "Shorten it: AWS doesn't raise this quota for HTTP APIs."
            : "Shorten it, or have AWS raise the account's quota and say so in aws.gateway.longestTimeoutSeconds.",
      },
    ];
  });
  return [...edge, ...new Map(long.map((problem) => [problem.path, problem])).values()];
}

/** Templates and models don't see a body that is bytes: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html */
function binaryJson({ binaryTypes, mapped }: GatewayPlan): Problem[] {
  const types = binaryTypes.filter((type) => ["*/*", "application/*", "application/json"].includes(type));
  if (types.length === 0 || mapped === 0) return [];
  return [
    {
      path: "aws.gateway",
      message: `${types.join(" and ")} as bytes would keep the ${mapped === 1 ? "mapped operation" : `${mapped} mapped operations`} of this API from reading JSON`,
      fix: "Name the media types of the proxy more exactly in its binaryTypes.",
    },
  ];
}
