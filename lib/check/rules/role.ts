import { type Issue, isPathSegment, isSubdomain } from "../../kubernetes/index.ts";
import { rule } from "../rule.ts";
import { formed, oneOf, refused, required, within } from "./issues.ts";

interface Binding {
  readonly roleRef?: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string };
  readonly subjects?: readonly {
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly apiGroup?: string;
  }[];
}

export const bindings = rule({
  id: "schema/role-binding",
  ...refused,
  source: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",
  bad: "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: { name: a }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: a }\nsubjects: []\n",
  *check(scope) {
    for (const kind of ["RoleBinding", "ClusterRoleBinding"])
      for (const manifest of scope.ofKind(kind, "rbac.authorization.k8s.io"))
        yield* within(manifest, bindingIssues(manifest.object as unknown as Binding, kind));
    for (const kind of ["Role", "ClusterRole"])
      for (const manifest of scope.ofKind(kind, "rbac.authorization.k8s.io"))
        yield* within(manifest, roleIssues(manifest.object as unknown as Role, kind));
  },
});

function* bindingIssues({ roleRef = {}, subjects = [] }: Binding, kind: string): Generator<Issue> {
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

interface Role {
  readonly rules?: readonly {
    readonly verbs?: readonly string[];
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
    readonly nonResourceURLs?: readonly string[];
  }[];
}

function* roleIssues({ rules }: Role, kind: string): Generator<Issue> {
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
