import { type Issue, isPathSegment, type ObjectOf } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { each, formed, objectName, oneOf, refused, required, within } from "./issues.ts";

export const bindings = rule({
  id: "schema/role-binding",
  ...refused,
  source: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",
  bad: yaml`
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: { name: a }
    roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: a }
    subjects: []
  `,
  good: yaml`
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: { name: a }
    roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a }
    subjects: []
  `,
  *check(scope) {
    for (const kind of ["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"] as const)
      for (const manifest of scope.ofKind(kind)) yield* within(manifest, bindingIssues(manifest.object));
    for (const kind of ["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"] as const)
      for (const manifest of scope.ofKind(kind)) yield* within(manifest, roleIssues(manifest.object));
  },
});

const group = "rbac.authorization.k8s.io";

function* bindingIssues({ kind, roleRef = {}, subjects }: ObjectOf<"rbac.authorization.k8s.io/RoleBinding">): Generator<Issue> {
  yield* formed(roleRef.apiGroup ?? group, (value) => value === group || value === "", "roleRef.apiGroup", group);
  const roles = kind === "RoleBinding" ? ["Role", "ClusterRole"] : ["ClusterRole"];
  yield* formed(roleRef.kind ?? "", (value) => roles.includes(String(value)), "roleRef.kind", roles.join(" or "));
  yield* required(roleRef.name, "roleRef.name");
  yield* formed(roleRef.name, (name) => name === "" || isPathSegment(name), "roleRef.name", "no '/', '%', '.' or '..'");
  yield* each(subjects, "subjects", (subject, path) => subjectIssues(subject, path, kind));
}

type Subject = NonNullable<ObjectOf<"rbac.authorization.k8s.io/RoleBinding">["subjects"]>[number];

function* subjectIssues({ kind = "", name, namespace, apiGroup }: Subject, path: string, binding: string): Generator<Issue> {
  yield* required(name, `${path}.name`);
  const kinds = ["ServiceAccount", "User", "Group"];
  yield* formed(kind, (value) => kinds.includes(String(value)), `${path}.kind`, `one of ${kinds.join(", ")}`);
  if (kind !== "ServiceAccount") yield* oneOf(apiGroup, ["", group], `${path}.apiGroup`);
  else {
    yield* objectName(name, `${path}.name`);
    if (binding === "ClusterRoleBinding") yield* required(namespace, `${path}.namespace`);
    yield* oneOf(apiGroup, [""], `${path}.apiGroup`);
  }
}

const roleIssues = ({ kind, rules }: ObjectOf<"rbac.authorization.k8s.io/Role">): Iterable<Issue> =>
  each(rules, "rules", (permission, path) => permissionIssues(permission, path, kind));

type Permission = NonNullable<ObjectOf<"rbac.authorization.k8s.io/Role">["rules"]>[number];

function* permissionIssues(permission: Permission, path: string, kind: string): Generator<Issue> {
  const { verbs = [], apiGroups = [], resources = [], nonResourceURLs = [] } = permission;
  if (verbs.length === 0) yield { path: `${path}.verbs`, message: "is required but missing" };
  if (nonResourceURLs.length === 0) {
    if (apiGroups.length === 0) yield { path: `${path}.apiGroups`, message: "is required but missing", fix: 'The core group is "".' };
    if (resources.length === 0) yield { path: `${path}.resources`, message: "is required but missing" };
    return;
  }
  if (kind === "Role") yield { path: `${path}.nonResourceURLs`, message: "is for a ClusterRole only" };
  if (apiGroups.length + resources.length > 0)
    yield { path: `${path}.nonResourceURLs`, message: "can't be combined with apiGroups and resources" };
}
