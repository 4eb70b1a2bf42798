import { createHash } from "node:crypto";
import { omit } from "../../outside/index.ts";
import type { GatewayAuthorization } from "../../overlay/index.ts";
import type { GatewayMethod } from "./plan.ts";

type Cognito = Extract<GatewayAuthorization, { type: "cognito" }>;
type Lambda = Extract<GatewayAuthorization, { type: "lambda" }>;

/** Who decides whether a caller may call. Methods with the same settings share one; scopes are each method's own. */
export type Authorizer = (Omit<Cognito, "scopes"> | Lambda) & { readonly name: string };

export function authorizerOf(authorization: GatewayAuthorization): Authorizer | undefined {
  if (authorization.type !== "cognito" && authorization.type !== "lambda") return undefined;
  const shared = authorization.type === "cognito" ? omit(authorization, "scopes") : authorization;
  const hash = createHash("sha256").update(JSON.stringify(shared)).digest("hex").slice(0, 8);
  return { ...shared, name: `${authorization.type}-${hash}` };
}

/** All authorizers that methods name, each once. */
export const authorizersOf = (methods: readonly GatewayMethod[]): Authorizer[] => [
  ...new Map(
    methods.flatMap(({ request }) => authorizerOf(request.authorization) ?? []).map((authorizer) => [authorizer.name, authorizer]),
  ).values(),
];

/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html#apigw-CreateAuthorizer-request-authorizerUri */
export const authorizerUri = ({ function: lambda }: Pick<Lambda, "function">, region: string) =>
  `arn:${lambda.split(":")[1]}:apigateway:${region}:lambda:path/2015-03-31/functions/${lambda}/invocations`;

export const identitySource = ({ headers = ["Authorization"] }: Pick<Lambda, "headers">) =>
  headers.map((name) => `method.request.header.${name}`).join(",");

export const cacheSeconds = ({ cacheSeconds: seconds = 300 }: Pick<Lambda, "cacheSeconds">) => seconds;
