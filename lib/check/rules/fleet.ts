import type { Issue, ObjectOf, SpecOf } from "../../kubernetes/index.ts";
import { groupOf, isClusterScoped } from "../../manifest/index.ts";
import { fitsGlob, own } from "../../outside/index.ts";
import { suggestion } from "../../problem/index.ts";
import { yaml } from "../example.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import type { CheckedManifest, Scope } from "../scope.ts";
import { each, within } from "./issues.ts";

/**
 * Whether a controller serves the same host and path by several Ingresses: a canary of ingress-nginx
 * (https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary), or rules of one load balancer
 * with an order or conditions of their own (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/).
 */
const isSharedRoute = ({
  metadata: { annotations = {} },
}: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}) =>
  annotations["nginx.ingress.kubernetes.io/canary"] === "true" ||
  Object.keys(annotations).some((key) => /^alb\.ingress\.kubernetes\.io\/(conditions\.|group\.name$)/.test(key));

export const routeTaken = rule({
  id: "fleet/route-taken",
  severity: "error",
  why: "Of two Ingresses with the same host and path some controllers serve the older, some refuse the newer, and some alternate.",
  fix: "Give one of them another host or path.",
  source: "https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches",
  bad: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a1, namespace: shop }
    spec:
      rules:
        - host: a.example
          http:
            paths:
              - path: /
                pathType: Prefix
                backend: { service: { name: a, port: { number: 80 } } }
    ---
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a2, namespace: shop }
    spec:
      rules:
        - host: a.example
          http:
            paths:
              - path: /
                pathType: Prefix
                backend: { service: { name: a, port: { number: 80 } } }
  `,
  good: yaml`
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a1, namespace: shop }
    spec:
      rules:
        - host: a.example
          http:
            paths:
              - path: /
                pathType: Prefix
                backend: { service: { name: a, port: { number: 80 } } }
    ---
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: { name: a2, namespace: shop }
    spec:
      rules:
        - host: a.example
          http:
            paths:
              - path: /orders
                pathType: Prefix
                backend: { service: { name: a, port: { number: 80 } } }
  `,
  *check(scope) {
    const taken = new Map<string, CheckedManifest>();
    for (const manifest of scope.ofKind("networking.k8s.io/Ingress").filter(({ object }) => !isSharedRoute(object)))
      for (const { key, route, path } of routesOf(manifest.object)) {
        const other = taken.get(key);
        if (other && other !== manifest) {
          const { namespace, name } = other.object.metadata;
          yield { manifest, path, message: `${route} is served by Ingress ${namespace}/${name} already` };
        } else taken.set(key, manifest);
      }
  },
});

/** The routes of an Ingress. Two with the same key are one to a controller. */
const routesOf = ({ spec: { rules = [], ingressClassName = "" } = {} }: ObjectOf<"networking.k8s.io/Ingress">) =>
  rules.flatMap(({ host = "", http }, index) =>
    (http?.paths ?? []).map(({ path = "/", pathType = "" }, place) => ({
      key: [ingressClassName, host, pathType === "Exact" ? "=" : "", path.replace(/(.)\/$/, "$1")].join(" "),
      route: `${host || "every host"}${path}`,
      path: `spec.rules[${index}].http.paths[${place}]`,
    })),
  );

type Project = SpecOf<"argoproj.io/AppProject">;
type Application = SpecOf<"argoproj.io/Application">;
type Source = NonNullable<Application["source"]>;
type GroupKind = NonNullable<Project["clusterResourceWhitelist"]>[number];

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
  why: "Argo CD accepts any text as a sync option and silently ignores what it doesn't know: `ServersideApply=true` changes nothing.",
  fix: "Use Argo CD's spelling.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/",
  bad: yaml`
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: { name: a, namespace: argocd }
    spec:
      project: default
      destination: { name: in-cluster, namespace: shop }
      source: { repoURL: 'https://git.example/a.git', path: a }
      syncPolicy: { syncOptions: [ServersideApply=true] }
  `,
  good: yaml`
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: { name: a, namespace: argocd }
    spec:
      project: default
      destination: { name: in-cluster, namespace: shop }
      source: { repoURL: 'https://git.example/a.git', path: a }
      syncPolicy: { syncOptions: [ServerSideApply=true] }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("argoproj.io/Application")) {
      const { ignoreDifferences = [], syncPolicy: { syncOptions = [], automated } = {} } = manifest.object.spec ?? {};
      yield* within(manifest, each(syncOptions, "spec.syncPolicy.syncOptions", syncOptionIssues));
      if (syncOptions.includes("RespectIgnoreDifferences=true") && ignoreDifferences.length === 0)
        yield {
          manifest,
          path: "spec.syncPolicy.syncOptions",
          message: "RespectIgnoreDifferences has no ignoreDifferences to respect",
          severity: "warning",
          fix: "List the differences, or remove the option.",
        };
      if (automated?.allowEmpty && automated.prune)
        yield {
          manifest,
          path: "spec.syncPolicy.automated.allowEmpty",
          message: "with prune, an empty folder deletes everything the app has",
          severity: "warning",
          fix: "Remove allowEmpty.",
        };
    }
  },
});

