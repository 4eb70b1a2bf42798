import { dirname, join } from "node:path/posix";
import { parse } from "@babel/parser";
import { fits, keyText, literal } from "./source-text.ts";

type Module = ReturnType<typeof parse>;
type Statement = Module["program"]["body"][number];
type Expression = Extract<Statement, { type: "ExpressionStatement" }>["expression"];
type Call = Extract<Expression, { type: "CallExpression" }>;
type ObjectLiteral = Extract<Expression, { type: "ObjectExpression" }>;
type List = Extract<Expression, { type: "ArrayExpression" }>;
type Part = { readonly start?: number | null; readonly end?: number | null };

/** A module of overlays as text and syntax. */
interface Source {
  readonly path: string;
  readonly text: string;
  readonly module: Module;
}

/** @returns the reason, where it is no TypeScript */
function read(path: string, text: string): Source | string {
  try {
    return { path, text, module: parse(text, { sourceType: "module", plugins: ["typescript"] }) };
  } catch {
    return `${path} can't be parsed`;
  }
}

const startOf = ({ start }: Part) => start ?? 0;
const endOf = ({ end }: Part) => end ?? 0;
const textOf = ({ text }: Source, part: Part) => text.slice(startOf(part), endOf(part));
const hasComment = ({ module }: Source, part: Part) =>
  (module.comments ?? []).some((comment) => startOf(comment) >= startOf(part) && endOf(comment) <= endOf(part));

/** The variable that a module exports, when it is nothing but an app as import writes it; else the reason why it isn't. */
export function exportedApp(path: string, text: string): { readonly variable: string } | string {
  const source = read(path, text);
  if (typeof source === "string") return source;
  const { body } = source.module.program;
  const own = body.filter(({ type }) => type !== "ImportDeclaration");
  const [only] = own;
  const mixed = `${path} contains more than the app`;
  if (own.length !== 1 || only?.type !== "ExportNamedDeclaration" || only.declaration?.type !== "VariableDeclaration") return mixed;
  const [declared, ...others] = only.declaration.declarations;
  if (!declared || others.length > 0 || declared.id.type !== "Identifier" || declared.init?.type !== "CallExpression") return mixed;
  const { callee, arguments: given } = declared.init;
  const isPlain = callee.type === "Identifier" && given.every(isLiteral);
  if (!isPlain) return mixed;
  return (source.module.comments ?? []).length > 0 ? `${path} has comments, which would be lost` : { variable: declared.id.name };
}

/** Whether a value is written out, without a variable, a call or a function. */
function isLiteral(value: Part & { readonly type: string }): boolean {
  const node = value as Expression;
  if (node.type === "ObjectExpression")
    return node.properties.every(
      (property) =>
        property.type === "ObjectProperty" && (!property.computed || property.key.type === "StringLiteral") && isLiteral(property.value),
    );
  if (node.type === "ArrayExpression") return node.elements.every((element) => element !== null && isLiteral(element));
  if (node.type === "TemplateLiteral") return node.expressions.length === 0;
  return ["StringLiteral", "NumericLiteral", "BooleanLiteral", "NullLiteral"].includes(node.type);
}

/** How an environment lists an app. */
export interface Listing {
  /** The variable that stands for the app there. */
  readonly variable: string;
  /**
   * The module with another listing.
   * @param hostPaths the member of the environment's `hostPaths` by which the app may mount folders of its nodes. Default: it mounts none
   */
  replaced(listing: string, hostPaths?: string): string;
}

/** What an environment's module says of an app; else the reason why that can't be written anew. */
export function listingOf(path: string, text: string, environment: string, app: string): Listing | string {
  const found = find(path, text, environment, app);
  if (typeof found === "string") return found;
  const { source, element, list, options, variable } = found;
  return {
    variable,
    replaced: (listing, hostPaths) => {
      const own = propertyOf(options, "hostPaths");
      const texts = list.elements.flatMap((other) => (other === null ? [] : other === element ? listing : textOf(source, other)));
      const edits = [
        hasComment(source, list)
          ? { start: startOf(element), end: endOf(element), text: listing }
          : { start: startOf(list), end: endOf(list), text: listText(texts) },
      ];
      if (hostPaths !== undefined && own?.type === "ObjectExpression") edits.push(memberOf(source, own, hostPaths));
      else if (hostPaths !== undefined) edits.push(settingOf(options, `hostPaths: { ${hostPaths} }`));
      return edited(text, edits);
    },
  };
}

