import { Validations } from "aws-cdk-lib";
import { CfnAuthorizer, CfnGatewayResponse, CfnMethod, CfnModel, CfnRequestValidator, CfnResource } from "aws-cdk-lib/aws-apigateway";
import type { Construct } from "constructs";
import { Api, type ApiProps } from "./api.ts";
import { type Authorizer, authorizerOf, authorizersOf, authorizerUri, cacheSeconds, identitySource } from "./authorizer.ts";
import { integrationOf, integrationResponseOf } from "./integration.ts";
import { idOf } from "./path-id.ts";
import { type GatewayMethod, type GatewayPlan, prefixes, type ResponseMapping } from "./plan.ts";
import { whyNoAuthorization, whyNoCognito } from "./reasons.ts";

/**
 * An API with a CloudFormation resource for each path, method and model. What becomes of a request, in order:
 *
 * 1. **Method request**: the path and method found, who calls, required parameters, and the body's model. What fails here gets a gateway
 *    response, and the endpoint never hears of it.
 * 2. **Integration request**: the parameters and the body the endpoint is asked with; a proxy hands on what came.
 * 3. **HTTP integration**: the call itself, to the host that the route's Ingress serves, over the internet or a VPC link.
 * 4. **Integration response**: chosen by the status the endpoint gave; headers and body are mapped. What no pattern names becomes a 502.
 * 5. **Method response**: the statuses, headers and models a client may count on.
 *
 * Logical ids come from paths and methods, never from names of routes: a route that is renamed, or moves to another app, changes in place,
 * and there is no moment in which two resources want the same path.
 */
export class ResourceApi extends Api {
  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id, props);
    const { plan, region } = props;
    const models = this.#models(plan);
    const authorizers = new Map(authorizersOf(plan.methods).map((authorizer) => [authorizer.name, this.#authorizer(authorizer, region)]));
    const validator = new CfnRequestValidator(this, "Validator", {
      restApiId: this.restApi.ref,
      name: "body-and-parameters",
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    const resources = new Map<string, string>([["/", this.restApi.attrRootResourceId]]);
    for (const method of plan.methods) {
      const resource = this.#method(method, this.#resource(method.path, resources), { props, validator, authorizers });
      for (const name of modelsOf(method)) {
        const model = models.get(name);
        if (model) resource.addResourceDependency(model);
      }
    }
    this.#gatewayResponses(plan);
  }

  #models({ models }: GatewayPlan): Map<string, CfnModel> {
    return new Map(
      [...models].map(([name, schema]) => [
        name,
        new CfnModel(this, `Model${name}`, { restApiId: this.restApi.ref, name, contentType: "application/json", schema }),
      ]),
    );
  }

  #authorizer(authorizer: Authorizer, region: string): CfnAuthorizer {
    const common = { restApiId: this.restApi.ref, name: authorizer.name };
    return new CfnAuthorizer(
      this,
      `Authorizer-${authorizer.name}`,
      authorizer.type === "cognito"
        ? {
            ...common,
            type: "COGNITO_USER_POOLS",
            identitySource: "method.request.header.Authorization",
            providerArns: [...authorizer.userPools],
          }
        : {
            ...common,
            type: "REQUEST",
            identitySource: identitySource(authorizer),
            authorizerUri: authorizerUri(authorizer, region),
            authorizerResultTtlInSeconds: cacheSeconds(authorizer),
          },
    );
  }

  /** The resource of a path, made with those above it where they aren't there yet. @returns its id */
  #resource(path: string, resources: Map<string, string>): string {
    for (const prefix of prefixes(path)) {
      if (resources.has(prefix)) continue;
      const slash = prefix.lastIndexOf("/");
      const resource = new CfnResource(this, idOf(prefix), {
        restApiId: this.restApi.ref,
        parentId: resources.get(prefix.slice(0, slash) || "/") as string,
        pathPart: prefix.slice(slash + 1),
      });
      resources.set(prefix, resource.ref);
    }
    return resources.get(path) as string;
  }

  #method(
    method: GatewayMethod,
    resourceId: string,
    { props, validator, authorizers }: { props: ApiProps; validator: CfnRequestValidator; authorizers: ReadonlyMap<string, CfnAuthorizer> },
  ): CfnMethod {
    const { path, httpMethod, operationName, request, responses } = method;
    const { httpMethod: integrationHttpMethod, ...integration } = integrationOf(method, props.link);
    const authorizer = authorizers.get(authorizerOf(request.authorization)?.name ?? "");
    const resource = new CfnMethod(this, `${idOf(path)} ${httpMethod}`, {
      restApiId: this.restApi.ref,
      resourceId,
      httpMethod,
      ...(operationName ? { operationName } : {}),
      requestParameters: request.parameters,
      ...(request.model ? { requestModels: { "application/json": request.model } } : {}),
      requestValidatorId: validator.ref,
      apiKeyRequired: request.apiKey,
      ...authorizationOf(method, authorizer),
      integration: {
        ...integration,
        ...(integrationHttpMethod ? { integrationHttpMethod } : {}),
        integrationResponses: responses.map((response) => ({
          ...integrationResponseOf(response),
          ...(response.pattern ? { selectionPattern: response.pattern } : {}),
        })),
      },
      methodResponses: responses.map(methodResponse),
    });
    const open = whyNoAuthorization(request.authorization);
    if (open) Validations.of(resource).acknowledge({ id: "AwsSolutions-APIG4", reason: open });
    const noPool = whyNoCognito(request.authorization);
    if (noPool) Validations.of(resource).acknowledge({ id: "AwsSolutions-COG4", reason: noPool });
    return resource;
  }

  #gatewayResponses({ errors }: GatewayPlan): void {
    for (const { type, parameters, template } of errors)
      new CfnGatewayResponse(this, `Error-${type}`, {
        restApiId: this.restApi.ref,
        responseType: type,
        responseParameters: parameters,
        responseTemplates: { "application/json": template },
      });
  }
}

const modelsOf = ({ request, responses }: GatewayMethod) =>
  [request.model, ...responses.map(({ model }) => model)].filter((model) => model !== undefined);

function authorizationOf({ request: { authorization } }: GatewayMethod, authorizer: CfnAuthorizer | undefined) {
  if (!authorizer) return { authorizationType: authorization.type === "iam" ? "AWS_IAM" : "NONE" };
  if (authorization.type !== "cognito") return { authorizationType: "CUSTOM", authorizerId: authorizer.ref };
  const scopes = authorization.scopes ? { authorizationScopes: [...authorization.scopes] } : {};
  return { authorizationType: "COGNITO_USER_POOLS", authorizerId: authorizer.ref, ...scopes };
}

const methodResponse = ({ statusCode, parameters, model }: ResponseMapping) => ({
  statusCode,
  responseParameters: Object.fromEntries(Object.keys(parameters).map((name) => [name, true])),
  responseModels: { "application/json": model ?? "Empty" },
});
