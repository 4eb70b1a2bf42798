import { Validations } from "aws-cdk-lib";
import { CfnApi, CfnAuthorizer, CfnIntegration, CfnRoute } from "aws-cdk-lib/aws-apigatewayv2";
import { Construct } from "constructs";
import { urlSuffixOf } from "../partition.ts";
import type { ApiProps } from "./api.ts";
import { type Authorizer, authorizerOf, authorizersOf, authorizerUri, cacheSeconds } from "./authorizer.ts";
import { corsConfiguration, openPreflights } from "./cors.ts";
import { idOf } from "./path-id.ts";
import type { GatewayMethod } from "./plan.ts";
import type { PrivateLink } from "./private-link.ts";
import { whyNoAuthorization } from "./reasons.ts";

/**
 * An HTTP API: the cheaper form, which passes requests on as they are, and has neither validation nor mappings:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html
 */
export class HttpApi extends Construct {
  readonly api: CfnApi;
  /** By their keys, as `GET /orders`. */
  readonly routes: ReadonlyMap<string, CfnRoute>;

  constructor(scope: Construct, id: string, { name, region, settings, plan, link }: ApiProps) {
    super(scope, id);
    this.api = new CfnApi(this, "Api", {
      name,
      protocolType: "HTTP",
      // Where there is a name of our own, clients must not bypass it.
      disableExecuteApiEndpoint: settings.domain !== undefined,
      ...(settings.cors ? { corsConfiguration: corsConfiguration(settings.cors, plan) } : {}),
    });
    const authorizers = new Map(authorizersOf(plan.methods).map((authorizer) => [authorizer.name, this.#authorizer(authorizer, region)]));
    const preflights = settings.cors ? openPreflights(plan) : [];
    this.routes = new Map(
      [...plan.methods, ...preflights].map((method) => {
        const authorizer = authorizers.get(authorizerOf(method.request.authorization)?.name ?? "");
        return [routeKey(method), this.#route(method, authorizer, link)];
      }),
    );
  }

  #authorizer(authorizer: Authorizer, region: string): CfnAuthorizer {
    const common = { apiId: this.api.ref, name: authorizer.name };
    return new CfnAuthorizer(
      this,
      `Authorizer-${authorizer.name}`,
      authorizer.type === "cognito"
        ? {
            ...common,
            authorizerType: "JWT",
            identitySource: ["$request.header.Authorization"],
            jwtConfiguration: { audience: [...(authorizer.clients ?? [])], issuer: issuerOf(authorizer.userPools[0] ?? "") },
          }
        : {
            ...common,
            authorizerType: "REQUEST",
            identitySource: (authorizer.headers ?? ["Authorization"]).map((header) => `$request.header.${header}`),
            authorizerUri: authorizerUri(authorizer, region),
            authorizerResultTtlInSeconds: cacheSeconds(authorizer),
            // The function answers with a policy, as it does for a REST API.
            authorizerPayloadFormatVersion: "2.0",
            enableSimpleResponses: false,
          },
    );
  }

  #route(method: GatewayMethod, authorizer: CfnAuthorizer | undefined, link: PrivateLink | undefined): CfnRoute {
    const { authorization } = method.request;
    const key = routeKey(method);
    const integration = new CfnIntegration(this, `Integration ${idOf(key)}`, { apiId: this.api.ref, ...integrationOf(method, link) });
    const scopes = authorization.type === "cognito" && authorization.scopes;
    const route = new CfnRoute(this, idOf(key), {
      apiId: this.api.ref,
      routeKey: key,
      target: `integrations/${integration.ref}`,
      authorizationType: { none: "NONE", iam: "AWS_IAM", cognito: "JWT", lambda: "CUSTOM" }[authorization.type],
      ...(authorizer ? { authorizerId: authorizer.ref } : {}),
      ...(scopes ? { authorizationScopes: [...scopes] } : {}),
    });
    const open = whyNoAuthorization(authorization);
    if (open) Validations.of(route).acknowledge({ id: "AwsSolutions-APIG4", reason: open });
    return route;
  }
}

/** As API Gateway names a route. */
export const routeKey = ({ httpMethod, path }: GatewayMethod) => `${httpMethod} ${path}`;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
function issuerOf(userPool: string): string {
  const [, , , region = "", , pool = ""] = userPool.split(":");
  return `https://cognito-idp.${region}.${urlSuffixOf(region)}/${pool.replace("userpool/", "")}`;
}

/**
 * Over the internet, the URI names the path variable. A load balancer inside a VPC is called by its listener, with the client's path; the
 * mappings give it the host and the path of the route: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
 */
function integrationOf({ integration }: GatewayMethod, link: PrivateLink | undefined) {
  const { uri = "", httpMethod = "ANY", timeoutMilliseconds } = integration;
  const common = {
    integrationType: "HTTP_PROXY",
    integrationMethod: httpMethod,
    payloadFormatVersion: "1.0",
    ...(timeoutMilliseconds ? { timeoutInMillis: timeoutMilliseconds } : {}),
  };
  if (!link) return { ...common, integrationUri: uri, connectionType: "INTERNET" };
  const [, scheme = "", host = "", path = ""] = /^(https?):\/\/([^/]+)(.*)$/.exec(uri) ?? [];
  return {
    ...common,
    integrationUri: link.listener,
    connectionType: "VPC_LINK",
    connectionId: link.connectionId,
    requestParameters: { "overwrite:header.host": host, "overwrite:path": path.replace("{proxy}", "$request.path.proxy") },
    ...(scheme === "https" ? { tlsConfig: { serverNameToVerify: host } } : {}),
  };
}
