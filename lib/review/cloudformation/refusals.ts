import { behaviourOf } from "./behaviour.ts";
import { uniqueBy } from "./effects.ts";
import type { JudgedPair, StackChange } from "./stack.ts";
import type { Template, TemplateResource } from "./template.ts";
import { importsIn, isSame, referencesIn } from "./values.ts";

/** Most resources of a stack: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const mostResources = 500;

/** A stack by name, with its templates on both sides. */
export interface ComparedStack {
  readonly name: string;
  readonly before: Template;
  readonly after: Template;
  readonly change: StackChange;
}

/** Why CloudFormation, or the service behind it, refuses resources of a stack; by their new logical ids. */
export function refusedResources(stack: ComparedStack, all: readonly ComparedStack[]): Map<string, string> {
  const { change } = stack;
  return new Map([
    ...change.retyped.map(
      ({ before, after }) =>
        [
          after.id,
          `CloudFormation refuses it: a resource's type can't change from ${before.resource.type} to ${after.resource.type}; give the new one another logical id`,
        ] as const,
    ),
    ...change.pairs.flatMap(takenName),
    ...movedBetweenStacks(stack, all),
    ...takenPaths(stack),
  ]);
}

/** A replacement is created before the old one is deleted, which still has its name. */
function takenName({ before, after, fate, properties }: JudgedPair): [string, string][] {
  if (fate !== "replaced") return [];
  const { type } = after.resource;
  const unique = uniqueBy(type, behaviourOf(type));
  const isTaken =
    unique.length > 0 &&
    unique.every(
      (name) =>
        after.resource.properties[name] !== undefined &&
        isSame(before.resource.properties[name], after.resource.properties[name]) &&
        !properties.some((property) => property.name === name),
    );
  if (!isTaken) return [];
  const what = unique.map((name) => `${name} ${textOf(after.resource.properties[name])}`).join(", ");
  const way =
    before.id === after.id
      ? "give it another name, or remove it in a deployment of its own first"
      : `keep the logical id ${before.id}, or give it another name`;
  return [[after.id, `CloudFormation refuses it: it creates the new one while the old one still has the ${what}; ${way}`]];
}

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** What leaves one stack for another exists while the other creates it. */
function movedBetweenStacks({ name, change }: ComparedStack, all: readonly ComparedStack[]): [string, string][] {
  const leaving = all
    .filter((other) => other.name !== name)
    .flatMap((other) =>
      [...other.change.removed].flatMap(([id, resource]) => (nameOf(resource) ? [{ stack: other.name, id, key: nameOf(resource) }] : [])),
    );
  return [...change.added].flatMap(([id, resource]): [string, string][] => {
    const key = nameOf(resource);
    const from = key === undefined ? undefined : leaving.find((other) => other.key === key);
    if (from === undefined) return [];
    return [
      [
        id,
        `stack ${from.stack} has it as ${from.id}, and it can't be created a second time; retain it there, then import it with cdk deploy --import-existing-resources`,
      ],
    ];
  });
}

/** A resource's written-out name. */
function nameOf({ type, properties }: TemplateResource): string | undefined {
  const values = uniqueBy(type, behaviourOf(type)).map((name) => properties[name]);
  return values.length > 0 && values.every((value) => typeof value === "string") ? [type, ...values].join(" ") : undefined;
}

/**
 * A path of an API is created before what it replaces is deleted, and below each path there may be one variable part:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
 */
function takenPaths({ before, change }: ComparedStack): [string, string][] {
  const moving = new Set(change.pairs.flatMap(({ before: old, fate }) => (fate === "replaced" ? [old.id] : [])));
  const created = [
    ...[...change.added].map(([id, resource]) => ({ id, resource })),
    ...change.pairs.flatMap(({ after, fate }) => (fate === "replaced" ? [after] : [])),
  ];
  const paths = [...before.resources].filter(([, { type }]) => type === "AWS::ApiGateway::Resource");
  const isVariable = (part: unknown) => typeof part === "string" && part.startsWith("{");
  return created.flatMap(({ id, resource: { type, properties } }): [string, string][] => {
    const isMoved = [properties.RestApiId, properties.ParentId].some((value) => [...moving].some((old) => isReferenceTo(value, old)));
    if (type !== "AWS::ApiGateway::Resource" || isMoved) return [];
    const { PathPart: part } = properties;
    const sibling = paths.find(
      ([, old]) =>
        isSame(old.properties.ParentId, properties.ParentId) &&
        (isSame(old.properties.PathPart, part) || (isVariable(part) && isVariable(old.properties.PathPart))),
    );
    if (!sibling) return [];
    const [, old] = sibling;
    return [
      [
        id,
        `API Gateway refuses it: ${textOf(part)} is created while ${textOf(old.properties.PathPart)} is still there, and a path has ${isVariable(part) ? "one variable part" : "each part once"} below it; keep the old one, or make a new API`,
      ],
    ];
  });
}

const isReferenceTo = (value: unknown, id: string) => referencesIn(value).has(id);

/** Why the outputs of a stack are refused: what another stack imports can neither go nor change. By the names of outputs. */
export function refusedOutputs({ name, before, after, change }: ComparedStack, all: readonly ComparedStack[]): Map<string, string> {
  const replaced = change.pairs.flatMap(({ after: now, fate }) => (fate === "replaced" ? [now.id] : []));
  return new Map(
    [...before.sections.Outputs].flatMap(([id, output]): [string, string][] => {
      const exported = exportOf(output);
      const reader = exported && all.find((other) => other.name !== name && imports(other.before).has(exported));
      const now = after.sections.Outputs.get(id);
      const stays =
        exportOf(now) === exported &&
        isSame(outputValue(output), outputValue(now)) &&
        !replaced.some((old) => isReferenceTo(outputValue(now), old));
      if (!exported || !reader || stays) return [];
      return [
        [
          id,
          `CloudFormation refuses it: stack ${reader.name} imports ${exported}, which can neither go nor change meanwhile; deploy ${reader.name} without the import first`,
        ],
      ];
    }),
  );
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
const outputValue = (output: unknown) => memberOf(output, "Value");
function exportOf(output: unknown): string | undefined {
  const name = memberOf(memberOf(output, "Export"), "Name");
  return typeof name === "string" ? name : undefined;
}

const imports = ({ resources, sections }: Template) =>
  new Set([...resources.values(), ...sections.Outputs.values()].flatMap((part) => [...importsIn(part)]));

/** Why a stack is refused as a whole. */
export const refusedStack = ({ resources }: Template): string | undefined =>
  resources.size > mostResources
    ? `CloudFormation refuses it: ${resources.size} resources are more than the ${mostResources} that a stack may have`
    : undefined;
