import Ajv from "ajv-draft-04";
import { parse } from "velocityjs";
import type { RouteOperation } from "../../overlay/index.ts";

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
  }
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
    const [first = "", , , expected = ""] = (error as Error).message.split("\n");
    return [first.replace(/:$/, ""), expected.slice(0, 200)].filter(Boolean).join(": ");
  }
}

const ajv = new Ajv.default({ strict: false, validateFormats: false, allErrors: true });

/** What a schema says that draft 4 of JSON Schema doesn't allow: https://json-schema.org/draft-04/schema */
export function draft4Issues(schema: object): string[] {
  if (ajv.validateSchema(schema)) return [];
  return (ajv.errors ?? []).map(({ instancePath, message = "" }) => {
    const place = instancePath.slice(1).replaceAll("/", ".");
    return `${place ? `${place} ` : ""}${message}; JSON Schema draft 4 has no such form`;
  });
}
