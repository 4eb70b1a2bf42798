import { hasNoNamespace, type ObjectSchemas, type ServedKinds } from "../kubernetes/index.ts";
import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import { isRecord, omit, own } from "../outside/index.ts";
import type { ReviewedManifest } from "./tree.ts";

/** A manifest with its object as the server takes it, and as it was given. */
export interface PlacedManifest extends ReviewedManifest {
  /** The object as the manifest has it, in the namespace that the server keeps it in. */
  readonly given: KubernetesObject;
}

/** An object in both trees, or in one. */
export interface Pair {
  readonly before?: PlacedManifest;
  readonly after?: PlacedManifest;
  /** Set where one side names no namespace and the other does: they were taken for one by kind and name. */
  readonly isByName?: true;
}

/** Members of metadata that the server sets, whatever a manifest says; `exportedRefusal` knows which of them it refuses. */
const ofServer = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
] as const;

/** Groups that kinds have left; the server keeps their objects under the new one: https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
const movedKinds: Readonly<Record<string, string>> = {
  "extensions/DaemonSet": "apps",
  "extensions/Deployment": "apps",
  "extensions/Ingress": "networking.k8s.io",
  "extensions/NetworkPolicy": "networking.k8s.io",
  "extensions/ReplicaSet": "apps",
};

/** The group that the server keeps an object in. */
export const storedGroupOf = (object: KubernetesObject): string => {
  const group = groupOf(object);
  return own(movedKinds, `${group}/${object.kind}`) ?? group;
};

/** Where the server keeps the objects of one environment, and what it takes of each. */
export class Placing {
  readonly #schemas: ObjectSchemas;
  readonly #scopes: ReadonlyMap<string, unknown>;
  readonly #namespace: string | undefined;
  readonly #served: ServedKinds | undefined;
  readonly #placed = new WeakMap<ReviewedManifest, PlacedManifest>();

  /**
   * @param definitions the CRDs of the environment, whose scope counts
   * @param namespace that of objects which name none. Default: they are left without
   * @param served what the cluster serves, and where it keeps it. Default: that isn't known
   */
  constructor(
    schemas: ObjectSchemas,
    definitions: readonly KubernetesObject[],
    { namespace, served }: { readonly namespace: string | undefined; readonly served: ServedKinds | undefined },
  ) {
    this.#schemas = schemas;
    this.#scopes = new Map(
      definitions.flatMap(({ spec }) =>
        isRecord(spec) && isRecord(spec.names) ? [[`${String(spec.group)}/${String(spec.names.kind)}`, spec.scope] as const] : [],
      ),
    );
    this.#namespace = namespace;
    this.#served = served;
  }

  placed(manifest: ReviewedManifest): PlacedManifest {
    const known = this.#placed.get(manifest);
    if (known) return known;
    const given = this.#inNamespace(manifest.object);
    const { apiVersion, kind, metadata, ...rest } = this.#schemas.read(given);
    // A status is not the manifest's to say.
    const object = { apiVersion, kind, metadata: omit(metadata, ...ofServer), ...omit(rest, "status") } as KubernetesObject;
    const placed = { ...manifest, object, given };
    this.#placed.set(manifest, placed);
    return placed;
  }

  /** Whether the server drops the namespace of an object; unknown kinds are taken for namespaced ones. */
  #isInCluster(object: KubernetesObject): boolean {
    const scope = this.#scopes.get(`${groupOf(object)}/${object.kind}`) ?? this.#served?.scopes.get(`${object.apiVersion}/${object.kind}`);
    return scope === undefined ? hasNoNamespace(object) : scope === "Cluster";
  }

  #inNamespace(object: KubernetesObject): KubernetesObject {
    const { namespace, ...metadata } = object.metadata;
    if (this.#isInCluster(object)) return namespace === undefined ? object : { ...object, metadata };
    if (typeof namespace === "string" && namespace !== "") return object;
    return { ...object, metadata: this.#namespace === undefined ? metadata : { ...metadata, namespace: this.#namespace } };
  }
}

/**
 * Why the server refuses what an exported manifest still says of the live object; undefined where it takes it. As Kubernetes 1.34 answers
 * to server-side apply; of metadata it passes over creationTimestamp, generation and selfLink.
 * @param isThere whether the object is there already
 */
export function exportedRefusal({ metadata }: KubernetesObject, isThere: boolean): string | undefined {
  if (metadata.managedFields !== undefined && metadata.managedFields !== null)
    return "metadata.managedFields must be removed: server-side apply refuses it; client-side apply takes it";
  if (metadata.uid) return "metadata.uid must be removed: it is refused unless it is the live object's own";
  if (metadata.resourceVersion && isThere)
    return "metadata.resourceVersion must be removed: it is refused as soon as anybody has written the live object";
  return undefined;
}
