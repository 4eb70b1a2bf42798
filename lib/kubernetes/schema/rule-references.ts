import { isRecord, own } from "../../outside/index.ts";
import { joined } from "../path.ts";
import type { Issue } from "./issue.ts";

/** Rules longer than the server takes are left to it. */
const longest = 100_000;
/** Schemas deeper than anybody's are left to the server. */
const deepest = 100;

/**
 * The rules in CEL of a CRD's schema that the API server can't compile, as far as that shows without a compiler: a rule that is empty or
 * breaks off, brackets that don't match, and fields of `self` that the schema doesn't declare.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 * @param path the schema's path in the CRD
 */
export function* ruleIssues(schema: unknown, path: string, depth = 0): Generator<Issue> {
  if (!isRecord(schema) || depth > deepest) return;
  const { "x-kubernetes-validations": rules, properties, items, additionalProperties } = schema;
  for (const [index, entry] of (Array.isArray(rules) ? rules : []).entries()) {
    const message = isRecord(entry) ? ruleProblem(entry.rule, schema, depth === 0) : undefined;
    if (message !== undefined) yield { path: `${path}.x-kubernetes-validations[${index}].rule`, message, fix: fixOfRule };
  }
  for (const [name, part] of isRecord(properties) ? Object.entries(properties) : [])
    yield* ruleIssues(part, joined(`${path}.properties`, name), depth + 1);
  yield* ruleIssues(items, `${path}.items`, depth + 1);
  yield* ruleIssues(additionalProperties, `${path}.additionalProperties`, depth + 1);
}

const fixOfRule = "Correct the rule, or declare the field in the schema.";

/** Why a rule doesn't compile; undefined where nothing shows. */
function ruleProblem(rule: unknown, schema: Members, isRoot: boolean): string | undefined {
  if (rule === undefined || rule === null || (typeof rule === "string" && rule.trim() === "")) return "the rule is empty";
  if (typeof rule !== "string" || rule.length > longest) return undefined;
  const code = withoutTexts(rule);
  if (/(&&|\|\||[-+*/%<>=!?:,.([{])\s*$/.test(code)) return "the rule does not compile: it breaks off";
  if (!isBalanced(code)) return "the rule does not compile: its brackets don't match";
  for (const [reference, steps] of references(code)) {
    const missing = undeclared(steps, schema, isRoot);
    if (missing !== undefined) return `the rule does not compile: the schema declares no field "${missing}" for ${reference}`;
  }
  return undefined;
}

/** Literal texts, which may hold anything, and comments. One that never ends takes all the rest, so that nothing is looked through twice. */
const texts = /\/\/[^\n]*|[rRbB]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|["'][\s\S]*)/g;
const withoutTexts = (rule: string) => rule.replace(texts, (text) => (text.startsWith("//") ? " " : '""'));

const closing: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

function isBalanced(code: string): boolean {
  const open: string[] = [];
  for (const character of code.match(/[()[\]{}]/g) ?? []) {
    const opening = own(closing, character);
    if (opening === undefined) open.push(character);
    else if (open.pop() !== opening) return false;
  }
  return open.length === 0;
}

/** The fields that a rule reads of the value it is for, as `self.size`, without the function that is called on one. */
function* references(code: string): Generator<readonly [reference: string, steps: readonly string[]]> {
  for (const [, reference = "", call] of code.matchAll(/(?<![\w.])((?:self|oldSelf)(?:\.[A-Za-z_]\w*)+)(?!\w)(\s*\()?/g)) {
    const steps = reference.split(".").slice(1);
    yield [reference, call === undefined ? steps : steps.slice(0, -1)];
  }
}

type Members = Readonly<Record<string, unknown>>;

/** The first step that a schema doesn't declare; undefined where all are, or where fields needn't be declared. */
function undeclared(steps: readonly string[], root: Members, isRoot: boolean): string | undefined {
  let schema: unknown = root;
  for (const [index, step] of steps.entries()) {
    if (!isRecord(schema) || isOpen(schema)) return undefined;
    const name = unescaped(step);
    if (((index === 0 && isRoot) || schema["x-kubernetes-embedded-resource"] === true) && ofEveryObject.has(name)) return undefined;
    const { properties, additionalProperties } = schema;
    if (isRecord(additionalProperties)) {
      schema = additionalProperties;
      continue;
    }
    const declared: unknown = isRecord(properties) ? own(properties, name) : undefined;
    if (declared === undefined) return name;
    schema = declared;
  }
  return undefined;
}

const ofEveryObject = new Set(["apiVersion", "kind", "metadata"]);

/** Whether a value may be of several types, or have fields that aren't declared. */
const isOpen = ({ type, "x-kubernetes-int-or-string": isEither, "x-kubernetes-preserve-unknown-fields": isAny }: Members) =>
  type === undefined || isEither === true || isAny === true;

/** A name as the schema has it: rules write what isn't an identifier of CEL in another way. */
function unescaped(step: string): string {
  return step.replace(/__(underscores|dot|dash|slash|[a-z]+)__/g, (_text, word: string) => own(escapes, word) ?? word);
}

const escapes: Readonly<Record<string, string>> = { underscores: "__", dot: ".", dash: "-", slash: "/" };
