import { withoutSecrets } from "../../manifest/index.ts";
import { fitsPattern, hidden, isRecord, own } from "../../outside/index.ts";
import { counted } from "../../problem/index.ts";
import { keyDefaults } from "../apply.ts";
import { joined, preceded, valueAt } from "../path.ts";
import { shownValue } from "../shown-value.ts";
import { fixOfMissing, fixOfValue } from "./fixes.ts";
import { type Issue, missingField } from "./issue.ts";
import type { Schema } from "./load.ts";
import { meantPlace } from "./misplaced.ts";
import { isIntOrString, quantityForm, quantityPattern, scalars, scalarType, type Test } from "./scalars.ts";
import { withSchemaDefaults } from "./schema-defaults.ts";

/** An issue as it is found. What its message says of the value, it says of what may be shown of it. */
interface Found extends Omit<Issue, "message"> {
  readonly message: string | ((shown: unknown) => string);
  /** What a value should have been, where it is another. */
  readonly expected?: string;
}

type Definitions = Readonly<Record<string, Schema>>;
/** Unknown fields of one object for which another place is looked for: more are no slips. */
const mostPlaced = 50;
type Names = (word: string, candidates: readonly string[]) => string;

const prefix = "#/definitions/";

/** Where issues go, and how what they are found in is read. */
interface Visit {
  readonly issues: Found[];
  readonly isCustom: boolean;
  /** Whether the schema names some fields and leaves the others to another. */
  readonly isPart: boolean;
}

/**
 * Holds values against schemas as the API server does with strict field validation: unknown fields, wrong types, duplicates in lists
 * that are maps, and what a CRD's schema says beside.
 *
 * Most values are sound, so paths are put together only when something was found: from the inside out.
 */
export class Validator {
  readonly #definitions: Definitions;
  readonly #suggest: Names;
  readonly #referred = new Map<string, Schema | Test>();

  constructor(definitions: Definitions, suggest: Names) {
    this.#definitions = definitions;
    this.#suggest = suggest;
  }

  /** @param isCustom whether the schema is that of a CRD: null is a value unless it says otherwise, and defaults count before what is required */
  issues(given: unknown, schema: Schema, isCustom: boolean): Issue[] {
    const issues: Found[] = [];
    const value = isCustom ? withSchemaDefaults(given, schema) : given;
    this.#visit(value, schema, { issues, isCustom, isPart: false });
    if (issues.length === 0) return [];
    const shown = withoutSecrets(value);
    return issues.map(({ expected, ...issue }, index) => {
      const found = typeof issue.message === "string" && expected === undefined ? undefined : valueAt(shown, issue.path);
      const fix = issue.fix ?? (expected === undefined ? undefined : fixOfValue(expected, found));
      return {
        ...issue,
        message: typeof issue.message === "string" ? issue.message : issue.message(found),
        ...(fix === undefined ? {} : { fix }),
        ...(issue.isUnknownField && index < mostPlaced ? this.#placed(issue.path, schema) : {}),
      };
    });
  }

  /** Where an unknown field was meant to stand. */
  #placed(path: string, root: Schema): Pick<Issue, "fix" | "belongsAt"> {
    const place = meantPlace(path, root, (schema) => this.#followed(schema));
    if (place === undefined) return {};
    const parent = (text: string) => text.slice(0, Math.max(text.lastIndexOf("."), 0));
    const isBeside = parent(place) === parent(path);
    return {
      belongsAt: place,
      fix: isBeside
        ? `Did you mean "${place.slice(parent(place).length).replace(/^\./, "")}"?`
        : `It belongs at ${place}: correct its indentation.`,
    };
  }

  #followed(schema: Schema): Schema {
    const referred = schema.$ref === undefined ? schema : this.#resolve(schema.$ref);
    return isTest(referred) ? {} : referred;
  }

