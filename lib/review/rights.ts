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

interface Permission {
  readonly verb: string;
  readonly resource: string;
}
type Permissions = ReadonlyMap<string, Permission>;
type Role = ObjectOf<"rbac.authorization.k8s.io/Role">;

function permissionsOf(object: KubernetesObject | undefined): Permissions {
  const isRole = object && (isKind(object, "rbac.authorization.k8s.io/Role") || isKind(object, "rbac.authorization.k8s.io/ClusterRole"));
  const found = isRole ? (object.rules ?? []).flatMap(permissionsOfRule) : [];
  return new Map(found.map((permission) => [JSON.stringify(permission), permission]));
}

/** What a rule allows, one for each verb and resource. */
function permissionsOfRule(rule: NonNullable<Role["rules"]>[number]): Permission[] {
  // A manifest that is removed is read as it stands, nulls included.
  const { apiGroups, resources, verbs, resourceNames, nonResourceURLs } = rule;
  const only = resourceNames && resourceNames.length > 0 ? ` (${resourceNames.join(", ")})` : "";
  const group = (apiGroups ?? []).join("|");
  const named = [
    ...(resources ?? []).map((resource) => `${[group, resource].filter(Boolean).join("/")}${only}`),
    ...(nonResourceURLs ?? []),
  ].slice(0, mostNamed);
  return (verbs ?? []).slice(0, mostNamed).flatMap((verb) => named.map((resource) => ({ verb, resource })));
}

/** What is in one set of permissions and not in the other, as `get, list, watch secrets`: resources with the same verbs are one text. */
function beyond(permissions: Permissions, others: Permissions): string[] {
  const more = [...permissions].flatMap(([key, permission]) => (others.has(key) ? [] : [permission]));
  const verbsOf = [...groupBy(more, ({ resource }) => resource)].map(([resource, own]) => ({
    resource,
    verbs: own.map(({ verb }) => verb).join(", "),
  }));
  return [...groupBy(verbsOf, ({ verbs }) => verbs)].map(([verbs, own]) => `${verbs} ${own.map(({ resource }) => resource).join(", ")}`);
}
