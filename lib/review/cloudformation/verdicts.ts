import { own } from "../../outside/index.ts";
import type { FieldChange } from "../change.ts";
import { dataLoss, deletion, downtime, inPlace, rollout, unknown, type Verdict, worst } from "../impact.ts";
import { behaviourOf } from "./behaviour.ts";
import { addresses, interrupting, rollingUpdates, snapshotTypes, storedBy, targetMoves } from "./effects.ts";
import { isRetained, policyOf } from "./policies.ts";
import { inputText, names } from "./references.ts";
import { differencesOf } from "./shown.ts";
import { specialUpdate } from "./special-updates.ts";
import type { JudgedPair, PropertyChange } from "./stack.ts";
import type { Template, TemplateResource } from "./template.ts";

/** What a change does to a resource that is on both sides. */
export function verdictOf(pair: JudgedPair, after: Template): Verdict {
  const [cause] = pair.properties.filter(({ effect }) => effect === "replaced");
  switch (pair.fate) {
    case "replaced":
      return replacement(pair, after, because(pair, cause));
    case "may-be-replaced":
      return worst([uncertain(pair.properties), ...pair.properties.map((property) => updateOf(pair, property))]) ?? inPlace("updated");
    default:
      return worst(pair.properties.map((property) => updateOf(pair, property))) ?? inPlace("updated");
  }
}

/** Why a resource is replaced. */
function because({ before, after }: JudgedPair, cause: PropertyChange | undefined): string {
  if (before.id !== after.id) return "its logical id changes";
  if (cause?.because !== undefined) return `${cause.name} names ${inputText(cause.because.input)}, which is replaced`;
  return `${cause?.name ?? "a property"} can't be updated`;
}

function uncertain(properties: readonly PropertyChange[]): Verdict {
  const [{ name, because: cause } = { name: "a property" }] = properties.filter(({ effect }) => effect === "may-replace");
  if (cause === undefined) return unknown(`may be replaced: some changes of ${name} replace it, and AWS decides which`);
  return unknown(`may be replaced: ${name} names ${changingText(cause)}`);
}

/** What a property names, and what becomes of that. */
const changingText = ({ input, isCertain }: NonNullable<PropertyChange["because"]>) =>
  `${inputText(input)}, which ${input.kind === "attribute" ? "is a new one" : isCertain ? "is replaced" : input.kind === "id" ? "may be another one" : "changes"}`;

function replacement({ before, after }: JudgedPair, template: Template, cause: string): Verdict {
  const { type } = after.resource;
  if (snapshotTypes.has(type)) return inPlace(`there is a new one, as after each change (${cause})`);
  const lost = storedBy(before.resource);
  if (lost === undefined && behaviourOf(type) === undefined)
    return unknown(`replaced (${cause}); what goes with the old one isn't known of ${type}`);
  const policy = before.id === after.id ? policyOf(after.resource, "UpdateReplacePolicy") : policyOf(before.resource, "DeletionPolicy");
  if (lost !== undefined) {
    if (isRetained(policy))
      return downtime(`replaced by a new one (${cause}); the old one stays in the account with ${lost}, outside of the stack`);
    if (policy === "Snapshot") return dataLoss(`replaced by a new one (${cause}); a snapshot of the old one is kept, with ${lost}`);
    return dataLoss(`replaced by a new one (${cause}); lost with the old one: ${lost}; UpdateReplacePolicy: Retain keeps it`);
  }
  const address = own(addresses, type);
  if (address === undefined) return rollout(`replaced (${cause}): CloudFormation creates the new one, then deletes the old one`);
  const domain = domainOf(after, template);
  return domain === undefined
    ? downtime(`replaced (${cause}): ${address}`)
    : rollout(`replaced (${cause}): CloudFormation creates the new one, and the domain of ${domain} moves to it`);
}