  #visit(value: unknown, schema: Schema, found: Visit): void {
    if (value === undefined) return;
    if (value === null) {
      if (isNullRefused(schema, found)) found.issues.push(refusedNull(schema));
    } else if (schema.$ref !== undefined) this.#visitReferred(value, this.#resolve(schema.$ref), found);
    else {
      this.#visitValue(value, schema, found);
      if (found.isCustom) this.#visitAlternatives(value, schema, found);
    }
  }

  #visitReferred(value: unknown, referred: Schema | Test, found: Visit): void {
    if (!isTest(referred)) this.#visit(value, referred, found.isCustom ? { ...found, isCustom: false } : found);
    else if (!referred[0](value)) found.issues.push(unlike(referred[1]));
  }

  #visitValue(value: unknown, schema: Schema, found: Visit): void {
    if (schema["x-kubernetes-int-or-string"]) found.issues.push(...eitherIssues(value, schema, found));
    else if (schema.properties || typeOf(value, schema, found) === "object") this.#visitObject(value, schema, found);
    else if (typeOf(value, schema, found) === "array") this.#visitList(value, schema, found);
    else found.issues.push(...scalarIssues(value, schema));
  }

  /** The alternatives that a CRD's schema asks for beside its type: all of some, any, exactly one, or not one. They decide on no other fields. */
  #visitAlternatives(value: unknown, { allOf, anyOf, oneOf, not, "x-kubernetes-int-or-string": isEither }: Schema, found: Visit): void {
    if (isEither) return; // whose alternatives are spelt out in anyOf too
    const judged = (alternatives: readonly Schema[]) =>
      alternatives.map((schema): Alternative => {
        const issues: Found[] = [];
        this.#visit(value, schema, { issues, isCustom: true, isPart: true });
        return { schema, issues };
      });
    for (const { issues } of judged(allOf ?? [])) addAll(found.issues, issues);
    if (anyOf)
      addAll(
        found.issues,
        alternativeIssues(judged(anyOf), "one of", (count) => count > 0),
      );
    if (oneOf)
      addAll(
        found.issues,
        alternativeIssues(judged(oneOf), "exactly one of", (count) => count === 1),
      );
    if (not) addAll(found.issues, excludedIssues(judged([not])));
  }

  /** What a reference stands for: a definition, with what the server fills in taken off what it requires, or a test of a type with a reader of its own. */
  #resolve(ref: string): Schema | Test {
    const known = this.#referred.get(ref);
    if (known) return known;
    const name = ref.slice(prefix.length);
    const type = name.slice(name.lastIndexOf(".") + 1);
    const definition = own(this.#definitions, name) ?? {};
    const required = definition.required?.filter((key) => !filledIn.has(`${type}.${key}`));
    const referred = own(scalars, type) ?? (required ? { ...definition, required } : definition);
    this.#referred.set(ref, referred);
    return referred;
  }

  /** Visits what stands at a step below, and puts the step before the paths of what is found there. */
  #visitAt(step: string | number, value: unknown, schema: Schema, found: Visit): void {
    const { issues } = found;
    const before = issues.length;
    this.#visit(value, schema, found);
    for (let index = before; index < issues.length; index++) {
      const issue = issues[index];
      if (issue) issues[index] = { ...issue, path: preceded(step, issue.path) };
    }
  }

  #visitObject(value: unknown, schema: Schema, found: Visit): void {
    if (!isRecord(value)) {
      found.issues.push(unlike("an object"));
      return;
    }
    for (const [key, member] of Object.entries(value)) this.#visitMember(key, member, schema, found);
    found.issues.push(...boundIssues(Object.keys(value).length, schema.minProperties, schema.maxProperties, "field"));
    for (const key of schema.required ?? [])
      if (own(value, key) === undefined)
        found.issues.push({
          path: joined("", key),
          message: missingField,
          fix: fixOfMissing(key, this.#followed(own(schema.properties, key) ?? {})),
        });
  }

  #visitMember(key: string, value: unknown, schema: Schema, found: Visit): void {
    const { properties, additionalProperties } = schema;
    const property = own(properties, key);
    if (property) {
      const removed = property["x-slipway-gone"];
      if (removed) found.issues.push({ path: joined("", key), message: `was removed in Kubernetes ${removed}`, severity: "warning" });
      this.#visitAt(key, value, property, found);
    } else if (typeof additionalProperties === "object") this.#visitAt(key, value, additionalProperties, found);
    else if (properties && !additionalProperties && !found.isPart && !schema["x-kubernetes-preserve-unknown-fields"])
      found.issues.push({
        path: joined("", key),
        message: `unknown field "${key}"`,
        fix: this.#suggest(key, Object.keys(properties)),
        isUnknownField: true,
      });
  }

  #visitList(value: unknown, schema: Schema, found: Visit): void {
    if (!Array.isArray(value)) {
      found.issues.push(unlike("a list"));
      return;
    }
    const { items = {} } = schema;
    for (let index = 0; index < value.length; index++) {
      if (value[index] === null && !found.isCustom) found.issues.push(nullEntry(schema, index));
      else this.#visitAt(index, value[index], items, found);
    }
    found.issues.push(...boundIssues(value.length, schema.minItems, schema.maxItems, "item"));
    const keys = schema["x-kubernetes-list-type"] === "map" ? schema["x-kubernetes-list-map-keys"] : undefined;
    if (keys && value.length > 1) addAll(found.issues, keyIssues(value, keys));
    else if (schema["x-kubernetes-list-type"] === "set") addAll(found.issues, setIssues(value));
  }
}

