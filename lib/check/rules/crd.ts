import { type Issue, type ObjectOf, ruleIssues, shownValue } from "../../kubernetes/index.ts";
import { groupOf } from "../../manifest/index.ts";
import { slipOf, suggestion } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import type { Scope } from "../scope.ts";
import { each, refused, within } from "./issues.ts";
import { structuralIssues } from "./structural-schema.ts";

type Crd = ObjectOf<"apiextensions.k8s.io/CustomResourceDefinition">;

export const customDefinition = rule({
  id: "schema/custom-definition",
  ...refused,
  source: "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/",
  bad: yaml`
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: { name: cache.shop.example }
    spec:
      group: shop.example
      scope: Namespaced
      names: { kind: Cache, plural: caches }
      versions:
        - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }
  `,
  good: yaml`
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: { name: caches.shop.example }
    spec:
      group: shop.example
      scope: Namespaced
      names: { kind: Cache, plural: caches }
      versions:
        - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("apiextensions.k8s.io/CustomResourceDefinition"))
      yield* within(manifest, definitionIssues(manifest.object));
  },
});

function* definitionIssues({ metadata, spec = {} }: Crd): Generator<Issue> {
  const { group = "", names = {}, versions = [], scope } = spec;
  const name = `${names.plural}.${group}`;
  if (names.plural && group && metadata.name !== name)
    yield { path: "metadata.name", message: `expected the plural and the group, ${name}, found ${shownValue(metadata.name)}` };
  if (scope !== undefined && scope !== "Namespaced" && scope !== "Cluster")
    yield { path: "spec.scope", message: `expected one of Namespaced, Cluster, found ${shownValue(scope)}` };
  const stored = versions.filter(({ storage }) => storage).length;
  // That there must be versions is reported by the schema.
  if (versions.length > 0 && stored !== 1)
    yield { path: "spec.versions", message: `expected exactly one version with storage: true, found ${stored}` };
  yield* each(versions, "spec.versions", function* ({ schema }, path) {
    if (!schema?.openAPIV3Schema) yield { path: `${path}.schema.openAPIV3Schema`, message: "is required but missing" };
    else {
      yield* structuralIssues(schema.openAPIV3Schema, `${path}.schema.openAPIV3Schema`);
      yield* ruleIssues(schema.openAPIV3Schema, `${path}.schema.openAPIV3Schema`);
    }
  });
}

export const customVersion = rule({
  id: "schema/custom-version",
  severity: "error",
  why: "The API server has no such kind or version, although the CustomResourceDefinition is among the manifests: the object is refused, and the sync of its app fails.",
  fix: "Use a kind and a version that the CustomResourceDefinition serves.",
  source: "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/",
  bad: yaml`
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: { name: caches.shop.example }
    spec:
      group: shop.example
      scope: Namespaced
      names: { kind: Cache, plural: caches }
      versions:
        - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }
    ---
    apiVersion: shop.example/v1alpha1
    kind: Cache
    metadata: { name: a, namespace: shop }
  `,
  good: yaml`
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: { name: caches.shop.example }
    spec:
      group: shop.example
      scope: Namespaced
      names: { kind: Cache, plural: caches }
      versions:
        - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }
    ---
    apiVersion: shop.example/v1
    kind: Cache
    metadata: { name: a, namespace: shop }
  `,
  *check(scope) {
    const groups = servedByGroup(scope);
    if (groups.size === 0) return;
    for (const manifest of scope.manifests) {
      const { apiVersion, kind } = manifest.object;
      const kinds = groups.get(groupOf(manifest.object));
      const versions = kinds?.get(kind);
      if (!kinds || versions?.has(apiVersion)) continue;
      const fix = suggestion(versions ? apiVersion : kind, versions ?? kinds.keys(), versions ? "It serves" : "There are");
      if (versions)
        yield { manifest, path: "apiVersion", message: `the CustomResourceDefinition of ${kind} doesn't serve ${apiVersion}`, fix };
      // Kinds of the group may have their definitions elsewhere.
      else if (slipOf(kind, kinds.keys(), 1))
        yield { manifest, path: "kind", message: `no CustomResourceDefinition has the kind "${kind}"`, fix };
    }
  },
});

/** The versions that definitions serve, as `group/version`, by group and kind. */
function servedByGroup(scope: Scope): Map<string, Map<string, Set<string>>> {
  const groups = new Map<string, Map<string, Set<string>>>();
  for (const { object } of scope.ofKind("apiextensions.k8s.io/CustomResourceDefinition")) {
    const { group = "", names: { kind = "" } = {}, versions = [] } = object.spec ?? {};
    const kinds = groups.get(group) ?? new Map<string, Set<string>>();
    groups.set(group, kinds);
    const served = versions.filter(({ served }) => served !== false).map(({ name }) => `${group}/${name}`);
    kinds.set(kind, new Set([...(kinds.get(kind) ?? []), ...served]));
  }
  return groups;
}