/** The mapping that leads a domain to an API, by its logical id. */
function domainOf({ id: api, resource }: JudgedPair["after"], { resources }: Template): string | undefined {
  const property = { "AWS::ApiGateway::RestApi": "RestApiId", "AWS::ApiGatewayV2::Api": "ApiId" }[resource.type];
  if (property === undefined) return undefined;
  for (const [id, { type, properties }] of resources) {
    const isMapping = type === "AWS::ApiGateway::BasePathMapping" || type === "AWS::ApiGatewayV2::ApiMapping";
    if (isMapping && names(own(properties, property), api)) return id;
  }
  return undefined;
}

/** What an update of a property does where it replaces nothing. */
function updateOf(pair: JudgedPair, { name, effect, because: cause }: PropertyChange): Verdict {
  const { after } = pair;
  const { type } = after.resource;
  const special = specialUpdate(pair, name);
  if (special !== undefined) return special;
  const moved = own(own(targetMoves, type), name);
  if (moved !== undefined) return inPlace(moved);
  const condition = cause && !cause.isCertain ? `, where ${inputText(cause.input)} comes to another value` : "";
  if (own(interrupting, type)?.includes(name)) return downtime(`some interruption: an update of ${name} stops it for a time${condition}`);
  if (own(rollingUpdates, type)?.includes(name))
    return rollout(`what runs is replaced a few at a time, by an update of ${name}${condition}`);
  if (cause !== undefined && effect === "updated") return inPlace(`updated: ${name} names ${changingText(cause)}`);
  if (effect === "unknown") return unknown(unknownReason(type, name));
  if (effect === "may-replace") return unknown(`may be replaced: some changes of ${name} replace it`);
  return effect === "replaced" ? rollout(`${name} can't be updated: the resource is replaced`) : inPlace("updated without interruption");
}

function unknownReason(type: string, property: string): string {
  if (isCustom(type)) return "a custom resource: what its function does with the change isn't known";
  return behaviourOf(type) === undefined
    ? `the type ${type} isn't known, so neither is whether it is replaced`
    : `the resource schema of ${type} has no property ${property}`;
}

/** What a new resource does. */
export const additionOf = ({ type }: TemplateResource): Verdict =>
  behaviourOf(type) !== undefined || snapshotTypes.has(type) || isCustom(type)
    ? inPlace("created")
    : unknown(`created, if CloudFormation knows its type: ${type} isn't known here`);

const isCustom = (type: string) => /^(Custom::|AWS::CloudFormation::CustomResource$)/.test(type);

/** What a resource's leaving the stack does. */
export function removalOf(resource: TemplateResource): Verdict {
  const { type } = resource;
  const policy = policyOf(resource, "DeletionPolicy");
  if (isRetained(policy)) return inPlace(`leaves the stack and stays in the account (DeletionPolicy ${String(policy)})`);
  if (snapshotTypes.has(type)) return inPlace("an old state that nothing uses any more");
  if (policy === "Snapshot") return deletion("deleted; a snapshot of it is kept");
  const lost = storedBy(resource);
  if (lost === undefined) return deletion("deleted");
  return dataLoss(`deleted, with ${lost}; to keep it, first deploy it with DeletionPolicy: Retain`);
}

/** The fields of a resource that change, each with what its change does. @param whole what becomes of the resource */
export function fieldsOf(pair: JudgedPair, whole: Verdict): FieldChange[] {
  const { before, after } = pair;
  const renamed: FieldChange[] = before.id === after.id ? [] : [{ path: "logical id", before: before.id, after: after.id, ...whole }];
  return [
    ...renamed,
    ...pair.properties.flatMap((property): FieldChange[] => {
      const { name, because: cause } = property;
      const verdict = property.effect === "replaced" ? whole : updateOf(pair, property);
      const [old, now] = [own(before.resource.properties, name), own(after.resource.properties, name)];
      const differing = differencesOf(`Properties.${name}`, old, now, { type: after.resource.type });
      if (differing.length > 0) return differing.map((difference) => ({ ...difference, ...verdict }));
      const what = cause ? inputText(cause.input) : "";
      const becomes = !cause?.isCertain ? "may be another one" : cause.input.kind === "attribute" ? "a new one" : "replaced";
      return [{ path: `Properties.${name}`, before: what, after: `${what} (${becomes})`, ...verdict }];
    }),
  ];
}