/** The server takes null for a field that isn't there; in a CRD's only where that lets it, or says what stands in its place. */
const isNullRefused = ({ nullable, default: instead, type, "x-kubernetes-int-or-string": isEither }: Schema, { isCustom }: Visit) =>
  isCustom && !nullable && instead === undefined && (type !== undefined || isEither === true);

/** One of the forms that a CRD's schema offers for a value, with what keeps the value from being it. */
interface Alternative {
  readonly schema: Schema;
  readonly issues: readonly Found[];
}

/**
 * What is wrong where the number of alternatives that a value fits isn't one that is asked for. One whose only issues are warnings may fit:
 * what couldn't be checked is reported where the answer hangs on it.
 */
function alternativeIssues(all: readonly Alternative[], wanted: string, fits: (count: number) => boolean): readonly Found[] {
  const sure = all.filter(({ issues }) => issues.length === 0);
  const open = all.filter(({ issues }) => issues.length > 0 && issues.every(({ severity }) => severity === "warning"));
  const answers = Array.from({ length: open.length + 1 }, (_count, more) => fits(sure.length + more));
  if (answers.every((answer) => answer)) return none;
  if (answers.includes(true)) return open.flatMap(({ issues }) => issues);
  const isEach = sure.length === 0;
  return [
    {
      path: "",
      isMismatch: true,
      message: (shown) =>
        isEach
          ? `expected ${wanted} ${counted(all.length, "alternative")}, found none: ${all.map((alternative) => `${nameOf(alternative.schema)}: ${reasonOf(alternative, shown)}`).join("; ")}`
          : `expected ${wanted} ${counted(all.length, "alternative")}, found ${sure.length}: ${sure.map(({ schema }) => nameOf(schema)).join("; ")}`,
    },
  ];
}

/** What is wrong where a value is what the schema excludes. */
function excludedIssues(excluded: readonly Alternative[]): readonly Found[] {
  return excluded.flatMap(({ schema, issues }) => {
    if (issues.length === 0) return [{ path: "", isMismatch: true, message: `expected a value that isn't ${nameOf(schema)}` }];
    return issues.every(({ severity }) => severity === "warning") ? issues : [];
  });
}

/** What distinguishes an alternative from the others. */
function nameOf({ title, required, properties, type, enum: values, pattern }: Schema): string {
  if (title) return title;
  if (required?.length) return `with ${required.join(" and ")}`;
  if (properties) return `where ${Object.keys(properties).join(" and ")} fits`;
  if (values) return `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`;
  return pattern === undefined ? `of type ${type ?? "any"}` : `text that fits ${pattern}`;
}

/** Why a value isn't an alternative: the first of its issues. */
function reasonOf({ issues: [issue] }: Alternative, shown: unknown): string {
  if (!issue) return "it fits";
  const message = typeof issue.message === "string" ? issue.message : issue.message(valueAt(shown, issue.path));
  return issue.path === "" ? message : `${issue.path} ${message}`;
}

/** One by one: a list may give more issues than a call takes arguments. */
function addAll(issues: Found[], more: Iterable<Found>): void {
  for (const issue of more) issues.push(issue);
}

/** Client-side apply leaves the field out, so that the object is whole to whoever reads it. */
const refusedNull = ({ type = "integer or string" }: Schema): Found => ({
  path: "",
  message: `expected a value of type ${type}, found null`,
  fix: "Remove the field, or give it a value: server-side apply refuses the null, client-side apply leaves the field out.",
  isServerSide: true,
});

/** Lists that are merged by key take no null; elsewhere it is an empty entry, which nobody means. */
const nullEntry = (schema: Schema, index: number): Found => ({
  path: `[${index}]`,
  message: "the entry is null",
  fix: "Give it a value, or remove it.",
  ...(mergedLists.has(schema["x-kubernetes-list-type"]) ? {} : { severity: "warning" }),
});
const mergedLists = new Set<unknown>(["map", "set"]);

/** Of what type a value is held to be: a form that stands beside a type doesn't repeat it. */
function typeOf(value: unknown, { type }: Schema, { isPart }: Visit): string | undefined {
  if (type || !isPart) return type;
  return Array.isArray(value) ? "array" : typeof value;
}

