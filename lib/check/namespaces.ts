import { isClusterScopedInCatalogue } from "../kubernetes/index.ts";
import { groupOf, isClusterScoped, type KubernetesObject } from "../manifest/index.ts";
import { isRecord } from "../outside/index.ts";
import type { CheckedManifest } from "./scope.ts";

/**
 * Gives each manifest the namespace that the server keeps it in: none for a kind that has none, whatever the object says; else its own,
 * that of what applies its folder, or the default.
 * @param fallback namespace of objects that name none
 */
export function withNamespaces(manifests: readonly CheckedManifest[], fallback: string): CheckedManifest[] {
  const scopes = scopesOf(manifests);
  const destinations = destinationsOf(manifests);
  return manifests.map((manifest) => {
    const { object, file = "" } = manifest;
    const scope = scopes.get(`${groupOf(object)}/${object.kind}`);
    const isInCluster = scope === undefined ? isClusterScoped(object) || isClusterScopedInCatalogue(object) : scope === "Cluster";
    if (isInCluster) return { ...manifest, namespace: "" };
    const { namespace } = object.metadata;
    if (typeof namespace === "string" && namespace !== "") return { ...manifest, namespace };
    const applied = destinations.find(({ folder }) => `/${file}`.includes(`/${folder}/`));
    return { ...manifest, namespace: applied?.namespace ?? fallback };
  });
}

/** `Cluster` or `Namespaced` by group and kind, as the CRDs among the manifests say. */
function scopesOf(manifests: readonly CheckedManifest[]): ReadonlyMap<string, unknown> {
  const specs = manifests.flatMap(({ object }) =>
    object.kind === "CustomResourceDefinition" && isRecord(object.spec) ? [object.spec] : [],
  );
  return new Map(
    specs.flatMap(({ scope, group, names }) => (isRecord(names) ? [[`${String(group)}/${String(names.kind)}`, scope] as const] : [])),
  );
}

interface Destination {
  readonly folder: string;
  readonly namespace: string;
}

/** Folders that an Application of Argo CD or a Kustomization of Flux applies to a namespace, the longest paths first. */
const destinationsOf = (manifests: readonly CheckedManifest[]): Destination[] =>
  manifests.flatMap(({ object }) => destinationOf(object)).sort((a, b) => b.folder.length - a.folder.length);

function destinationOf(object: KubernetesObject): Destination[] {
  const { kind, spec } = object;
  if (!isRecord(spec)) return [];
  const of = (path: unknown, namespace: unknown): Destination[] => {
    const folder = typeof path === "string" ? path.replace(/^\.?\/+|\/+$/g, "") : "";
    return folder !== "" && folder !== "." && typeof namespace === "string" && namespace !== "" ? [{ folder, namespace }] : [];
  };
  if (kind === "Application" && groupOf(object) === "argoproj.io") {
    const { destination, source, sources } = spec;
    const all = [source, ...(Array.isArray(sources) ? (sources as unknown[]) : [])].filter(isRecord);
    return isRecord(destination) ? all.flatMap(({ path }) => of(path, destination.namespace)) : [];
  }
  return kind === "Kustomization" && groupOf(object) === "kustomize.toolkit.fluxcd.io" ? of(spec.path, spec.targetNamespace) : [];
}
