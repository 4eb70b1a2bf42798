import type { Behaviour } from "./basis.ts";
import { type ApiMethod, NotCoveredError } from "./definition.ts";

export interface Routed {
  readonly method: ApiMethod;
  /** As they stand in the path, decoded; a greedy one with its slashes. */
  readonly pathParameters: Readonly<Record<string, string>>;
  /** What was recorded, and isn't documented, of how the method was found. */
  readonly basis: readonly Behaviour[];
}

/**
 * The method a request is for; undefined where there is none. A part that is written out wins over a variable, and a variable over a greedy
 * one: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
 */
export function route(methods: readonly ApiMethod[], httpMethod: string, path: string): Routed | undefined {
  if (!path.startsWith("/")) throw new NotCoveredError(`a path begins with "/": ${path}`);
  const isSlashed = path !== "/" && path.endsWith("/");
  const parts = path === "/" ? [] : path.slice(1, isSlashed ? -1 : undefined).split("/");
  const decoded = parts.map((part) => decodedPart(part, path));
  if (decoded.flatMap((part) => part.split("/")).some((part) => part === "" || part === "." || part === ".."))
    throw new NotCoveredError(`what API Gateway makes of empty parts, "." and ".." isn't documented: ${path}`);
  const own = new Set(methods.map((method) => method.path));
  // A path that only leads to others is there too.
  const leading = [...own].flatMap(above).filter((template) => !own.has(template));
  const [best, ...others] = [...new Set([...own, ...leading])]
    .flatMap((template) => {
      const pathParameters = parametersIn(template, decoded);
      return pathParameters ? [{ template, pathParameters }] : [];
    })
    .sort((a, b) => (specificity(a.template) < specificity(b.template) ? -1 : 1));
  if (!best) return undefined;
  const at = (template: string, verb: string) => methods.find((method) => method.path === template && method.httpMethod === verb);
  const methodAt = (template: string) => at(template, httpMethod) ?? at(template, "ANY");
  const [serving, ...rest] = [best, ...others].filter(({ template }) => methodAt(template));
  const method = serving && methodAt(serving.template);
  if (!method) return undefined;
  if (serving !== best && !serving.template.endsWith("+}"))
    throw new NotCoveredError(
      `${best.template} has no ${httpMethod}, and whether ${[serving, ...rest].map(({ template }) => template).join(" or ")} serves it then isn't documented`,
    );
  return {
    method,
    pathParameters: serving.pathParameters,
    basis: [
      ...(isSlashed ? (["trailing slash"] as const) : []),
      ...(parts.some((part) => /%2f/i.test(part)) ? (["encoded slash"] as const) : []),
      ...(serving === best ? [] : (["greedy path"] as const)),
    ],
  };
}

function decodedPart(part: string, path: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new NotCoveredError(`what API Gateway makes of an escape that isn't UTF-8 isn't documented: ${path}`);
  }
}

const above = (template: string) =>
  template
    .split("/")
    .slice(1, -1)
    .map((_part, index, parts) => `/${parts.slice(0, index + 1).join("/")}`);

function parametersIn(template: string, parts: readonly string[]): Record<string, string> | undefined {
  const wanted = template === "/" ? [] : template.slice(1).split("/");
  const found: Record<string, string> = {};
  for (const [index, want] of wanted.entries()) {
    const greedy = /^\{(.+)\+\}$/.exec(want)?.[1];
    if (greedy) {
      const rest = parts.slice(index);
      return rest.length > 0 ? { ...found, [greedy]: rest.join("/") } : undefined;
    }
    const part = parts[index];
    if (part === undefined) return undefined;
    const variable = /^\{(.+)\}$/.exec(want)?.[1];
    if (variable) found[variable] = part;
    else if (want !== part) return undefined;
  }
  return wanted.length === parts.length ? found : undefined;
}

/** Sorts what is written out before variables, and those before greedy ones, part by part. */
const specificity = (template: string) =>
  template
    .split("/")
    .map((part) => (part.endsWith("+}") ? "2" : part.startsWith("{") ? "1" : "0"))
    .join("");
