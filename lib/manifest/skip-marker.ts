import type { KubernetesObject } from "./manifest.ts";

/** Argo CD passes over a file whose text holds this anywhere, and prunes the file's objects: reposerver/repository/repository.go. */
export const skipMarker = "+argocd:skip-file-rendering";

/** The path of the first key or value of an object that holds the marker; undefined where none does. */
export function skipMarkerIn(object: KubernetesObject): readonly (string | number)[] | undefined {
  let text: string;
  try {
    // An object's text is made much faster than its parts are walked, and nearly no object holds the marker.
    text = JSON.stringify(object);
  } catch {
    text = skipMarker; // YAML's aliases can make an object a part of itself
  }
  return text.includes(skipMarker) ? pathIn(object, new Set()) : undefined;
}

function pathIn(value: unknown, above: ReadonlySet<unknown>): readonly (string | number)[] | undefined {
  if (typeof value === "string") return value.includes(skipMarker) ? [] : undefined;
  if (typeof value !== "object" || value === null || above.has(value)) return undefined;
  const here = new Set([...above, value]);
  for (const [key, member] of Object.entries(value)) {
    const below = key.includes(skipMarker) ? [] : pathIn(member, here);
    if (below) return [Array.isArray(value) ? Number(key) : key, ...below];
  }
  return undefined;
}
