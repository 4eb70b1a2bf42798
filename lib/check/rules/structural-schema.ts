import { type Issue, joined, shownValue } from "../../kubernetes/index.ts";
import { membersOf } from "../read.ts";

/** What a schema must be for the API server to prune and default by it: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema */
export function* structuralIssues(schema: unknown, path: string): Generator<Issue> {
  const { type } = membersOf(schema);
  if (type !== "object")
    yield {
      path: `${path}.type`,
      message: type === undefined ? "is required but missing: a custom resource is an object" : "expected object",
    };
  yield* partIssues(schema, path);
}

/** The types of OpenAPI 3. */
const types = new Set(["array", "boolean", "integer", "number", "object", "string"]);

/** Schemas deeper than anybody's are left to the server. */
const deepest = 100;

function* partIssues(schema: unknown, path: string, depth = 0): Generator<Issue> {
  if (depth > deepest) return;
  for (const [part, at] of partsOf(schema, path)) {
    const members = membersOf(part);
    const isOpen = members["x-kubernetes-int-or-string"] === true || members["x-kubernetes-preserve-unknown-fields"] === true;
    if (!isOpen && (members.type === undefined || members.type === ""))
      yield { path: `${at}.type`, message: "is required but missing: the schema must be structural" };
    else if (typeof members.type === "string" && members.type !== "" && !types.has(members.type))
      yield { path: `${at}.type`, message: `expected one of ${[...types].join(", ")}, found ${shownValue(members.type)}` };
    for (const message of formProblems(members)) yield { path: at, message };
    yield* partIssues(part, at, depth + 1);
  }
}

/** What the server refuses in a schema beside its types; each was refused by the server of 1.34. */
function formProblems(members: Readonly<Record<string, unknown>>): string[] {
  const { type, properties, additionalProperties, items, uniqueItems, $ref } = members;
  return [
    ...(type === "array" && items === undefined ? ["a list needs items"] : []),
    ...(Object.keys(membersOf(properties)).length > 0 && Object.keys(membersOf(additionalProperties)).length > 0
      ? ["properties and additionalProperties exclude each other"]
      : []),
    ...(uniqueItems === true ? ["uniqueItems can't be true: use x-kubernetes-list-type: set"] : []),
    ...($ref === undefined ? [] : ["$ref is not supported: write the schema out"]),
    ...(members["x-kubernetes-list-type"] === "map" && !Array.isArray(members["x-kubernetes-list-map-keys"])
      ? ["x-kubernetes-list-type: map needs x-kubernetes-list-map-keys"]
      : []),
  ];
}

/** The schemas of a schema's fields, items and values. What stands under allOf, anyOf, oneOf and not has no types. */
function* partsOf(schema: unknown, path: string): Generator<readonly [part: unknown, path: string]> {
  const { properties, items, additionalProperties } = membersOf(schema);
  const isRoot = path.endsWith(".openAPIV3Schema");
  for (const [name, property] of Object.entries(membersOf(properties)))
    if (!isRoot || name !== "metadata") yield [property, joined(`${path}.properties`, name)];
  if (items !== undefined) yield [items, `${path}.items`];
  if (typeof additionalProperties === "object" && additionalProperties !== null)
    yield [additionalProperties, `${path}.additionalProperties`];
}
