import { hidden } from "../outside/index.ts";

const plainKey = /^[A-Za-z_][\w-]*$/;
/** A path with one more key; keys that hold dots or slashes stand in brackets. */
export function joined(path: string, key: string): string {
  if (!plainKey.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** A path with one more step before it. */
export function preceded(step: string | number, path: string): string {
  const first = typeof step === "number" ? `[${step}]` : joined("", step);
  return path === "" || path.startsWith("[") ? `${first}${path}` : `${first}.${path}`;
}

/** The keys and indexes of a path as `spec.ports[0].port` or `data["my.file"]`. */
export function stepsOf(path: string): string[] {
  const steps: string[] = [];
  for (let at = 0; at < path.length; ) {
    if (path[at] === ".") at++;
    else if (path.startsWith('["', at)) {
      const end = endOfText(path, at + 1);
      steps.push(String(JSON.parse(path.slice(at + 1, end))));
      at = end + 1;
    } else {
      const from = path[at] === "[" ? at + 1 : at;
      const end = endOfStep(path, from);
      steps.push(path.slice(from, end));
      at = path[end] === "]" ? end + 1 : end;
    }
  }
  return steps;
}

/** A path without what stands in its brackets, as `spec.ports[].nodePort`. */
export function withoutKeys(path: string): string {
  let [plain, at] = ["", 0];
  for (let open = path.indexOf("["); open >= 0; open = path.indexOf("[", at)) {
    const close = path[open + 1] === '"' ? endOfText(path, open + 1) : path.indexOf("]", open);
    if (path[close] !== "]") break;
    plain += `${path.slice(at, open)}[]`;
    at = close + 1;
  }
  return plain + path.slice(at);
}

/** The place after the quote that ends a text of JSON. */
function endOfText(path: string, from: number): number {
  let at = from + 1;
  while (at < path.length && path[at] !== '"') at += path[at] === "\\" ? 2 : 1;
  return at + 1;
}

function endOfStep(path: string, from: number): number {
  let at = from;
  while (at < path.length && path[at] !== "." && path[at] !== "[" && path[at] !== "]") at++;
  return at;
}

/** What stands at a path; hidden where something above it is. */
export function valueAt(value: unknown, path: string): unknown {
  let found = value;
  for (const step of stepsOf(path)) {
    if (found === hidden) return hidden;
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}
