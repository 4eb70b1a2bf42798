import { groupsOfResource, type Issue, isClusterScopedResource, type ObjectOf } from "../../kubernetes/index.ts";
import { nearest } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { each, within } from "./issues.ts";

export const roleRules = rule({
  id: "references/role-rule",
  severity: "warning",
  why: "The API server accepts a role with a group, verb or resource that no request has, and it grants nothing: who relies on it gets Forbidden.",
  fix: "Write the group without its version, a verb of the API, and a resource that the role can grant.",
  source: "https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb",
  bad: yaml`
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: { name: a, namespace: shop }
    rules: [{ apiGroups: [apps/v1], resources: [deployments], verbs: [get] }]
  `,
  good: yaml`
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: { name: a, namespace: shop }
    rules: [{ apiGroups: [apps], resources: [deployments], verbs: [get] }]
  `,
  *check(scope) {
    for (const kind of ["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"] as const)
      for (const manifest of scope.ofKind(kind))
        yield* within(
          manifest,
          each(manifest.object.rules, "rules", (permission, path) => permissionIssues(permission, path, manifest.object.kind)),
        );
    for (const manifest of scope.ofKind("rbac.authorization.k8s.io/ClusterRole"))
      if (manifest.object.aggregationRule && (manifest.object.rules ?? []).length > 0)
        yield {
          manifest,
          path: "rules",
          message: "are replaced by the rules of the roles that aggregationRule selects",
          fix: "Move them into a ClusterRole of their own, with a label that aggregationRule selects.",
        };
  },
});

type Permission = NonNullable<ObjectOf<"rbac.authorization.k8s.io/Role">["rules"]>[number];

function* permissionIssues(permission: Permission, path: string, kind: string): Generator<Issue> {
  const { apiGroups = [], resources = [], verbs, resourceNames = [] } = permission;
  yield* each(apiGroups, `${path}.apiGroups`, (group, at) => groupIssues(group, resources, apiGroups, at));
  yield* each(verbs, `${path}.verbs`, verbIssues);
  if (resourceNames.length > 0) yield* namedIssues(permission, `${path}.resourceNames`);
  if (kind === "Role")
    yield* each(resources, `${path}.resources`, function* (resource, at) {
      const [name = ""] = resource.split("/");
      // A request for /api/v1/namespaces/NAME counts as one in that namespace, so a Role can grant it there.
      if (name !== "namespaces" && apiGroups.length === 1 && isClusterScopedResource(apiGroups[0] ?? "", name))
        yield {
          path: at,
          message: `${name} belong to no namespace, so a Role can't grant them`,
          fix: "Grant it by a ClusterRole and a ClusterRoleBinding.",
        };
    });
}

function* groupIssues(group: string, resources: readonly string[], all: readonly string[], path: string): Generator<Issue> {
  const [name = "", version] = group.split("/");
  if (version !== undefined) {
    yield { path, message: `"${group}" is a group with its version, and no group is called so`, fix: `Write "${name}".` };
    return;
  }
  if (/^v\d+((alpha|beta)\d+)?$/.test(group) || group === "core")
    yield { path, message: `no API group is called "${group}"`, fix: 'The core group is "".' };
  // The group was emptied in 1.22: what it had is in others, which a rule for both names.
  else if (group === "extensions" && all.length === 1) {
    const instead = [...new Set(resources.flatMap(groupsOfResource))];
    if (instead.length > 0)
      yield { path, message: 'no version of Kubernetes since 1.22 serves the group "extensions"', fix: `Write ${instead.join(" or ")}.` };
  }
}

/** Verbs that requests have, and those that authorizers ask about beside: https://kubernetes.io/docs/reference/access-authn-authz/authorization/ */
const verbs = new Set([
  "get",
  "list",
  "watch",
  "create",
  "update",
  "patch",
  "delete",
  "deletecollection",
  "use",
  "bind",
  "escalate",
  "impersonate",
  "approve",
  "sign",
  "attest",
  "*",
]);
/** What people write for the verbs of the API. */
const otherwise: Readonly<Record<string, string>> = {
  read: "get, list and watch",
  view: "get, list and watch",
  write: "create, update, patch and delete",
  edit: "update and patch",
  modify: "update and patch",
  apply: "get, create and patch",
  remove: "delete",
  describe: "get",
  all: "*",
  exec: "create on pods/exec",
};

function* verbIssues(verb: string, path: string): Generator<Issue> {
  if (verbs.has(verb)) return;
  const instead = Object.hasOwn(otherwise, verb.toLowerCase()) ? otherwise[verb.toLowerCase()] : undefined;
  const meant = instead ?? (verbs.has(verb.toLowerCase()) ? verb.toLowerCase() : nearest(verb, verbs));
  // Other verbs are those of extensions, as Karmada's or Knative's own authorizers ask for them.
  if (meant !== undefined) yield { path, message: `no request has the verb "${verb}"`, fix: `Write ${meant}.` };
}

/** The name of an object that is created or listed isn't known when the request is judged; that of a subresource's object is. */
function* namedIssues({ verbs: asked = [], resources = [] }: Permission, path: string): Generator<Issue> {
  if (resources.some((resource) => resource === "*" || resource.includes("/"))) return;
  const nameless = asked.filter((verb) => verb === "create" || verb === "deletecollection");
  if (nameless.length > 0 && nameless.length === asked.length)
    yield {
      path,
      message: `a request to ${nameless.join(" or ")} names no object, so the rule never fits`,
      fix: "Remove resourceNames, or give these verbs a rule of their own.",
    };
}
