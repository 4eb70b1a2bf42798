import type { GatewayAuthorization, Throttle } from "../../overlay/index.ts";

/** Where a method comes from, as errors and reviewers name it. */
export interface MethodSource {
  readonly app: string;
  readonly route: string;
  readonly operation?: string;
}

/** What the gateway demands of a client's request before it does anything. */
interface MethodRequest {
  /** By API Gateway's names, as method.request.header.X, and whether a request must have them. */
  readonly parameters: Readonly<Record<string, boolean>>;
  /** Model a JSON body is held against. */
  readonly model?: string;
  readonly authorization: GatewayAuthorization;
  readonly apiKey: boolean;
}

/** What is asked of the HTTP endpoint behind a method, or of nobody. */
export interface IntegrationRequest {
  readonly type: "HTTP" | "HTTP_PROXY" | "MOCK";
  /** The HTTP endpoint; {name} is a path parameter of `parameters`. */
  readonly uri?: string;
  readonly httpMethod?: string;
  /** integration.request.header.X and what it is made of. */
  readonly parameters: Readonly<Record<string, string>>;
  /** VTL for JSON bodies. */
  readonly template?: string;
  readonly passthrough: "WHEN_NO_MATCH" | "NEVER";
  readonly timeoutMilliseconds?: number;
}

/** An integration response and the method response it becomes: one for each status a client may get. */
export interface ResponseMapping {
  readonly statusCode: string;
  /** Statuses of the endpoint that lead here; undefined for what no other pattern names. */
  readonly pattern?: string;
  /** method.response.header.X and what it is made of. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly template?: string;
  readonly model?: string;
}

export interface GatewayMethod {
  /** As `/orders/{orderId}`. */
  readonly path: string;
  /** GET, .. or ANY. */
  readonly httpMethod: string;
  readonly operationName?: string;
  readonly source?: MethodSource;
  readonly request: MethodRequest;
  readonly integration: IntegrationRequest;
  readonly responses: readonly ResponseMapping[];
  readonly throttle?: Throttle;
}

/** What a client gets that the gateway itself answers: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
export interface GatewayError {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly template: string;
}

/** All that an API does, said apart from how CloudFormation says it: as resources, or as one OpenAPI body. */
export interface GatewayPlan {
  /** In the order of their paths and methods. */
  readonly methods: readonly GatewayMethod[];
  /** JSON Schemas (draft 4) by name. */
  readonly models: ReadonlyMap<string, object>;
  readonly errors: readonly GatewayError[];
  /** Media types whose bodies are bytes, for the whole API. */
  readonly binaryTypes: readonly string[];
  /** Methods that mapped routes made. */
  readonly mapped: number;
}

/**
 * Paths that end with a variable of one part, as `/orders/{orderId}`. API Gateway allows one variable below each path, and greedy ones all
 * have the name `proxy`. So two plans whose single variables are the same never ask for two variables below one path.
 */
export const singleVariablesOf = ({ methods }: GatewayPlan): string[] =>
  [...new Set(methods.flatMap(({ path }) => prefixes(path).filter((prefix) => /\{\w+\}$/.test(prefix))))].sort();

/** `/a/b` is below `/a`, which is below `/`. */
export const prefixes = (path: string): string[] => {
  const parts = path.split("/").filter(Boolean);
  return parts.map((_part, index) => `/${parts.slice(0, index + 1).join("/")}`);
};
