import { type Issue, isPathSegment, isSubdomain, type ObjectOf } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { formed, oneOf, refused, required, within } from "./issues.ts";

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

function* bindingIssues({ kind, roleRef = {}, subjects = [] }: ObjectOf<"rbac.authorization.k8s.io/RoleBinding">): Generator<Issue> {
  yield* formed(
    roleRef.apiGroup ?? "rbac.authorization.k8s.io",
    (group) => group === "rbac.authorization.k8s.io" || group === "",
    "roleRef.apiGroup",
    "rbac.authorization.k8s.io",
  );
  yield* formed(
    roleRef.kind ?? "",
    (one) => (kind === "RoleBinding" ? ["Role", "ClusterRole"] : ["ClusterRole"]).includes(String(one)),
    "roleRef.kind",
    kind === "RoleBinding" ? "Role or ClusterRole" : "ClusterRole",
  );
  yield* required(roleRef.name, "roleRef.name");
  yield* formed(roleRef.name, (name) => name === "" || isPathSegment(name), "roleRef.name", "no '/', '%', '.' or '..'");
  for (const [index, subject] of subjects.entries()) {
    const at = `subjects[${index}]`;
    yield* required(subject.name, `${at}.name`);
    yield* formed(
      subject.kind ?? "",
      (one) => ["ServiceAccount", "User", "Group"].includes(String(one)),
      `${at}.kind`,
      "one of ServiceAccount, User, Group",
    );
    if (subject.kind === "ServiceAccount") {
      yield* formed(subject.name, (name) => name === "" || isSubdomain(name), `${at}.name`, "an object's name");
      if (kind === "ClusterRoleBinding") yield* required(subject.namespace, `${at}.namespace`);
      yield* oneOf(subject.apiGroup, [""], `${at}.apiGroup`);
    } else yield* oneOf(subject.apiGroup, ["", "rbac.authorization.k8s.io"], `${at}.apiGroup`);
  }
}

function* roleIssues({ kind, rules }: ObjectOf<"rbac.authorization.k8s.io/Role">): Generator<Issue> {
  for (const [index, { verbs = [], apiGroups = [], resources = [], nonResourceURLs = [] }] of (rules ?? []).entries()) {
    const at = `rules[${index}]`;
    if (verbs.length === 0) yield { path: `${at}.verbs`, message: "is required but missing" };
    if (nonResourceURLs.length > 0) {
      if (kind === "Role") yield { path: `${at}.nonResourceURLs`, message: "is for a ClusterRole only" };
      if (apiGroups.length + resources.length > 0)
        yield { path: `${at}.nonResourceURLs`, message: "can't stand beside apiGroups and resources" };
      continue;
    }
    if (apiGroups.length === 0) yield { path: `${at}.apiGroups`, message: "is required but missing", fix: 'The core group is "".' };
    if (resources.length === 0) yield { path: `${at}.resources`, message: "is required but missing" };
  }
}
