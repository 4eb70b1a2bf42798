import type { IngressSpec } from "../../kubernetes/index.ts";
import { groupOf, isClusterScoped } from "../../manifest/index.ts";
import { fitsGlob, own } from "../../outside/index.ts";
import { suggestion } from "../../problem/index.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import { type CheckedManifest, type Scope, specOf } from "../scope.ts";

const argo = "argoproj.io";

export const routeTaken = rule({
  id: "fleet/route-taken",
  severity: "error",
  why: "Of two Ingresses with one host and path some controllers serve the older, some refuse the newer, and some take turns.",
  fix: "Give one of them another host or path.",
  source: "https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches",
  bad: [1, 2]
    .map(
      (number) =>
        `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a${number}, namespace: shop }\nspec: { rules: [{ host: a.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: a, port: { number: 80 } } } }] } }] }\n`,
    )
    .join("---\n"),
  *check(scope) {
    const taken = new Map<string, CheckedManifest>();
    for (const manifest of scope.ofKind("Ingress", "networking.k8s.io")) {
      const { rules = [], ingressClassName = "" } = specOf<IngressSpec>(manifest);
      for (const [index, { host = "", http }] of rules.entries()) {
        for (const [place, { path = "/", pathType = "" }] of (http?.paths ?? []).entries()) {
          const key = [ingressClassName, host, pathType === "Exact" ? "=" : "", path.replace(/(.)\/$/, "$1")].join(" ");
          const other = taken.get(key);
          if (other && other !== manifest)
            yield {
              manifest,
              path: `spec.rules[${index}].http.paths[${place}]`,
              message: `${host || "every host"}${path} is served by Ingress ${other.object.metadata.namespace}/${other.object.metadata.name} already`,
            };
          else taken.set(key, manifest);
        }
      }
    }
  },
});

interface Application {
  readonly project?: string;
  readonly source?: Source;
  readonly sources?: readonly Source[];
  readonly destination?: { readonly server?: string; readonly name?: string; readonly namespace?: string };
  readonly syncPolicy?: {
    readonly syncOptions?: readonly string[];
    readonly automated?: { readonly enabled?: boolean; readonly prune?: boolean; readonly allowEmpty?: boolean };
  };
  readonly ignoreDifferences?: readonly unknown[];
}
interface Source {
  readonly repoURL?: string;
  readonly path?: string;
  readonly chart?: string;
}
interface Project {
  readonly sourceRepos?: readonly string[];
  readonly destinations?: readonly { readonly server?: string; readonly name?: string; readonly namespace?: string }[];
  readonly clusterResourceWhitelist?: readonly GroupKind[];
  readonly clusterResourceBlacklist?: readonly GroupKind[];
  readonly namespaceResourceWhitelist?: readonly GroupKind[];
  readonly namespaceResourceBlacklist?: readonly GroupKind[];
}
interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** Sync options of an Application, with the values they take: https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/ */
const options: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    [
      "Validate",
      "CreateNamespace",
      "PruneLast",
      "ApplyOutOfSyncOnly",
      "RespectIgnoreDifferences",
      "ServerSideApply",
      "FailOnSharedResource",
      "Replace",
      "SkipDryRunOnMissingResource",
      "ClientSideApplyMigration",
      "Force",
    ].map((name) => [name, ["true", "false"]]),
  ),
  Prune: ["true", "false", "confirm"],
  Delete: ["true", "false", "confirm"],
  PrunePropagationPolicy: ["foreground", "background", "orphan"],
};

export const syncOptions = rule({
  id: "fleet/sync-options",
  severity: "error",
  why: "Argo CD takes any text for a sync option, and ignores without a word what it doesn't know: `ServersideApply=true` applies as ever.",
  fix: "Spell it as Argo CD has it.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/",
  bad: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: a, namespace: argocd }\nspec: { project: default, destination: { name: in-cluster, namespace: shop }, source: { repoURL: 'https://git.example/a.git', path: a }, syncPolicy: { syncOptions: [ServersideApply=true] } }\n",
  *check(scope) {
    for (const manifest of scope.ofKind("Application", argo)) {
      const { syncOptions: given = [], automated } = specOf<Application>(manifest).syncPolicy ?? {};
      for (const [index, option] of given.entries()) {
        const [name = "", value = ""] = option.split("=");
        const path = `spec.syncPolicy.syncOptions[${index}]`;
        const values = own(options, name);
        if (!values)
          yield { manifest, path, message: `Argo CD knows no sync option "${option}"`, fix: suggestion(name, Object.keys(options)) };
        else if (!values.includes(value))
          yield { manifest, path, message: `the sync option ${name} is ${values.join(", ")}, found "${value}"` };
      }
      if (given.includes("RespectIgnoreDifferences=true") && !specOf<Application>(manifest).ignoreDifferences?.length)
        yield {
          manifest,
          path: "spec.syncPolicy.syncOptions",
          message: "RespectIgnoreDifferences has no ignoreDifferences to respect",
          severity: "warning",
          fix: "Say which differences, or take it out.",
        };
      if (automated?.allowEmpty && automated.prune)
        yield {
          manifest,
          path: "spec.syncPolicy.automated.allowEmpty",
          message: "with prune, an empty folder deletes everything the app has",
          severity: "warning",
          fix: "Take allowEmpty out.",
        };
    }
  },
});

