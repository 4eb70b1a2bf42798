import { Validations } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { groupBy } from "../../manifest/index.ts";
import { omit } from "../../outside/index.ts";
import { Api, type ApiProps } from "./api.ts";
import { type Authorizer, authorizerOf, authorizersOf, authorizerUri, cacheSeconds, identitySource } from "./authorizer.ts";
import { integrationOf, integrationResponseOf } from "./integration.ts";
import type { GatewayMethod, GatewayPlan, ResponseMapping } from "./plan.ts";

const validator = "body-and-parameters";

/**
 * An API that is one OpenAPI body, with the extensions of API Gateway: one CloudFormation resource however many routes, and an import that
 * replaces all of it at once. It does what `ResourceApi` does of the same plan.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
 */
export class OpenApi extends Api {
  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id, props, { body: bodyOf(props) });
    Validations.of(this.restApi).acknowledge({
      id: "AwsSolutions-APIG2",
      reason: "The body names a validator of parameters and bodies for every method; the rule knows those that are resources.",
    });
  }
}

function bodyOf(props: ApiProps): object {
  const { name, plan, region } = props;
  return {
    openapi: "3.0.1",
    info: { title: name, version: "1" },
    "x-amazon-apigateway-request-validators": { [validator]: { validateRequestBody: true, validateRequestParameters: true } },
    "x-amazon-apigateway-request-validator": validator,
    ...(plan.binaryTypes.length > 0 ? { "x-amazon-apigateway-binary-media-types": plan.binaryTypes } : {}),
    paths: Object.fromEntries(
      [...groupBy(plan.methods, ({ path }) => path)].map(([path, methods]) => [
        path,
        Object.fromEntries(methods.map((method) => [verb(method), operationOf(method, props)])),
      ]),
    ),
    components: {
      schemas: Object.fromEntries(
        [...plan.models].map(([model, schema]: [string, { $schema?: string }]) => [model, omit(schema, "$schema")]),
      ),
      securitySchemes: securitySchemes(plan, region),
    },
    "x-amazon-apigateway-gateway-responses": Object.fromEntries(
      plan.errors.map(({ type, parameters, template }) => [
        type,
        { responseParameters: parameters, responseTemplates: { "application/json": template } },
      ]),
    ),
  };
}

const verb = ({ httpMethod }: GatewayMethod) => (httpMethod === "ANY" ? "x-amazon-apigateway-any-method" : httpMethod.toLowerCase());

function operationOf(method: GatewayMethod, { link }: ApiProps): object {
  const { operationName, request, responses } = method;
  const byStatus = Object.fromEntries(responses.map((response) => [response.statusCode, methodResponse(response)]));
  const { httpMethod, ...integration } = integrationOf(method, link);
  return {
    ...(operationName ? { operationId: operationName } : {}),
    parameters: Object.entries(request.parameters).map(([name, required]) => parameterOf(name, required)),
    ...(request.model
      ? { requestBody: { required: true, content: { "application/json": { schema: { $ref: `#/components/schemas/${request.model}` } } } } }
      : {}),
    responses: responses.length > 0 ? byStatus : { default: { description: "What the app answers." } },
    security: securityOf(method),
    "x-amazon-apigateway-integration": {
      ...integration,
      ...(httpMethod ? { httpMethod } : {}),
      responses: Object.fromEntries(responses.map((response) => [response.pattern ?? "default", integrationResponseOf(response)])),
    },
  };
}

function parameterOf(name: string, required: boolean): object {
  const [, , place = "", ...rest] = name.split(".");
  return { name: rest.join("."), in: place === "querystring" ? "query" : place, required, schema: { type: "string" } };
}

function methodResponse({ statusCode, parameters, model }: ResponseMapping): object {
  const headers = Object.keys(parameters).map((name) => [name.replace("method.response.header.", ""), { schema: { type: "string" } }]);
  return {
    description: `Status ${statusCode}.`,
    headers: Object.fromEntries(headers),
    ...(model ? { content: { "application/json": { schema: { $ref: `#/components/schemas/${model}` } } } } : {}),
  };
}

/** Every scheme of one requirement must be met. */
function securityOf({ request: { authorization, apiKey } }: GatewayMethod): object[] {
  const authorizer = authorizerOf(authorization);
  const requirement = {
    ...(authorization.type === "iam" ? { iam: [] } : {}),
    ...(authorizer ? { [authorizer.name]: (authorization.type === "cognito" && authorization.scopes) || [] } : {}),
    ...(apiKey ? { "api-key": [] } : {}),
  };
  return Object.keys(requirement).length > 0 ? [requirement] : [];
}

function securitySchemes({ methods }: GatewayPlan, region: string): object {
  const header = (name: string) => ({ type: "apiKey", name, in: "header" });
  const uses = (what: (method: GatewayMethod) => boolean) => methods.some(what);
  return {
    ...(uses(({ request }) => request.authorization.type === "iam")
      ? { iam: { ...header("Authorization"), "x-amazon-apigateway-authtype": "awsSigv4" } }
      : {}),
    ...(uses(({ request }) => request.apiKey) ? { "api-key": header("x-api-key") } : {}),
    ...Object.fromEntries(
      authorizersOf(methods).map((authorizer) => [
        authorizer.name,
        { ...header("Authorization"), ...authorizerExtension(authorizer, region) },
      ]),
    ),
  };
}

const authorizerExtension = (authorizer: Authorizer, region: string) =>
  authorizer.type === "cognito"
    ? {
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: authorizer.userPools },
      }
    : {
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {
          type: "request",
          identitySource: identitySource(authorizer),
          authorizerUri: authorizerUri(authorizer, region),
          authorizerResultTtlInSeconds: cacheSeconds(authorizer),
        },
      };
