import { catalogueGroups } from "../../lib/kubernetes/index.ts";
import { load, type Schema } from "../../lib/kubernetes/schema/load.ts";
import type { CustomResource } from "./api-server.ts";

interface Group {
  /** By `group/version/kind`. */
  readonly kinds: Readonly<Record<string, Schema>>;
  readonly scopes: Readonly<Record<string, string>>;
}

/** Rules in CEL, of which the catalogue keeps only that there are some. */
const withoutRules = (schema: Schema) =>
  JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === "x-kubernetes-validations" ? undefined : value))) as Schema;

/** The CRDs of the catalogue, rebuilt out of its schemas: all that check knows of the kinds, and nothing else. */
export const catalogueCrds = (): readonly CustomResource[] =>
  catalogueGroups().flatMap((name) => crdsOf(name, load<Group>(`crds/${name}`)));

function crdsOf(group: string, { kinds, scopes }: Group): CustomResource[] {
  return Object.entries(scopes).map(([kind, scope]) => {
    const plural = `${kind.toLowerCase()}s`;
    const versions = Object.entries(kinds).flatMap(([key, schema]) => {
      const [, version = "", name] = key.slice(group.length).split("/");
      return name === kind ? [{ name: version, served: true, schema: { openAPIV3Schema: withoutRules(schema) } }] : [];
    });
    return {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      // Groups below k8s.io ask who approved the kind.
      metadata: { name: `${plural}.${group}`, annotations: { "api-approved.kubernetes.io": "unapproved, rebuilt for a test" } },
      spec: {
        group,
        scope,
        names: { kind, plural },
        versions: versions.map((version, index) => ({ ...version, storage: index === 0 })),
      },
    };
  });
}
