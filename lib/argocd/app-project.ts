import { ApiObject } from "cdk8s";
import type { Construct } from "constructs";
import { analysisTemplateKind, type ResolvedEnvironment, rolloutKind, workloadKinds } from "../overlay/index.ts";
import { serverOf } from "./destination.ts";

interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** What the Applications of a project deploy. */
export interface ProjectContents {
  readonly namespaces: readonly string[];
  readonly namespaced: readonly GroupKind[];
  readonly clusterScoped: readonly GroupKind[];
}

/** A kind as AppProjects and ignored differences name it. */
export function groupKindOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): GroupKind {
  return { group: groupOf(apiVersion), kind };
}

const groupOf = (apiVersion: string) => apiVersion.split("/")[0] ?? "";

/** Every kind the model makes in a namespace. All are allowed wherever one is, so that dropping the last object of a kind still lets Argo CD prune it. */
const modelKinds: readonly GroupKind[] = [
  ...["ConfigMap", "PersistentVolumeClaim", "Secret", "Service", "ServiceAccount"].map((kind) => ({ group: "", kind })),
  ...Object.entries(workloadKinds).map(([kind, { apiVersion }]) => groupKindOf({ apiVersion, kind })),
  ...[rolloutKind, analysisTemplateKind].map(groupKindOf),
  { group: "autoscaling", kind: "HorizontalPodAutoscaler" },
  ...["Job"].map((kind) => ({ group: "batch", kind })),
  { group: "external-secrets.io", kind: "ExternalSecret" },
  ...["Ingress", "NetworkPolicy"].map((kind) => ({ group: "networking.k8s.io", kind })),
  { group: "policy", kind: "PodDisruptionBudget" },
  ...["BackendTLSPolicy", "GRPCRoute", "HTTPRoute"].map((kind) => ({ group: "gateway.networking.k8s.io", kind })),
  ...["BackendTrafficPolicy", "SecurityPolicy"].map((kind) => ({ group: "gateway.envoyproxy.io", kind })),
];
const sharedKinds: readonly GroupKind[] = [
  { group: "external-secrets.io", kind: "SecretStore" },
  ...["Gateway", "HTTPRoute", "ReferenceGrant"].map((kind) => ({ group: "gateway.networking.k8s.io", kind })),
  { group: "networking.k8s.io", kind: "NetworkPolicy" },
];
const sharedClusterKinds: readonly GroupKind[] = [
  { group: "", kind: "Namespace" },
  { group: "external-secrets.io", kind: "ClusterSecretStore" },
];

/** The AppProject of a team, of what is shared, or of the environment itself. */
export function projectName(environment: ResolvedEnvironment, team?: string): string {
  return team === undefined ? environment.name : `${environment.name}-${team}`;
}

/** What Applications may deploy, from where, to where: https://argo-cd.readthedocs.io/en/stable/user-guide/projects/ */
export class AppProject extends ApiObject {
  constructor(scope: Construct, id: string, environment: ResolvedEnvironment, team: string | undefined, contents: ProjectContents) {
    const { argocd, labels } = environment.settings;
    const shared = team === "shared";
    const server = serverOf(environment);
    super(scope, id, {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "AppProject",
      metadata: {
        name: projectName(environment, team),
        namespace: argocd.namespace ?? "argocd",
        labels: { ...labels, environment: environment.name },
        annotations: { "argocd.argoproj.io/sync-wave": "-2" },
      },
      spec: {
        description: shared
          ? `What the apps of ${environment.name} share`
          : `Apps of ${environment.name}${team ? ` that ${team} owns` : ""}`,
        sourceRepos: [argocd.repository],
        destinations: [...new Set(contents.namespaces)].sort().map((namespace) => ({ server, namespace })),
        clusterResourceWhitelist: unique([...(shared ? sharedClusterKinds : []), ...contents.clusterScoped]),
        namespaceResourceWhitelist: unique([...(shared ? sharedKinds : modelKinds), ...contents.namespaced, ...(argocd.kinds ?? [])]),
        ...(argocd.syncWindows ? { syncWindows: argocd.syncWindows } : {}),
        ...(argocd.roles ? { roles: argocd.roles } : {}),
      },
    });
  }
}

function unique(kinds: readonly GroupKind[]): GroupKind[] {
  const byKey = new Map(kinds.map(({ group, kind }) => [`${group}/${kind}`, { group, kind }]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}
