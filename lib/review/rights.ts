import { isKind, type ObjectOf } from "../kubernetes/index.ts";
import { groupBy, type KubernetesObject } from "../manifest/index.ts";
import type { Rights } from "./change.ts";

/** Verbs, and resources, of one rule that are listed: no real role has as many. */
const mostNamed = 200;

/** What a role allows that it didn't, and the other way round; undefined for other kinds, and where both are the same. */
export function rightsOf(before: KubernetesObject | undefined, after: KubernetesObject | undefined): Rights | undefined {
  const [was, is] = [permissionsOf(before), permissionsOf(after)];
  const [gained, lost] = [beyond(is, was), beyond(was, is)];
  return gained.length + lost.length > 0 ? { gained, lost } : undefined;
}

/** What a verb is about: the objects of a resource in a group, all or the one of a name, or a path of the server that is no resource. */
type Thing = { readonly group: string; readonly resource: string; readonly name?: string } | { readonly url: string };
interface Permission {
  readonly verb: string;
  readonly thing: Thing;
}
type Permissions = ReadonlyMap<string, Permission>;
type Role = ObjectOf<"rbac.authorization.k8s.io/Role">;

const keyOf = ({ verb, thing }: Permission) =>
  JSON.stringify("url" in thing ? [verb, thing.url] : [verb, thing.group, thing.resource, thing.name ?? null]);

function permissionsOf(object: KubernetesObject | undefined): Permissions {
  const isRole = object && (isKind(object, "rbac.authorization.k8s.io/Role") || isKind(object, "rbac.authorization.k8s.io/ClusterRole"));
  const found = isRole ? (object.rules ?? []).flatMap(permissionsOfRule) : [];
  return new Map(found.map((permission) => [keyOf(permission), permission]));
}

/** What a rule allows, one for each verb and thing. */
function permissionsOfRule(rule: NonNullable<Role["rules"]>[number]): Permission[] {
  const [urls, verbs] = [listed(rule.nonResourceURLs), listed(rule.verbs)];
  const things = [...resourcesOf(rule), ...urls.map((url) => ({ url }))].slice(0, mostNamed);
  return verbs.flatMap((verb) => things.map((thing) => ({ verb, thing })));
}

/** A list as far as it is read. A manifest that is removed is read as it stands, nulls included. */
const listed = (list: readonly string[] | null | undefined) => (list ?? []).slice(0, mostNamed);

function resourcesOf(rule: NonNullable<Role["rules"]>[number]): Thing[] {
  const [resources, names] = [listed(rule.resources), listed(rule.resourceNames)];
  return listed(rule.apiGroups).flatMap((group) =>
    resources.flatMap((resource): Thing[] => (names.length > 0 ? names.map((name) => ({ group, resource, name })) : [{ group, resource }])),
  );
}

const any = "*";

/** Whether one of some permissions allows what another does: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources */
function covers(permissions: Permissions, { verb, thing }: Permission): boolean {
  const things = "url" in thing ? urlsOver(thing.url) : resourcesOver(thing);
  return [verb, any].some((over) => things.some((thing) => permissions.has(keyOf({ verb: over, thing }))));
}

function resourcesOver({ group, resource, name }: Extract<Thing, { readonly resource: string }>): Thing[] {
  const slash = resource.indexOf("/");
  const resources = [resource, any, ...(slash < 0 ? [] : [`${any}${resource.slice(slash)}`])];
  return [group, any].flatMap((group) =>
    resources.flatMap((resource) => [{ group, resource }, ...(name === undefined ? [] : [{ group, resource, name }])]),
  );
}

/** The path itself, and those with a star at their end that it may lie below. */
const urlsOver = (url: string): Thing[] => [
  { url },
  ...Array.from({ length: Math.min(url.length, mostNamed) }, (_none, length) => ({ url: `${url.slice(0, length)}${any}` })),
];

/** What is in one set of permissions and not in the other, as `get, list, watch secrets`: things with the same verbs are one text. */
function beyond(permissions: Permissions, others: Permissions): string[] {
  const more = [...permissions.values()].filter((permission) => !covers(others, permission));
  const verbsOf = [...groupBy(more, ({ thing }) => textOf(thing))].map(([text, own]) => ({
    text,
    verbs: own.map(({ verb }) => verb).join(", "),
  }));
  return [...groupBy(verbsOf, ({ verbs }) => verbs)].map(([verbs, own]) => `${verbs} ${own.map(({ text }) => text).join(", ")}`);
}

function textOf(thing: Thing): string {
  if ("url" in thing) return thing.url;
  const { group, resource, name } = thing;
  return `${[group, resource].filter(Boolean).join("/")}${name === undefined ? "" : ` (${name})`}`;
}
