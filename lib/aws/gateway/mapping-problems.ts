import Ajv from "ajv-draft-04";
import { parse } from "velocityjs";
import type { RouteOperation } from "../../overlay/index.ts";
import { suggestion } from "../../problem/index.ts";

/** What is wrong with an operation, and where below it. */
export interface OperationIssue {
  readonly at: string;
  readonly message: string;
  readonly fix: string;
}

/** Headers of a request that API Gateway drops or writes itself: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
const ownHeaders = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "max-forwards",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
]);

/** What API Gateway would refuse, or wouldn't do, of how an operation maps requests and responses. */
export function* mappingIssues(operation: RouteOperation): Generator<OperationIssue> {
  for (const name of Object.keys(operation.request?.headers ?? {}))
    if (ownHeaders.has(name.toLowerCase()))
      yield {
        at: `.request.headers.${name}`,
        message: `the app never sees a mapped ${name}: API Gateway drops it, or writes its own`,
        fix: "Remove the header, or give what it says another name.",
      };
  for (const [at, template] of templatesOf(operation)) {
    const error = templateError(template);
    if (error)
      yield {
        at,
        message: `the template can't be parsed: ${error}`,
        fix: "Correct it; Velocity's directives are #set, #if, #foreach and #end.",
      };
    yield* unknownFunctions(template).map((issue) => ({ at, ...issue }));
  }
}

/** What templates may ask of API Gateway: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html */
const functions: Readonly<Record<string, readonly string[]>> = {
  input: ["body", "json", "params", "path"],
  util: ["base64Decode", "base64Encode", "escapeJavaScript", "parseJson", "urlDecode", "urlEncode"],
};

/** Functions that API Gateway doesn't have, each once. */
function unknownFunctions(template: string): Omit<OperationIssue, "at">[] {
  const called = [...template.matchAll(/\$!?\{?(input|util)\.([A-Za-z_]\w*)/g)];
  const unknown = new Map(
    called.flatMap(([, of = "", name = ""]) => (functions[of]?.includes(name) ? [] : [[`$${of}.${name}`, { of, name }] as const])),
  );
  return [...unknown].map(([what, { of, name }]) => ({
    message: `API Gateway has no ${what}`,
    fix: suggestion(name, functions[of] ?? [], `Functions of $${of}`),
  }));
}

const templatesOf = ({ request, responses }: RouteOperation): [string, string][] => [
  ...(request?.template === undefined ? [] : [[".request.template", request.template] as [string, string]]),
  ...Object.entries(responses).flatMap(([status, { template }]): [string, string][] =>
    template === undefined ? [] : [[`.responses.${status}.template`, template]],
  ),
];

/** Why Velocity can't read a template: the line on which it ends, and what is found there; or blocks that the parser leaves open. */
function templateError(template: string): string | undefined {
  try {
    parse(template);
    const text = template.replace(/#\[\[.*?\]\]#|#\*.*?\*#|##[^\n]*|\\#/gs, "");
    const count = (directives: string) =>
      text.match(new RegExp(`#(?:\\{(?:${directives})\\}|(?:${directives})(?![A-Za-z]))`, "g"))?.length ?? 0;
    const [begun, ended] = [count("if|foreach|macro|define"), count("end")];
    return begun === ended ? undefined : `${begun} of #if, #foreach, #macro and #define, and ${ended} of #end`;
  } catch (error) {
    return placeOfError((error as Error).message);
  }
}

/** What the parser says, in a sentence. It prints the line's number, the text around the place, and an arrow below it. */
function placeOfError(message: string): string {
  const [first = "", text = "", arrow = ""] = message.split("\n");
  const [, line = "1"] = /line (\d+)/.exec(first) ?? [];
  const at = Math.max(0, arrow.length - 1);
  const before = text.slice(Math.max(0, at - 30), at).trim();
  if (at >= text.length || message.includes("got 'EOF'")) return `it ends in the middle of line ${line}, after ${JSON.stringify(before)}`;
  return `line ${line} has ${JSON.stringify(text.slice(at, at + 10))} after ${JSON.stringify(before)}, where it can't stand`;
}

const ajv = new Ajv.default({ strict: false, validateFormats: false, allErrors: true });

/** What to do about what draft 4 writes in another way, by keyword. */
const draft4Forms: Readonly<Record<string, string>> = {
  exclusiveMaximum: "Write maximum, and exclusiveMaximum: true beside it.",
  exclusiveMinimum: "Write minimum, and exclusiveMinimum: true beside it.",
  items: "Write one schema, or a list of schemas.",
  required: "Write a list of at least one name beside `properties`.",
  type: "Use array, boolean, integer, null, number, object or string.",
};

/** What a schema says that draft 4 of JSON Schema doesn't allow, each place once: https://json-schema.org/draft-04/schema */
export function draft4Issues(schema: object): { readonly message: string; readonly fix: string }[] {
  if (ajv.validateSchema(schema)) return [];
  const errors = [...new Map((ajv.errors ?? []).map((error) => [error.instancePath, error])).values()];
  // What is wrong within a place is wrong with the place too.
  const exact = errors.filter(({ instancePath }) => !errors.some((other) => other.instancePath.startsWith(`${instancePath}/`)));
  return exact.map(({ instancePath, message = "" }) => {
    const place = instancePath.slice(1).replaceAll("/", ".");
    const keyword = place.split(".").findLast((name) => Object.hasOwn(draft4Forms, name)) ?? "";
    return {
      message: `${place ? `${place} ` : ""}${message}; JSON Schema draft 4 has no such form`,
      fix: draft4Forms[keyword] ?? "Use only keywords of JSON Schema draft 4.",
    };
  });
}
