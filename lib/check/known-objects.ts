import type { KnownCluster } from "../cluster/index.ts";
import type { ObjectSchemas } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { type CheckedEnvironment, type CheckedManifest, placedIdentityOf } from "./scope.ts";

/** What the cluster's snapshot knows of beside the manifests: an object that is among them is as they say. */
export function knownObjects(
  { cluster }: CheckedEnvironment,
  manifests: readonly CheckedManifest[],
  schemas: ObjectSchemas,
): CheckedManifest[] {
  if (!cluster) return [];
  const given = new Set(manifests.map(placedIdentityOf));
  return cluster.objects.flatMap((object) => {
    const manifest: CheckedManifest = {
      object,
      app: "",
      file: cluster.file,
      namespace: object.metadata.namespace ?? "",
      isFromSnapshot: true,
    };
    return given.has(placedIdentityOf(manifest)) ? [] : [{ ...manifest, object: sound(object, schemas) }];
  });
}

/** Rules take a field's type for granted, and anybody may have written a snapshot: of an object that doesn't fit its schema the name is kept. */
function sound(object: KubernetesObject, schemas: ObjectSchemas): KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  try {
    return schemas.issues(object).some(({ isMismatch }) => isMismatch) ? { apiVersion, kind, metadata } : object;
  } catch {
    return { apiVersion, kind, metadata };
  }
}

/** What the API server evaluates beside schemas when it is asked to take an object, as the snapshot names it. */
export const admissionOf = ({ objects }: Pick<KnownCluster, "objects">): string[] =>
  objects.flatMap(({ kind, metadata: { name } }) => {
    if (kind.endsWith("WebhookConfiguration")) return [`webhook ${name}`];
    return kind.endsWith("AdmissionPolicy") ? [`${kind} ${name}`] : [];
  });
