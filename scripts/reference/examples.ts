import { branchesOf, definitions, handlersOf, type Node, nameOf } from "./schema.ts";
import { written } from "./written-examples.ts";

/** TypeScript that stands in an example as it is. */
class Code {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Depth past which an example shows only what is required. */
const deepest = 2;
const defaultOf = (text = "") => /\b[Dd]efault: `?([^`.;,]+)/.exec(text)?.[1];

/**
 * A value that the schema accepts: the one written for it, else the smallest that shows what it looks like.
 * @param path of the key below its part, as `SecretSettings.store.provider`
 */
export function exampleOf(node: Node, path: string, depth = 0): unknown {
  const own = written.get(path) ?? written.get(path.replace(/^.*\./, "*."));
  if (own !== undefined) return own;
  if (node.examples?.[0] !== undefined) return node.examples[0];
  if (node.tsType === "Extend") return new Code("(chart, { app }) => { /* new ConfigMap(chart, app, { ... }) */ }");
  if (node.$ref) return exampleOf(definitions[nameOf(node.$ref)] as Node, nameOf(node.$ref), depth);
  if (node.const !== undefined) return node.const;
  if (node.enum) return node.enum.find((value) => String(value) !== defaultOf(node.description)) ?? node.enum[0];
  const [branch] = branchesOf(node);
  return branch ? exampleOf({ ...branch, description: node.description ?? "" }, path, depth) : plainExample(node, path, depth);
}

function plainExample(node: Node, path: string, depth: number): unknown {
  switch (node.type) {
    case "boolean":
      return defaultOf(node.description) !== "true";
    case "integer":
    case "number":
      return numberOf(node);
    case "array":
      return [exampleOf(node.items ?? {}, `${path}[]`, depth)];
    case "object":
      return node.properties ? objectExample(node, path, depth) : mapExample(node, path, depth);
    default:
      throw new Error(`${path} needs an example in scripts/reference/written-examples.ts`);
  }
}

/** Twice the default, or a small number. */
function numberOf({ description, minimum = 0, maximum = 1000 }: Node): number {
  const usual = Number(defaultOf(description));
  return Math.min(Math.max(Number.isInteger(usual) && usual > 0 ? 2 * usual : 1, minimum), maximum);
}

function mapExample({ propertyNames, additionalProperties }: Node, path: string, depth: number): unknown {
  const key = written.get(`${path}{}`) ?? (propertyNames?.examples?.[0] as string | undefined) ?? propertyNames?.enum?.[0];
  if (typeof key !== "string") throw new Error(`${path} needs an example in scripts/reference/written-examples.ts`);
  return { [key]: exampleOf(additionalProperties || {}, `${path}.{}`, depth + 1) };
}

/** What is required, and where that is nothing, the first key that is a plain value. */
function objectExample(node: Node, path: string, depth: number): unknown {
  const properties = Object.entries(node.properties ?? {});
  const required = new Set([...(node.required ?? []), ...(handlersOf(node)?.slice(0, 1) ?? [])]);
  const isPlain = ({ type, $ref }: Node) => !$ref && type !== "object" && type !== "array";
  const shown = properties.filter(([key]) => required.has(key));
  const optional = properties.filter(([key]) => !required.has(key) && !handlersOf(node)?.includes(key));
  if (shown.length === 0)
    shown.push(
      ...(optional.find(([, value]) => isPlain(value)) ? [optional.find(([, value]) => isPlain(value)) as never] : optional.slice(0, 1)),
    );
  return Object.fromEntries(shown.map(([key, value]) => [key, exampleOf(value, `${path}.${key}`, Math.min(depth + 1, deepest))]));
}

const width = 100;
const keyText = (key: string) => (/^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key));

/** A value in TypeScript, as Biome would format it. */
export function codeOf(value: unknown, indent = ""): string {
  const oneLine = lineOf(value);
  if (indent.length + oneLine.length <= width || typeof value !== "object" || value === null || value instanceof Code) return oneLine;
  const inner = `${indent}  `;
  if (Array.isArray(value)) return `[\n${value.map((member) => `${inner}${codeOf(member, inner)},\n`).join("")}${indent}]`;
  return `{\n${Object.entries(value)
    .map(([key, member]) => `${inner}${keyText(key)}: ${codeOf(member, inner)},\n`)
    .join("")}${indent}}`;
}

function lineOf(value: unknown): string {
  if (value instanceof Code) return value.text;
  if (Array.isArray(value)) return `[${value.map(lineOf).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${keyText(key)}: ${lineOf(member)}`);
  return members.length > 0 ? `{ ${members.join(", ")} }` : "{}";
}
