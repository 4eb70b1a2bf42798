import type { IDeploymentSpec } from "kubernetes-models/apps/v1";

/** The fields that are read of kinds which operators bring; their CRDs have many more. */

/** https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml */
export interface Application {
  spec?: {
    project?: string;
    source?: ApplicationSource;
    sources?: ApplicationSource[];
    destination?: { server?: string; name?: string; namespace?: string };
    syncPolicy?: {
      syncOptions?: string[];
      automated?: { enabled?: boolean; prune?: boolean; selfHeal?: boolean; allowEmpty?: boolean };
    };
    ignoreDifferences?: { group?: string; kind?: string; name?: string; namespace?: string; jsonPointers?: string[] }[];
  };
}

interface ApplicationSource {
  repoURL?: string;
  path?: string;
  chart?: string;
}

/** https://argo-cd.readthedocs.io/en/stable/operator-manual/project.yaml */
export interface AppProject {
  spec?: {
    sourceRepos?: string[];
    destinations?: { server?: string; name?: string; namespace?: string }[];
    clusterResourceWhitelist?: GroupKind[];
    clusterResourceBlacklist?: GroupKind[];
    namespaceResourceWhitelist?: GroupKind[];
    namespaceResourceBlacklist?: GroupKind[];
  };
}

interface GroupKind {
  group: string;
  kind: string;
}

/** https://external-secrets.io/latest/api/externalsecret/ */
export interface ExternalSecret {
  spec?: {
    target?: { name?: string; template?: { data?: Record<string, string>; templateFrom?: unknown[]; mergePolicy?: string } };
    data?: { secretKey?: string }[];
    dataFrom?: unknown[];
  };
}

/** https://github.com/bitnami-labs/sealed-secrets#sealedsecrets-as-templates-for-secrets */
export interface SealedSecret {
  spec?: {
    encryptedData?: Record<string, string>;
    template?: { metadata?: { name?: string }; data?: Record<string, string> };
  };
}

/** https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.Certificate */
export interface Certificate {
  spec?: { secretName?: string };
}

/** https://argo-rollouts.readthedocs.io/en/stable/features/specification/ */
export interface Rollout {
  spec?: {
    replicas?: number;
    paused?: boolean;
    selector?: IDeploymentSpec["selector"];
    template?: IDeploymentSpec["template"];
    workloadRef?: { apiVersion?: string; kind?: string; name?: string; scaleDown?: string };
    strategy?: { canary?: CanaryStrategy; blueGreen?: BlueGreenStrategy };
  };
}

interface CanaryStrategy {
  steps?: CanaryStep[];
  stableService?: string;
  canaryService?: string;
  trafficRouting?: { plugins?: Record<string, { httpRoute?: string; httpRoutes?: { name?: string }[]; namespace?: string }> };
  maxSurge?: number | string;
  maxUnavailable?: number | string;
  minPodsPerReplicaSet?: number;
  dynamicStableScale?: boolean;
  scaleDownDelaySeconds?: number;
}

interface CanaryStep {
  setWeight?: number;
  pause?: { duration?: number | string };
  setCanaryScale?: { replicas?: number; weight?: number; matchTrafficWeight?: boolean };
  analysis?: { templates?: { templateName?: string; clusterScope?: boolean }[] };
  experiment?: object;
  setHeaderRoute?: object;
  setMirrorRoute?: object;
  plugin?: object;
}

interface BlueGreenStrategy {
  activeService?: string;
  previewService?: string;
  autoPromotionEnabled?: boolean;
  autoPromotionSeconds?: number;
  previewReplicaCount?: number;
  scaleDownDelaySeconds?: number;
}