function* syncOptionIssues(option: string, path: string): Generator<Issue> {
  const [name = "", value = ""] = option.split("=");
  const values = own(options, name);
  if (!values) yield { path, message: `Argo CD knows no sync option "${option}"`, fix: suggestion(name, Object.keys(options)) };
  else if (!values.includes(value)) yield { path, message: `the sync option ${name} is ${values.join(", ")}, found "${value}"` };
}

export const applicationTarget = rule({
  id: "fleet/application",
  severity: "error",
  why: "Argo CD refuses to sync an Application that its project doesn't allow, or whose folder or destination doesn't exist.",
  fix: "Correct the Application, or let its AppProject allow it.",
  source: "https://argo-cd.readthedocs.io/en/stable/user-guide/projects/",
  bad: yaml`
    apiVersion: argoproj.io/v1alpha1
    kind: AppProject
    metadata: { name: shop, namespace: argocd }
    spec:
      sourceRepos: ['https://git.example/a.git']
      destinations: [{ server: '*', namespace: shop }]
    ---
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: { name: a, namespace: argocd }
    spec:
      project: shop
      destination: { name: in-cluster, namespace: other }
      source: { repoURL: 'https://git.example/a.git', path: a }
  `,
  good: yaml`
    apiVersion: argoproj.io/v1alpha1
    kind: AppProject
    metadata: { name: shop, namespace: argocd }
    spec:
      sourceRepos: ['https://git.example/a.git']
      destinations: [{ server: '*', namespace: shop }]
    ---
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: { name: a, namespace: argocd }
    spec:
      project: shop
      destination: { name: in-cluster, namespace: shop }
      source: { repoURL: 'https://git.example/a.git', path: a }
  `,
  *check(scope) {
    const projects = new Map(scope.ofKind("argoproj.io/AppProject").map((project) => [project.object.metadata.name, project]));
    const folders = scope.environment.folders ?? new Set<string>();
    const roots = new Set([...folders].map(rootOf));
    for (const manifest of scope.ofKind("argoproj.io/Application")) {
      const { project = "default", source, sources = [], destination = {} } = manifest.object.spec ?? {};
      const all = source ? [source, ...sources] : sources;
      if (all.length === 0) yield { manifest, path: "spec.source", message: "is required but missing" };
      if (!destination.server === !destination.name)
        yield { manifest, path: "spec.destination", message: "expected a server or a cluster's name, found none or both" };
      yield* pathIssues(folders, roots, manifest, all);
      const found = projects.get(project);
      if (found) yield* projectIssues(scope, manifest, found.object.spec ?? {}, project, all, destination);
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
  destination: Destination,
): Generator<ManifestIssue> {
  const { sourceRepos = [] } = project;
  for (const { repoURL = "" } of sources)
    if (!allowsRepository(sourceRepos, repoURL))
      yield {
        manifest,
        path: "spec.source.repoURL",
        message: `the AppProject "${name}" doesn't allow the repository ${repoURL}`,
        fix: `It allows: ${sourceRepos.join(", ") || "none"}.`,
      };
  const { destinations = [] } = project;
  if (!destinations.some((allowed) => allowsDestination(allowed, destination)))
    yield {
      manifest,
      path: "spec.destination",
      message: `the AppProject "${name}" doesn't allow the destination ${destination.server ?? destination.name} ${destination.namespace ?? ""}`,
      fix: `It allows: ${destinations.map(({ server, name: cluster, namespace }) => `${server ?? cluster} ${namespace}`).join(", ") || "none"}.`,
    };
  for (const { path = "" } of sources)
    for (const { object } of scope.inFolder(path).filter((member) => !allows(project, member.object)))
      yield {
        manifest,
        path: "spec.project",
        message: `the AppProject "${name}" doesn't allow ${object.kind} ${object.metadata.name}, which is in ${path}`,
        fix: "Add its kind to the project's resource whitelist.",
      };
}

/** Patterns of a project's repositories; one that begins with '!' denies. */
const allowsRepository = (patterns: readonly string[], url: string): boolean =>
  patterns.some((pattern) => !pattern.startsWith("!") && fitsGlob(pattern, url)) &&
  !patterns.some((pattern) => pattern.startsWith("!") && fitsGlob(pattern.slice(1), url));

type Destination = NonNullable<Application["destination"]>;

function allowsDestination(allowed: Destination, { server, name = "", namespace = "" }: Destination): boolean {
  if (!fitsGlob(allowed.namespace ?? "", namespace)) return false;
  if (server) return fitsGlob(allowed.server ?? "", server);
  return fitsGlob(allowed.name ?? allowed.server ?? "", name) || allowed.server === "*";
}

/** An AppProject lets no cluster-scoped kind through that it doesn't list, and every other that it doesn't leave out. */
function allows(project: Project, object: CheckedManifest["object"]): boolean {
  const listed = (kinds: readonly GroupKind[] | undefined) =>
    kinds?.some(({ group = "", kind = "" }) => fitsGlob(group, groupOf(object)) && fitsGlob(kind, object.kind)) ?? false;
  if (isClusterScoped(object)) return listed(project.clusterResourceWhitelist) && !listed(project.clusterResourceBlacklist);
  return (
    (project.namespaceResourceWhitelist === undefined || listed(project.namespaceResourceWhitelist)) &&
    !listed(project.namespaceResourceBlacklist)
  );
}
