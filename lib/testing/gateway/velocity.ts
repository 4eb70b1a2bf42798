import { JSONPath } from "jsonpath-plus";
import { Compile, parse } from "velocityjs";
import { NotCoveredError } from "./definition.ts";

/** What `$context` holds while a request is simulated. */
export interface Context {
  readonly requestId: string;
  readonly httpMethod: string;
  readonly resourcePath: string;
  readonly path: string;
  readonly stage: string;
  readonly identity: { readonly sourceIp: string; readonly userAgent: string };
}

/** What a template sees: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html */
export interface TemplateInput {
  readonly body: string;
  readonly context: Context;
  /** In the order in which `$input.params(NAME)` looks; none for a response's template. */
  readonly parameters?: { readonly path: Values; readonly querystring: Values; readonly header: Values };
}

type Values = Readonly<Record<string, string>>;

/** What templates may set: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html */
export interface Overrides {
  readonly request: { readonly path: Values; readonly querystring: Values; readonly header: Values };
  readonly response: { readonly status?: number; readonly header: Values };
}

/** Fills a mapping template. @throws NotCoveredError for what a template asks that isn't known here */
export function fillTemplate(template: string, { body, context, parameters }: TemplateInput): { text: string; overrides: Overrides } {
  const overrides = { request: { path: {}, querystring: {}, header: {} }, response: { header: {} } };
  const values = {
    input: input(body, parameters),
    util,
    context: strict("$context", { ...context, requestOverride: overrides.request, responseOverride: overrides.response }),
    stageVariables: strict("$stageVariables", {}),
  };
  const text = new Compile(parsed(template)).render(values as never);
  return { text, overrides };
}

function parsed(template: string): ReturnType<typeof parse> {
  try {
    return parse(template);
  } catch (error) {
    throw new NotCoveredError(`the template can't be read: ${(error as Error).message}`);
  }
}

function input(body: string, parameters: TemplateInput["parameters"]) {
  const at = (path: string): unknown => {
    let json: unknown;
    try {
      json = JSON.parse(body);
    } catch {
      throw new NotCoveredError(`what API Gateway makes of ${path} in a body that isn't JSON isn't documented`);
    }
    const found: unknown = JSONPath({ path, json: json as object, eval: false, wrap: false, resultType: "value" });
    if (found === undefined) throw new NotCoveredError(`what API Gateway makes of ${path}, which the body doesn't have, isn't documented`);
    return found;
  };
  const params = (name?: string) => {
    if (!parameters) throw new NotCoveredError("$input.params() can't be simulated in the template of a response");
    if (name === undefined) return parameters;
    const { path, querystring, header } = parameters;
    return path[name] ?? querystring[name] ?? header[name] ?? "";
  };
  return strict("$input", { body, json: (path: string) => JSON.stringify(at(path)), path: at, params });
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#util-template-reference */
const util = strict("$util", {
  escapeJavaScript: (text: string) => JSON.stringify(String(text)).slice(1, -1).replaceAll("'", "\\'").replaceAll("/", "\\/"),
  parseJson: (text: string): unknown => JSON.parse(text),
  urlEncode: (text: string) => encodeURIComponent(text).replaceAll("%20", "+"),
  urlDecode: (text: string) => decodeURIComponent(text.replaceAll("+", "%20")),
  base64Encode: (text: string) => Buffer.from(text, "utf8").toString("base64"),
  base64Decode: (text: string) => Buffer.from(text, "base64").toString("utf8"),
});

/** An object that refuses what it doesn't have, where Velocity would print the question. */
function strict<T extends object>(name: string, values: T): T {
  return new Proxy(values, {
    get(target, key) {
      if (typeof key === "symbol" || key in target) return Reflect.get(target, key) as unknown;
      throw new NotCoveredError(`${name}.${key} can't be simulated`);
    },
  });
}
