/**
 * Writes lib/overlay/model.ts: the schema's types as interfaces, so that an editor shows the documentation of every key
 * here and in packages that install slipway, where types inferred from zod lose it. `--check` only says whether it is current.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { App, Environment } from "../lib/overlay/schema/index.ts";

interface Node {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Node[];
  oneOf?: Node[] | string[];
  properties?: Record<string, Node>;
  required?: string[];
  additionalProperties?: Node | false;
  items?: Node;
  description?: string;
  tsType?: string;
  base?: { name: string; without: string[] };
}

const target = new URL("../lib/overlay/model.ts", import.meta.url);
const definitions: Record<string, Node> = {};
for (const schema of [App, Environment]) {
  const { $defs } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as { $defs: Record<string, Node> };
  Object.assign(definitions, $defs);
}

const isHandlerUnion = (node: Node) => node.type === "object" && Array.isArray(node.oneOf) && typeof node.oneOf[0] === "string";
const typeName = (ref: string) => ref.replace("#/$defs/", "");
const literal = (value: unknown) => JSON.stringify(value);
const union = (types: string[]) => [...new Set(types)].join(" | ");
const propertyName = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : literal(name));

function typeOf(node: Node): string {
  if (node.tsType) return node.tsType;
  if (node.$ref) return typeName(node.$ref);
  if (node.const !== undefined) return literal(node.const);
  if (node.enum) return union(node.enum.map(literal));
  if (node.anyOf) return union(node.anyOf.map(typeOf));
  if (isHandlerUnion(node)) return handlerUnion(node);
  if (node.oneOf) return union((node.oneOf as Node[]).map(typeOf));
  if (Array.isArray(node.type)) return union(node.type.map((type) => typeOf({ type })));
  if (node.type === "integer" || node.type === "number") return "number";
  if (node.type === "string" || node.type === "boolean") return node.type;
  if (node.type === "array") return `readonly ${element(node.items ?? {})}[]`;
  if (node.type === "object" && node.properties) return `{ ${members(node).join(" ")} }`;
  if (node.type === "object") return `{ readonly [name: string]: ${typeOf(node.additionalProperties || {})} }`;
  return "unknown";
}

function element(items: Node): string {
  const type = typeOf(items);
  return type.includes(" ") ? `(${type})` : type;
}

function members(node: Node, keys = Object.keys(node.properties ?? {})): string[] {
  return keys.map((key) => {
    const property = node.properties?.[key] ?? {};
    const optional = node.required?.includes(key) ? "" : "?";
    return `${documentation(property.description)}readonly ${propertyName(key)}${optional}: ${typeOf(property)};`;
  });
}

/** One branch for each handler, with the other handlers forbidden in it, so that setting two doesn't compile. */
function handlerUnion(node: Node): string {
  const handlers = node.oneOf as string[];
  const common = members(
    node,
    Object.keys(node.properties ?? {}).filter((key) => !handlers.includes(key)),
  );
  const branches = handlers.map((handler) => {
    const others = handlers.filter((other) => other !== handler).map((other) => `readonly ${other}?: never;`);
    const [own = ""] = members({ ...node, required: [handler] }, [handler]);
    return `{ ${own} ${others.join(" ")} }`;
  });
  return `${common.length > 0 ? `{ ${common.join(" ")} } & ` : ""}(${branches.join(" | ")})`;
}

function documentation(text: string | undefined): string {
  return text ? `\n/** ${text.replaceAll("*/", "* /")} */\n` : "";
}

function declaration(name: string, node: Node): string {
  const plain = node.type === "object" && node.properties && !isHandlerUnion(node);
  if (plain && node.base) return extension(name, node, node.base);
  const body = plain ? `export interface ${name} { ${members(node).join(" ")} }` : `export type ${name} = ${typeOf(node)};`;
  return `${documentation(node.description)}${body}\n`;
}

/** An interface in two, so that types can vary some keys: `Omit` would lose the documentation of the others. */
function extension(name: string, node: Node, { name: base, without }: NonNullable<Node["base"]>): string {
  const kept = Object.keys(node.properties ?? {}).filter((key) => !without.includes(key));
  return [
    `${documentation(`${node.description} But for ${without.join(" and ")}.`)}export interface ${base} { ${members(node, kept).join(" ")} }`,
    `${documentation(node.description)}export interface ${name} extends ${base} { ${members(node, without).join(" ")} }`,
  ].join("\n");
}

const source = [
  "// Generated from lib/overlay/schema by `npm run generate`. Do not edit.",
  'import type { Extend } from "./extend.ts";',
  ...Object.keys(definitions)
    .sort()
    .map((name) => declaration(name, definitions[name] as Node)),
].join("\n");

const { execFileSync } = await import("node:child_process");
const formatted = execFileSync("npx", ["biome", "format", "--stdin-file-path=lib/overlay/model.ts"], { input: source, encoding: "utf8" });
const current = (() => {
  try {
    return readFileSync(target, "utf8");
  } catch {
    return "";
  }
})();
if (process.argv.includes("--check")) {
  if (current !== formatted) {
    console.error("lib/overlay/model.ts is not what the schema says: run `npm run generate`");
    process.exit(1);
  }
} else if (current !== formatted) writeFileSync(target, formatted);