const isTest = (referred: Schema | Test): referred is Test => Array.isArray(referred);
const none: readonly Found[] = [];

/** Fields that the document calls required, and the server fills in. */
const filledIn = new Set([
  "HTTPHeader.value",
  "PodFailurePolicy.rules",
  "PodFailurePolicyOnPodConditionsPattern.status",
  "PreferredSchedulingTerm.preference",
  "RoleRef.apiGroup",
  "SleepAction.seconds",
  "Sysctl.value",
]);

/** Server-side apply merges such lists by key: an entry with the key of another is refused. */
function* keyIssues(items: readonly unknown[], keys: readonly string[]): Generator<Found> {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const key = JSON.stringify(keyValues(item, keys));
    if (seen.has(key)) {
      const message = (shown: unknown) => {
        const values = keyValues(shown, keys);
        return `another entry has the same ${keys.map((name, at) => `${name} ${shownValue(values[at])}`).join(" and ")}`;
      };
      yield { path: `[${index}]`, message, fix: "Keep one of them." };
    }
    seen.add(key);
  }
}

function keyValues(item: unknown, keys: readonly string[]): readonly unknown[] {
  const members = new Map(typeof item === "object" && item !== null ? Object.entries(item) : []);
  return keys.map((key) => members.get(key) ?? own(keyDefaults, key));
}

function* setIssues(items: readonly unknown[]): Generator<Found> {
  const seen = new Set<unknown>();
  for (const [index, item] of items.entries()) {
    if (seen.has(item))
      yield { path: `[${index}]`, message: (shown) => `${shownValue(shown)} is in the list twice`, fix: "Keep one of them." };
    seen.add(item);
  }
}

function scalarIssues(value: unknown, schema: Schema): readonly Found[] {
  const expected = scalarType(value, schema);
  if (expected) return [unlike(expected)];
  if (schema.enum && !schema.enum.includes(value))
    return [unlike(`one of ${schema.enum.map((value) => JSON.stringify(value)).join(", ")}`)];
  if (typeof value === "number") return numberIssues(value, schema);
  if (typeof value !== "string") return none;
  const bounds = boundIssues(value.length, schema.minLength, schema.maxLength, "character");
  const fits = schema.pattern === undefined || fitsPattern(schema.pattern, value);
  if (fits === "too large") return [...bounds, unheld];
  return fits === false ? [...bounds, unlike(`text that fits ${schema.pattern}`)] : bounds;
}

/** An integer or a text. In custom resources either is held to what the schema says of it, and no integer to 32 bits: many are quantities. */
function eitherIssues(value: unknown, schema: Schema, { isCustom }: Visit): readonly Found[] {
  if (!isCustom) return isIntOrString(value) ? none : [unlike("an integer or a string")];
  if (typeof value !== "string" && !Number.isInteger(value)) return [unlike("an integer or a string")];
  const issues = scalarIssues(value, schema);
  return issues.length > 0 && schema.pattern?.startsWith(quantityPattern) ? [unlike(quantityForm)] : issues;
}

/** Where a pattern and a text would take too long together. */
const unheld: Found = {
  path: "",
  message: "wasn't checked against the pattern of its schema: together they are too large",
  fix: "Let the API server judge it: kubectl apply --dry-run=server.",
  severity: "warning",
};

function numberIssues(value: number, { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Schema): readonly Found[] {
  if (exclusiveMinimum && value === minimum) return [unlike(`more than ${minimum}`)];
  if (exclusiveMaximum && value === maximum) return [unlike(`less than ${maximum}`)];
  if (multipleOf && value % multipleOf !== 0) return [unlike(`a multiple of ${multipleOf}`)];
  return boundIssues(value, minimum, maximum, "");
}

/** @param unit what is counted, in the singular; empty for the value itself */
function boundIssues(found: number, least: number | undefined, most: number | undefined, unit: string): readonly Found[] {
  const bound = (words: string, count: number): Found[] => {
    const expected = unit === "" ? `${words} ${count}` : `${words} ${counted(count, unit)}`;
    return [{ path: "", isMismatch: true, message: (shown) => `expected ${expected}, found ${shown === hidden ? hidden : found}` }];
  };
  if (least !== undefined && found < least) return bound("at least", least);
  return most !== undefined && found > most ? bound("at most", most) : none;
}

const unlike = (expected: string): Found => ({
  path: "",
  isMismatch: true,
  expected,
  message: (shown) => `expected ${expected}, found ${shownValue(shown)}`,
});
