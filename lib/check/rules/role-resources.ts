import { groupsOfResource, type Issue, resourcesOfGroup, subresourcesOf } from "../../kubernetes/index.ts";
import { nearest } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { each, within } from "./issues.ts";

export const roleResources = rule({
  id: "references/role-resource",
  severity: "warning",
  why: "The API server accepts a role for a resource that doesn't exist, and it grants nothing: who relies on it gets Forbidden.",
  fix: "Write the plural of the resource in lower case, and its API group.",
  source: "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources",
  bad: yaml`
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: { name: a, namespace: shop }
    rules: [{ apiGroups: [""], resources: [pod], verbs: [get] }]
  `,
  good: yaml`
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: { name: a, namespace: shop }
    rules: [{ apiGroups: [""], resources: [pods], verbs: [get] }]
  `,
  *check(scope) {
    for (const kind of ["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"] as const)
      for (const manifest of scope.ofKind(kind))
        yield* within(
          manifest,
          each(manifest.object.rules, "rules", ({ apiGroups = [], resources }, path) => {
            const groups = new Set(apiGroups);
            return each(resources, `${path}.resources`, (resource, at) => resourceIssues(resource, groups, at));
          }),
        );
  },
});

/** What is wrong with a resource that none of its rule's groups has. Where one of them isn't known in full, nothing is. */
function* resourceIssues(text: string, groups: ReadonlySet<string>, path: string): Generator<Issue> {
  const [resource = "", subresource] = text.split("/");
  const known = [...groups].map(resourcesOfGroup);
  if (groups.size === 0 || resource === "*" || resource === "" || known.includes(undefined)) return;
  if (!known.some((resources) => resources?.has(resource))) {
    yield { path, message: `no resource of ${namesOf(groups)} is called "${resource}"`, fix: betterName(resource, groups) };
    return;
  }
  const subresources = subresourcesOf(resource);
  if (subresource === undefined || subresource === "*" || resource === "userextras" || subresources.includes(subresource)) return;
  yield {
    path,
    message: `${resource} have no subresource "${subresource}"`,
    fix: `They have: ${subresources.map((name) => `${resource}/${name}`).join(", ")}.`,
  };
}

const nameOf = (group: string) => (group === "" ? 'the core group ("")' : group);
const namesOf = (groups: ReadonlySet<string>) => [...groups].map(nameOf).join(", ");

/** The group that has the resource, or the resource of these groups that comes nearest to it. */
function betterName(resource: string, groups: ReadonlySet<string>): string | undefined {
  const inGroups = [...groups].flatMap((group) => [...(resourcesOfGroup(group) ?? [])]).sort();
  const plurals = [resource, `${resource}s`, `${resource}es`, resource.replace(/y$/i, "ies")].map((name) => name.toLowerCase());
  const here = plurals.find((name) => inGroups.includes(name));
  const elsewhere = plurals.find((name) => groupsOfResource(name).length > 0);
  const meant = here ?? (elsewhere === undefined ? nearest(resource, inGroups) : undefined);
  if (meant !== undefined) return `Did you mean "${meant}"?`;
  return elsewhere && `Give "${elsewhere}" the API group ${groupsOfResource(elsewhere).map(nameOf).join(" or ")}.`;
}