/** An environment's module with another setting; undefined where it isn't written as import writes it, or has that setting. */
export function withSetting(path: string, text: string, environment: string, name: string, value: unknown): string | undefined {
  const source = read(path, text);
  const options = typeof source === "string" ? undefined : optionsOf(source, environment);
  if (!options || propertyOf(options, name)) return undefined;
  const before = `${name}: `;
  return edited(text, [settingOf(options, before + literal(value, 2, 2 + before.length))]);
}

/** The apps of an environment as TypeScript. */
function listText(apps: readonly string[]): string {
  const inline = `[${apps.join(", ")}]`;
  return !inline.includes("\n") && fits(`  apps: ${inline},`) ? inline : `[\n${apps.map((app) => `    ${app},\n`).join("")}  ]`;
}

/** Settings of an environment that are maps, to which members are added. */
const addedTo = ["namespaces", "provided", "waivers", "hostPaths", "secrets"] as const;

/** The module of the environment that the one of another module extends; undefined where it extends none. */
export function parentModule(path: string, text: string): string | undefined {
  const source = read(path, text);
  if (typeof source === "string") return undefined;
  const options = optionsOf(source);
  const parent = options && propertyOf(options, "extends");
  if (parent?.type !== "Identifier") return undefined;
  for (const statement of source.module.program.body)
    if (statement.type === "ImportDeclaration" && statement.specifiers.some(({ local }) => local.name === parent.name))
      return join(dirname(path), statement.source.value);
  return undefined;
}

/** What an environment's module is joined for. */
interface Addition {
  /** Name of the environment. */
  readonly environment: string;
  /** What the environment that it extends gets: that is inherited, and not said again. */
  readonly parent?: string;
}

/**
 * An environment's module with what another version of it has beside it: imports, apps, and members of its maps.
 * @returns undefined where one of the two isn't written as import writes it
 */
export function withAdditions(path: string, before: string, after: string, { environment, parent }: Addition): string | undefined {
  const [own, other] = [read(path, before), read(path, after)];
  if (typeof own === "string" || typeof other === "string") return undefined;
  const [options, given] = [optionsOf(own, environment), optionsOf(other, environment)];
  const [apps, more] = [options && propertyOf(options, "apps"), given && propertyOf(given, "apps")];
  if (!options || !given || (apps && apps.type !== "ArrayExpression") || more?.type !== "ArrayExpression") return undefined;
  const inherited = parent === undefined ? undefined : inheritedFrom(parent);
  const isInherited = (text: string) => inherited?.apps.has(text) === true && !text.includes(".patch(");
  const listed = more.elements.flatMap((element) => (element === null ? [] : textOf(other, element))).filter((text) => !isInherited(text));
  const isUsed = (line: string) => {
    const name = /\{ (\w+) \}/.exec(line)?.[1] ?? "";
    return listed.some((text) => text === name || text.startsWith(`${name}.`));
  };
  const imports = importsOf(other).filter((line) => !importsOf(own).includes(line) && isUsed(line));
  const last = own.module.program.body.findLast(({ type }) => type === "ImportDeclaration");
  const edits = [
    { start: last ? endOf(last) : 0, end: last ? endOf(last) : 0, text: imports.map((line) => `\n${line}`).join("") },
    ...(listed.length > 0 ? [addedApps({ source: own, options }, apps, listed)] : []),
    ...addedTo.flatMap((key) => addedMembers(key, { source: own, options }, { source: other, options: given }, inherited?.members)),
  ];
  return edited(before, edits);
}

/** An environment's module that goes without apps which it would inherit. @returns undefined where it isn't written as import writes it */
export function withoutApps(path: string, text: string, environment: string, apps: readonly string[]): string | undefined {
  const source = read(path, text);
  const options = typeof source === "string" ? undefined : optionsOf(source, environment);
  if (typeof source === "string" || !options) return undefined;
  const list = propertyOf(options, "without");
  const names = apps.map((app) => literal(app)).join(", ");
  if (list === undefined) return edited(text, [settingOf(options, `without: [${names}]`)]);
  if (list.type !== "ArrayExpression") return undefined;
  const last = list.elements.at(-1);
  return edited(text, [last ? { start: endOf(last), end: endOf(last), text: `, ${names}` } : insertion(list, names)]);
}

