import { groupBy } from "../../manifest/index.ts";
import { omit, own } from "../../outside/index.ts";
import { snapshotTypes, uniqueBy } from "./effects.ts";
import type { TemplateResource } from "./template.ts";

/** A resource on both sides of a change; under two logical ids where one takes the place of the other. */
export interface ResourcePair {
  readonly before: { readonly id: string; readonly resource: TemplateResource };
  readonly after: { readonly id: string; readonly resource: TemplateResource };
}

/** What resources are paired by; undefined for one that can't be. */
type KeyOf = (resource: TemplateResource, newIds: ReadonlyMap<string, string>) => string | undefined;

type Resources = ReadonlyMap<string, TemplateResource>;

/** Resources that go and come under another logical id with the same content, name or place: the new takes the place of the old. */
export function pairedByContent(removed: Resources, added: Resources): ResourcePair[] {
  const pairs = new Map<string, ResourcePair>();
  const newIds = new Map<string, string>();
  const left = () => {
    const taken = new Set(newIds.values());
    return {
      removed: new Map([...removed].filter(([id]) => !newIds.has(id))),
      added: new Map([...added].filter(([id]) => !taken.has(id))),
    };
  };
  // What is paired tells others apart, since they name it.
  for (let round = 0; round < keys.length; ) {
    const waiting = left();
    const found = keys.slice(round, round + 1).flatMap((keyOf) => pairedBy(keyOf, waiting.removed, waiting.added, newIds));
    for (const pair of found) {
      pairs.set(pair.before.id, pair);
      newIds.set(pair.before.id, pair.after.id);
    }
    round = found.length > 0 ? 0 : round + 1;
  }
  return [...pairs.values()];
}

/** The resources of which one on each side has a key. */
function pairedBy(keyOf: KeyOf, removed: Resources, added: Resources, newIds: ReadonlyMap<string, string>): ResourcePair[] {
  const [old, now] = [byKey(removed, (resource) => keyOf(resource, newIds)), byKey(added, (resource) => keyOf(resource, new Map()))];
  return [...old].flatMap(([key, [before, ...others]]): ResourcePair[] => {
    const [after, ...more] = now.get(key) ?? [];
    return before && after && others.length === 0 && more.length === 0 ? [{ before: omit(before, "key"), after: omit(after, "key") }] : [];
  });
}

function byKey(resources: Resources, keyOf: (resource: TemplateResource) => string | undefined) {
  const keyed = [...resources].flatMap(([id, resource]) => {
    const key = keyOf(resource);
    return key === undefined ? [] : [{ id, resource, key }];
  });
  return groupBy(keyed, ({ key }) => key);
}

/** The most exact first. */
const keys: readonly KeyOf[] = [
  ({ type, properties }, newIds) => `${type} ${canonical(properties, newIds)}`,
  placeOf,
  ({ type }) => (isSoleByNature(type) ? type : undefined),
];

/** Whether a stack has one of a type for one purpose, so that another one takes its place. */
const isSoleByNature = (type: string) =>
  snapshotTypes.has(type) || type === "AWS::ApiGateway::RestApi" || type === "AWS::ApiGatewayV2::Api";

/** What a resource is known by among those of its type: its names, or where it is. */
function placeOf({ type, properties }: TemplateResource, newIds: ReadonlyMap<string, string>): string | undefined {
  const textOf = (value: unknown) => canonical(value, newIds);
  if (snapshotTypes.has(type)) return undefined;
  if (type === "AWS::ApiGateway::Resource")
    return [type, textOf(properties.ParentId), String(properties.PathPart).replace(/^\{[^+}]*\}$/, "{}")].join(" ");
  const unique = uniqueBy(type);
  const names = unique.length > 0 ? unique : ["Name"];
  return names.every((name) => own(properties, name) !== undefined)
    ? [type, ...names.map((name) => textOf(own(properties, name)))].join(" ")
    : undefined;
}

/** A value as text that is the same for the same value; ids of paired resources by what they are now. */
function canonical(value: unknown, newIds: ReadonlyMap<string, string>): string {
  if (Array.isArray(value)) return `[${value.map((entry) => canonical(entry, newIds)).join(",")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member, newIds)}`)
      .join(",")}}`;
  const text = String(value);
  return JSON.stringify(newIds.get(text) ?? text);
}
