import { groupOf, type KubernetesObject } from "../../manifest/index.ts";
import { nearest, suggestion } from "../../problem/index.ts";
import type { Issue } from "./issue.ts";
import type { Schema } from "./load.ts";

/** A kind's schema, and where it comes from, as findings name it. */
export interface KindSchema {
  readonly schema: Schema;
  readonly source: string;
}

/** Schemas by API version and kind, as `cert-manager.io/v1/Certificate`. */
export interface KindSchemas {
  get(key: string): KindSchema | undefined;
}

/** The kinds that a cluster serves. */
export interface ServedKinds {
  /** Where that is known from, as findings name it. */
  readonly source: string;
  /** Minor version of the cluster. */
  readonly version: string;
  /** Where objects lie, by API version and kind. */
  readonly scopes: ReadonlyMap<string, "Cluster" | "Namespaced">;
  /** API versions whose kinds aren't known. */
  readonly unknown: ReadonlySet<string>;
}

/** What is known of kinds beside what the objects themselves and the catalogue say. */
export interface OtherKinds {
  /** Of two schemas of a kind the first counts. */
  readonly schemas?: readonly KindSchemas[];
  readonly served?: ServedKinds | undefined;
}

/** What is wrong with the kind of an object that a cluster doesn't serve; nothing where it does, or where that isn't known. */
export function unservedIssues(object: Pick<KubernetesObject, "apiVersion" | "kind">, { source, scopes, unknown }: ServedKinds): Issue[] {
  const { apiVersion, kind } = object;
  if (scopes.has(`${apiVersion}/${kind}`) || unknown.has(apiVersion)) return [];
  const group = groupOf(object);
  const served = [...scopes.keys()].map((key) => ({
    apiVersion: key.slice(0, key.lastIndexOf("/")),
    kind: key.slice(key.lastIndexOf("/") + 1),
  }));
  const inGroup = served.filter((candidate) => groupOf(candidate) === group);
  const message = `the cluster doesn't serve ${apiVersion} ${kind}, as of ${source}`;
  const versions = inGroup.flatMap((candidate) => (candidate.kind === kind ? [candidate.apiVersion] : []));
  if (versions.length > 0) return [{ path: "apiVersion", message, fix: `Use ${versions.join(" or ")}.` }];
  if (inGroup.length > 0) return [{ path: "kind", message, fix: suggestion(kind, new Set(inGroup.map((candidate) => candidate.kind))) }];
  const near = nearest(group, new Set(served.map(groupOf)));
  return [
    {
      path: "apiVersion",
      message,
      fix: `${near ? `Did you mean the group "${near}"? Otherwise install` : "Install"} what brings the kind, and take a new snapshot, or add its CRD to the manifests.`,
    },
  ];
}
