import { ApiObject } from "cdk8s";
import type { Construct } from "constructs";
import { type ResolvedApp, type ResolvedEnvironment, weightedCanaryOf, workloadKinds } from "../overlay/index.ts";
import { projectName } from "./app-project.ts";
import { inCluster, serverOf } from "./destination.ts";
import { ownedByControllers } from "./owned-fields.ts";

const applicationVersion = { apiVersion: "argoproj.io/v1alpha1", kind: "Application" } as const;

interface ApplicationProps {
  readonly environment: ResolvedEnvironment;
  readonly name: string;
  readonly project: string;
  /** Folder of the environment in dist. */
  readonly folder: string;
  readonly server: string;
  readonly namespace: string;
  readonly syncOptions?: readonly string[];
  readonly ignoreDifferences?: readonly unknown[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly info?: Readonly<Record<string, string>>;
}

/**
 * Sets what a folder is, and which files count. Unless an Application sets it, the files of the folder decide: a kustomization.yaml, a
 * Chart.yaml or what a plugin looks for changes how all of it is rendered, and whatever is YAML, JSON or Jsonnet is applied. Argo CD drops
 * `recurse: false`, and with it a `directory` that has nothing else: https://argo-cd.readthedocs.io/en/stable/user-guide/directory/
 */
const directory = { include: "*.k8s.yaml" } as const;

/**
 * Has Argo CD keep a folder of dist applied: https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#applications
 * `manifest-generate-paths: .` narrows what a commit refreshes to the Applications whose folder it touches.
 */
export class Application extends ApiObject {
  constructor(scope: Construct, id: string, props: ApplicationProps) {
    const { argocd } = props.environment.settings;
    super(scope, id, {
      ...applicationVersion,
      metadata: {
        name: props.name,
        namespace: argocd.namespace ?? "argocd",
        labels: { ...props.environment.settings.labels, environment: props.environment.name, ...props.labels },
        annotations: { "argocd.argoproj.io/manifest-generate-paths": ".", ...props.annotations },
        ...finalizers(argocd.finalizer),
      },
      spec: {
        project: props.project,
        source: {
          repoURL: argocd.repository,
          targetRevision: argocd.revision ?? "main",
          path: `${argocd.path ?? "dist"}/${props.environment.name}/${props.folder}`,
          directory,
        },
        destination: { server: props.server, namespace: props.namespace },
        syncPolicy: syncPolicy(argocd, props.syncOptions ?? []),
        ...(props.ignoreDifferences?.length ? { ignoreDifferences: props.ignoreDifferences } : {}),
        ...(props.info
          ? {
              info: Object.entries(props.info)
                .sort()
                .map(([name, value]) => ({ name, value })),
            }
          : {}),
      },
    });
  }
}

/**
 * Compares by what the API server makes of a manifest. Else defaults in lists of custom resources, as an ExternalSecret's, are a difference
 * forever, which selfHeal applies again and again: https://argo-cd.readthedocs.io/en/stable/user-guide/diff-strategies/
 * The root doesn't: it is among its own objects, and changes while the server is asked.
 */
const comparedByServer = { "argocd.argoproj.io/compare-options": "ServerSideDiff=true" };

/** What deleting the Application does to what it deployed: https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/ */
function finalizers(kind: "foreground" | "background" | "none" = "foreground") {
  const finalizer = "resources-finalizer.argocd.argoproj.io";
  if (kind === "none") return {};
  return { finalizers: [kind === "background" ? `${finalizer}/background` : finalizer] };
}

/** `allowEmpty: false` is the default, and must be left out: Argo CD drops it whenever it writes an Application, and the root would put it back forever. */
function syncPolicy({ automated = true, prune = true, retry }: ResolvedEnvironment["settings"]["argocd"], syncOptions: readonly string[]) {
  return {
    ...(automated ? { automated: { ...(prune ? { prune } : {}), selfHeal: true } } : {}),
    syncOptions: ["ServerSideApply=true", ...syncOptions],
    retry: {
      limit: retry?.limit ?? 5,
      ...(retry?.refresh === false ? {} : { refresh: true }),
      backoff: { duration: retry?.duration ?? "5s", factor: retry?.factor ?? 2, maxDuration: retry?.maxDuration ?? "3m" },
    },
  };
}

/** The Application of one app. */
export function appApplication(scope: Construct, environment: ResolvedEnvironment, app: ResolvedApp): Application {
  const { name, spec } = app;
  const { syncOptions, ignoreDifferences = [], annotations, info } = spec.argocd ?? {};
  const ignored = [...ownedByControllers(environment, app), ...ignoreDifferences];
  // To respect weights that it ignores, Argo CD would put back the whole list of rules that they stand in, and no route could change.
  const isWeighted = weightedCanaryOf(spec.workload) !== undefined;
  const own = Object.entries(syncOptions ?? {})
    .sort()
    .map(([option, value]) => `${option}=${value}`);
  return new Application(scope, `app-${name}`, {
    environment,
    name: `${environment.name}-${name}`,
    project: projectName(environment, spec.project),
    folder: name,
    server: serverOf(environment),
    namespace: spec.namespace,
    syncOptions: [
      ...(ignored.length > 0 && !isWeighted ? ["RespectIgnoreDifferences=true"] : []),
      ...(hasReplacedJobs(spec) || isWeighted ? ["ApplyOutOfSyncOnly=true"] : []),
      ...own,
    ],
    ignoreDifferences: ignored,
    labels: { app: name },
    annotations: { ...comparedByServer, ...annotations },
    ...(info ? { info } : {}),
  });
}

/** Jobs that are replaced would run again at every sync of the Application, whatever changed in it, if Argo CD applied what is in sync too. */
function hasReplacedJobs({ workload, jobs }: ResolvedApp["spec"]): boolean {
  return (workload !== undefined && workloadKinds[workload.kind].replaced) || Object.values(jobs ?? {}).some((job) => !job.hook);
}

/** The Application of what the environment's apps share; its wave lets it go first where Applications have health. */
export function sharedApplication(scope: Construct, environment: ResolvedEnvironment, namespace: string): Application {
  return new Application(scope, "shared", {
    environment,
    name: `${environment.name}-shared`,
    project: projectName(environment, "shared"),
    folder: "shared",
    server: serverOf(environment),
    namespace,
    annotations: { ...comparedByServer, "argocd.argoproj.io/sync-wave": "-1" },
  });
}

/** The Application that applies all others, itself included. It lives in the cluster Argo CD runs in, in a project that is there already. */
export function rootApplication(scope: Construct, environment: ResolvedEnvironment): Application {
  const { argocd } = environment.settings;
  return new Application(scope, "root", {
    environment,
    name: environment.name,
    project: argocd.rootProject ?? "default",
    folder: "argocd",
    server: inCluster,
    namespace: argocd.namespace ?? "argocd",
  });
}
