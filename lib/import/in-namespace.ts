import { isClusterScoped, type KubernetesObject } from "../manifest/index.ts";
import { hasNamespace } from "../synth/index.ts";

/** An object as the server takes it that is applied to a namespace. */
export function inNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  const { metadata } = object;
  if (metadata.namespace !== undefined && isClusterScoped(object)) {
    const { namespace: _dropped, ...rest } = metadata;
    return { ...object, metadata: rest };
  }
  if (metadata.namespace || !hasNamespace(object)) return object;
  return { ...object, metadata: { ...metadata, namespace } };
}
