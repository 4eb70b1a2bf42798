import { normalize, relative, resolve } from "node:path";
import { groupOf, type KubernetesObject } from "../manifest/index.ts";
import { membersOf, recordsOf, textOf } from "../outside/index.ts";
import type { SourceObject } from "./environment.ts";

/** The name before the first colon: https://github.com/argoproj/argo-cd/blob/v3.1.0/docs/user-guide/resource_tracking.md */
const trackingId = "argocd.argoproj.io/tracking-id";

/** The Application that Argo CD deploys an object with, as the object of a cluster says. */
export function applicationOf({ metadata }: KubernetesObject): string | undefined {
  const [application = "", ...more] = textOf(membersOf(metadata.annotations)[trackingId]).split(":");
  return application !== "" && more.length > 0 ? application : undefined;
}

/**
 * Objects with the Applications that deploy them: those that a cluster's objects name, and those of the sources by the folders that they
 * deploy.
 * @param root folder of the repository, from which paths of Applications count
 */
export function withApplications(objects: readonly SourceObject[], root: string): SourceObject[] {
  const folders = objects
    .flatMap(({ object }) => foldersOf(object))
    // The longest first: a folder below another's is its own Application's.
    .sort((a, b) => b.path.length - a.path.length);
  if (folders.length === 0) return [...objects];
  return objects.map((source) => {
    if (source.application !== undefined) return source;
    const file = relative(root, resolve(source.file));
    const found = folders.find(({ path }) => file === path || file.startsWith(`${path}/`));
    return found ? { ...source, application: found.application } : source;
  });
}

/** The folders that an Application deploys. */
function foldersOf(object: KubernetesObject): { readonly application: string; readonly path: string }[] {
  if (object.kind !== "Application" || groupOf(object) !== "argoproj.io") return [];
  const { source, sources } = membersOf(object.spec);
  const paths = [membersOf(source), ...recordsOf(sources)].map(({ path }) => normalize(textOf(path) || ".").replace(/\/$/, ""));
  return paths.filter((path) => path !== "" && path !== ".").map((path) => ({ application: object.metadata.name, path }));
}
