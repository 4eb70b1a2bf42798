import type { GatewayMethod, ResponseMapping } from "./plan.ts";
import type { PrivateLink } from "./private-link.ts";

/** What CloudFormation's resources and OpenAPI's extension say alike of an integration: the camel-case names are those of both. */
export function integrationOf({ integration }: GatewayMethod, link: PrivateLink | undefined) {
  const { type, uri, httpMethod, parameters, template, passthrough, timeoutMilliseconds } = integration;
  const isPrivate = link && type !== "MOCK";
  return {
    type,
    ...(uri ? { uri } : {}),
    ...(timeoutMilliseconds ? { timeoutInMillis: timeoutMilliseconds } : {}),
    ...(Object.keys(parameters).length > 0 ? { requestParameters: parameters } : {}),
    ...(template ? { requestTemplates: { "application/json": template } } : {}),
    passthroughBehavior: passthrough,
    ...(isPrivate
      ? { connectionType: "VPC_LINK", connectionId: link.connectionId, integrationTarget: link.loadBalancer }
      : type === "MOCK"
        ? {}
        : { connectionType: "INTERNET" }),
    httpMethod,
  };
}

export function integrationResponseOf({ statusCode, parameters, template }: ResponseMapping) {
  return {
    statusCode,
    ...(Object.keys(parameters).length > 0 ? { responseParameters: parameters } : {}),
    ...(template ? { responseTemplates: { "application/json": template } } : {}),
  };
}
