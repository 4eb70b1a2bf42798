import type { z } from "zod";
import { type Problem, suggestion } from "../problem/index.ts";
import { withoutLiterals } from "./literals.ts";
import { type Shape, shapeOf } from "./shape.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Where in a file a path stands. */
type Place = Pick<Problem, "file" | "line">;

/**
 * Holds a value against a schema; problems have the path, what was found there and what is allowed.
 * @param placeOf where a path stands, for problems to name. Default: unknown
 */
export function validate(schema: z.ZodType, value: unknown, placeOf: (path: Path) => Place = () => ({})): Problem[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  const issues = result.error.issues.flatMap((issue) => flatten(issue, []));
  return issues.flatMap((issue) => problems(issue, value, shapeOf(schema), placeOf));
}

/** A path as people read it: `container.ports.http`, with keys that hold dots or slashes in brackets. */
export function formatPath(path: Path): string {
  return path
    .map((key) => (/^[\w-]+$/.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(String(key))}]`))
    .join("")
    .replace(/^\./, "");
}

/** A union of a scalar and an object says only that nothing fits: the branch that matches most is taken for the one that was meant. */
function flatten(issue: Issue, prefix: Path): Issue[] {
  const path: PropertyKey[] = [...prefix, ...issue.path];
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [{ ...issue, path }];
  const branches = issue.errors.filter((errors) => !errors.some((error) => error.code === "invalid_type" && error.path.length === 0));
  if (branches.length === 1 && branches[0]) return branches[0].flatMap((error) => flatten(error, path));
  const allowed = issue.errors.flatMap((errors) =>
    errors.map((error) => (error.code === "invalid_type" ? article(error.expected) : error.message)),
  );
  return [{ code: "custom", path, message: [...new Set(allowed)].join(", or "), input: undefined }];
}

function problems(issue: Issue, root: unknown, shape: Shape, placeOf: (path: Path) => Place): Problem[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ ...placeOf([...issue.path, key]), ...unknownKey(issue.path, key, at(root, issue.path), shape) }));
  const found = withoutLiterals(issue.path, at(root, issue.path));
  return [{ ...placeOf(issue.path), path: formatPath(issue.path), message: message(issue, found), fix: fixOf(issue, found) }];
}

function fixOf(issue: Issue, found: unknown): string {
  if (found === undefined) return "Add it.";
  const isUnquoted = issue.code === "invalid_type" && issue.expected === "string" && ["number", "boolean"].includes(typeof found);
  return isUnquoted ? "Write it in quotes." : "Change the value there.";
}

function message(issue: Issue, found: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return found === undefined ? "is required but missing" : `expected ${article(issue.expected)}, found ${shown(found)}`;
    case "invalid_value":
      return `expected ${issue.values.length > 1 ? "one of " : ""}${issue.values.map(shown).join(", ")}, found ${shown(found)}`;
    case "invalid_union":
      return unionMessage(issue, found);
    case "too_small":
      return `expected at least ${issue.minimum}${unit(issue.origin, issue.minimum)}, found ${shown(found)}`;
    case "too_big":
      return `expected at most ${issue.maximum}${unit(issue.origin, issue.maximum)}, found ${shown(found)}`;
    case "invalid_key":
      return `expected a key of ${issue.issues[0]?.message ?? "another form"}, found ${shown(issue.path.at(-1))}`;
    case "custom":
      return issue.params?.whole === true ? issue.message : `expected ${issue.message}, found ${shown(found)}`;
    default:
      return `expected ${issue.message}, found ${shown(found)}`;
  }
}

function unionMessage(issue: z.core.$ZodIssueInvalidUnion, found: unknown): string {
  const { discriminator, options } = issue as { discriminator?: string; options?: readonly unknown[] };
  return discriminator
    ? `expected ${discriminator} to be one of ${(options ?? []).map(shown).join(", ")}, found ${shown(found)}`
    : `expected another value, found ${shown(found)}`;
}

function unknownKey(path: Path, key: string, parent: unknown, shape: Shape): Problem {
  const allowed = keysAt(shape, path, parent);
  return {
    path: formatPath([...path, key]),
    message: `unknown key "${key}"`,
    fix: suggestion(key, allowed, "Allowed"),
  };
}

function keysAt(shape: Shape, path: Path, value: unknown): readonly string[] {
  const place = path.reduce<Shape | undefined>((current, key) => current?.child(String(key)), shape);
  return place?.keys(value) ?? [];
}

function at(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined),
    root,
  );
}

/** Types as people call them. */
const article = (type: string) => ({ object: "an object", int: "an integer", array: "a list", record: "an object" })[type] ?? `a ${type}`;
/** What a size is counted in. */
function unit(origin: string, size: number | bigint): string {
  if (origin === "string") return size === 1 ? " character" : " characters";
  if (origin === "array") return size === 1 ? " entry" : " entries";
  return "";
}

/** A value short enough for a message. */
function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  const text = typeof value === "bigint" || typeof value === "symbol" ? String(value) : (JSON.stringify(value) ?? "nothing");
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
