import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { each, within } from "./issues.ts";

export const openSubject = rule({
  id: "security/open-subject",
  severity: "warning",
  why: "These subjects are whoever reaches the API server: without a login, or with any account of the cluster, that of each pod included.",
  fix: "Name the users, groups or ServiceAccounts that need the role.",
  source: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#hardening",
  bad: yaml`
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: { name: a }
    roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
    subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: 'system:anonymous' }]
  `,
  good: yaml`
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: { name: a }
    roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
    subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: Group, name: developers }]
  `,
  *check(scope) {
    for (const kind of ["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"] as const)
      for (const manifest of scope.ofKind(kind)) {
        const { roleRef, subjects } = manifest.object;
        if (!forAll.has(roleRef?.name ?? ""))
          yield* within(
            manifest,
            each(subjects, "subjects", function* ({ name = "" }, path) {
              const who = Object.hasOwn(open, name) ? open[name] : undefined;
              if (who) yield { path: `${path}.name`, message: `gives ${roleRef?.kind} "${roleRef?.name}" to ${who}` };
            }),
          );
      }
  },
});

const open: Readonly<Record<string, string>> = {
  "system:anonymous": "everybody without a login",
  "system:unauthenticated": "everybody without a login",
  "system:authenticated": "every user and every pod's account",
  "system:serviceaccounts": "the account of every pod",
};
/** Roles that Kubernetes itself gives to everybody: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles */
const forAll = new Set(["system:basic-user", "system:discovery", "system:public-info-viewer", "system:service-account-issuer-discovery"]);