/** What puts apps into the list of an environment. @param apps the list, where there is one */
function addedApps({ source, options }: PlacedOptions, apps: List | undefined, added: readonly string[]): Edit {
  const lastApp = apps?.elements.at(-1);
  if (apps && lastApp && hasComment(source, apps))
    return { start: endOf(lastApp), end: endOf(lastApp), text: added.map((text) => `,\n    ${text}`).join("") };
  const known = apps?.elements.flatMap((element) => (element === null ? [] : textOf(source, element))) ?? [];
  const text = listText([...known, ...added]);
  if (apps) return { start: startOf(apps), end: endOf(apps), text };
  const last = options.properties.at(-1);
  return last ? { start: endOf(last), end: endOf(last), text: `,\n  apps: ${text}` } : insertion(options, `\n  apps: ${text},\n`);
}

/** An environment in a module. */
interface PlacedOptions {
  readonly source: Source;
  readonly options: ObjectLiteral;
}

/** What the module of an environment says of apps, and of its maps. */
function inheritedFrom(text: string): { readonly apps: ReadonlySet<string>; readonly members: Set<string> } {
  const source = read("", text);
  const options = typeof source === "string" ? undefined : optionsOf(source);
  if (typeof source === "string" || !options) return { apps: new Set(), members: new Set() };
  const apps = propertyOf(options, "apps");
  const elements = apps?.type === "ArrayExpression" ? apps.elements : [];
  const members = addedTo.flatMap((key) => {
    const map = propertyOf(options, key);
    return map?.type === "ObjectExpression" ? map.properties.map((member) => `${key} ${textOf(source, member)}`) : [];
  });
  return { apps: new Set(elements.flatMap((element) => (element === null ? [] : textOf(source, element)))), members: new Set(members) };
}

/** Maps whose names are anybody's choice, so that two of one name may be two. */
const namedFreely: ReadonlySet<string> = new Set(["waivers", "provided"]);

/** What puts the members of one map that another lacks into that. */
function addedMembers(key: (typeof addedTo)[number], own: PlacedOptions, other: PlacedOptions, inherited = new Set<string>()): Edit[] {
  const [there, here] = [propertyOf(own.options, key), propertyOf(other.options, key)];
  if (here?.type !== "ObjectExpression") return [];
  const members = here.properties.filter((member) => !inherited.has(`${key} ${textOf(other.source, member)}`));
  if (members.length === 0) return [];
  const texts = members.map((member) => textOf(other.source, member));
  if (there?.type !== "ObjectExpression") return [settingOf(own.options, `${key}: { ${texts.join(", ")} }`)];
  const known = new Set(there.properties.map((member) => nameOf(own.source, member)));
  const said = new Set(there.properties.map((member) => textOf(own.source, member)));
  const added = members.flatMap((member, index) => {
    const [name, text = ""] = [nameOf(other.source, member), texts[index]];
    if (said.has(text)) return [];
    if (!known.has(name)) return text;
    return namedFreely.has(key) ? JSON.stringify(freeName(name, known)) + text.slice(keyOf(other.source, member).length) : [];
  });
  const before = textOf(own.source, there).includes("\n") ? "\n    " : " ";
  return added.length > 0 ? [insertion(there, added.map((text) => `${before}${text},`).join(""))] : [];
}

const importsOf = (source: Source) =>
  source.module.program.body.flatMap((statement) => (statement.type === "ImportDeclaration" ? textOf(source, statement) : []));

const keyOf = (source: Source, member: ObjectLiteral["properties"][number]) =>
  member.type === "SpreadElement" ? "" : textOf(source, member.key);

