import { hasNoNamespace, type ServedKinds } from "../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import { isRecord } from "../outside/index.ts";
import { sourcesOf, textOf } from "./read.ts";
import type { CheckedManifest } from "./scope.ts";

/**
 * Gives each manifest the namespace that the server keeps it in: none for a kind that has none, whatever the object says; else its own,
 * that of what applies its folder, or the default.
 * @param fallback namespace of objects that name none
 * @param root folder that was given, from which paths of Applications may count; else they count from the working folder
 * @param served kinds of the cluster, where they are known
 */
export function withNamespaces(
  manifests: readonly CheckedManifest[],
  fallback: string,
  root = "",
  served?: ServedKinds,
): CheckedManifest[] {
  const scopes = scopesOf(manifests);
  const destinations = destinationsOf(manifests);
  return manifests.map((manifest) => {
    const { object, file = "" } = manifest;
    const scope = scopes.get(`${groupOf(object)}/${object.kind}`) ?? served?.scopes.get(`${object.apiVersion}/${object.kind}`);
    const isInCluster = scope === undefined ? hasNoNamespace(object) : scope === "Cluster";
    if (isInCluster) return { ...manifest, namespace: "" };
    const { namespace } = object.metadata;
    if (typeof namespace === "string" && namespace !== "") return { ...manifest, namespace };
    return { ...manifest, namespace: destinationAt(file, root, destinations) ?? fallback };
  });
}

/** `Cluster` or `Namespaced` by group and kind, as the CRDs among the manifests say. */
function scopesOf(manifests: readonly CheckedManifest[]): ReadonlyMap<string, unknown> {
  const specs = manifests.flatMap(({ object }) =>
    object.kind === "CustomResourceDefinition" && isRecord(object.spec) ? [object.spec] : [],
  );
  return new Map(
    specs.flatMap(({ scope, group, names }) => (isRecord(names) ? [[`${textOf(group)}/${textOf(names.kind)}`, scope] as const] : [])),
  );
}

interface Destination {
  readonly folder: string;
  readonly namespace: string;
}

/** The namespace that each folder is applied to by an Application of Argo CD or a Kustomization of Flux; undefined where they disagree. */
function destinationsOf(manifests: readonly CheckedManifest[]): ReadonlyMap<string, string | undefined> {
  const destinations = new Map<string, string | undefined>();
  for (const { folder, namespace } of manifests.flatMap(({ object }) => destinationOf(object)))
    destinations.set(folder, destinations.has(folder) && destinations.get(folder) !== namespace ? undefined : namespace);
  return destinations;
}

/** The namespace of the innermost folder of a file that is applied to one. */
function destinationAt(file: string, root: string, destinations: ReadonlyMap<string, string | undefined>): string | undefined {
  if (destinations.size === 0) return undefined;
  for (const path of [file, file.startsWith(`${root}/`) ? file.slice(root.length + 1) : ""])
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const folder = path.slice(0, end).replace(/^\.?\/+/, "");
      if (destinations.has(folder)) return destinations.get(folder);
    }
  return undefined;
}

function destinationOf(object: KubernetesObject): Destination[] {
  const { kind, spec } = object;
  if (!isRecord(spec)) return [];
  const of = (path: unknown, namespace: unknown): Destination[] => {
    const folder = typeof path === "string" ? path.replace(/^\.?\/+|\/+$/g, "") : "";
    return folder !== "" && folder !== "." && typeof namespace === "string" && namespace !== "" ? [{ folder, namespace }] : [];
  };
  if (kind === "Application" && groupOf(object) === "argoproj.io") {
    const { destination } = spec;
    return isRecord(destination) ? sourcesOf(spec).flatMap(({ path }) => of(path, destination.namespace)) : [];
  }
  return kind === "Kustomization" && groupOf(object) === "kustomize.toolkit.fluxcd.io" ? of(spec.path, spec.targetNamespace) : [];
}
