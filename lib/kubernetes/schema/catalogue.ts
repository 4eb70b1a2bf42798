import { readdirSync } from "node:fs";
import { groupOf, isClusterScoped, type KubernetesObject } from "../../manifest/index.ts";
import { own } from "../../outside/index.ts";
import { slipOf } from "../../problem/index.ts";
import { type Issue, missingField } from "./issue.ts";
import { dataFolder, load, type Schema } from "./load.ts";

/** What the catalogue knows of a group; docs/catalogue.md lists all. */
interface CatalogueGroup {
  /** Whether no other project adds kinds to the group. */
  readonly isWhole: boolean;
  /** By `group/version/kind`. */
  readonly kinds: Readonly<Record<string, Schema>>;
  /** The project whose CRD a kind has, with its version, as `cert-manager v1.21.2`. */
  readonly sources: Readonly<Record<string, string>>;
  readonly scopes: Readonly<Record<string, "Namespaced" | "Cluster">>;
}

type TypeOfObject = Pick<KubernetesObject, "apiVersion" | "kind">;

const extension = ".json.gz";
let names: ReadonlySet<string> | undefined;
/** A group's part of the catalogue, read when the first object of the group is met; undefined for a group that it lacks. */
function groupNamed(name: string): CatalogueGroup | undefined {
  names ??= new Set(readdirSync(`${dataFolder}crds`).map((file) => file.slice(0, -extension.length)));
  return names.has(name) ? load<CatalogueGroup>(`crds/${name}`) : undefined;
}

/** The groups that the catalogue has. */
export function catalogueGroups(): readonly string[] {
  groupNamed("");
  return [...(names ?? [])];
}

/** What the catalogue's CRD allows in an object, and which project and version it is of. */
export function catalogueSchema(object: TypeOfObject): { readonly schema: Schema; readonly source: string } | undefined {
  const group = groupNamed(groupOf(object));
  const schema = own(group?.kinds, `${object.apiVersion}/${object.kind}`);
  return group && schema && { schema, source: own(group.sources, object.kind) ?? "" };
}

/** Whether a kind is known to have no namespace, from the catalogue too. */
export const hasNoNamespace = (object: TypeOfObject): boolean =>
  isClusterScoped(object) || own(groupNamed(groupOf(object))?.scopes, object.kind) === "Cluster";

/** What is wrong with the version or the kind of an object whose group the catalogue has, and whose schema it lacks. */
export function catalogueKindIssues({ apiVersion, kind }: TypeOfObject): Issue[] {
  const name = groupOf({ apiVersion });
  const group = groupNamed(name);
  if (!group) return [];
  const source = own(group.sources, kind);
  if (source === undefined) return group.isWhole ? misspeltKind(name, kind, group) : [];
  const served = Object.keys(group.kinds).flatMap((key) => (key.endsWith(`/${kind}`) ? [key.slice(0, -kind.length - 1)] : []));
  return [
    {
      path: "apiVersion",
      message: `${source} doesn't serve ${apiVersion} ${kind}`,
      fix: `Use ${served.join(" or ")}, or add the CRD of the cluster's version to the manifests: it may serve this one.`,
      severity: "warning",
    },
  ];
}

/** Other versions have other kinds, some of which are named alike: one letter, or the case, is all that a slip differs in. */
function misspeltKind(group: string, kind: string, { sources }: CatalogueGroup): Issue[] {
  const kinds = Object.keys(sources);
  const meant = kinds.find((known) => known.toLowerCase() === kind.toLowerCase()) ?? slipOf(kind, kinds, 1);
  if (meant === undefined) return [];
  return [{ path: "kind", message: `${group} has no kind "${kind}"`, fix: `Did you mean "${meant}"? ${own(sources, meant)} has that.` }];
}

/** An issue that the catalogue's schema shows, as it is worth: the cluster may have another version of the project. */
export function judgedByCatalogue(issue: Issue, source: string): Issue {
  const { fix, isUnknownField, message } = issue;
  if (isUnknownField) return { ...issue, severity: "warning", fix: `${fix} ${source} has no such field; the cluster's version may.` };
  if (message === missingField)
    return { ...issue, isMaybeGiven: true, fix: `Give what the CRD of ${source} asks for, unless another manager gives it.` };
  return { ...issue, fix: fix ? `${fix} The schema is that of ${source}.` : `Give what the CRD of ${source} asks for.` };
}
