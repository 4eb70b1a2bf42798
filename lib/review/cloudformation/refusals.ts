import { own } from "../../outside/index.ts";
import { valueText } from "../value-text.ts";
import { storedBy, uniqueBy } from "./effects.ts";
import { isRetained, policyOf } from "./policies.ts";
import { type Input, inputsOf, inputText, names } from "./references.ts";
import type { ResourcePair } from "./renames.ts";
import { isSame } from "./same.ts";
import type { JudgedPair, StackChange } from "./stack.ts";
import type { Template, TemplateResource } from "./template.ts";

/** Most resources of a stack: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const mostResources = 500;

/** Why CloudFormation refuses another type under one logical id. */
export const typeRefusal = ({ before, after }: ResourcePair) =>
  `CloudFormation refuses it: a resource's type can't change from ${before.resource.type} to ${after.resource.type}; give the new one another logical id`;

/** Why CloudFormation, or the service behind it, refuses resources of a stack; by their new logical ids. */
export const refusedResources = (before: Template, after: Template, change: StackChange): Map<string, string> =>
  new Map([...change.pairs.flatMap(takenName), ...takenPaths(before, change), ...missingNames(before, after, change)]);

/** A replacement is created before the old one is deleted, which still has its name. */
function takenName({ before, after, fate, properties }: JudgedPair): [string, string][] {
  if (fate !== "replaced") return [];
  const { type } = after.resource;
  const unique = uniqueBy(type);
  const isTaken =
    unique.length > 0 &&
    unique.every(
      (name) =>
        own(after.resource.properties, name) !== undefined &&
        isSame(own(before.resource.properties, name), own(after.resource.properties, name)) &&
        !properties.some((property) => property.name === name),
    );
  if (!isTaken) return [];
  const what = unique.map((name) => `${name} ${valueText(own(after.resource.properties, name))}`).join(", ");
  const way = before.id === after.id ? otherWays(before.resource) : `keep the logical id ${before.id}, or give it another name`;
  return [[after.id, `CloudFormation refuses it: it creates the new one while the old one still has the ${what}; ${way}`]];
}

/** What to do where the new one needs the name of the old one. */
function otherWays(resource: TemplateResource): string {
  if (isRetained(policyOf(resource, "DeletionPolicy"))) return "give it another name; the old one stays, outside of the stack";
  const lost = storedBy(resource);
  if (lost === undefined) return "give it another name, or remove it in a deployment of its own first";
  return `give it another name, with UpdateReplacePolicy: Retain so that the old one stays with ${lost}`;
}

const isVariable = (part: unknown) => typeof part === "string" && part.startsWith("{");

/**
 * A path of an API is created before what it replaces is deleted, and below each path there may be one variable part:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
 */
function takenPaths(before: Template, change: StackChange): [string, string][] {
  const isPath = ({ resource }: ResourcePair["after"]) => resource.type === "AWS::ApiGateway::Resource";
  const created = [
    ...[...change.added].map(([id, resource]) => ({ id, resource })),
    ...change.pairs.flatMap(({ after, fate }) => (fate === "replaced" ? [after] : [])),
  ].filter(isPath);
  if (created.length === 0) return [];
  const replaced = change.pairs.flatMap(({ after, fate }) => (fate === "replaced" ? [after.id] : []));
  const paths = [...before.resources.values()].filter(({ type }) => type === "AWS::ApiGateway::Resource");
  return created.flatMap(({ id, resource: { properties } }): [string, string][] => {
    const { RestApiId: api, ParentId: parent, PathPart: part } = properties;
    // Below what is created anew there is nothing yet.
    if (replaced.some((other) => names(api, other) || names(parent, other))) return [];
    const sibling = paths.find(
      ({ properties: old }) =>
        isSame(old.ParentId, parent) && (isSame(old.PathPart, part) || (isVariable(part) && isVariable(old.PathPart))),
    );
    if (!sibling) return [];
    const limit = isVariable(part) ? "one variable part" : "each part once";
    return [
      [
        id,
        `API Gateway refuses it: ${valueText(part)} is created while ${valueText(sibling.properties.PathPart)} is still there, and a path has ${limit} below it; keep the old one, or make a new API`,
      ],
    ];
  });
}

/** Resources that name what the template doesn't have. A macro may add it. */
function missingNames(before: Template, after: Template, change: StackChange): [string, string][] {
  if (after.transform !== undefined) return [];
  const missingIn = (template: Template, { properties, attributes }: TemplateResource) => {
    const has = ({ kind, name }: Input) =>
      kind === "id" || kind === "attribute"
        ? name.startsWith("AWS::") || template.resources.has(name) || template.sections.Parameters.has(name)
        : template.sections[kind === "mapping" ? "Mappings" : "Conditions"].has(name);
    const waited = [attributes.DependsOn].flat().flatMap((name): Input[] => (typeof name === "string" ? [{ kind: "id", name }] : []));
    const condition: Input[] = typeof attributes.Condition === "string" ? [{ kind: "condition", name: attributes.Condition }] : [];
    return [...inputsOf(properties).values(), ...waited, ...condition].filter((input) => !has(input)).map(inputText);
  };
  const sides = [
    ...change.pairs.map(({ before: old, after: now }) => ({ now, old: old.resource })),
    ...[...change.added].map(([id, resource]) => ({ now: { id, resource }, old: undefined })),
  ];
  return sides.flatMap(({ now: { id, resource }, old }): [string, string][] => {
    const known = new Set(old ? missingIn(before, old) : []);
    const [missing] = missingIn(after, resource).filter((name) => !known.has(name));
    return missing === undefined ? [] : [[id, `CloudFormation refuses it: it names ${missing}, which the template doesn't have`]];
  });
}

/** Why a stack is refused as a whole. */
export const refusedStack = ({ resources, transform }: Template): string | undefined =>
  resources.size === 0 && transform === undefined
    ? "CloudFormation refuses it: a template has at least one resource"
    : resources.size > mostResources
      ? `CloudFormation refuses it: ${resources.size} resources are more than the ${mostResources} that a stack may have`
      : undefined;
