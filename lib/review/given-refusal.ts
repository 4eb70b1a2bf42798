import { type SchemaIssue, valueAt } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { exportedRefusal, type PlacedManifest } from "./placing.ts";
import type { Side } from "./side.ts";

export const refuses = (words: string) => `the API server refuses it: ${words}`;
/** What is refused of a manifest as it is given: the server looks at that before it merges it into what is there. */
export function givenRefusal({ given }: PlacedManifest, side: Side, isThere: boolean): string | undefined {
  const exported = exportedRefusal(given, isThere);
  if (exported) return refuses(exported);
  const issue = errorsOf(given, side)[0];
  return (
    issue &&
    refuses(
      `${wordsOf(issue.path, issue.message)}${isTakenByClients(issue) ? " (under server-side apply; client-side apply takes it)" : ""}`,
    )
  );
}

/** Lists whose duplicates only server-side apply refuses, as Kubernetes 1.34 does; in others its validation asks for unique keys. */
const isTakenByClients = ({ path, message, isServerSide }: SchemaIssue) =>
  isServerSide === true ||
  (message.startsWith("another entry has the same") && /(\]\.(env|ports)|\.(imagePullSecrets|hostAliases))\[\d+\]$/.test(path));

export const wordsOf = (path: string, message: string) => [path, message].filter(Boolean).join(" ");

/** What the schema refuses of an object; nothing where its schema can't be used. */
export function errorsOf(object: KubernetesObject, { schemas }: Side): readonly SchemaIssue[] {
  try {
    return schemas
      .issues(object)
      .filter(({ path, severity = "error", isMaybeGiven }) => severity === "error" && !isMaybeGiven && !isPlaceholder(object, path));
  } catch {
    return [];
  }
}

/** A variable that somebody fills in before the server sees it, as Flux does: https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution */
export function isPlaceholder(object: KubernetesObject, path: string): boolean {
  const value = path === "" ? undefined : valueAt(object, path);
  return typeof value === "string" && /\$\{[A-Za-z_]/.test(value);
}
