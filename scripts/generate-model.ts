/**
 * Writes the schema's types as interfaces, so that an editor shows the documentation of every key here and in packages that install
 * slipway, where types inferred from zod, and mapped ones, lose it: lib/overlay/model.ts for what is said in whole, and
 * lib/overlay/model-patch.ts for merge patches of it. `--check` only says whether they are current.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
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

const definitions: Record<string, Node> = {};
for (const schema of [App, Environment]) {
  const { $defs } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as { $defs: Record<string, Node> };
  Object.assign(definitions, $defs);
}

const isHandlerUnion = (node: Node) => node.type === "object" && Array.isArray(node.oneOf) && typeof node.oneOf[0] === "string";
const nameOf = (ref: string) => ref.replace("#/$defs/", "");
const literal = (value: unknown) => JSON.stringify(value);
const union = (types: string[]) => [...new Set(types)].join(" | ");
const propertyName = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : literal(name));
const documentation = (text: string | undefined) => (text ? `\n/** ${text.replaceAll("*/", "* /")} */\n` : "");

/** Writes types for what is said in whole. */
class ModelWriter {
  /** Definitions that what was written refers to. */
  readonly used = new Set<string>();
  readonly suffix: string = "";

  declaration(name: string, node: Node): string {
    const plain = node.type === "object" && node.properties && !isHandlerUnion(node);
    if (plain && node.base) return this.extension(name, node, node.base);
    const own = name + this.suffix;
    const body = plain ? `export interface ${own} { ${this.members(node).join(" ")} }` : `export type ${own} = ${this.type(node)};`;
    return `${documentation(this.describe(node.description))}${body}\n`;
  }

  describe(text: string | undefined): string | undefined {
    return text;
  }

  type(node: Node): string {
    if (node.tsType) return node.tsType;
    if (node.$ref) return this.reference(nameOf(node.$ref));
    return this.alternatives(node) ?? this.plainType(node);
  }

  /** The type of a value that is one of several; undefined for any other. */
  alternatives(node: Node): string | undefined {
    if (node.const !== undefined) return literal(node.const);
    if (node.enum) return union(node.enum.map(literal));
    if (node.anyOf) return union(node.anyOf.map((member) => this.type(member)));
    if (isHandlerUnion(node)) return this.handlerUnion(node);
    if (node.oneOf) return union((node.oneOf as Node[]).map((member) => this.type(member)));
    return Array.isArray(node.type) ? union(node.type.map((type) => this.type({ type }))) : undefined;
  }

  plainType(node: Node): string {
    if (node.type === "integer" || node.type === "number") return "number";
    if (node.type === "string" || node.type === "boolean") return node.type;
    if (node.type === "array") return `readonly ${this.element(node.items ?? {})}[]`;
    if (node.type === "object" && node.properties) return `{ ${this.members(node).join(" ")} }`;
    if (node.type === "object") return `{ readonly [name: string]: ${this.member(this.type(node.additionalProperties || {}), false)} }`;
    return "unknown";
  }

  reference(name: string): string {
    this.used.add(name);
    return name + this.suffix;
  }

  element(items: Node): string {
    const type = this.type(items);
    return type.includes(" ") ? `(${type})` : type;
  }

  /** The type of a member of an object or map. */
  member(type: string, _required: boolean): string {
    return type;
  }

  members(node: Node, keys = Object.keys(node.properties ?? {})): string[] {
    return keys.map((key) => {
      const property = node.properties?.[key] ?? {};
      const required = node.required?.includes(key) ?? false;
      return `${documentation(property.description)}readonly ${propertyName(key)}${this.mark(required)}: ${this.member(this.type(property), required)};`;
    });
  }

  mark(required: boolean): string {
    return required ? "" : "?";
  }

  /** One branch for each handler, with the other handlers forbidden in it, so that setting two doesn't compile. */
  handlerUnion(node: Node): string {
    const handlers = node.oneOf as string[];
    const common = this.members(
      node,
      Object.keys(node.properties ?? {}).filter((key) => !handlers.includes(key)),
    );
    const branches = handlers.map((handler) => {
      const others = handlers.filter((other) => other !== handler).map((other) => `readonly ${other}?: ${this.member("never", false)};`);
      const [own = ""] = this.members({ ...node, required: [handler] }, [handler]);
      return `{ ${own} ${others.join(" ")} }`;
    });
    return `${common.length > 0 ? `{ ${common.join(" ")} } & ` : ""}(${branches.join(" | ")})`;
  }

  /** An interface in two, so that types can vary some keys: `Omit` would lose the documentation of the others. */
  extension(name: string, node: Node, { name: base, without }: NonNullable<Node["base"]>): string {
    const kept = Object.keys(node.properties ?? {}).filter((key) => !without.includes(key));
    const [own, parent] = [name + this.suffix, base + this.suffix];
    return [
      `${documentation(this.describe(`${node.description} But for ${without.join(" and ")}.`))}export interface ${parent} { ${this.members(node, kept).join(" ")} }`,
      `${documentation(this.describe(node.description))}export interface ${own} extends ${parent} { ${this.members(node, without).join(" ")} }`,
    ].join("\n");
  }
}

/** Writes types for merge patches: any part may be said, and null takes away what may be absent. Lists are replaced, so they are said in whole. */
class PatchWriter extends ModelWriter {
  override readonly suffix = "Patch";
  readonly whole = new ModelWriter();

  override describe(text: string | undefined): string | undefined {
    return text && `${text} As a merge patch.`;
  }

  override element(items: Node): string {
    return this.whole.element(items);
  }

  override mark(_required: boolean): string {
    return "?";
  }

  override member(type: string, required: boolean): string {
    return required ? type : `${type} | null`;
  }
}

/** The declarations of the roots and of all they refer to, by name. */
function declarations(writer: ModelWriter, roots: readonly string[]): string[] {
  const written = new Map<string, string>();
  const write = (name: string) => {
    if (written.has(name)) return;
    written.set(name, "");
    writer.used.clear();
    const text = writer.declaration(name, definitions[name] as Node);
    const used = [...writer.used];
    written.set(name, text);
    used.forEach(write);
  };
  roots.forEach(write);
  return [...written].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
}

const patch = new PatchWriter();
const patchDeclarations = declarations(patch, ["AppSpec", "EnvironmentSettings"]);
const head = "// Generated from lib/overlay/schema by `npm run generate`. Do not edit.";
const sources: Readonly<Record<string, string>> = {
  "model.ts": [head, 'import type { Extend } from "./extend.ts";', ...declarations(new ModelWriter(), Object.keys(definitions))].join("\n"),
  "model-patch.ts": [
    head,
    'import type { Extend } from "./extend.ts";',
    `import type { ${[...patch.whole.used].sort().join(", ")} } from "./model.ts";`,
    ...patchDeclarations,
  ].join("\n"),
};

const check = process.argv.includes("--check");
for (const [file, source] of Object.entries(sources)) {
  const target = new URL(`../lib/overlay/${file}`, import.meta.url);
  const formatted = execFileSync("npx", ["biome", "format", `--stdin-file-path=lib/overlay/${file}`], { input: source, encoding: "utf8" });
  const current = existsSync(target) ? readFileSync(target, "utf8") : "";
  if (current === formatted) continue;
  if (check) {
    console.error(`lib/overlay/${file} is not what the schema says: run \`npm run generate\``);
    process.exitCode = 1;
  } else writeFileSync(target, formatted);
}
