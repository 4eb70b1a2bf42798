/** What an API does, read from a synthesized template: from its resources, or from its OpenAPI body. Both read alike. */
export interface ApiDefinition {
  readonly methods: readonly ApiMethod[];
  readonly models: ReadonlyMap<string, object>;
  /** By their type, as DEFAULT_4XX. */
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponse>;
}

export interface ApiMethod {
  readonly path: string;
  readonly httpMethod: string;
  /** none, iam, cognito or lambda. */
  readonly authorization: "none" | "iam" | "cognito" | "lambda";
  /** Headers without which nobody is asked. */
  readonly identityHeaders: readonly string[];
  readonly apiKey: boolean;
  /** method.request.header.X and whether it is required. */
  readonly parameters: Readonly<Record<string, boolean>>;
  readonly model?: string;
  readonly integration: Integration;
  /** Headers each status may have. */
  readonly responses: ReadonlyMap<string, readonly string[]>;
}

interface Integration {
  readonly type: string;
  readonly uri?: string;
  readonly httpMethod?: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, string>>;
  readonly passthrough: string;
  readonly timeout: number;
  readonly responses: readonly IntegrationResponse[];
}

export interface IntegrationResponse {
  /** Undefined: the default. */
  readonly pattern?: string;
  readonly statusCode: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, string>>;
}

interface GatewayResponse {
  readonly parameters: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, string>>;
}

/** Something this can't say, or won't guess. */
export class NotCoveredError extends Error {
  override readonly name = "NotCoveredError";
}

// What a template holds is looked at field by field, as the constructs of slipway/aws write it.
// biome-ignore lint/suspicious/noExplicitAny: a template has no type.
type Json = any;

const longestTimeout = 29_000;

/** @throws NotCoveredError when a template has no REST API, or several, or one that says what slipway's constructs never do */
export function readDefinition(template: object): ApiDefinition {
  const { Resources: declared = {} }: Json = template;
  const resources = Object.entries<Json>(declared);
  const ofType = (type: string) => resources.filter(([, resource]) => resource.Type === `AWS::ApiGateway::${type}`);
  const apis = ofType("RestApi");
  const [api] = apis;
  if (!api || apis.length > 1) throw new NotCoveredError(`the template has ${apis.length} REST APIs; one can be simulated`);
  const body = api[1].Properties.Body;
  if (body) return fromOpenApi(body);
  return fromResources(Object.fromEntries(resources), ofType);
}

function fromResources(all: Json, ofType: (type: string) => [string, Json][]): ApiDefinition {
  const pathOf = (reference: Json): string => {
    if (reference["Fn::GetAtt"]) return "";
    const { ParentId, PathPart } = all[reference.Ref].Properties;
    return `${pathOf(ParentId)}/${PathPart}`;
  };
  const methods = ofType("Method").map(([, { Properties: given }]): ApiMethod => {
    const { Integration: integration } = given;
    const authorizer = given.AuthorizerId ? all[given.AuthorizerId.Ref].Properties : {};
    return {
      path: pathOf(given.ResourceId) || "/",
      httpMethod: given.HttpMethod,
      authorization: authorizationTypes[given.AuthorizationType] ?? unknown("authorization", given.AuthorizationType),
      identityHeaders: headersIn(authorizer.IdentitySource),
      apiKey: given.ApiKeyRequired ?? false,
      parameters: given.RequestParameters ?? {},
      ...(given.RequestModels ? { model: given.RequestModels["application/json"] } : {}),
      integration: {
        type: integration.Type,
        uri: integration.Uri,
        httpMethod: integration.IntegrationHttpMethod,
        parameters: integration.RequestParameters ?? {},
        templates: integration.RequestTemplates ?? {},
        passthrough: integration.PassthroughBehavior,
        timeout: integration.TimeoutInMillis ?? longestTimeout,
        responses: (integration.IntegrationResponses ?? []).map((response: Json) => ({
          ...(response.SelectionPattern ? { pattern: response.SelectionPattern } : {}),
          statusCode: response.StatusCode,
          parameters: response.ResponseParameters ?? {},
          templates: response.ResponseTemplates ?? {},
        })),
      },
      responses: new Map(
        (given.MethodResponses ?? []).map((response: Json) => [
          response.StatusCode,
          headerNames(Object.keys(response.ResponseParameters ?? {})),
        ]),
      ),
    };
  });
  return {
    methods: methods.sort(byPath),
    models: new Map(ofType("Model").map(([, { Properties: model }]) => [model.Name, model.Schema])),
    gatewayResponses: new Map(
      ofType("GatewayResponse").map(([, { Properties: response }]) => [
        response.ResponseType,
        { parameters: response.ResponseParameters ?? {}, templates: response.ResponseTemplates ?? {} },
      ]),
    ),
  };
}