export const applicationTarget = rule({
  id: "fleet/application",
  severity: "error",
  why: "Argo CD refuses to sync an Application that its project doesn't let through, or whose folder or destination isn't there.",
  fix: "Correct the Application, or let its AppProject allow it.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/projects/",
  bad: "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: { name: shop, namespace: argocd }\nspec: { sourceRepos: ['https://git.example/a.git'], destinations: [{ server: '*', namespace: shop }] }\n---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: a, namespace: argocd }\nspec: { project: shop, destination: { name: in-cluster, namespace: other }, source: { repoURL: 'https://git.example/a.git', path: a } }\n",
  *check(scope) {
    const projects = new Map(scope.ofKind("AppProject", argo).map((one) => [one.object.metadata.name, one]));
    const folders = scope.environment.folders ?? new Set<string>();
    const roots = new Set([...folders].map(rootOf));
    for (const manifest of scope.ofKind("Application", argo)) {
      const { project = "default", source, sources = [], destination = {} } = specOf<Application>(manifest);
      const all = source ? [source, ...sources] : sources;
      if (all.length === 0) yield { manifest, path: "spec.source", message: "is required but missing" };
      if (!destination.server === !destination.name)
        yield { manifest, path: "spec.destination", message: "expected a server or a cluster's name, found none or both" };
      yield* pathIssues(folders, roots, manifest, all);
      const found = projects.get(project);
      if (found) yield* projectIssues(scope, manifest, specOf<Project>(found), project, all, destination);
      // Where an environment brings projects, a name that isn't among them is more often misspelt than meant; `default` every Argo CD has.
      else if (projects.size > 0 && project !== "default")
        yield {
          manifest,
          path: "spec.project",
          message: `there is no AppProject "${project}" among the manifests`,
          fix: suggestion(project, projects.keys()),
          severity: "warning",
        };
    }
  },
});

/** The first two parts of a folder: `dist/prod`. Applications of other folders lead to what isn't known here. */
const rootOf = (folder: string) => folder.split("/").slice(0, 2).join("/");

function* pathIssues(
  folders: ReadonlySet<string>,
  roots: ReadonlySet<string>,
  manifest: CheckedManifest,
  sources: readonly Source[],
): Generator<ManifestIssue> {
  for (const { path } of sources)
    if (path && !folders.has(path) && roots.has(rootOf(path)))
      yield { manifest, path: "spec.source.path", message: `there is no folder ${path}`, fix: suggestion(path, folders) };
}

function* projectIssues(
  scope: Scope,
  manifest: CheckedManifest,
  project: Project,
  name: string,
  sources: readonly Source[],
  destination: NonNullable<Application["destination"]>,
): Generator<ManifestIssue> {
  const { sourceRepos = [], destinations = [] } = project;
  for (const { repoURL = "" } of sources) {
    const allowed =
      sourceRepos.some((one) => !one.startsWith("!") && fitsGlob(one, repoURL)) &&
      !sourceRepos.some((one) => one.startsWith("!") && fitsGlob(one.slice(1), repoURL));
    if (!allowed)
      yield {
        manifest,
        path: "spec.source.repoURL",
        message: `the AppProject "${name}" doesn't allow the repository ${repoURL}`,
        fix: `It allows: ${sourceRepos.join(", ") || "none"}.`,
      };
  }
  const { server, name: cluster, namespace = "" } = destination;
  const permitted = destinations.some(
    (one) =>
      fitsGlob(one.namespace ?? "", namespace) &&
      (server ? fitsGlob(one.server ?? "", server) : fitsGlob(one.name ?? one.server ?? "", cluster ?? "") || one.server === "*"),
  );
  if (!permitted)
    yield {
      manifest,
      path: "spec.destination",
      message: `the AppProject "${name}" doesn't allow the destination ${server ?? cluster} ${namespace}`,
      fix: `It allows: ${destinations.map((one) => `${one.server ?? one.name} ${one.namespace}`).join(", ") || "none"}.`,
    };
  for (const { path } of sources) {
    if (!path) continue;
    for (const { object } of scope.inFolder(path)) {
      if (allows(project, object)) continue;
      yield {
        manifest,
        path: "spec.project",
        message: `the AppProject "${name}" doesn't allow ${object.kind} ${object.metadata.name}, which lies in ${path}`,
        fix: "Add its kind to the project's resource whitelist.",
      };
    }
  }
}

/** An AppProject lets no cluster-scoped kind through that it doesn't list, and every other that it doesn't leave out. */
function allows(project: Project, object: CheckedManifest["object"]): boolean {
  const listed = (kinds: readonly GroupKind[] | undefined) =>
    kinds?.some(({ group, kind }) => fitsGlob(group, groupOf(object)) && fitsGlob(kind, object.kind)) ?? false;
  if (isClusterScoped(object)) return listed(project.clusterResourceWhitelist) && !listed(project.clusterResourceBlacklist);
  return (
    (project.namespaceResourceWhitelist === undefined || listed(project.namespaceResourceWhitelist)) &&
    !listed(project.namespaceResourceBlacklist)
  );
}