/** A name that isn't taken, and is taken from then on. */
function freeName(name: string, taken: Set<string>): string {
  const plain = name.replace(/-\d+$/, "");
  let free = name;
  for (let number = 1; taken.has(free); number++) free = `${plain}-${number}`;
  taken.add(free);
  return free;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A text after edits, the last of them first. */
const edited = (text: string, edits: readonly Edit[]) =>
  [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((result, edit) => result.slice(0, edit.start) + edit.text + result.slice(edit.end), text);

/** A member put into an object, in the place of one with its key. */
function memberOf(source: Source, object: ObjectLiteral, member: string): Edit {
  const same = object.properties.find((own) => member.startsWith(`${keyText(nameOf(source, own))}:`));
  return same ? { start: startOf(same), end: endOf(same), text: member } : insertion(object, ` ${member},`);
}

/** The name of a member, with or without quotes. */
const nameOf = (source: Source, member: ObjectLiteral["properties"][number]) => keyOf(source, member).replace(/^["']|["']$/g, "");

/** A setting put into an environment: before its apps, which are the last. */
function settingOf(options: ObjectLiteral, setting: string): Edit {
  const apps = options.properties.find((property) => property.type === "ObjectProperty" && keyNames(property.key).includes("apps"));
  return apps ? { start: startOf(apps), end: startOf(apps), text: `${setting},\n  ` } : insertion(options, `\n  ${setting},`);
}

/** A text at the beginning of an object. */
const insertion = (object: Part, text: string) => ({ start: startOf(object) + 1, end: startOf(object) + 1, text });

interface Found {
  readonly source: Source;
  readonly list: List;
  readonly element: Expression;
  readonly variable: string;
  readonly options: ObjectLiteral;
}

/** Finds an app in the list of an environment. @param app the module that exports it */
function find(path: string, text: string, environment: string, app: string): Found | string {
  const source = read(path, text);
  if (typeof source === "string") return source;
  const variables = importedFrom(source, app);
  const options = optionsOf(source, environment);
  const listed = options && propertyOf(options, "apps");
  if (!options || listed?.type !== "ArrayExpression") return `${path} has no list of the apps of ${environment}`;
  for (const element of listed.elements) {
    const chain = element === null || element.type === "SpreadElement" ? undefined : chainOf(element);
    if (!chain || !variables.has(chain.variable)) continue;
    if (chain.arguments.some((argument) => !isLiteral(argument))) return `${path} lists it with values that aren't written out`;
    if (hasComment(source, chain.element)) return `${path} has comments where it lists the app, which would be lost`;
    return { source, list: listed, element: chain.element, variable: chain.variable, options };
  }
  return `${path} doesn't list it as import writes it`;
}

/** The names under which a module imports what another exports. */
function importedFrom({ path, module }: Source, file: string): Set<string> {
  const nameOf = (name: string) => name.replace(/\.[cm]?[jt]s$/, "");
  return new Set(
    module.program.body.flatMap((statement) =>
      statement.type === "ImportDeclaration" && nameOf(join(dirname(path), statement.source.value)) === nameOf(file)
        ? statement.specifiers.map(({ local }) => local.name)
        : [],
    ),
  );
}

/**
 * What `environment(NAME, { ... })` is given in a module; undefined where something is spread into it, which may hold any setting.
 * @param name of the environment. Default: the first of the module
 */
function optionsOf({ module }: Source, name?: string): ObjectLiteral | undefined {
  const calls = module.program.body.flatMap((statement) => {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    const declared = declaration?.type === "VariableDeclaration" ? declaration.declarations : [];
    return declared.flatMap(({ init }) => (init?.type === "CallExpression" ? [init.arguments] : []));
  });
  for (const [first, second] of calls)
    if (first?.type === "StringLiteral" && (name === undefined || first.value === name) && second?.type === "ObjectExpression")
      return second.properties.some(({ type }) => type === "SpreadElement") ? undefined : second;
  return undefined;
}

const keyNames = (key: { readonly type: string; readonly name?: unknown; readonly value?: unknown }): unknown[] =>
  key.type === "Identifier" ? [key.name] : key.type === "StringLiteral" ? [key.value] : [];

function propertyOf(object: ObjectLiteral, name: string): Expression | undefined {
  for (const property of object.properties)
    if (property.type === "ObjectProperty" && keyNames(property.key).includes(name))
      // The cast holds because a pattern is no value of an object literal.
      return property.value as Expression;
  return undefined;
}

interface Chain {
  readonly element: Expression;
  readonly variable: string;
  readonly arguments: Call["arguments"];
}

/** An app with the layers and patches that are put on it there; undefined for anything else. */
function chainOf(element: Expression): Chain | undefined {
  if (element.type === "Identifier") return { element, variable: element.name, arguments: [] };
  if (element.type !== "CallExpression" || element.callee.type !== "MemberExpression") return undefined;
  const { object, property } = element.callee;
  const isKnown = property.type === "Identifier" && ["with", "patch"].includes(property.name);
  const inner = isKnown && object.type !== "Super" ? chainOf(object) : undefined;
  return inner && { element, variable: inner.variable, arguments: [...inner.arguments, ...element.arguments] };
}