function fromOpenApi(body: Json): ApiDefinition {
  const methods = Object.entries<Json>(body.paths).flatMap(([path, operations]) =>
    Object.entries<Json>(operations).map(([verb, operation]): ApiMethod => {
      const model = operation.requestBody?.content["application/json"].schema.$ref.split("/").pop();
      const codes = Object.entries<Json>(operation.responses).filter(([status]) => status !== "default");
      return {
        path,
        httpMethod: verb === "x-amazon-apigateway-any-method" ? "ANY" : verb.toUpperCase(),
        ...openApiAccess(operation, body.components.securitySchemes),
        parameters: Object.fromEntries(
          operation.parameters.map(({ in: place, name, required }: Json) => [
            `method.request.${place === "query" ? "querystring" : place}.${name}`,
            required,
          ]),
        ),
        ...(model ? { model } : {}),
        integration: openApiIntegration(operation["x-amazon-apigateway-integration"]),
        responses: new Map(codes.map(([status, response]) => [status, Object.keys(response.headers ?? {})])),
      };
    }),
  );
  return {
    methods: methods.sort(byPath),
    models: new Map(Object.entries(body.components.schemas)),
    gatewayResponses: new Map(
      Object.entries<Json>(body["x-amazon-apigateway-gateway-responses"]).map(([type, response]) => [
        type,
        { parameters: response.responseParameters ?? {}, templates: response.responseTemplates ?? {} },
      ]),
    ),
  };
}

/** Who may call an operation. */
function openApiAccess(operation: Json, schemes: Json): Pick<ApiMethod, "authorization" | "identityHeaders" | "apiKey"> {
  const names = Object.keys(operation.security[0] ?? {});
  const scheme = names.filter((name) => name !== "api-key").map((name) => schemes[name])[0];
  const type = scheme?.["x-amazon-apigateway-authtype"];
  return {
    authorization: type ? (openApiTypes[type] ?? unknown("authorization", type)) : "none",
    identityHeaders:
      type === "cognito_user_pools" ? ["Authorization"] : headersIn(scheme?.["x-amazon-apigateway-authorizer"]?.identitySource),
    apiKey: names.includes("api-key"),
  };
}

const openApiIntegration = (integration: Json): ApiMethod["integration"] => ({
  type: integration.type,
  uri: integration.uri,
  httpMethod: integration.httpMethod,
  parameters: integration.requestParameters ?? {},
  templates: integration.requestTemplates ?? {},
  passthrough: integration.passthroughBehavior,
  timeout: integration.timeoutInMillis ?? longestTimeout,
  responses: Object.entries<Json>(integration.responses).map(([pattern, response]) => ({
    ...(pattern === "default" ? {} : { pattern }),
    statusCode: response.statusCode,
    parameters: response.responseParameters ?? {},
    templates: response.responseTemplates ?? {},
  })),
});

const authorizationTypes: Readonly<Record<string, ApiMethod["authorization"]>> = {
  NONE: "none",
  AWS_IAM: "iam",
  COGNITO_USER_POOLS: "cognito",
  CUSTOM: "lambda",
};
const openApiTypes: Readonly<Record<string, ApiMethod["authorization"]>> = {
  awsSigv4: "iam",
  cognito_user_pools: "cognito",
  custom: "lambda",
};

function unknown(what: string, found: string): never {
  throw new NotCoveredError(`${what} ${found} can't be simulated`);
}

const headersIn = (identitySource = "") =>
  identitySource
    .split(",")
    .filter(Boolean)
    .map((part) => part.trim().replace("method.request.header.", ""));

const headerNames = (parameters: readonly string[]) => parameters.map((name) => name.replace("method.response.header.", ""));

const byPath = (a: ApiMethod, b: ApiMethod) => (`${a.path} ${a.httpMethod}` < `${b.path} ${b.httpMethod}` ? -1 : 1);
