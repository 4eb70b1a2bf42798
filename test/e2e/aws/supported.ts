import { isDeepStrictEqual } from "node:util";
import type { Template } from "../../aws/stacks.ts";

/**
 * Resource types that LocalStack's community edition doesn't have, as it says itself when a stack has one. Its AWS::ECR::Repository takes the
 * properties and stores no images.
 */
export const unsupportedTypes: ReadonlySet<string> = new Set([
  "AWS::ApiGatewayV2::VpcLink",
  "AWS::ECR::ReplicationConfiguration",
  "AWS::ECR::RepositoryCreationTemplate",
  "AWS::IAM::OIDCProvider",
  "AWS::WAFv2::WebACL",
  "AWS::WAFv2::WebACLAssociation",
]);

type Json = string | number | boolean | null | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [name: string]: Json;
}

/** A template as LocalStack can take it. */
export interface SupportedTemplate {
  readonly template: Template;
  /** The types of the resources that were left out. */
  readonly leftOut: readonly string[];
}

/** What is on this machine in place of what the estate's templates name. */
export interface Replacements {
  /** Address of the server that every integration asks. */
  readonly backend?: string;
  /** Id of the hosted zone that gets the records. */
  readonly zone?: string;
}

/**
 * Leaves out exactly the resources of types that aren't supported. What refers to one of them gets a text in its place. All else stays as
 * slipway writes it, but for addresses that aren't on this machine.
 */
export const supported = (template: Template, replacements: Replacements): SupportedTemplate =>
  leaveOut(template, ([, { Type }]) => unsupportedTypes.has(Type), replacements);

/**
 * What a stack becomes on its way from one gateway's template to another: without stage and deployment, and without the methods that change.
 * LocalStack's CloudFormation can't change a stage, deletes it with its deployment, and forgets the responses of a method that it changes;
 * all of them are then created anew. Outputs, which name the stage, are left out too.
 */
export function between(before: Template, after: Template): Template {
  const changes = ([id, resource]: Entry) =>
    resource.Type === "AWS::ApiGateway::Method" && !isDeepStrictEqual(resource, before.Resources[id]);
  const isStep = (entry: Entry) => passing.has(entry[1].Type) || changes(entry);
  return leaveOut({ ...after, Outputs: {} } as Template, isStep, {}).template;
}

type Entry = readonly [id: string, resource: Template["Resources"][string]];
const passing = new Set(["AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage"]);

function leaveOut({ Resources, ...rest }: Template, isLeftOut: (entry: Entry) => boolean, replacements: Replacements): SupportedTemplate {
  const gone = new Map(Object.entries(Resources).filter(isLeftOut));
  const kept = Object.fromEntries(Object.entries(Resources).filter(([id]) => !gone.has(id)));
  const template = replaced({ ...rest, Resources: kept } as unknown as Json, new Set(gone.keys()), replacements) as unknown as Template;
  return { template, leftOut: [...gone.values()].map(({ Type }) => Type) };
}

function replaced(value: Json, gone: ReadonlySet<string>, replacements: Replacements): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((member) => replaced(member, gone, replacements));
  const { Ref: name, "Fn::GetAtt": attribute } = value as { readonly Ref?: string; readonly "Fn::GetAtt"?: readonly string[] };
  const id = name ?? attribute?.[0] ?? "";
  if (gone.has(id)) return `stands-for-${id}`;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, member]) => [key, replacedMember(key, member, gone, replacements)]),
  );
}

function replacedMember(key: string, member: Json, gone: ReadonlySet<string>, replacements: Replacements): Json {
  const { backend, zone } = replacements;
  if (key === "Uri" && backend && typeof member === "string") return member.replace(/^https?:\/\/[^/]+/, backend);
  if (key === "HostedZoneId" && zone && typeof member === "string") return zone;
  if (key === "DependsOn") return [member].flat().filter((id) => typeof id !== "string" || !gone.has(id)) as Json;
  return replaced(member, gone, replacements);
}
