import { pageOf } from "../../lib/overlay/reference.ts";
import { codeOf, exampleOf } from "./examples.ts";
import { branchesOf, definitions, handlersOf, type Node, nameOf } from "./schema.ts";

const note = "<!-- Generated from lib/overlay/schema by `npm run generate`. Do not edit. -->";
const fence = "```";

const linkTo = (name: string) => `[${name}](${pageOf(name)})`;
const union = (types: readonly string[]) => [...new Set(types)].join(" or ");

/** What a key takes, in words, with links to the parts that have pages. */
function typeOf(node: Node): string {
  if (node.$ref) return linkTo(nameOf(node.$ref));
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``;
  if (node.enum) return union(node.enum.map((value) => `\`${JSON.stringify(value)}\``));
  const branches = branchesOf(node);
  if (branches.length > 0) return union(branches.map(typeOf));
  if (typeof node.type === "object") return union(node.type.map((type) => typeOf({ type })));
  return plainTypeOf(node);
}

function plainTypeOf(node: Node): string {
  if (node.tsType === "Extend") return "function";
  if (node.tsType?.includes("unknown")) return "object, as the other API has it";
  if (node.type === "array") return `list of ${typeOf(node.items ?? {})}`;
  if (node.type === "object") return node.properties ? "object" : `map of ${typeOf(node.additionalProperties || {})}, by name`;
  return { string: "text", integer: "whole number" }[String(node.type)] ?? String(node.type ?? "any value");
}

/** The default, which a description names in its sentence `Default: ...`. */
function defaultOf(description = ""): string | undefined {
  const [, owner = "", value] = /(?:^|\s)([A-Z][\w ]*' d|D)efault[^:.]*: (.+?)\.(?:\s|$)/.exec(description) ?? [];
  return value && (owner === "D" ? value : `${value} (${owner.replace(/' d$/, "")})`);
}

/** The keys of an object, each with what it takes, its default and an example; the keys of objects in it follow. */
function keySections(node: Node, part: string, prefix = "", level = "##"): string[] {
  const handlers = handlersOf(node) ?? [];
  return Object.entries(node.properties ?? {}).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    const isRequired = node.required?.includes(key) ?? false;
    const standing = handlers.includes(key) ? `exactly one of ${handlers.join(", ")}` : isRequired ? "required" : "optional";
    const preset = defaultOf(value.description);
    return [
      `${level} ${path}`,
      "",
      ...(value.description ? [value.description, ""] : []),
      `- Takes: ${typeOf(value)}`,
      `- ${standing[0]?.toUpperCase()}${standing.slice(1)}${preset ? `; default: ${preset}` : ""}`,
      "",
      `${fence}typescript`,
      `${key}: ${codeOf(exampleOf(value, `${part}.${path}`))},`,
      fence,
      "",
      ...objectsIn(value).flatMap((inner) => keySections(inner.node, part, `${path}${inner.suffix}.`, "###")),
    ];
  });
}

/** The objects without a page of their own that a key holds. */
function objectsIn(node: Node, suffix = ""): { readonly node: Node; readonly suffix: string }[] {
  if (node.properties) return [{ node, suffix }];
  if (node.type === "array" && node.items) return objectsIn(node.items, `${suffix}[]`);
  if (node.type === "object" && node.additionalProperties) return objectsIn(node.additionalProperties, `${suffix}.NAME`);
  const branches = branchesOf(node).flatMap((branch) => objectsIn(branch, suffix));
  return branches.length > 1 ? [{ node: joined(branches.map((branch) => branch.node)), suffix }] : branches;
}

/** The keys of all branches, each once; what tells the branches apart says what each is. */
function joined(branches: readonly Node[]): Node {
  const properties: Record<string, Node> = {};
  for (const [key, value] of branches.flatMap((branch) => Object.entries(branch.properties ?? {}))) {
    const known = properties[key];
    if (!known) properties[key] = value;
    else if (known.const !== undefined || known.enum) properties[key] = choiceOf(known, value);
  }
  const required = Object.keys(properties).filter((key) => branches.every((branch) => branch.required?.includes(key)));
  return { type: "object", properties, required };
}

const saying = ({ const: value, description = "" }: Node) => (value === undefined ? description : `\`${value}\`: ${description}`);

const choiceOf = (known: Node, value: Node): Node => ({
  enum: [...(known.enum ?? [known.const]), ...(value.enum ?? [value.const])],
  description: `${saying(known)} ${saying(value)}`,
});

/** The parts that name a part, for readers who came by a search. */
function usersOf(name: string): string[] {
  const names = (node: Node): boolean =>
    node.$ref === `#/$defs/${name}` ||
    [...Object.values(node.properties ?? {}), node.items, node.additionalProperties, ...branchesOf(node)].some(
      (inner) => inner && names(inner),
    );
  return Object.keys(definitions).filter((user) => user !== name && names(definitions[user] as Node));
}

const titles: Readonly<Record<string, string>> = { AppSpec: "App", EnvironmentSettings: "Environment" };

function page(name: string, node: Node): string {
  const users = usersOf(name);
  const inner = objectsIn(node);
  return `${[
    note,
    "",
    `# ${titles[name] ?? name}`,
    "",
    node.description ?? "",
    "",
    ...(users.length > 0 ? [`Part of: ${users.map(linkTo).join(", ")}. [All parts](README.md)`, ""] : ["[All parts](README.md)", ""]),
    ...(typeOf(node) === "object" ? [] : [`Takes: ${typeOf(node)}`, ""]),
    ...inner.flatMap(({ node: object }) => keySections(object, name)),
  ]
    .join("\n")
    .trimEnd()}\n`;
}

const index = () =>
  `${[
    note,
    "",
    "# Reference of the keys",
    "",
    'Every key of an app (`app("web", { ... })`) and of an environment (`environment("prod", { ... })`), with what it takes, its default and an example. Editors show the same text.',
    "",
    "- [App](app.md): the keys of an app",
    "- [Environment](environment.md): the keys of an environment, beside `apps`, `extends`, `without` and `defaults`, which the [README](../../README.md) shows",
    "",
    "## Parts",
    "",
    ...Object.entries(definitions)
      .filter(([name]) => !titles[name])
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { description }]) => `- ${linkTo(name)}: ${description}`),
  ].join("\n")}\n`;

const koreanIndex = `${note}

# 키 레퍼런스

앱과 환경의 모든 키에 대한 설명, 타입, 기본값, 예시는 [영어 레퍼런스](README.md)에 있습니다. 각 페이지는 스키마에서 생성되므로 영어로만 제공됩니다. 편집기에서도 같은 설명이 표시됩니다.

- [App](app.md): 앱의 키
- [Environment](environment.md): 환경의 키
`;

/** The pages of docs/reference by their file. */
export const pages: ReadonlyMap<string, string> = new Map([
  ["README.md", index()],
  ["README.ko.md", koreanIndex],
  ...Object.entries(definitions).map(([name, node]) => [pageOf(name), page(name, node)] as const),
]);
