import { JSONPath } from "jsonpath-plus";
import { Compile, parse } from "velocityjs";
import { NotCoveredError } from "./definition.ts";
import { fromJson, isEqual, printed } from "./velocity-values.ts";

/** What `$context` holds while a request is simulated. */
export interface Context {
  readonly requestId: string;
  readonly httpMethod: string;
  readonly resourcePath: string;
  readonly path: string;
  readonly stage: string;
  readonly identity: { readonly sourceIp: string; readonly userAgent: string };
  /** What the method's authorizer says of the caller; undefined where the test doesn't say it. */
  readonly authorizer: Readonly<Record<string, unknown>> | undefined;
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
    context: strict("$context", {
      ...context,
      identity: strict("$context.identity", context.identity),
      authorizer: context.authorizer ?? strict("$context.authorizer", {}),
      requestOverride: overrides.request,
      responseOverride: overrides.response,
    }),
    stageVariables: strict("$stageVariables", {}),
  };
  // The third value: what isn't there prints nothing, where Velocity would print the question.
  const filled = new Template(parsed(template), { customMethodHandlers: [toText] });
  try {
    return { text: filled.render(values as never, undefined, true), overrides };
  } catch (error) {
    // The library appends where it happened.
    if (error instanceof NotCoveredError)
      error.message = error.message.replace(/on (\$\S.*) at L\/N (\d+):\d+$/, " (line $2 of the template)");
    throw error;
  }
}

/** Velocity with values that print and compare as API Gateway's do. */
class Template extends Compile {
  // The library declares text for values of any type.
  override getReferences(...args: Parameters<Compile["getReferences"]>): string {
    const [ast, isPrinted] = args;
    const value: unknown = super.getReferences(ast, false);
    if (!isPrinted) return value as string;
    const { id = "" } = ast as { readonly id?: string };
    if (value === undefined && !(id in this.context))
      throw new NotCoveredError(`what API Gateway prints for $${id}, which nothing sets, isn't documented`);
    return printed(value);
  }

  override getExpression(...args: Parameters<Compile["getExpression"]>): string {
    const [ast] = args;
    const { type, operator, expression } = ast as { type: string; operator?: string; expression?: (typeof ast)[] };
    if (type !== "math" || (operator !== "==" && operator !== "!=")) return super.getExpression(...args);
    const [left, right] = (expression ?? []).map((part) => this.getExpression(part));
    return (isEqual(left, right) === (operator === "==")) as unknown as string;
  }
}

/** `.toString()` of any value. */
const toText = {
  uid: "toString",
  match: ({ property }: { property: string }) => property === "toString",
  resolve: ({ context }: { context: unknown }) => printed(context),
};

function parsed(template: string): ReturnType<typeof parse> {
  try {
    return parse(template);
  } catch (error) {
    throw new NotCoveredError(`the template can't be read: ${(error as Error).message}`);
  }
}

/** What the simulator reads of JSONPath: names, indices, slices, unions, wildcards, descents and filters. */
const jsonPath =
  /^\$(\.{1,2}[\p{L}_][\p{L}\p{N}_-]*|\.{1,2}\*|\[(\*|-?\d+(,-?\d+)*|-?\d*:-?\d*(:-?\d+)?|'[^']*'(,'[^']*')*|"[^"]*"|\?\([^[\]]+\))\])*$/u;

/** A path that names at most one value: any other gives a list, of however many values. */
const isDefinite = (path: string) => !/\.\.|\*|\?\(|\[[^\]'"]*[,:]|\]\s*,|'\s*,\s*'/.test(path);

function input(given: string, parameters: TemplateInput["parameters"]) {
  // Recorded: a body that is empty is an empty object.
  const body = given === "" ? "{}" : given;
  const at = (path: string): unknown => {
    if (!jsonPath.test(path)) throw new NotCoveredError(`"${path}" is not a JSONPath that can be simulated`);
    const json = jsonOf(body, path);
    if (path === "$") return json;
    // Filters are evaluated by an interpreter, never as code.
    const found: unknown = JSONPath({ path, json: json as object, eval: "safe", wrap: !isDefinite(path), resultType: "value" });
    return found === undefined ? (isDefinite(path) ? null : []) : found;
  };
  const json = (path: string) => {
    const found = at(path);
    if (found === null && path !== "$")
      throw new NotCoveredError(`what $input.json makes of ${path}, which is null or missing, isn't documented`);
    return JSON.stringify(found);
  };
  const params = (name?: string) => {
    if (!parameters) throw new NotCoveredError("$input.params() can't be simulated in the template of a response");
    if (name === undefined) return parameters;
    const { path, querystring, header } = parameters;
    return path[name] ?? querystring[name] ?? header[name] ?? "";
  };
  return strict("$input", { body, json, path: (path: string) => fromJson(at(path)), params });
}

/** A body as JSON. One that begins like none is a text: https://github.com/ToQoz/api-gateway-mapping-template/blob/master/test/_.md */
function jsonOf(body: string, path: string): unknown {
  if (!/^\s*[{["]/.test(body) && path === "$") return body;
  try {
    return JSON.parse(body);
  } catch {
    throw new NotCoveredError(`what API Gateway makes of ${path} in a body that isn't JSON isn't documented`);
  }
}

/** `java.net.URLEncoder` leaves fewer characters as they are than JavaScript does. */
const urlEncoded = (text: string) =>
  encodeURIComponent(text)
    .replaceAll("%20", "+")
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** Reads a text as a function of `$util` does. @throws NotCoveredError for one that it can't read */
function read<T>(name: string, value: unknown, how: (text: string) => T): T {
  const text = printed(value);
  try {
    return how(text);
  } catch {
    throw new NotCoveredError(`what ${name} makes of ${JSON.stringify(text.slice(0, 80))} isn't documented`);
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#util-template-reference */
const util = strict("$util", {
  escapeJavaScript: (value: unknown) => JSON.stringify(printed(value)).slice(1, -1).replaceAll("'", "\\'").replaceAll("/", "\\/"),
  parseJson: (value: unknown): unknown => fromJson(read("$util.parseJson", value, JSON.parse)),
  urlEncode: (value: unknown) => urlEncoded(printed(value)),
  urlDecode: (value: unknown) => read("$util.urlDecode", value, (text) => decodeURIComponent(text.replaceAll("+", "%20"))),
  base64Encode: (value: unknown) => Buffer.from(printed(value), "utf8").toString("base64"),
  base64Decode: (value: unknown) => Buffer.from(printed(value), "base64").toString("utf8"),
});

/** An object that refuses what it doesn't have. */
function strict<T extends object>(name: string, values: T): T {
  return new Proxy(values, {
    get(target, key) {
      if (typeof key === "symbol" || Object.hasOwn(target, key)) return Reflect.get(target, key) as unknown;
      if (key === "toString") return () => "{}";
      throw new NotCoveredError(`${name}.${key} can't be simulated`);
    },
  });
}
