// Generated from lib/overlay/schema by `npm run generate`. Do not edit.
import type { Extend } from "./extend.ts";

/** Where pods go: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ */
export interface Affinity {
  /** Which nodes. */
  readonly nodeAffinity?: NodeAffinity;
  /** Near which pods. */
  readonly podAffinity?: PodAffinity;
  /** Away from which pods. */
  readonly podAntiAffinity?: PodAffinity;
}

/** An AnalysisTemplate of Argo Rollouts: measures that decide whether a rollout goes on. */
export interface Analysis {
  /** What it measures, by name. */
  readonly metrics: { readonly [name: string]: AnalysisMetric };
  /** Its arguments, by name. */
  readonly args?: { readonly [name: string]: AnalysisTemplateArgument };
}

/** What Argo Rollouts fills in. */
export type AnalysisArgument =
  | {
      /** The hash by which the old pods (Stable) or the new ones (Latest) are labelled. */
      readonly podTemplateHash: "Stable" | "Latest";
      readonly field?: never;
    }
  | {
      /** A field of the Rollout, as `metadata.labels['region']`. */
      readonly field: string;
      readonly podTemplateHash?: never;
    };

/** What an analysis measures, and when that is good. */
export interface AnalysisMetric {
  /** What measures, as Argo Rollouts' API has it: `{ prometheus: { address, query } }`, `{ job: ... }`. */
  readonly provider: Readonly<Record<string, unknown>>;
  /** When a value is good, as `result[0] >= 0.95`. */
  readonly successCondition?: string;
  /** When a value is bad. */
  readonly failureCondition?: string;
  /** Time between values. Default: it measures once. */
  readonly interval?: number | string;
  /** Time before the first value. */
  readonly initialDelay?: number | string;
  /** Number of values. Default: one, or with `interval` no end, which only a background analysis may have. */
  readonly count?: number | string;
  /** Bad values that are allowed. Argo Rollouts' default: 0. */
  readonly failureLimit?: number | string;
  /** Values that are allowed to be neither good nor bad. Argo Rollouts' default: 0. */
  readonly inconclusiveLimit?: number | string;
  /** Good values in a row that are enough. */
  readonly consecutiveSuccessLimit?: number | string;
  /** Failed measurements in a row that are allowed. Argo Rollouts' default: 4. */
  readonly consecutiveErrorLimit?: number | string;
}

/** An argument of an analysis, for which a rollout gives a value. */
export interface AnalysisTemplateArgument {
  /** Default value. Default: each use says one. */
  readonly value?: string;
  /** Reads it from a Secret. */
  readonly secret?: {
    /** The Secret. */
    readonly name: string;
    /** Its key. */
    readonly key: string;
  };
}

/** A template that isn't the app's own. */
export interface AnalysisTemplateElsewhere {
  /** Name of the AnalysisTemplate. */
  readonly name: string;
  /** Whether it is a ClusterAnalysisTemplate. Default: false. */
  readonly clusterScope?: boolean;
}

/** What the app's Argo CD Application has beside the environment's settings. */
export interface AppArgocd {
  /** Further sync options of the Application by name, as `ApplyOutOfSyncOnly: true`. */
  readonly syncOptions?: { readonly [name: string]: boolean | string };
  /** Further differences Argo CD leaves alone, as its API has them. */
  readonly ignoreDifferences?: readonly Readonly<Record<string, unknown>>[];
  /** Annotations of the Application, as notification subscriptions. */
  readonly annotations?: { readonly [name: string]: string };
  /** Links and words shown beside the Application. */
  readonly info?: { readonly [name: string]: string };
}

/** A Job that belongs to the app. */
export interface AppJob {
  /** When Argo CD runs it. Sync runs before the workload and after the app's own configuration. Default: none; the Job is replaced when it changes. */
  readonly hook?: "PreSync" | "Sync" | "PostSync" | "SyncFail";
  /** What it runs; image, environment, resources and security are the app's by default. */
  readonly container?: JobContainer;
  /** Containers that run before it, by name. */
  readonly initContainers?: { readonly [name: string]: InitContainer };
  /** Further volumes. */
  readonly volumes?: { readonly [name: string]: Volume };
  /** What differs from the app's pods. */
  readonly pod?: Pod;
  /** Labels of the Job. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations of the Job. */
  readonly annotations?: { readonly [name: string]: string };
  /** Pods that must succeed. Kubernetes' default: 1. Immutable. */
  readonly completions?: number;
  /** Pods at a time. Kubernetes' default: 1. */
  readonly parallelism?: number;
  /** Whether each pod has an index. Kubernetes' default: NonIndexed. Immutable. */
  readonly completionMode?: "NonIndexed" | "Indexed";
  /** Retries before the Job fails. Kubernetes' default: 6. */
  readonly backoffLimit?: number;
  /** Retries for each index. Immutable. */
  readonly backoffLimitPerIndex?: number;
  /** Failed indexes before the Job fails. */
  readonly maxFailedIndexes?: number;
  /** Seconds the Job may run. */
  readonly activeDeadlineSeconds?: number;
  /** Seconds a finished Job is kept. Default: forever. */
  readonly ttlSecondsAfterFinished?: number;
  /** Whether it waits. */
  readonly suspend?: boolean;
  /** What failures mean, as the Kubernetes API has it. Immutable. */
  readonly podFailurePolicy?: Readonly<Record<string, unknown>>;
  /** When an Indexed Job has succeeded, as the Kubernetes API has it. Immutable. */
  readonly successPolicy?: Readonly<Record<string, unknown>>;
  /** When a pod is replaced. */
  readonly podReplacementPolicy?: "TerminatingOrFailed" | "Failed";
  /** Controller that runs the Job. Immutable. */
  readonly managedBy?: string;
}

/** What of the environment's routing serves the app. */
export interface AppRouting {
  /** Whether an Ingress serves the app. Default: whether the environment has them. */
  readonly ingress?: boolean;
  /** Whether the Gateway serves the app. Default: whether the environment has one. */
  readonly gateway?: boolean;
  /** Name of the app's HTTPRoute. Default: the app's name. */
  readonly name?: string;
  /** The Gateway the app's routes attach to. Default: the environment's. */
  readonly parent?: GatewayParent;
  /** Annotations of the app's HTTPRoutes. */
  readonly annotations?: { readonly [name: string]: string };
  /** TLS from the Gateway to the pods. Default: none. */
  readonly backendTls?: BackendTls;
}

/** Everything an app can have. But for workload and container. */
export interface AppWithoutWorkload {
  /** Namespace of everything the app has. */
  readonly namespace: string;
  /** Team whose AppProject holds the app. Default: the environment's own. */
  readonly project?: string;
  /** The project the app is built in, as `group/backend-app`; only its pipelines release it. */
  readonly source?: string;
  /** `none` adds nothing to what is written: no default of slipway or the environment, no label, no annotation, no order. For adopting what runs without touching it. `environment` is the same, but takes what the environment's `defaults` say. Default: production. */
  readonly defaults?: "production" | "environment" | "none";
  /** Labels that select the app's pods. Default: `app: <name>`. Immutable once applied. */
  readonly selector?: { readonly [name: string]: string };
  /** Labels of every object of the app. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations of every object of the app. */
  readonly annotations?: { readonly [name: string]: string };
  /** Name of the main container. Default: the app's name. */
  readonly containerName?: string;
  /** Containers that come first, in this order; what runs before them isn't among them. Default: the main container, then sidecars by name; as written with `defaults: none` or `environment`. */
  readonly containerOrder?: readonly string[];
  /** Containers that run to their end before the others start, by name. */
  readonly initContainers?: { readonly [name: string]: InitContainer };
  /** Containers beside the main one, by name. */
  readonly sidecars?: { readonly [name: string]: Sidecar };
  /** What containers can mount, by name. */
  readonly volumes?: { readonly [name: string]: Volume };
  /** Volumes that come first, in this order. Default: by name; as written with `defaults: none` or `environment`. */
  readonly volumeOrder?: readonly string[];
  /** Names of images that are taken as they are: no registry goes before them, and they need no tag. As `redis`. */
  readonly imagesAsIs?: readonly string[];
  /** What holds for the pods as a whole. */
  readonly pod?: Pod;
  /** PersistentVolumeClaims of the app, by name. */
  readonly storage?: { readonly [name: string]: Claim };
  /** One stable name for the pods. */
  readonly service?: Service;
  /** Further Services, by name: others that lead to the app's pods. */
  readonly services?: { readonly [name: string]: FurtherService };
  /** Paths that lead from outside to the app: one source for Ingress, HTTPRoute and API Gateway. */
  readonly routes?: { readonly [name: string]: Route };
  /** What of the environment's routing serves the app. Default: all of it. */
  readonly routing?: AppRouting;
  /** How the cluster's ingress controller serves the routes. */
  readonly ingress?: Ingress;
  /** Ingresses that are written out, by name: what `routes` can't say, or needn't. */
  readonly ingresses?: { readonly [name: string]: OwnIngress };
  /** Environment variables and files that everyone may read. */
  readonly config?: Config;
  /** ConfigMaps with names of their own, by name. */
  readonly configMaps?: { readonly [name: string]: ConfigMap };
  /** Environment variables and files that must stay secret. */
  readonly secrets?: Secrets;
  readonly serviceAccount?: ServiceAccount;
  /** A HorizontalPodAutoscaler. */
  readonly autoscaling?: Autoscaling;
  /** A PodDisruptionBudget. */
  readonly disruptionBudget?: DisruptionBudget;
  /** AnalysisTemplates of Argo Rollouts, by name: what a rollout of the app measures. */
  readonly analysis?: { readonly [name: string]: Analysis };
  /** What the app talks to, by name: other apps, or networks. */
  readonly uses?: { readonly [name: string]: Use };
  /** Pods beside other apps that may talk to it, by a name of your choice. */
  readonly accepts?: { readonly [name: string]: Peer };
  /** Jobs that belong to the app, by name. */
  readonly jobs?: { readonly [name: string]: AppJob };
  /** What the Application has beside the environment's settings. */
  readonly argocd?: AppArgocd;
  /** A vendored Helm chart whose objects are the app's: pinned, patched and checked as any other. */
  readonly helm?: HelmChart;
  /** YAML files whose objects are the app's as they are, by names of your choice; paths count from the repository's root, as `overlays/base/web.yaml`. An object without a namespace gets the app's. */
  readonly include?: { readonly [name: string]: string };
  /** Receives the cdk8s Chart after slipway has filled it: any construct works there. */
  readonly extend?: Extend;
}

/** Everything an app can have. */
export interface AppSpec extends AppWithoutWorkload {
  /** What runs the pods. Default: nothing does. */
  readonly workload?: Workload;
  /** The main container, named as the app unless `containerName` is set. */
  readonly container?: Container;
}

/** How Argo CD applies the environment. */
export interface Argocd {
  /** URL of this repository, as Argo CD fetches it. */
  readonly repository: string;
  /** Branch Argo CD follows. Default: main. */
  readonly revision?: string;
  /** Where dist lies in the repository. Default: dist. */
  readonly path?: string;
  /** Namespace Argo CD runs in. Default: argocd. */
  readonly namespace?: string;
  /** AppProject of the root Application; it must exist already. Default: default. */
  readonly rootProject?: string;
  /** What removing an Application does to what it deployed: waits for its deletion, deletes without waiting, or leaves it running. Default: foreground. */
  readonly finalizer?: "foreground" | "background" | "none";
  /** Whether Argo CD syncs by itself, with selfHeal. Default: true. */
  readonly automated?: boolean;
  /** Whether a sync by itself removes what is no longer in dist; leave it off while you move in. Default: true. */
  readonly prune?: boolean;
  /** How often Argo CD retries a failed sync. */
  readonly retry?: {
    /** Number of attempts; negative for no limit. Default: 5. */
    readonly limit?: number;
    /** First wait. Default: 5s. */
    readonly duration?: string;
    /** Growth of the wait. Default: 2. */
    readonly factor?: number;
    /** Longest wait. Default: 3m. */
    readonly maxDuration?: string;
    /** Whether a retry uses what is in git at that time, so that a fix needn't wait for all retries; Argo CD 3.2 or newer. Default: true. */
    readonly refresh?: boolean;
  };
  /** When the environment may sync, as the AppProject API has them. */
  readonly syncWindows?: readonly Readonly<Record<string, unknown>>[];
  /** Roles of the AppProjects, as their API has them. */
  readonly roles?: readonly Readonly<Record<string, unknown>>[];
  /** Further kinds apps may deploy, beside those of the model and those that `extend` adds. */
  readonly kinds?: readonly {
    /** API group; empty for core. */
    readonly group: string;
    /** Kind. */
    readonly kind: string;
  }[];
}

/** A HorizontalPodAutoscaler; it owns the number of replicas. */
export interface Autoscaling {
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations. */
  readonly annotations?: { readonly [name: string]: string };
  /** Least number of pods. */
  readonly minReplicas: number;
  /** Greatest number of pods. */
  readonly maxReplicas: number;
  /** Average use of the CPU request to aim at, in percent. */
  readonly cpu?: number;
  /** Average use of the memory request to aim at, in percent. */
  readonly memory?: number;
  /** Further metrics, as the Kubernetes API has them (autoscaling/v2). */
  readonly metrics?: readonly Readonly<Record<string, unknown>>[];
  /** How fast it scales, as the Kubernetes API has it. */
  readonly behavior?: Readonly<Record<string, unknown>>;
  /** Default: the app's name. */
  readonly name?: string;
  /** Number of pods that stays in the manifest while the autoscaler comes to an app that runs: with none, the sync drops it to one pod until the autoscaler counts. Take it out in a later commit. Default: none. */
  readonly initialReplicas?: number;
}

/** Where the environment's AWS resources are. */
export interface Aws {
  /** Account id. */
  readonly account: string;
  /** Region. */
  readonly region: string;
  /** API Gateway in front of the apps' routes. Default: none. */
  readonly gateway?: Gateway;
  /** What the registry's stack can't take from apps and pins. */
  readonly registry?: RegistrySettings;
}

/** TLS from the Gateway to the pods (BackendTLSPolicy). */
export interface BackendTls {
  /** Name that the pods' certificate is for. */
  readonly host: string;
  /** Who signed the certificate: a ConfigMap with the key ca.crt, or `system` for those that everyone trusts. */
  readonly ca:
    | "system"
    | {
        /** ConfigMap with the key ca.crt. */
        readonly configMap: string;
      };
}

/** Measures that run beside the steps; a failure aborts the rollout. */
export interface BackgroundAnalysis {
  /** What is measured: entries of the app's `analysis` by name, or templates that are elsewhere. */
  readonly templates: readonly (string | AnalysisTemplateElsewhere)[];
  /** Values of the templates' arguments, by name. */
  readonly args?: { readonly [name: string]: string | AnalysisArgument };
  /** Index of the step from which on it measures. Default: 0. */
  readonly startingStep?: number;
}

/** Starts all new pods beside the old ones, then switches over, with a Rollout of Argo Rollouts. */
export interface BlueGreen {
  /** Starts all new pods beside the old ones, then switches the Service over. Needs Argo Rollouts in the cluster. */
  readonly type: "BlueGreen";
  /** Service of the new pods before the switch. Default: the Service's name and '-preview'. */
  readonly previewService?: string;
  /** Whether it switches by itself. Argo Rollouts' default: true. */
  readonly autoPromotionEnabled?: boolean;
  /** Seconds until it switches by itself. */
  readonly autoPromotionSeconds?: number;
  /** New pods before the switch. Default: as many as there are old ones. */
  readonly previewReplicaCount?: number;
  /** Seconds that old pods stay after the switch. Argo Rollouts' default: 30. */
  readonly scaleDownDelaySeconds?: number;
  /** Old revisions that may wait for that at a time. Default: all. */
  readonly scaleDownDelayRevisionLimit?: number;
  /** Pods that may be missing. Argo Rollouts' default: 0. */
  readonly maxUnavailable?: number | string;
  /** Measures before the switch; a failure aborts the rollout. */
  readonly prePromotionAnalysis?: RolloutAnalysis;
  /** Measures after the switch; a failure switches back. */
  readonly postPromotionAnalysis?: RolloutAnalysis;
  /** What new pods carry before the switch. */
  readonly previewMetadata?: RolloutPodMetadata;
  /** What pods carry after the switch. */
  readonly activeMetadata?: RolloutPodMetadata;
  /** Keeps the Deployment and its pods, and adds a Rollout that takes the template from it: for adopting what runs. Default: the Rollout takes the Deployment's place. */
  readonly workloadRef?: RolloutWorkloadRef;
  /** Seconds that new pods stay after an abort; 0 keeps them. Argo Rollouts' default: 30. */
  readonly abortScaleDownDelaySeconds?: number;
  /** Keeps old and new pods on different nodes, as Argo Rollouts' API has it. */
  readonly antiAffinity?: Readonly<Record<string, unknown>>;
}

/** Replaces pods by steps, with a Rollout of Argo Rollouts. */
export interface Canary {
  /** Replaces pods by steps, of which each may wait or measure. Needs Argo Rollouts in the cluster. */
  readonly type: "Canary";
  /** What happens one after another; then all pods are new. Default: none, as a rolling update. */
  readonly steps?: readonly CanaryStep[];
  /** What gives the new pods their share of the requests: none, so that the number of pods decides, or the app's HTTPRoute (Gateway API plugin). Default: none. */
  readonly traffic?: "none" | "gateway";
  /** Service of the new pods, where `traffic` is gateway. Default: the Service's name and '-canary'. */
  readonly canaryService?: string;
  /** HTTPRoute whose weights change, where `traffic` is gateway. Default: the app's name. */
  readonly httpRoute?: string;
  /** Pods above the number asked for. Argo Rollouts' default: 25%. */
  readonly maxSurge?: number | string;
  /** Pods that may be missing. Argo Rollouts' default: 25%. */
  readonly maxUnavailable?: number | string;
  /** Fewest old and new pods where there are any. Only with `traffic: gateway`. */
  readonly minPodsPerReplicaSet?: number;
  /** Whether old pods go as the new ones get their share. Only with `traffic: gateway`. Argo Rollouts' default: false. */
  readonly dynamicStableScale?: boolean;
  /** Seconds that old pods stay after the rollout. Only with `traffic: gateway`. Argo Rollouts' default: 30. */
  readonly scaleDownDelaySeconds?: number;
  /** Measures beside the steps; a failure aborts the rollout. */
  readonly analysis?: BackgroundAnalysis;
  /** What new pods carry until they are the stable ones. */
  readonly canaryMetadata?: RolloutPodMetadata;
  /** What stable pods carry. */
  readonly stableMetadata?: RolloutPodMetadata;
  /** Keeps the Deployment and its pods, and adds a Rollout that takes the template from it: for adopting what runs. Default: the Rollout takes the Deployment's place. */
  readonly workloadRef?: RolloutWorkloadRef;
  /** Seconds that new pods stay after an abort; 0 keeps them. Argo Rollouts' default: 30. */
  readonly abortScaleDownDelaySeconds?: number;
  /** Keeps old and new pods on different nodes, as Argo Rollouts' API has it. */
  readonly antiAffinity?: Readonly<Record<string, unknown>>;
}

/** One step of a canary rollout. */
export type CanaryStep =
  | {
      /** Share of the requests, in percent, that the new pods get. */
      readonly setWeight: number;
      readonly pause?: never;
      readonly setCanaryScale?: never;
      readonly analysis?: never;
      readonly experiment?: never;
      readonly setHeaderRoute?: never;
      readonly setMirrorRoute?: never;
      readonly plugin?: never;
    }
  | {
      /** Waits. */
      readonly pause: {
        /** How long it waits, as `10m`. Default: until a person promotes it. */
        readonly duration?: number | string;
      };
      readonly setWeight?: never;
      readonly setCanaryScale?: never;
      readonly analysis?: never;
      readonly experiment?: never;
      readonly setHeaderRoute?: never;
      readonly setMirrorRoute?: never;
      readonly plugin?: never;
    }
  | {
      /** Sets the number of new pods apart from their share of the requests. Only with `traffic: gateway`. */
      readonly setCanaryScale: {
        /** Number of new pods. */
        readonly replicas?: number;
        /** Share of `replicas`, in percent, that runs as new pods. */
        readonly weight?: number;
        /** As many new pods as their share of the requests asks for. */
        readonly matchTrafficWeight?: boolean;
      };
      readonly setWeight?: never;
      readonly pause?: never;
      readonly analysis?: never;
      readonly experiment?: never;
      readonly setHeaderRoute?: never;
      readonly setMirrorRoute?: never;
      readonly plugin?: never;
    }
  | {
      /** Measures, and goes on when that succeeds; a failure aborts the rollout. */
      readonly analysis: RolloutAnalysis;
      readonly setWeight?: never;
      readonly pause?: never;
      readonly setCanaryScale?: never;
      readonly experiment?: never;
      readonly setHeaderRoute?: never;
      readonly setMirrorRoute?: never;
      readonly plugin?: never;
    }
  | {
      /** Runs pods beside for a while, as Argo Rollouts' API has it. */
      readonly experiment: Readonly<Record<string, unknown>>;
      readonly setWeight?: never;
      readonly pause?: never;
      readonly setCanaryScale?: never;
      readonly analysis?: never;
      readonly setHeaderRoute?: never;
      readonly setMirrorRoute?: never;
      readonly plugin?: never;
    }
  | {
      /** Sends requests with a header to the new pods, as Argo Rollouts' API has it. */
      readonly setHeaderRoute: Readonly<Record<string, unknown>>;
      readonly setWeight?: never;
      readonly pause?: never;
      readonly setCanaryScale?: never;
      readonly analysis?: never;
      readonly experiment?: never;
      readonly setMirrorRoute?: never;
      readonly plugin?: never;
    }
  | {
      /** Copies requests to the new pods, as Argo Rollouts' API has it. */
      readonly setMirrorRoute: Readonly<Record<string, unknown>>;
      readonly setWeight?: never;
      readonly pause?: never;
      readonly setCanaryScale?: never;
      readonly analysis?: never;
      readonly experiment?: never;
      readonly setHeaderRoute?: never;
      readonly plugin?: never;
    }
  | {
      /** A step of a plugin, as Argo Rollouts' API has it. */
      readonly plugin: Readonly<Record<string, unknown>>;
      readonly setWeight?: never;
      readonly pause?: never;
      readonly setCanaryScale?: never;
      readonly analysis?: never;
      readonly experiment?: never;
      readonly setHeaderRoute?: never;
      readonly setMirrorRoute?: never;
    };

/** A PersistentVolumeClaim of the app. Argo CD neither prunes nor deletes it. */
export interface Claim {
  /** Storage to ask for, as 20Gi. */
  readonly size: string | number;
  /** Storage class. Default: the cluster's; empty for none. */
  readonly storageClass?: string;
  /** Default: ReadWriteOnce. */
  readonly accessModes?: readonly ("ReadWriteOnce" | "ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOncePod")[];
  /** Kubernetes' default: Filesystem. */
  readonly volumeMode?: "Filesystem" | "Block";
  /** An existing PersistentVolume to bind. */
  readonly volumeName?: string;
  /** Class of changeable attributes of the volume. */
  readonly volumeAttributesClass?: string;
  /** Label selector over PersistentVolumes. */
  readonly selector?: Readonly<Record<string, unknown>>;
  /** Snapshot or claim to fill the volume from (`dataSourceRef`). */
  readonly dataSource?: Readonly<Record<string, unknown>>;
  /** Labels of the claim. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations of the claim. */
  readonly annotations?: { readonly [name: string]: string };
  /** Default: the app's name, '-' and the claim's. */
  readonly name?: string;
}

/** A claim that a StatefulSet makes for each of its pods. */
export interface ClaimTemplate {
  /** Storage to ask for, as 20Gi. */
  readonly size: string | number;
  /** Storage class. Default: the cluster's; empty for none. */
  readonly storageClass?: string;
  /** Default: ReadWriteOnce. */
  readonly accessModes?: readonly ("ReadWriteOnce" | "ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOncePod")[];
  /** Kubernetes' default: Filesystem. */
  readonly volumeMode?: "Filesystem" | "Block";
  /** An existing PersistentVolume to bind. */
  readonly volumeName?: string;
  /** Class of changeable attributes of the volume. */
  readonly volumeAttributesClass?: string;
  /** Label selector over PersistentVolumes. */
  readonly selector?: Readonly<Record<string, unknown>>;
  /** Snapshot or claim to fill the volume from (`dataSourceRef`). */
  readonly dataSource?: Readonly<Record<string, unknown>>;
  /** Labels of the claim. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations of the claim. */
  readonly annotations?: { readonly [name: string]: string };
}

/** Where the environment runs. */
export interface Cluster {
  /** The cluster's name; environments of the same name share it. */
  readonly name: string;
  /** API server as Argo CD knows it. Default: the cluster Argo CD runs in. */
  readonly server?: string;
  /** File that `slipway cluster snapshot` wrote, from the repository's root: check knows from it what the cluster has. Default: none. */
  readonly snapshot?: string;
}

/** What the app is configured with, and may be read by everyone. */
export interface Config {
  /** Environment variables of the main container and of jobs, kept in the ConfigMap `<app>-config`. A change rolls the pods. */
  readonly env?: { readonly [name: string]: string | number | boolean };
  /** Files by name, kept in the ConfigMap `<app>-files`. A change rolls the pods. */
  readonly files?: { readonly [name: string]: string };
  /** Where main container and jobs find the files. Default: /etc/config. */
  readonly mountPath?: string;
}

/** A ConfigMap of the app that nothing reads by itself, and whose change rolls no pods. */
export interface ConfigMap {
  /** Default: the app's name, '-' and the ConfigMap's. */
  readonly name?: string;
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations. */
  readonly annotations?: { readonly [name: string]: string };
  /** Texts by key. */
  readonly data?: { readonly [name: string]: string };
  /** Other contents by key, in base64. */
  readonly binaryData?: { readonly [name: string]: string };
  /** Whether the contents may never change. Kubernetes' default: false. */
  readonly immutable?: boolean;
}

/** A container: an image and how it runs. */
export interface Container {
  /** Repository; the environment's registry goes before it unless it names one, and the environment's pins give tag and digest. May carry its own tag or digest. */
  readonly image: string;
  /** When the image is pulled. Kubernetes' default: IfNotPresent, Always for `latest`. */
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  /** Replaces the image's entrypoint. */
  readonly command?: readonly string[];
  /** Replaces the image's command. */
  readonly args?: readonly string[];
  /** Default: the image's. */
  readonly workingDir?: string;
  /** Ports by name. */
  readonly ports?: { readonly [name: string]: number | ContainerPort };
  /** Environment variables by name; they win over `envFrom` and the app's `config.env` and `secrets.env`. */
  readonly env?: { readonly [name: string]: EnvValue };
  /** ConfigMaps and Secrets whose keys become variables, by a name of your choice. */
  readonly envFrom?: { readonly [name: string]: EnvFrom };
  /** Requests and limits. */
  readonly resources?: Resources;
  /** Startup, readiness and liveness. */
  readonly probes?: Probes;
  /** Hooks after start and before stop. */
  readonly lifecycle?: Lifecycle;
  /** Volumes by the path they appear at. */
  readonly mounts?: { readonly [name: string]: string | Mount };
  /** Variables that come first, in this order. Default: by name, those after others that they name; as written with `defaults: none` or `environment`. */
  readonly envOrder?: readonly string[];
  /** Sources of variables that come first, in this order: later ones win. Default: by name; as written with `defaults: none` or `environment`. */
  readonly envFromOrder?: readonly string[];
  /** Ports that come first, in this order. Default: by name; as written with `defaults: none` or `environment`. */
  readonly portOrder?: readonly string[];
  /** Mounts that come first, in this order. Default: by path; as written with `defaults: none` or `environment`. */
  readonly mountOrder?: readonly string[];
  /** Block volumes by device path. */
  readonly devices?: { readonly [name: string]: string };
  /** Security context; wins over the pod's. */
  readonly security?: ContainerSecurity;
  /** Whether a resize restarts the container, by resource. */
  readonly resizePolicy?: Readonly<Partial<Record<"cpu" | "memory", "NotRequired" | "RestartContainer">>>;
  /** Kubernetes' default: /dev/termination-log. */
  readonly terminationMessagePath?: string;
  /** Kubernetes' default: File. */
  readonly terminationMessagePolicy?: "File" | "FallbackToLogsOnError";
  /** Keep standard input open. */
  readonly stdin?: boolean;
  /** Close it after the first client. */
  readonly stdinOnce?: boolean;
  /** Allocate a terminal. */
  readonly tty?: boolean;
}

/** A port a container opens. */
export interface ContainerPort {
  /** The number the process listens on. */
  readonly port: number;
  /** Transport protocol. Default: TCP. */
  readonly protocol?: "TCP" | "UDP" | "SCTP";
  /** Port of the node that leads here. Ties the pod to nodes where it is free. */
  readonly hostPort?: number;
  /** Address of the node that `hostPort` binds. Default: all. */
  readonly hostIP?: string;
  /** False leaves the name out of the manifest; what refers to the port then has its number. Default: the port is named. */
  readonly named?: false;
}

/** Security context of a container; it wins over the pod's. */
export interface ContainerSecurity {
  /** Numeric user. */
  readonly runAsUser?: number;
  /** Numeric primary group. */
  readonly runAsGroup?: number;
  /** Refuse to start as root. */
  readonly runAsNonRoot?: boolean;
  /** Which system calls are allowed. */
  readonly seccompProfile?: SecurityProfile;
  /** Which AppArmor profile confines it. */
  readonly appArmorProfile?: SecurityProfile;
  /** SELinux context. */
  readonly seLinuxOptions?: {
    /** SELinux level. */
    readonly level?: string;
    /** SELinux role. */
    readonly role?: string;
    /** SELinux type. */
    readonly type?: string;
    /** SELinux user. */
    readonly user?: string;
  };
  /** Windows options, as the Kubernetes API has them. */
  readonly windowsOptions?: { readonly [name: string]: unknown };
  /** Whether a process may gain more than its parent has. */
  readonly allowPrivilegeEscalation?: boolean;
  /** Whether the image's own files are read-only. */
  readonly readOnlyRootFilesystem?: boolean;
  /** Whether it runs as root of the node. */
  readonly privileged?: boolean;
  /** How /proc is mounted. Kubernetes' default: Default. */
  readonly procMount?: "Default" | "Unmasked";
  /** Linux capabilities. */
  readonly capabilities?: {
    /** Capabilities to add. */
    readonly add?: readonly string[];
    /** Capabilities to drop. */
    readonly drop?: readonly string[];
  };
}

/** The fields of each run's Job. */
export interface CronJobJob {
  /** Labels of each run's Job. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations of each run's Job. */
  readonly annotations?: { readonly [name: string]: string };
  /** Pods that must succeed. Kubernetes' default: 1. Immutable. */
  readonly completions?: number;
  /** Pods at a time. Kubernetes' default: 1. */
  readonly parallelism?: number;
  /** Whether each pod has an index. Kubernetes' default: NonIndexed. Immutable. */
  readonly completionMode?: "NonIndexed" | "Indexed";
  /** Retries before the Job fails. Kubernetes' default: 6. */
  readonly backoffLimit?: number;
  /** Retries for each index. Immutable. */
  readonly backoffLimitPerIndex?: number;
  /** Failed indexes before the Job fails. */
  readonly maxFailedIndexes?: number;
  /** Seconds the Job may run. */
  readonly activeDeadlineSeconds?: number;
  /** Seconds a finished Job is kept. Default: forever. */
  readonly ttlSecondsAfterFinished?: number;
  /** What failures mean, as the Kubernetes API has it. Immutable. */
  readonly podFailurePolicy?: Readonly<Record<string, unknown>>;
  /** When an Indexed Job has succeeded, as the Kubernetes API has it. Immutable. */
  readonly successPolicy?: Readonly<Record<string, unknown>>;
  /** When a pod is replaced. */
  readonly podReplacementPolicy?: "TerminatingOrFailed" | "Failed";
  /** Controller that runs the Job. Immutable. */
  readonly managedBy?: string;
}

/** A Job by the clock. */
export interface CronJobWorkload {
  /** A Job by the clock. */
  readonly kind: "CronJob";
  /** Default: the app's name. Immutable. */
  readonly name?: string;
  /** Further labels of the workload itself; `pod.labels` has those of its pods. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations of the workload itself. */
  readonly annotations?: { readonly [name: string]: string };
  /** Cron schedule, as '30 2 * * *'. */
  readonly schedule: string;
  /** Time zone of the schedule. Kubernetes' default: the controller's. */
  readonly timeZone?: string;
  /** What happens when the last run isn't over. Kubernetes' default: Allow. */
  readonly concurrencyPolicy?: "Allow" | "Forbid" | "Replace";
  /** Seconds a run may start late. Default: any. */
  readonly startingDeadlineSeconds?: number;
  /** Finished Jobs kept. Kubernetes' default: 3. */
  readonly successfulJobsHistoryLimit?: number;
  /** Failed Jobs kept. Kubernetes' default: 1. */
  readonly failedJobsHistoryLimit?: number;
  /** Whether no run is started. */
  readonly suspend?: boolean;
  /** Each run's Job. */
  readonly job?: CronJobJob;
}

/** Replaces pods node by node. */
export interface DaemonSetRollingUpdate {
  /** Replaces pods node by node. */
  readonly type: "RollingUpdate";
  /** Nodes that may run both. Kubernetes' default: 0. */
  readonly maxSurge?: number | string;
  /** Nodes that may be without. Kubernetes' default: 1. */
  readonly maxUnavailable?: number | string;
}

/** A pod on every node. */
export interface DaemonSetWorkload {
  /** A pod on every node. */
  readonly kind: "DaemonSet";
  /** Default: the app's name. Immutable. */
  readonly name?: string;
  /** Further labels of the workload itself; `pod.labels` has those of its pods. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations of the workload itself. */
  readonly annotations?: { readonly [name: string]: string };
  /** How pods are replaced. Kubernetes' default: RollingUpdate. */
  readonly updateStrategy?: DaemonSetRollingUpdate | OnDelete;
  /** Seconds a pod must be ready to count. Kubernetes' default: 0. */
  readonly minReadySeconds?: number;
  /** Old revisions kept. Kubernetes' default: 10. */
  readonly revisionHistoryLimit?: number;
}

/** Pods without identity. */
export interface DeploymentWorkload {
  /** Pods without identity. */
  readonly kind: "Deployment";
  /** Default: the app's name. Immutable. */
  readonly name?: string;
  /** Further labels of the workload itself; `pod.labels` has those of its pods. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations of the workload itself. */
  readonly annotations?: { readonly [name: string]: string };
  /** Number of pods. Default: 1. Left out of the manifest when the app has `autoscaling`. */
  readonly replicas?: number;
  /** How pods are replaced. Default: RollingUpdate, one more, none missing. Canary and BlueGreen make a Rollout of Argo Rollouts of the Deployment. */
  readonly strategy?: RollingUpdate | Recreate | Canary | BlueGreen;
  /** Seconds a pod must be ready to count. Kubernetes' default: 0. */
  readonly minReadySeconds?: number;
  /** Seconds until a rollout counts as failed. Kubernetes' default: 600. */
  readonly progressDeadlineSeconds?: number;
  /** Old revisions kept. Kubernetes' default: 10. */
  readonly revisionHistoryLimit?: number;
  /** Whether rollouts wait. */
  readonly paused?: boolean;
}

/** A PodDisruptionBudget: how many pods a drain may take at once. */
export interface DisruptionBudget {
  /** Pods that must stay. Not with `maxUnavailable`. */
  readonly minAvailable?: number | string;
  /** Pods that may go at a time. Default from 2 replicas: 1. */
  readonly maxUnavailable?: number | string;
  /** Whether pods that aren't ready may always go. Kubernetes' default: IfHealthyBudget. */
  readonly unhealthyPodEvictionPolicy?: "IfHealthyBudget" | "AlwaysAllow";
  /** Default: the app's name. */
  readonly name?: string;
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations. */
  readonly annotations?: { readonly [name: string]: string };
  /** Pods that it counts. Default: those of the app. */
  readonly selector?: LabelSelector;
}

/** How the pod resolves names. */
export interface Dns {
  /** Kubernetes' default: ClusterFirst. */
  readonly policy?: "ClusterFirst" | "ClusterFirstWithHostNet" | "Default" | "None";
  /** Further name servers. */
  readonly nameservers?: readonly string[];
  /** Further search domains. */
  readonly searches?: readonly string[];
  /** Resolver options; an empty value for those without one, as `ndots: '2'`. */
  readonly options?: { readonly [name: string]: string };
}

/** All keys of a ConfigMap or Secret as environment variables. */
export type EnvFrom = {
  /** Put before each name. */
  readonly prefix?: string;
  /** Start without it. Default: false. */
  readonly optional?: boolean;
  /** Later ones win over earlier ones. Default: 0, then by name. */
  readonly order?: number;
} & (
  | {
      /** The ConfigMap whose keys become variables. */
      readonly config: string;
      readonly secret?: never;
    }
  | {
      /** The Secret whose keys become variables. */
      readonly secret: string;
      readonly config?: never;
    }
);

/** Where the value of an environment variable comes from. */
export type EnvSource =
  | {
      /** A key of a ConfigMap. */
      readonly config: {
        /** The ConfigMap. */
        readonly name: string;
        /** The key in it. */
        readonly key: string;
        /** Start without it. Default: false. */
        readonly optional?: boolean;
      };
      readonly secret?: never;
      readonly field?: never;
      readonly resource?: never;
    }
  | {
      /** A key of a Secret. */
      readonly secret: {
        /** The Secret. */
        readonly name: string;
        /** The key in it. */
        readonly key: string;
        /** Start without it. Default: false. */
        readonly optional?: boolean;
      };
      readonly config?: never;
      readonly field?: never;
      readonly resource?: never;
    }
  | {
      /** A field of the pod, as `metadata.name` or `status.podIP`. */
      readonly field: string;
      readonly config?: never;
      readonly secret?: never;
      readonly resource?: never;
    }
  | {
      /** A request or limit of a container. */
      readonly resource: {
        /** As `limits.memory` or `requests.cpu`. */
        readonly resource: string;
        /** The container meant. Default: this one. */
        readonly container?: string;
        /** The unit of the value. Default: 1. */
        readonly divisor?: string | number;
      };
      readonly config?: never;
      readonly secret?: never;
      readonly field?: never;
    };

/** The value of an environment variable: a literal (numbers and booleans become text), or where it comes from. */
export type EnvValue = string | number | boolean | EnvSource;

/** Everything an environment can set, but for its apps and their defaults. */
export interface EnvironmentSettings {
  /** Minor version of the cluster. */
  readonly kubernetes: string;
  /** Where it runs. */
  readonly cluster: Cluster;
  /** Registry that goes before repositories of our own; `none` where images are written in full. */
  readonly registry: string;
  /** Domain under which routes are served. Required by apps with routes. */
  readonly domain?: string;
  /** How Argo CD applies it. */
  readonly argocd: Argocd;
  /** Where its AWS resources are. */
  readonly aws?: Aws;
  /** The environment whose images it takes over. */
  readonly promotesFrom?: string;
  /** Whose pipelines may release to it. */
  readonly releases?: ReleaseSettings;
  /** Pod Security Standard its namespaces enforce. Default: restricted. */
  readonly podSecurity?: "privileged" | "baseline" | "restricted";
  /** Paths of the node an app may mount, by app. */
  readonly hostPaths?: { readonly [name: string]: readonly string[] };
  /** Settings of namespaces by name. Default: every namespace that an app uses is created. */
  readonly namespaces?: { readonly [name: string]: NamespaceSettings };
  readonly secrets?: SecretSettings;
  readonly network?: NetworkSettings;
  readonly ingress?: IngressSettings;
  /** What serves the routes in the cluster. Default: Ingresses, as `ingress` says. */
  readonly routing?: Routing;
  /** Labels of every object. */
  readonly labels?: { readonly [name: string]: string };
  /** Objects that exist although nothing here creates them, by a name of your choice. Default: what is missing is an error. */
  readonly provided?: { readonly [name: string]: Provided };
  /** Findings of `slipway check` that are accepted, by a name of your choice. */
  readonly waivers?: { readonly [name: string]: Waiver };
}

/** Another name for the app's pods. */
export interface FurtherService {
  /** Default: the app's name, '-' and the Service's. */
  readonly name?: string;
  /** Who can reach it. Default: ClusterIP. Headless has no address of its own. */
  readonly type?: "ClusterIP" | "NodePort" | "LoadBalancer" | "Headless";
  /** Labels of the pods it leads to; empty for none. Default: those that select the app's pods. */
  readonly selector?: { readonly [name: string]: string };
  /** Ports by name; each leads to the container port of the same name unless `targetPort` is set. */
  readonly ports: { readonly [name: string]: number | ServicePort };
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations, as the ones a load balancer reads. */
  readonly annotations?: { readonly [name: string]: string };
  /** A fixed address. Immutable. */
  readonly clusterIP?: string;
  /** Kubernetes' default: None. */
  readonly sessionAffinity?: "None" | "ClientIP";
  /** Seconds a client stays with its pod. Kubernetes' default: 10800. */
  readonly sessionAffinityTimeoutSeconds?: number;
  /** Local keeps the client's address and the node's own pods. */
  readonly externalTrafficPolicy?: "Cluster" | "Local";
  /** Kubernetes' default: Cluster. */
  readonly internalTrafficPolicy?: "Cluster" | "Local";
  /** Which endpoints are preferred. */
  readonly trafficDistribution?: "PreferClose" | "PreferSameZone" | "PreferSameNode";
  /** Whether pods that aren't ready are found. */
  readonly publishNotReadyAddresses?: boolean;
  /** Kubernetes' default: SingleStack. */
  readonly ipFamilyPolicy?: "SingleStack" | "PreferDualStack" | "RequireDualStack";
  /** Address families, the primary first. */
  readonly ipFamilies?: readonly ("IPv4" | "IPv6")[];
  /** Addresses of nodes outside Kubernetes' care. */
  readonly externalIPs?: readonly string[];
  /** Who makes the load balancer. Immutable. */
  readonly loadBalancerClass?: string;
  /** Networks that may use the load balancer. */
  readonly loadBalancerSourceRanges?: readonly string[];
  /** Kubernetes' default: true. */
  readonly allocateLoadBalancerNodePorts?: boolean;
  /** Port for health checks of a Local load balancer. */
  readonly healthCheckNodePort?: number;
}

/** The environment's API Gateway. */
export interface Gateway {
  /** REST API, or the cheaper HTTP API, which serves proxies only and has no firewall, API keys, validation or tracing. Switching makes a new API: its address changes. Default: rest. */
  readonly type?: "rest" | "http";
  /** Whether the API is a CloudFormation resource for each path and method, or one OpenAPI body, which has no limit of its own. Switching makes a new API: its address changes, unless it has a domain. Default: resources. */
  readonly definition?: "resources" | "openapi";
  /** Default: REGIONAL. */
  readonly endpoint?: "REGIONAL" | "EDGE";
  /** Who may call, unless a route sets it. */
  readonly authorization: GatewayAuthorization;
  /** Whether a request needs an API key of a usage plan. Default: false. */
  readonly apiKey?: boolean;
  /** How many requests each method lets through. Default: 500 a second, 1000 at once. */
  readonly throttle?: Throttle;
  /** Seconds the app has to answer; then the client gets status 504. Default: 29, the most unless `longestTimeoutSeconds` says more. */
  readonly timeoutSeconds?: number;
  /** Seconds to which AWS has raised the account's quota of integration timeouts, for regional endpoints. Default: 29. */
  readonly longestTimeoutSeconds?: number;
  /** Lets pages of another origin call. A proxy route's app sends Access-Control-Allow-Origin itself. */
  readonly cors?: {
    /** Origin whose pages may call. */
    readonly origin: string;
    /** Headers its requests may have, beside those that operations read. Default: Authorization and Content-Type; with a REST API X-Api-Key, too. */
    readonly headers?: readonly string[];
    /** Whether requests may carry cookies. Default: false. */
    readonly credentials?: boolean;
    /** Seconds a browser remembers. Default: 600. */
    readonly maxAgeSeconds?: number;
  };
  /** Reaches the cluster inside its network. Default: over the internet, by the routes' hosts. */
  readonly vpcLink?: {
    /** Id of an existing VPC link. Default: a new one is created. */
    readonly id?: string;
    /** ARN of the load balancer in front of the ingress controller. */
    readonly loadBalancer: string;
    /** ARN of its listener, which an HTTP API calls. Default: none, as a REST API calls the load balancer. */
    readonly listener?: string;
    /** Subnets of the VPC link that is created. */
    readonly subnets?: readonly string[];
    /** Security groups of the VPC link that is created. */
    readonly securityGroups?: readonly string[];
  };
  /** A JSON line for each request, in CloudWatch Logs. */
  readonly accessLogs?: {
    /** Days they are kept. Default: 90. */
    readonly days?:
      | 1
      | 3
      | 5
      | 7
      | 14
      | 30
      | 60
      | 90
      | 120
      | 150
      | 180
      | 365
      | 400
      | 545
      | 731
      | 1096
      | 1827
      | 2192
      | 2557
      | 2922
      | 3288
      | 3653;
    /** KMS key that encrypts them: `own` creates one for them alone; a key that exists must let CloudWatch Logs use it. Default: CloudWatch's own encryption. */
    readonly key?: "own" | string;
  };
  /** X-Ray. Default: true. */
  readonly tracing?: boolean;
  /** Metrics for each method. Default: true. */
  readonly metrics?: boolean;
  /** Usage plans by name. */
  readonly usagePlans?: {
    readonly [name: string]: {
      /** How many requests a key's owner may make. Default: as many as the methods let through. */
      readonly throttle?: Throttle;
      /** How many requests a key's owner may make in all. Default: no end. */
      readonly quota?: {
        /** Requests. */
        readonly limit: number;
        /** Time they are counted in. */
        readonly period: "DAY" | "WEEK" | "MONTH";
      };
      /** Names of API keys to create; AWS chooses their values. */
      readonly keys?: readonly string[];
    };
  };
  /** A name of your own. The API's own address is then switched off. */
  readonly domain?: {
    /** Name clients use. */
    readonly name: string;
    /** ARN of its certificate. */
    readonly certificate: string;
    /** Path under which the API is. Default: none. */
    readonly basePath?: string;
    /** Route 53 zone that gets a record. Default: the record is somebody else's. */
    readonly hostedZone?: {
      /** Its id. */
      readonly id: string;
      /** Its name. */
      readonly name: string;
    };
  };
  /** Web application firewall. Default: managed. */
  readonly waf?:
    | {
        /** AWS's rules against common attacks and known bad inputs, and a limit for each address. */
        readonly type: "managed";
        /** The most one address may make. Default: 2000. */
        readonly requestsPerFiveMinutes?: number;
        /** Rules of AWSManagedRulesCommonRuleSet that count requests in place of blocking them, as SizeRestrictions_BODY, which blocks bodies of more than 8 KB. Default: none. */
        readonly count?: readonly (
          | "CrossSiteScripting_BODY"
          | "CrossSiteScripting_COOKIE"
          | "CrossSiteScripting_QUERYARGUMENTS"
          | "CrossSiteScripting_URIPATH"
          | "EC2MetaDataSSRF_BODY"
          | "EC2MetaDataSSRF_COOKIE"
          | "EC2MetaDataSSRF_QUERYARGUMENTS"
          | "EC2MetaDataSSRF_URIPATH"
          | "GenericLFI_BODY"
          | "GenericLFI_QUERYARGUMENTS"
          | "GenericLFI_URIPATH"
          | "GenericRFI_BODY"
          | "GenericRFI_QUERYARGUMENTS"
          | "GenericRFI_URIPATH"
          | "NoUserAgent_HEADER"
          | "RestrictedExtensions_QUERYARGUMENTS"
          | "RestrictedExtensions_URIPATH"
          | "SizeRestrictions_BODY"
          | "SizeRestrictions_Cookie_HEADER"
          | "SizeRestrictions_QUERYSTRING"
          | "SizeRestrictions_URIPATH"
          | "UserAgent_BadBots_HEADER"
        )[];
      }
    | {
        /** A web ACL that exists. */
        readonly type: "acl";
        /** Its ARN. */
        readonly arn: string;
      }
    | {
        /** None. */
        readonly type: "none";
        /** Why none is needed. */
        readonly reason: string;
      };
  /** Alarms on errors and latency. */
  readonly alarms?: {
    /** SNS topic that is notified. Default: none. */
    readonly topic?: string;
    /** Share of requests that may end with 5xx in five minutes. Default: 1. */
    readonly errorPercent?: number;
    /** Milliseconds that 99 of 100 requests may take. Default: 3000. */
    readonly latencyMilliseconds?: number;
  };
}

/** Who may call. */
export type GatewayAuthorization =
  | {
      /** Everybody. */
      readonly type: "none";
      /** Why the gateway needn't know who asks. Stands in the template, for whoever reviews its security. */
      readonly reason: string;
    }
  | {
      /** Requests that are signed by an AWS identity with the right to invoke. */
      readonly type: "iam";
    }
  | {
      /** A token of a Cognito user pool in the Authorization header. */
      readonly type: "cognito";
      /** ARNs of the pools. */
      readonly userPools: readonly string[];
      /** Ids of the app clients whose tokens an HTTP API accepts. Default: none, as a REST API accepts tokens of every client. */
      readonly clients?: readonly string[];
      /** Scopes of which an access token must have one. Default: an identity token will do. */
      readonly scopes?: readonly string[];
    }
  | {
      /** A Lambda function decides, as one that verifies JWTs. */
      readonly type: "lambda";
      /** ARN of the function. */
      readonly function: string;
      /** Headers a request must have to be asked about, and by which answers are cached. Default: Authorization. */
      readonly headers?: readonly string[];
      /** Seconds an answer holds. Default: 300. */
      readonly cacheSeconds?: number;
    };

/** A port of a Gateway. */
export interface GatewayListener {
  /** The port clients use. */
  readonly port: number;
  /** Default: HTTPS where there is a certificate, else HTTP. */
  readonly protocol?: "HTTP" | "HTTPS";
  /** Hosts it takes, as `*.shop.example`. Default: all. */
  readonly host?: string;
  /** Certificate it shows. */
  readonly certificate?: {
    /** Secret of the type kubernetes.io/tls. */
    readonly secret: string;
    /** Its namespace; another than the Gateway's gets a ReferenceGrant. Default: the Gateway's. */
    readonly namespace?: string;
  };
}

/** The Gateway that routes attach to. */
export interface GatewayParent {
  /** The Gateway's name. */
  readonly name: string;
  /** Its namespace. */
  readonly namespace: string;
  /** The listener that routes attach to. Default: every one that takes them; `https` of a Gateway made here that ends TLS. */
  readonly section?: string;
}

/** How a Gateway of the cluster serves the routes (Gateway API). */
export interface GatewayRouting {
  readonly parent: GatewayParent;
  /** Makes that Gateway, with the environment's shared objects. Default: the platform has it. */
  readonly create?: OwnGateway;
  /** Whether the Gateway ends TLS. Default: whether a listener made here has a certificate, else what `ingress.tls` says. */
  readonly tls?: boolean;
  /** Release channel of the Gateway API's CRDs in the cluster; `retries` and `session` need experimental. Default: standard. */
  readonly channel?: "standard" | "experimental";
  /** Implementation whose own policies may say what Gateway API can't, as the limit of a body. Default: none is made. */
  readonly implementation?: "envoy-gateway";
  /** Annotations of every HTTPRoute and GRPCRoute. */
  readonly annotations?: { readonly [name: string]: string };
}

/** Asks the gRPC health service. */
export interface GrpcAction {
  /** Port by number. */
  readonly port: number;
  /** The service asked for. Default: empty. */
  readonly service?: string;
}

/** What becomes of headers. */
export interface HeaderChange {
  /** Headers that get a value, in place of any they have. */
  readonly set?: { readonly [name: string]: string };
  /** Values that are added to those a header has. */
  readonly add?: { readonly [name: string]: string };
  /** Headers that are taken out. */
  readonly remove?: readonly string[];
}

/** A Helm chart in the repository, rendered by the `helm` that is installed. */
export interface HelmChart {
  /** Folder of the chart, relative to the project, with all it depends on: nothing is fetched. As `charts/redis`. */
  readonly chart: string;
  /** Name of the release, from which most charts make their objects' names. Default: the app's name. */
  readonly release?: string;
  /** Files of values, relative to the project, over those of the chart's values.yaml; the later win. */
  readonly valueFiles?: readonly string[];
  /** Values for the chart, over those of its values.yaml and of `valueFiles`; each layer adds to those before it. */
  readonly values?: Readonly<Record<string, unknown>>;
}

/** An HTTP GET; a status from 200 to 399 is success. */
export interface HttpAction {
  /** Path and query of the request. */
  readonly path: string;
  /** Default: the container's port `http`, or its only one. */
  readonly port?: string | number;
  /** Default: HTTP. */
  readonly scheme?: "HTTP" | "HTTPS";
  /** Host to connect to. Default: the pod's address. */
  readonly host?: string;
  /** Headers of the request. */
  readonly headers?: { readonly [name: string]: string };
}

/** How the routes are served by the cluster's ingress controller. */
export interface Ingress {
  /** Default: the app's name. */
  readonly name?: string;
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string };
  /** Ingress class. Default: the environment's, or the cluster's. */
  readonly class?: string;
  /** Host; the environment's domain goes after it unless it has a dot. Default: the app's name. */
  readonly host?: string;
  /** Annotations, as the controller reads them. */
  readonly annotations?: { readonly [name: string]: string };
  /** Whether the hosts are served with TLS. Default: the environment's. */
  readonly tls?:
    | boolean
    | {
        /** Secret that holds the certificate. Default: the app's name and '-tls'. */
        readonly secret?: string;
      };
  /** What serves the unmatched, as the Kubernetes API has it. */
  readonly defaultBackend?: Readonly<Record<string, unknown>>;
}

/** Where a path of an Ingress leads. */
export interface IngressPath {
  /** Default: Prefix. */
  readonly pathType?: "Prefix" | "Exact" | "ImplementationSpecific";
  /** The Service it leads to. Default: the app's. */
  readonly service?: string;
  /** Port of the Service, by name or number. */
  readonly port: string | number;
}

/** What holds for every Ingress. */
export interface IngressSettings {
  /** Ingress class. Default: the cluster's. */
  readonly class?: string;
  /** Whether hosts are served with TLS. Default: false. */
  readonly tls?: boolean;
  /** Annotations of every Ingress, as the certificate issuer. */
  readonly annotations?: { readonly [name: string]: string };
}

/** A container that runs to its end before the others start. */
export interface InitContainer {
  /** Repository; the environment's registry goes before it unless it names one, and the environment's pins give tag and digest. May carry its own tag or digest. */
  readonly image: string;
  /** When the image is pulled. Kubernetes' default: IfNotPresent, Always for `latest`. */
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  /** Replaces the image's entrypoint. */
  readonly command?: readonly string[];
  /** Replaces the image's command. */
  readonly args?: readonly string[];
  /** Default: the image's. */
  readonly workingDir?: string;
  /** Ports by name. */
  readonly ports?: { readonly [name: string]: number | ContainerPort };
  /** Environment variables by name; they win over `envFrom` and the app's `config.env` and `secrets.env`. */
  readonly env?: { readonly [name: string]: EnvValue };
  /** ConfigMaps and Secrets whose keys become variables, by a name of your choice. */
  readonly envFrom?: { readonly [name: string]: EnvFrom };
  /** Requests and limits. */
  readonly resources?: Resources;
  /** Startup, readiness and liveness. */
  readonly probes?: Probes;
  /** Hooks after start and before stop. */
  readonly lifecycle?: Lifecycle;
  /** Volumes by the path they appear at. */
  readonly mounts?: { readonly [name: string]: string | Mount };
  /** Variables that come first, in this order. Default: by name, those after others that they name; as written with `defaults: none` or `environment`. */
  readonly envOrder?: readonly string[];
  /** Sources of variables that come first, in this order: later ones win. Default: by name; as written with `defaults: none` or `environment`. */
  readonly envFromOrder?: readonly string[];
  /** Ports that come first, in this order. Default: by name; as written with `defaults: none` or `environment`. */
  readonly portOrder?: readonly string[];
  /** Mounts that come first, in this order. Default: by path; as written with `defaults: none` or `environment`. */
  readonly mountOrder?: readonly string[];
  /** Block volumes by device path. */
  readonly devices?: { readonly [name: string]: string };
  /** Security context; wins over the pod's. */
  readonly security?: ContainerSecurity;
  /** Whether a resize restarts the container, by resource. */
  readonly resizePolicy?: Readonly<Partial<Record<"cpu" | "memory", "NotRequired" | "RestartContainer">>>;
  /** Kubernetes' default: /dev/termination-log. */
  readonly terminationMessagePath?: string;
  /** Kubernetes' default: File. */
  readonly terminationMessagePolicy?: "File" | "FallbackToLogsOnError";
  /** Keep standard input open. */
  readonly stdin?: boolean;
  /** Close it after the first client. */
  readonly stdinOnce?: boolean;
  /** Allocate a terminal. */
  readonly tty?: boolean;
  /** Init containers run from the lowest to the highest, native sidecars among them. Default: 0, then by name. */
  readonly order?: number;
}

/** The container of a job; image, environment, resources and security are the app's by default. */
export interface JobContainer {
  /** Repository; the environment's registry goes before it unless it names one, and the environment's pins give tag and digest. May carry its own tag or digest. */
  readonly image?: string;
  /** When the image is pulled. Kubernetes' default: IfNotPresent, Always for `latest`. */
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  /** Replaces the image's entrypoint. */
  readonly command?: readonly string[];
  /** Replaces the image's command. */
  readonly args?: readonly string[];
  /** Default: the image's. */
  readonly workingDir?: string;
  /** Ports by name. */
  readonly ports?: { readonly [name: string]: number | ContainerPort };
  /** Environment variables by name; they win over `envFrom` and the app's `config.env` and `secrets.env`. */
  readonly env?: { readonly [name: string]: EnvValue };
  /** ConfigMaps and Secrets whose keys become variables, by a name of your choice. */
  readonly envFrom?: { readonly [name: string]: EnvFrom };
  /** Requests and limits. */
  readonly resources?: Resources;
  /** Startup, readiness and liveness. */
  readonly probes?: Probes;
  /** Hooks after start and before stop. */
  readonly lifecycle?: Lifecycle;
  /** Volumes by the path they appear at. */
  readonly mounts?: { readonly [name: string]: string | Mount };
  /** Variables that come first, in this order. Default: by name, those after others that they name; as written with `defaults: none` or `environment`. */
  readonly envOrder?: readonly string[];
  /** Sources of variables that come first, in this order: later ones win. Default: by name; as written with `defaults: none` or `environment`. */
  readonly envFromOrder?: readonly string[];
  /** Ports that come first, in this order. Default: by name; as written with `defaults: none` or `environment`. */
  readonly portOrder?: readonly string[];
  /** Mounts that come first, in this order. Default: by path; as written with `defaults: none` or `environment`. */
  readonly mountOrder?: readonly string[];
  /** Block volumes by device path. */
  readonly devices?: { readonly [name: string]: string };
  /** Security context; wins over the pod's. */
  readonly security?: ContainerSecurity;
  /** Whether a resize restarts the container, by resource. */
  readonly resizePolicy?: Readonly<Partial<Record<"cpu" | "memory", "NotRequired" | "RestartContainer">>>;
  /** Kubernetes' default: /dev/termination-log. */
  readonly terminationMessagePath?: string;
  /** Kubernetes' default: File. */
  readonly terminationMessagePolicy?: "File" | "FallbackToLogsOnError";
  /** Keep standard input open. */
  readonly stdin?: boolean;
  /** Close it after the first client. */
  readonly stdinOnce?: boolean;
  /** Allocate a terminal. */
  readonly tty?: boolean;
}

/** Pods that run to their end once; replaced when it changes. */
export interface JobWorkload {
  /** Pods that run to their end once. */
  readonly kind: "Job";
  /** Default: the app's name. Immutable. */
  readonly name?: string;
  /** Further labels of the workload itself; `pod.labels` has those of its pods. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations of the workload itself. */
  readonly annotations?: { readonly [name: string]: string };
  /** Pods that must succeed. Kubernetes' default: 1. Immutable. */
  readonly completions?: number;
  /** Pods at a time. Kubernetes' default: 1. */
  readonly parallelism?: number;
  /** Whether each pod has an index. Kubernetes' default: NonIndexed. Immutable. */
  readonly completionMode?: "NonIndexed" | "Indexed";
  /** Retries before the Job fails. Kubernetes' default: 6. */
  readonly backoffLimit?: number;
  /** Retries for each index. Immutable. */
  readonly backoffLimitPerIndex?: number;
  /** Failed indexes before the Job fails. */
  readonly maxFailedIndexes?: number;
  /** Seconds the Job may run. */
  readonly activeDeadlineSeconds?: number;
  /** Seconds a finished Job is kept. Default: forever. */
  readonly ttlSecondsAfterFinished?: number;
  /** Whether it waits. */
  readonly suspend?: boolean;
  /** What failures mean, as the Kubernetes API has it. Immutable. */
  readonly podFailurePolicy?: Readonly<Record<string, unknown>>;
  /** When an Indexed Job has succeeded, as the Kubernetes API has it. Immutable. */
  readonly successPolicy?: Readonly<Record<string, unknown>>;
  /** When a pod is replaced. */
  readonly podReplacementPolicy?: "TerminatingOrFailed" | "Failed";
  /** Controller that runs the Job. Immutable. */
  readonly managedBy?: string;
}

/** Selects objects by label. */
export interface LabelSelector {
  /** Labels that must be equal. */
  readonly matchLabels?: { readonly [name: string]: string };
  /** Conditions that must all hold. */
  readonly matchExpressions?: readonly {
    /** The label's key. */
    readonly key: string;
    /** How values are compared. */
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    /** Values; none for Exists and DoesNotExist. */
    readonly values?: readonly string[];
  }[];
}

/** Hooks into a container's life. */
export interface Lifecycle {
  /** Right after start; the container isn't ready before it ends. */
  readonly postStart?: LifecycleHandler;
  /** Before the process is asked to stop; counts into the grace period. */
  readonly preStop?: LifecycleHandler;
  /** Signal that asks the process to stop (Kubernetes 1.33 with its feature gate). */
  readonly stopSignal?: string;
}

/** What to do at a moment of a container's life. */
export type LifecycleHandler =
  | {
      /** An HTTP GET, by its path or in full. */
      readonly http: string | HttpAction;
      readonly tcp?: never;
      readonly exec?: never;
      readonly sleep?: never;
    }
  | {
      /** Opens a TCP connection. */
      readonly tcp: string | number | TcpAction;
      readonly http?: never;
      readonly exec?: never;
      readonly sleep?: never;
    }
  | {
      /** Runs a command in the container; exit status 0 is success. */
      readonly exec: readonly string[];
      readonly http?: never;
      readonly tcp?: never;
      readonly sleep?: never;
    }
  | {
      /** Seconds to wait. */
      readonly sleep: number;
      readonly http?: never;
      readonly tcp?: never;
      readonly exec?: never;
    };

/** A volume at a path of a container. */
export interface Mount {
  /** Name of a volume of the app. */
  readonly volume: string;
  /** Path inside the volume. Files mounted so are not updated while the pod runs. */
  readonly subPath?: string;
  /** As `subPath`, with $(NAME) of the environment. */
  readonly subPathExpr?: string;
  /** Default: false; true for config and secret volumes. */
  readonly readOnly?: boolean;
  /** Whether mounts below are read-only too. */
  readonly recursiveReadOnly?: "Disabled" | "IfPossible" | "Enabled";
  /** How mounts travel between node and container. */
  readonly propagation?: "None" | "HostToContainer" | "Bidirectional";
}

/** A namespace of the environment. */
export interface NamespaceSettings {
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations. */
  readonly annotations?: { readonly [name: string]: string };
  /** Pod Security Standard that it enforces; with `create: false`, the one by which its pods are checked. Default: the environment's, and none where that isn't set and `create` is false. */
  readonly podSecurity?: "privileged" | "baseline" | "restricted";
  /** False leaves the namespace to something else. Default: true. */
  readonly create?: boolean;
}

/** Who may talk to whom. */
export interface NetworkSettings {
  /** Default-deny refuses all traffic of the namespaces, and derives what apps need. Default: open. */
  readonly policy?: "open" | "default-deny";
  /** The pods that bring requests to apps with an Ingress. */
  readonly ingressController?: {
    /** Its namespace. */
    readonly namespace: string;
    /** Its pods. Default: all of the namespace. */
    readonly pods?: LabelSelector;
  };
  /** The pods of the Gateway, which bring requests to apps with an HTTPRoute or GRPCRoute. Needed where `policy` is default-deny. */
  readonly gateway?: {
    /** Their namespace. */
    readonly namespace: string;
    /** Pods by label. Default: all of the namespace. */
    readonly pods?: LabelSelector;
  };
  /** Pods that may talk to every app, by a name of your choice, as the metrics collector. */
  readonly accepts?: {
    readonly [name: string]: {
      /** Namespace of the pods. */
      readonly namespace: string;
      /** Pods by label. Default: all. */
      readonly pods?: LabelSelector;
    };
  };
}

/** Which nodes a pod goes to. */
export interface NodeAffinity {
  /** Nodes the pod must go to. */
  readonly requiredDuringSchedulingIgnoredDuringExecution?: {
    /** Any of these. */
    readonly nodeSelectorTerms: readonly NodeSelectorTerm[];
  };
  /** Nodes it would rather go to. */
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    /** From 1 to 100. */
    readonly weight: number;
    /** The nodes meant. */
    readonly preference: NodeSelectorTerm;
  }[];
}

/** Conditions on a node, all of which must hold. */
export interface NodeSelectorTerm {
  /** Conditions on labels. */
  readonly matchExpressions?: readonly {
    /** The label's key. */
    readonly key: string;
    /** How values are compared. */
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt";
    /** Values; none for Exists and DoesNotExist. */
    readonly values?: readonly string[];
  }[];
  /** Conditions on fields. */
  readonly matchFields?: readonly {
    /** The label's key. */
    readonly key: string;
    /** How values are compared. */
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt";
    /** Values; none for Exists and DoesNotExist. */
    readonly values?: readonly string[];
  }[];
}

/** A pod is replaced when someone deletes it. */
export interface OnDelete {
  /** A pod is replaced when someone deletes it. */
  readonly type: "OnDelete";
}

/** A Gateway that the environment makes. */
export interface OwnGateway {
  /** GatewayClass, which says what implementation serves it. Another class is another address. */
  readonly class: string;
  /** Listeners by name. Default: `http` on 80 and, with `tls`, `https` on 443 for the hosts below the environment's domain, with the Secret named as the Gateway and '-tls'. */
  readonly listeners?: { readonly [name: string]: GatewayListener };
  /** Further labels of the Gateway. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations of the Gateway, as the certificate issuer. */
  readonly annotations?: { readonly [name: string]: string };
  /** What the implementation makes for it, as the Gateway API has it. */
  readonly infrastructure?: Readonly<Record<string, unknown>>;
}

/** An Ingress that is written out, apart from the app's routes. */
export interface OwnIngress {
  /** Default: the app's name, '-' and the Ingress's. */
  readonly name?: string;
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations, as the controller reads them. */
  readonly annotations?: { readonly [name: string]: string };
  /** Ingress class. Default: the cluster's. */
  readonly class?: string;
  /** Paths by host, `*` for every host; each leads to a port of the app's Service unless it names another. */
  readonly hosts?: { readonly [name: string]: { readonly [name: string]: string | number | IngressPath } };
  /** Hosts that are served with the certificate of a Secret, by the Secret's name. */
  readonly tls?: { readonly [name: string]: readonly (string | "*")[] };
  /** What serves the unmatched, as the Kubernetes API has it. */
  readonly defaultBackend?: Readonly<Record<string, unknown>>;
}

/** Pods that may talk to the app. */
export interface Peer {
  /** Namespace of the pods. Default: the app's. */
  readonly namespace?: string;
  /** Pods by label. Default: all of the namespace. */
  readonly pods?: LabelSelector;
  /** Ports of the app. Default: all. */
  readonly ports?: readonly (string | number)[];
}

/** What holds for the app's pods as a whole. */
export interface Pod {
  /** Name in the template of the pods. Nothing reads it; for adopting what has one. */
  readonly name?: string;
  /** Further labels of the pods. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations of the pods. */
  readonly annotations?: { readonly [name: string]: string };
  /** Labels a node must have. */
  readonly nodeSelector?: { readonly [name: string]: string };
  /** Where pods go, in full. */
  readonly affinity?: Affinity;
  /** Taints that the pod tolerates, by a name of your choice. */
  readonly tolerations?: { readonly [name: string]: Toleration };
  /** Spread over places, by the node label that names the place. Default from 2 replicas: zones, as far as possible. */
  readonly topologySpread?: { readonly [name: string]: Spread };
  /** Priority class. */
  readonly priorityClass?: string;
  /** Whether it may push others out. */
  readonly preemptionPolicy?: "PreemptLowerPriority" | "Never";
  /** Container runtime. */
  readonly runtimeClass?: string;
  /** Kubernetes' default: default-scheduler. */
  readonly schedulerName?: string;
  /** Lines of /etc/hosts: host names by address. */
  readonly hostAliases?: { readonly [name: string]: readonly string[] };
  readonly dns?: Dns;
  /** Whether these pods get a token. Default: `serviceAccount.token`. */
  readonly automountServiceAccountToken?: boolean;
  /** Default: the pod's name. */
  readonly hostname?: string;
  /** Headless Service that gives the pods names. */
  readonly subdomain?: string;
  /** Secrets that let the kubelet pull. */
  readonly imagePullSecrets?: readonly string[];
  /** Security context, which containers inherit. */
  readonly security?: PodSecurity;
  /** Seconds to stop before the process is killed. Kubernetes' default: 30. */
  readonly terminationGracePeriodSeconds?: number;
  /** Seconds the pod may live. */
  readonly activeDeadlineSeconds?: number;
  /** Default: Always; Never in a Job or CronJob. */
  readonly restartPolicy?: "Always" | "OnFailure" | "Never";
  /** Whether every Service of the namespace becomes environment variables. Kubernetes' default: true. */
  readonly enableServiceLinks?: boolean;
  /** Whether containers see each other's processes. */
  readonly shareProcessNamespace?: boolean;
  /** Use the node's network. */
  readonly hostNetwork?: boolean;
  /** See the node's processes. */
  readonly hostPID?: boolean;
  /** Share the node's IPC. */
  readonly hostIPC?: boolean;
  /** False puts the pod in a user namespace of its own. */
  readonly hostUsers?: boolean;
  /** Operating system of the node. */
  readonly os?: "linux" | "windows";
  /** Further conditions of readiness. */
  readonly readinessGates?: readonly string[];
  /** Resources of the sandbox, as the Kubernetes API has them. */
  readonly overhead?: Readonly<Record<string, unknown>>;
  /** Requests and limits of the pod as a whole, which containers without their own share. From Kubernetes 1.34 on. */
  readonly resources?: PodResources;
  /** Claims of dynamic resource allocation, as the Kubernetes API has them. */
  readonly resourceClaims?: readonly Readonly<Record<string, unknown>>[];
  /** What must be lifted before it is scheduled. */
  readonly schedulingGates?: readonly string[];
}

/** Which pods a pod goes near to, or away from. */
export interface PodAffinity {
  /** What must hold. */
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
  /** What would be better. */
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    /** From 1 to 100. */
    readonly weight: number;
    /** The pods meant. */
    readonly podAffinityTerm: PodAffinityTerm;
  }[];
}

/** Other pods, and the place meant. */
export interface PodAffinityTerm {
  /** Label of the node that says what counts as the same place. */
  readonly topologyKey: string;
  /** The other pods. */
  readonly labelSelector?: LabelSelector;
  /** Their namespaces. Default: this pod's. */
  readonly namespaces?: readonly string[];
  /** Their namespaces by label. */
  readonly namespaceSelector?: LabelSelector;
  /** Labels of this pod that the others must share. */
  readonly matchLabelKeys?: readonly string[];
  /** Labels of this pod that the others must not share. */
  readonly mismatchLabelKeys?: readonly string[];
}

/** Requests and limits of a pod, which its containers share. */
export interface PodResources {
  /** What the scheduler sets aside for the pod: `cpu`, `memory` or huge pages. */
  readonly requests?: { readonly [name: string]: string | number };
  /** What its containers may not exceed together. */
  readonly limits?: { readonly [name: string]: string | number };
}

/** Security context of a pod, which its containers inherit. */
export interface PodSecurity {
  /** Numeric user. */
  readonly runAsUser?: number;
  /** Numeric primary group. */
  readonly runAsGroup?: number;
  /** Refuse to start as root. */
  readonly runAsNonRoot?: boolean;
  /** Which system calls are allowed. */
  readonly seccompProfile?: SecurityProfile;
  /** Which AppArmor profile confines it. */
  readonly appArmorProfile?: SecurityProfile;
  /** SELinux context. */
  readonly seLinuxOptions?: {
    /** SELinux level. */
    readonly level?: string;
    /** SELinux role. */
    readonly role?: string;
    /** SELinux type. */
    readonly type?: string;
    /** SELinux user. */
    readonly user?: string;
  };
  /** Windows options, as the Kubernetes API has them. */
  readonly windowsOptions?: { readonly [name: string]: unknown };
  /** Group that owns mounted volumes. */
  readonly fsGroup?: number;
  /** When ownership of volumes is changed. Kubernetes' default: Always. */
  readonly fsGroupChangePolicy?: "Always" | "OnRootMismatch";
  /** Further groups of the first process. */
  readonly supplementalGroups?: readonly number[];
  /** Whether the image's groups are added. Kubernetes' default: Merge. */
  readonly supplementalGroupsPolicy?: "Merge" | "Strict";
  /** Namespaced kernel parameters. */
  readonly sysctls?: { readonly [name: string]: string };
}

/** How the kubelet asks a container whether it is well. */
export type Probe = {
  /** Seconds after start before the first probe. Kubernetes' default: 0. */
  readonly initialDelaySeconds?: number;
  /** Seconds between probes. Kubernetes' default: 10. */
  readonly periodSeconds?: number;
  /** Seconds to wait for an answer. Kubernetes' default: 1. */
  readonly timeoutSeconds?: number;
  /** Successes in a row that count as one. Kubernetes' default: 1. */
  readonly successThreshold?: number;
  /** Failures in a row that count as one. Kubernetes' default: 3. */
  readonly failureThreshold?: number;
  /** Seconds to stop after this probe failed. Default: the pod's. */
  readonly terminationGracePeriodSeconds?: number;
} & (
  | {
      /** An HTTP GET, by its path or in full. */
      readonly http: string | HttpAction;
      readonly tcp?: never;
      readonly exec?: never;
      readonly grpc?: never;
    }
  | {
      /** Opens a TCP connection. */
      readonly tcp: string | number | TcpAction;
      readonly http?: never;
      readonly exec?: never;
      readonly grpc?: never;
    }
  | {
      /** Runs a command in the container; exit status 0 is success. */
      readonly exec: readonly string[];
      readonly http?: never;
      readonly tcp?: never;
      readonly grpc?: never;
    }
  | {
      /** Asks the gRPC health service. */
      readonly grpc: number | GrpcAction;
      readonly http?: never;
      readonly tcp?: never;
      readonly exec?: never;
    }
);

/** The probes of a container. */
export interface Probes {
  /** Until it succeeds no other probe runs. */
  readonly startup?: Probe;
  /** While it fails the pod gets no traffic. */
  readonly readiness?: Probe;
  /** When it fails the container is restarted. */
  readonly liveness?: Probe;
}

/** One source of a projected volume. */
export type ProjectedSource =
  | {
      /** Keys of a ConfigMap. */
      readonly config: {
        /** The ConfigMap. */
        readonly name: string;
        /** Keys to show, and the path of each. Default: all, by their key. */
        readonly items?: {
          readonly [name: string]:
            | string
            | {
                /** Path in the volume. */
                readonly path: string;
                /** File mode, as 0o440. */
                readonly mode?: number;
              };
        };
        /** Start without it. Default: false. */
        readonly optional?: boolean;
      };
      readonly secret?: never;
      readonly serviceAccountToken?: never;
      readonly downward?: never;
      readonly clusterTrustBundle?: never;
    }
  | {
      /** Keys of a Secret. */
      readonly secret: {
        /** The Secret. */
        readonly name: string;
        /** Keys to show, and the path of each. Default: all, by their key. */
        readonly items?: {
          readonly [name: string]:
            | string
            | {
                /** Path in the volume. */
                readonly path: string;
                /** File mode, as 0o440. */
                readonly mode?: number;
              };
        };
        /** Start without it. Default: false. */
        readonly optional?: boolean;
      };
      readonly config?: never;
      readonly serviceAccountToken?: never;
      readonly downward?: never;
      readonly clusterTrustBundle?: never;
    }
  | {
      /** A token of the pod's account. */
      readonly serviceAccountToken: {
        /** File name. */
        readonly path: string;
        /** Default: the API server. */
        readonly audience?: string;
        /** Seconds the token is valid. Kubernetes' default: 3600. */
        readonly expirationSeconds?: number;
      };
      readonly config?: never;
      readonly secret?: never;
      readonly downward?: never;
      readonly clusterTrustBundle?: never;
    }
  | {
      /** Fields of the pod by file name, as `labels: metadata.labels`. */
      readonly downward: { readonly [name: string]: string };
      readonly config?: never;
      readonly secret?: never;
      readonly serviceAccountToken?: never;
      readonly clusterTrustBundle?: never;
    }
  | {
      /** Trust anchors, as the Kubernetes API has them. */
      readonly clusterTrustBundle: Readonly<Record<string, unknown>>;
      readonly config?: never;
      readonly secret?: never;
      readonly serviceAccountToken?: never;
      readonly downward?: never;
    };

/** An object that something else creates, so that nothing that refers to it is wrong. */
export interface Provided {
  /** Kind of the object; `*` stands for any text, here and below. */
  readonly kind: string;
  /** Its namespace. Default: any. */
  readonly namespace?: string;
  /** Its name. */
  readonly name: string;
}

/** Stops all pods, then starts the new ones. */
export interface Recreate {
  /** Stops all pods, then starts the new ones. */
  readonly type: "Recreate";
}

/** Who pushes to the registry, and what it keeps. */
export interface RegistrySettings {
  /** Protected branches whose pipelines may push images. Default: main. */
  readonly branches?: readonly string[];
  /** Protected git tags whose pipelines may push images. Default: none. */
  readonly tags?: readonly string[];
  /** GitLab that runs the pipelines. Default: the one that has this repository. */
  readonly gitlab?: string;
  /** ARN of the account's OIDC provider for that GitLab, of which an account can have one. Default: it is created. */
  readonly provider?: string;
  /** Whether each image's pipeline gets a repository `cache/<image>` for the layers of its builds. Default: false. */
  readonly buildCaches?: boolean;
  /** Days an image is kept that no environment pins. Default: 365. */
  readonly keepDays?: number;
}

/** Whose pipelines may release to the environment. The protected branch decides, never the job's variables. */
export interface ReleaseSettings {
  /** Address of the GitLab instance whose pipelines release: it issues their ID tokens, and its keys verify them. Default: the host of argocd.repository. */
  readonly gitlab?: string;
  /** What the ID tokens must be issued for. Default: slipway. */
  readonly audience?: string;
  /** Projects whose pipelines may release to the environment, each the apps that name it as their source. Default: every app's source; none where promotesFrom is set, since images get there by promotion. */
  readonly pipelines?: readonly string[];
}

/** A value kept in the secret store. */
export interface RemoteSecret {
  /** The entry in the secret store. */
  readonly key: string;
  /** A property of the entry. Default: the whole entry. */
  readonly property?: string;
  /** A version of the entry. Default: the newest. */
  readonly version?: string;
  /** How the value is decoded. Default: None. */
  readonly decodingStrategy?: "None" | "Base64" | "Base64URL" | "Auto";
}

/** Requests and limits of a container. */
export interface Resources {
  /** What the scheduler sets aside: `cpu`, `memory`, `ephemeral-storage` or an extended resource. */
  readonly requests?: { readonly [name: string]: string | number };
  /** What the container may not exceed. */
  readonly limits?: { readonly [name: string]: string | number };
  /** Claims of dynamic resource allocation. */
  readonly claims?: readonly {
    /** Name of the pod's resource claim. */
    readonly name: string;
    /** One request of the claim. */
    readonly request?: string;
  }[];
}

/** Replaces pods step by step. */
export interface RollingUpdate {
  /** Replaces pods step by step. */
  readonly type: "RollingUpdate";
  /** Pods above the number asked for. Kubernetes' default: 25%. */
  readonly maxSurge?: number | string;
  /** Pods that may be missing. Kubernetes' default: 25%. */
  readonly maxUnavailable?: number | string;
}

/** Measures that decide whether a rollout goes on. */
export interface RolloutAnalysis {
  /** What is measured: entries of the app's `analysis` by name, or templates that are elsewhere. */
  readonly templates: readonly (string | AnalysisTemplateElsewhere)[];
  /** Values of the templates' arguments, by name. */
  readonly args?: { readonly [name: string]: string | AnalysisArgument };
}

/** What pods carry as long as they have a role in a rollout. */
export interface RolloutPodMetadata {
  /** Labels. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations. */
  readonly annotations?: { readonly [name: string]: string };
}

/** The Deployment stays, and a Rollout takes its pods' template from it. */
export interface RolloutWorkloadRef {
  /** When the Deployment's own pods go: never, once the Rollout's are available, or as these come. Argo Rollouts' default: never. Then both run. */
  readonly scaleDown?: "never" | "onsuccess" | "progressively";
}

/** A path that leads from outside to the app: one source for Ingress, HTTPRoute and API Gateway. */
export interface Route {
  /** Path that leads to the app. */
  readonly path: string;
  /** Default: Prefix. */
  readonly pathType?: "Prefix" | "Exact" | "ImplementationSpecific";
  /** Methods the API Gateway lets through, and a Gateway of the cluster; an Ingress can't distinguish them. Default: all. */
  readonly methods?: readonly ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")[];
  /** Port of the Service. Default: `http`, or its only one. */
  readonly port?: string;
  /** Default: the app's `ingress.host`. */
  readonly host?: string;
  /** How the environment's API Gateway serves it, where there is one. Default: as a proxy. */
  readonly gateway?: RouteGateway;
  /** Headers that a request must have, with their value. A Gateway tells requests apart by them, an Ingress can't. */
  readonly headers?: {
    readonly [name: string]:
      | string
      | {
          /** A regular expression, as the implementation reads it. */
          readonly regex: string;
        };
  };
  /** Query parameters that a request must have, with their value. Gateway only. */
  readonly query?: {
    readonly [name: string]:
      | string
      | {
          /** A regular expression, as the implementation reads it. */
          readonly regex: string;
        };
  };
  /** What the pods see of the request's address. Gateway only. */
  readonly rewrite?: {
    /** What the pods see in place of the route's path, with what follows it. Not with `path`. */
    readonly prefix?: string;
    /** What the pods see in place of all of the path. */
    readonly path?: string;
    /** Host that the pods see. */
    readonly host?: string;
  };
  /** Sends the client elsewhere; no pod sees the request. Gateway only. */
  readonly redirect?: {
    /** Default: the request's. */
    readonly scheme?: "http" | "https";
    /** Default: the request's. */
    readonly host?: string;
    /** Default: that of the scheme, or the listener's. */
    readonly port?: number;
    /** In place of the route's path, with what follows it. Not with `path`. */
    readonly prefix?: string;
    /** In place of all of the path. Default: the request's. */
    readonly path?: string;
    /** Default: 302. */
    readonly status?: 301 | 302 | 303 | 307 | 308;
  };
  /** What becomes of the request's headers. Gateway only. */
  readonly requestHeaders?: HeaderChange;
  /** What becomes of the response's headers. Gateway only. */
  readonly responseHeaders?: HeaderChange;
  /** Another app that gets a copy of each request. Gateway only. */
  readonly mirror?: {
    /** App of this environment that gets a copy of each request; its responses are dropped. */
    readonly app: string;
    /** Port of its Service. Default: `http`, or its only one. */
    readonly port?: string;
    /** Share of the requests, in percent. Default: 100. */
    readonly percent?: number;
  };
  /** What pages of other origins may do (CORS), answered by the Gateway. Gateway only. */
  readonly cors?: {
    /** Origins that pages may be of, as https://shop.example, or `*`. */
    readonly origins: readonly string[];
    /** Methods they may use. Default: the simple ones. */
    readonly methods?: readonly string[];
    /** Headers they may send. */
    readonly headers?: readonly (string | "*")[];
    /** Headers they may read. */
    readonly exposed?: readonly (string | "*")[];
    /** Whether they may send cookies. Default: false. */
    readonly credentials?: boolean;
    /** Seconds a browser keeps the answer. Default: 5. */
    readonly maxAgeSeconds?: number;
  };
  /** How long the Gateway waits for an answer. Gateway only. */
  readonly timeouts?: {
    /** For all of a request, with its retries; 0s for none. Default: the implementation's. */
    readonly request?: string;
    /** For one attempt; at most `request`. Default: the implementation's. */
    readonly backend?: string;
  };
  /** What is tried again. Gateway only, of the experimental channel. */
  readonly retries?: {
    /** Further attempts. Default: the implementation's. */
    readonly attempts?: number;
    /** Least wait between two attempts. */
    readonly backoff?: string;
    /** Statuses that are tried again. */
    readonly codes?: readonly number[];
  };
  /** Keeps a client with its pod. Gateway only, of the experimental channel. */
  readonly session?: {
    /** What carries the session. Default: Cookie. */
    readonly type?: "Cookie" | "Header";
    /** Name of the cookie or header. Default: one the implementation picks. */
    readonly name?: string;
    /** How long a client stays with its pod at most. Default: without end. */
    readonly timeout?: string;
  };
  /** Shares of the requests by app of this environment; this app's own must be among them. Default: all to this app. Gateway only. */
  readonly weights?: { readonly [name: string]: number };
}

/** How the API Gateway serves a route. Default: as a proxy. */
export type RouteGateway =
  | {
      /** Not served by the gateway. */
      readonly kind: "none";
      /** Why not. */
      readonly reason: string;
    }
  | {
      /** Requests and responses go through as they are. */
      readonly kind: "proxy";
      /** Path at the gateway, which has one name for the apps of an environment. Default: the route's own. */
      readonly path?: string;
      /** Who may call. Default: the setting of the environment's gateway. */
      readonly authorization?: GatewayAuthorization;
      /** Whether a request needs an API key of a usage plan. Default: the setting of the environment's gateway. */
      readonly apiKey?: boolean;
      /** How many requests are let through. Default: the setting of the environment's gateway. */
      readonly throttle?: Throttle;
      /** Seconds the app has to answer; then the client gets status 504. Default: 29, the most unless `longestTimeoutSeconds` says more. */
      readonly timeoutSeconds?: number;
      /** Kilobytes of the largest body that clients send. The firewall blocks bodies of more than 8, unless aws.gateway.waf.count has SizeRestrictions_BODY. Default: 8. */
      readonly maxBodyKilobytes?: number;
      /** Media types whose bodies are bytes, as image/png; any other body is read as text, which breaks it. API Gateway knows them for a whole API. Default: none. */
      readonly binaryTypes?: readonly string[];
    }
  | {
      /** Only the operations named go through, each validated and mapped. */
      readonly kind: "mapped";
      /** Path at the gateway, which has one name for the apps of an environment. Default: the route's own. */
      readonly path?: string;
      /** Who may call. Default: the setting of the environment's gateway. */
      readonly authorization?: GatewayAuthorization;
      /** Whether a request needs an API key of a usage plan. Default: the setting of the environment's gateway. */
      readonly apiKey?: boolean;
      /** How many requests are let through. Default: the setting of the environment's gateway. */
      readonly throttle?: Throttle;
      /** Seconds the app has to answer; then the client gets status 504. Default: 29, the most unless `longestTimeoutSeconds` says more. */
      readonly timeoutSeconds?: number;
      /** Kilobytes of the largest body that clients send. The firewall blocks bodies of more than 8, unless aws.gateway.waf.count has SizeRestrictions_BODY. Default: 8. */
      readonly maxBodyKilobytes?: number;
      /** Operations by name. */
      readonly operations: { readonly [name: string]: RouteOperation };
    };

/** One thing a client may ask of a mapped route. */
export interface RouteOperation {
  /** Method. */
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path after the route's; {name} is a parameter. Default: the route's own path. */
  readonly path?: string;
  /** Headers that are read, and whether a request must have them. */
  readonly headers?: { readonly [name: string]: boolean };
  /** Query parameters that are read, and whether a request must have them. */
  readonly query?: { readonly [name: string]: boolean };
  /** JSON Schema (draft 4) that a JSON body is held against. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Who may call. Default: the setting of the environment's gateway. */
  readonly authorization?: GatewayAuthorization;
  /** Whether a request needs an API key of a usage plan. Default: the setting of the environment's gateway. */
  readonly apiKey?: boolean;
  /** How many requests are let through. Default: the setting of the environment's gateway. */
  readonly throttle?: Throttle;
  /** Seconds the app has to answer; then the client gets status 504. Default: 29, the most unless `longestTimeoutSeconds` says more. */
  readonly timeoutSeconds?: number;
  /** Integration request: what the app is asked. Default: the same path and body. */
  readonly request?: RouteRequest;
  /** Responses by the status the client gets. What no pattern names becomes a 502. */
  readonly responses: { readonly [name: string]: RouteResponse };
}

/** Integration request: what the app is asked. */
export interface RouteRequest {
  /** Default: the operation's. */
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path at the app. Default: the route's path and the operation's. */
  readonly path?: string;
  /** Headers the app gets, and where they come from. Without a word a header doesn't get there. */
  readonly headers?: { readonly [name: string]: string };
  /** Query parameters the app gets, and where they come from. */
  readonly query?: { readonly [name: string]: string };
  /** Makes the body the app gets, in VTL. Default: the client's body as it is. */
  readonly template?: string;
}

/** Integration response and method response: what the client gets. */
export interface RouteResponse {
  /** Statuses of the app that lead here, as a regular expression over the whole status, as 2\d\d. Default: the status itself. */
  readonly pattern?: string;
  /** Headers the client gets, and where they come from. Without a word a header doesn't get there. */
  readonly headers?: { readonly [name: string]: string };
  /** Makes the body the client gets, in VTL. Default: the app's body as it is. */
  readonly template?: string;
  /** JSON Schema (draft 4) of the body, for those who generate clients; nothing is held against it. */
  readonly schema?: Readonly<Record<string, unknown>>;
}

/** What serves the routes in the cluster: Ingresses, a Gateway, or both while moving. */
export interface Routing {
  /** Routes become Ingresses; over what the environment's `ingress` says. */
  readonly ingress?: IngressSettings;
  /** Routes become HTTPRoutes and GRPCRoutes. */
  readonly gateway?: GatewayRouting;
}

/** Where secrets come from. */
export interface SecretSettings {
  /** Store that ExternalSecrets read. */
  readonly store?: {
    /** Name of the store. */
    readonly name: string;
    /** SecretStore is one for each namespace. Default: SecretStore. */
    readonly kind?: "SecretStore" | "ClusterSecretStore";
    /** The store's provider as External Secrets has it; without it something else creates the store. */
    readonly provider?: Readonly<Record<string, unknown>>;
  };
  /** How often stores are read. Default: 1h. */
  readonly refreshInterval?: string;
  /** Whether apps may carry secret values in the repository. Default: false. */
  readonly literals?: boolean;
}

/** A value of the secret store, or a literal where the environment allows it. */
export type SecretValue = string | RemoteSecret;

/** What the app is configured with, and must stay secret. */
export interface Secrets {
  /** Environment variables of the main container and of jobs, kept in the Secret `<app>-secrets` (literals in `<app>-literals`). */
  readonly env?: { readonly [name: string]: SecretValue };
  /** Files by name, kept in the Secret `<app>-secret-files` (literals in `<app>-literal-files`). */
  readonly files?: { readonly [name: string]: SecretValue };
  /** Where main container and jobs find the files. Default: /etc/secrets. */
  readonly mountPath?: string;
  /** Change it to roll the pods after a secret was changed in the store. */
  readonly revision?: string | number;
  /** How often the store is read. Default: the environment's. */
  readonly refreshInterval?: string;
}

/** A seccomp or AppArmor profile. */
export type SecurityProfile =
  | {
      /** The container runtime's profile. */
      readonly runtimeDefault: true;
      readonly unconfined?: never;
      readonly localhost?: never;
    }
  | {
      /** No profile. */
      readonly unconfined: true;
      readonly runtimeDefault?: never;
      readonly localhost?: never;
    }
  | {
      /** A profile on the node, by its file. */
      readonly localhost: string;
      readonly runtimeDefault?: never;
      readonly unconfined?: never;
    };

/** One stable name for the app's pods. */
export interface Service {
  /** Default: the app's name. */
  readonly name?: string;
  /** Who can reach it. Default: ClusterIP. Headless has no address of its own. */
  readonly type?: "ClusterIP" | "NodePort" | "LoadBalancer" | "Headless";
  /** Labels of the pods it leads to; empty for none. Default: those that select the app's pods. */
  readonly selector?: { readonly [name: string]: string };
  /** Ports by name; each leads to the container port of the same name unless `targetPort` is set. */
  readonly ports: { readonly [name: string]: number | ServicePort };
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations, as the ones a load balancer reads. */
  readonly annotations?: { readonly [name: string]: string };
  /** A fixed address. Immutable. */
  readonly clusterIP?: string;
  /** Kubernetes' default: None. */
  readonly sessionAffinity?: "None" | "ClientIP";
  /** Seconds a client stays with its pod. Kubernetes' default: 10800. */
  readonly sessionAffinityTimeoutSeconds?: number;
  /** Local keeps the client's address and the node's own pods. */
  readonly externalTrafficPolicy?: "Cluster" | "Local";
  /** Kubernetes' default: Cluster. */
  readonly internalTrafficPolicy?: "Cluster" | "Local";
  /** Which endpoints are preferred. */
  readonly trafficDistribution?: "PreferClose" | "PreferSameZone" | "PreferSameNode";
  /** Whether pods that aren't ready are found. */
  readonly publishNotReadyAddresses?: boolean;
  /** Kubernetes' default: SingleStack. */
  readonly ipFamilyPolicy?: "SingleStack" | "PreferDualStack" | "RequireDualStack";
  /** Address families, the primary first. */
  readonly ipFamilies?: readonly ("IPv4" | "IPv6")[];
  /** Addresses of nodes outside Kubernetes' care. */
  readonly externalIPs?: readonly string[];
  /** Who makes the load balancer. Immutable. */
  readonly loadBalancerClass?: string;
  /** Networks that may use the load balancer. */
  readonly loadBalancerSourceRanges?: readonly string[];
  /** Kubernetes' default: true. */
  readonly allocateLoadBalancerNodePorts?: boolean;
  /** Port for health checks of a Local load balancer. */
  readonly healthCheckNodePort?: number;
}

/** Who the pods are. */
export interface ServiceAccount {
  /** Default: the app's name. */
  readonly name?: string;
  /** False uses an account that something else creates. Default: true. */
  readonly create?: boolean;
  /** IAM role the pods act as (IRSA). */
  readonly roleArn?: string;
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string };
  /** Further annotations. */
  readonly annotations?: { readonly [name: string]: string };
  /** Whether pods get a token for the API server. Default: false. With `defaults: none` or `environment` it is the account's alone; `pod.automountServiceAccountToken` is that of the pods. */
  readonly token?: boolean;
  /** Secrets that let the kubelet pull. */
  readonly imagePullSecrets?: readonly string[];
}

/** A port of a Service. */
export interface ServicePort {
  /** The port clients use. */
  readonly port: number;
  /** Port of the container. Default: the one of the same name. */
  readonly targetPort?: string | number;
  /** Port of every node. Default: one the cluster picks. */
  readonly nodePort?: number;
  /** Default: the container port's, or TCP. */
  readonly protocol?: "TCP" | "UDP" | "SCTP";
  /** As `kubernetes.io/h2c`. */
  readonly appProtocol?: string;
  /** False leaves the name out of the manifest, which a Service with one port allows. Default: the port is named. */
  readonly named?: false;
}

/** A container beside the main one. */
export interface Sidecar {
  /** Repository; the environment's registry goes before it unless it names one, and the environment's pins give tag and digest. May carry its own tag or digest. */
  readonly image: string;
  /** When the image is pulled. Kubernetes' default: IfNotPresent, Always for `latest`. */
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  /** Replaces the image's entrypoint. */
  readonly command?: readonly string[];
  /** Replaces the image's command. */
  readonly args?: readonly string[];
  /** Default: the image's. */
  readonly workingDir?: string;
  /** Ports by name. */
  readonly ports?: { readonly [name: string]: number | ContainerPort };
  /** Environment variables by name; they win over `envFrom` and the app's `config.env` and `secrets.env`. */
  readonly env?: { readonly [name: string]: EnvValue };
  /** ConfigMaps and Secrets whose keys become variables, by a name of your choice. */
  readonly envFrom?: { readonly [name: string]: EnvFrom };
  /** Requests and limits. */
  readonly resources?: Resources;
  /** Startup, readiness and liveness. */
  readonly probes?: Probes;
  /** Hooks after start and before stop. */
  readonly lifecycle?: Lifecycle;
  /** Volumes by the path they appear at. */
  readonly mounts?: { readonly [name: string]: string | Mount };
  /** Variables that come first, in this order. Default: by name, those after others that they name; as written with `defaults: none` or `environment`. */
  readonly envOrder?: readonly string[];
  /** Sources of variables that come first, in this order: later ones win. Default: by name; as written with `defaults: none` or `environment`. */
  readonly envFromOrder?: readonly string[];
  /** Ports that come first, in this order. Default: by name; as written with `defaults: none` or `environment`. */
  readonly portOrder?: readonly string[];
  /** Mounts that come first, in this order. Default: by path; as written with `defaults: none` or `environment`. */
  readonly mountOrder?: readonly string[];
  /** Block volumes by device path. */
  readonly devices?: { readonly [name: string]: string };
  /** Security context; wins over the pod's. */
  readonly security?: ContainerSecurity;
  /** Whether a resize restarts the container, by resource. */
  readonly resizePolicy?: Readonly<Partial<Record<"cpu" | "memory", "NotRequired" | "RestartContainer">>>;
  /** Kubernetes' default: /dev/termination-log. */
  readonly terminationMessagePath?: string;
  /** Kubernetes' default: File. */
  readonly terminationMessagePolicy?: "File" | "FallbackToLogsOnError";
  /** Keep standard input open. */
  readonly stdin?: boolean;
  /** Close it after the first client. */
  readonly stdinOnce?: boolean;
  /** Allocate a terminal. */
  readonly tty?: boolean;
  /** A native sidecar: starts before the main container, stops after it, and doesn't keep a Job alive. Default: false. */
  readonly native?: boolean;
  /** Init containers run from the lowest to the highest, native sidecars among them. Default: 0, then by name. */
  readonly order?: number;
}

/** How evenly pods spread over places. */
export interface Spread {
  /** Difference allowed between places. Default: 1. */
  readonly maxSkew?: number;
  /** Default: ScheduleAnyway. */
  readonly whenUnsatisfiable?: "DoNotSchedule" | "ScheduleAnyway";
  /** Least number of places. */
  readonly minDomains?: number;
  /** Kubernetes' default: Honor. */
  readonly nodeAffinityPolicy?: "Honor" | "Ignore";
  /** Pods that count. Default: those of the app. */
  readonly selector?: LabelSelector;
  /** Kubernetes' default: Ignore. */
  readonly nodeTaintsPolicy?: "Honor" | "Ignore";
  /** Labels of the pod that narrow the count, as `pod-template-hash` to count one revision. */
  readonly matchLabelKeys?: readonly string[];
}

/** Replaces pods from the highest ordinal down. */
export interface StatefulSetRollingUpdate {
  /** Replaces pods from the highest ordinal down. */
  readonly type: "RollingUpdate";
  /** Pods below this ordinal keep the old revision. Kubernetes' default: 0. */
  readonly partition?: number;
  /** Pods that may be missing (behind a feature gate). Kubernetes' default: 1. */
  readonly maxUnavailable?: number | string;
}

/** Pods with a name and storage of their own. */
export interface StatefulSetWorkload {
  /** Pods with a name and storage of their own. */
  readonly kind: "StatefulSet";
  /** Default: the app's name. Immutable. */
  readonly name?: string;
  /** Further labels of the workload itself; `pod.labels` has those of its pods. */
  readonly labels?: { readonly [name: string]: string };
  /** Annotations of the workload itself. */
  readonly annotations?: { readonly [name: string]: string };
  /** Number of pods. Default: 1. Left out of the manifest when the app has `autoscaling`. */
  readonly replicas?: number;
  /** How pods are replaced. Kubernetes' default: RollingUpdate. */
  readonly updateStrategy?: StatefulSetRollingUpdate | OnDelete;
  /** Whether pods start one after another. Kubernetes' default: OrderedReady. Immutable. */
  readonly podManagementPolicy?: "OrderedReady" | "Parallel";
  /** Headless Service that names the pods; empty for none. Default: the app's Service. Immutable. */
  readonly serviceName?: string | "";
  /** A claim for each pod, by volume name; mount them like volumes. Immutable. */
  readonly claims?: { readonly [name: string]: ClaimTemplate };
  /** What becomes of the claims. */
  readonly claimRetention?: {
    /** When the StatefulSet goes. Kubernetes' default: Retain. */
    readonly whenDeleted?: "Retain" | "Delete";
    /** When it shrinks. Kubernetes' default: Retain. */
    readonly whenScaled?: "Retain" | "Delete";
  };
  /** First ordinal. Kubernetes' default: 0. */
  readonly ordinalStart?: number;
  /** Seconds a pod must be ready to count. Kubernetes' default: 0. */
  readonly minReadySeconds?: number;
  /** Old revisions kept. Kubernetes' default: 10. */
  readonly revisionHistoryLimit?: number;
}

/** Opens a TCP connection. */
export interface TcpAction {
  /** Port to open. */
  readonly port: string | number;
  /** Default: the pod's address. */
  readonly host?: string;
}

/** How many requests are let through; what is more gets status 429. */
export interface Throttle {
  /** Requests a second in the long run. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
}

/** A taint that the pod tolerates. */
export interface Toleration {
  /** Taint's key. Default: any. */
  readonly key?: string;
  /** Kubernetes' default: Equal. */
  readonly operator?: "Exists" | "Equal";
  /** Taint's value. */
  readonly value?: string;
  /** Default: any. */
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  /** Seconds to stay under NoExecute. Default: forever. */
  readonly tolerationSeconds?: number;
}

/** Something the app talks to; becomes an allow where the environment denies by default. */
export interface Use {
  /** An app of this environment. Default: the use's own name, unless it has `cidr`. */
  readonly app?: string;
  /** A network, or several, outside the cluster. */
  readonly cidr?: string | readonly string[];
  /** Ports by name. Default: all the other app opens; for a network, all. */
  readonly ports?: {
    readonly [name: string]:
      | number
      | {
          /** Number. */
          readonly port: number;
          /** Default: the container port's, or TCP. */
          readonly protocol?: "TCP" | "UDP" | "SCTP";
        };
  };
}

/** Something containers mount. */
export type Volume = {
  /** Mode of the files of config, secret, projected and downward volumes. */
  readonly defaultMode?: number;
} & (
  | {
      /** Files from a ConfigMap. */
      readonly config:
        | string
        | {
            /** The ConfigMap. */
            readonly name: string;
            /** Keys to show, and the path of each. Default: all, by their key. */
            readonly items?: {
              readonly [name: string]:
                | string
                | {
                    /** Path in the volume. */
                    readonly path: string;
                    /** File mode, as 0o440. */
                    readonly mode?: number;
                  };
            };
            /** Start without it. Default: false. */
            readonly optional?: boolean;
          };
      readonly secret?: never;
      readonly emptyDir?: never;
      readonly claim?: never;
      readonly hostPath?: never;
      readonly projected?: never;
      readonly ephemeral?: never;
      readonly csi?: never;
      readonly nfs?: never;
      readonly image?: never;
      readonly downward?: never;
    }
  | {
      /** Files from a Secret. */
      readonly secret:
        | string
        | {
            /** The Secret. */
            readonly name: string;
            /** Keys to show, and the path of each. Default: all, by their key. */
            readonly items?: {
              readonly [name: string]:
                | string
                | {
                    /** Path in the volume. */
                    readonly path: string;
                    /** File mode, as 0o440. */
                    readonly mode?: number;
                  };
            };
            /** Start without it. Default: false. */
            readonly optional?: boolean;
          };
      readonly config?: never;
      readonly emptyDir?: never;
      readonly claim?: never;
      readonly hostPath?: never;
      readonly projected?: never;
      readonly ephemeral?: never;
      readonly csi?: never;
      readonly nfs?: never;
      readonly image?: never;
      readonly downward?: never;
    }
  | {
      /** Scratch space that lives as long as the pod. */
      readonly emptyDir: {
        /** Memory, or else the node's disk. */
        readonly medium?: "Memory";
        /** The pod is evicted past it. */
        readonly sizeLimit?: string | number;
      };
      readonly config?: never;
      readonly secret?: never;
      readonly claim?: never;
      readonly hostPath?: never;
      readonly projected?: never;
      readonly ephemeral?: never;
      readonly csi?: never;
      readonly nfs?: never;
      readonly image?: never;
      readonly downward?: never;
    }
  | {
      /** A PersistentVolumeClaim: one of the app's `storage` by its key, or any by its name. */
      readonly claim:
        | string
        | {
            /** The PersistentVolumeClaim. */
            readonly name: string;
            /** Default: false. */
            readonly readOnly?: boolean;
          };
      readonly config?: never;
      readonly secret?: never;
      readonly emptyDir?: never;
      readonly hostPath?: never;
      readonly projected?: never;
      readonly ephemeral?: never;
      readonly csi?: never;
      readonly nfs?: never;
      readonly image?: never;
      readonly downward?: never;
    }
  | {
      /** A path of the node; only where the environment allows it for the app. */
      readonly hostPath:
        | string
        | {
            /** Path on the node. */
            readonly path: string;
            /** What must be there. Default: nothing is checked. */
            readonly type?: "" | "DirectoryOrCreate" | "Directory" | "FileOrCreate" | "File" | "Socket" | "CharDevice" | "BlockDevice";
          };
      readonly config?: never;
      readonly secret?: never;
      readonly emptyDir?: never;
      readonly claim?: never;
      readonly projected?: never;
      readonly ephemeral?: never;
      readonly csi?: never;
      readonly nfs?: never;
      readonly image?: never;
      readonly downward?: never;
    }
  | {
      /** Several sources in one folder. */
      readonly projected: readonly ProjectedSource[];
      readonly config?: never;
      readonly secret?: never;
      readonly emptyDir?: never;
      readonly claim?: never;
      readonly hostPath?: never;
      readonly ephemeral?: never;
      readonly csi?: never;
      readonly nfs?: never;
      readonly image?: never;
      readonly downward?: never;
    }
  | {
      /** A claim that lives as long as the pod. */
      readonly ephemeral: ClaimTemplate;
      readonly config?: never;
      readonly secret?: never;
      readonly emptyDir?: never;
      readonly claim?: never;
      readonly hostPath?: never;
      readonly projected?: never;
      readonly csi?: never;
      readonly nfs?: never;
      readonly image?: never;
      readonly downward?: never;
    }
  | {
      /** An inline CSI volume, as the Kubernetes API has it. */
      readonly csi: Readonly<Record<string, unknown>>;
      readonly config?: never;
      readonly secret?: never;
      readonly emptyDir?: never;
      readonly claim?: never;
      readonly hostPath?: never;
      readonly projected?: never;
      readonly ephemeral?: never;
      readonly nfs?: never;
      readonly image?: never;
      readonly downward?: never;
    }
  | {
      /** An NFS export. */
      readonly nfs: {
        /** Host of the NFS server. */
        readonly server: string;
        /** Exported path. */
        readonly path: string;
        /** Default: false. */
        readonly readOnly?: boolean;
      };
      readonly config?: never;
      readonly secret?: never;
      readonly emptyDir?: never;
      readonly claim?: never;
      readonly hostPath?: never;
      readonly projected?: never;
      readonly ephemeral?: never;
      readonly csi?: never;
      readonly image?: never;
      readonly downward?: never;
    }
  | {
      /** The files of an OCI image. */
      readonly image: {
        /** Full image reference. */
        readonly reference: string;
        /** When it is pulled. */
        readonly pullPolicy?: "Always" | "IfNotPresent" | "Never";
      };
      readonly config?: never;
      readonly secret?: never;
      readonly emptyDir?: never;
      readonly claim?: never;
      readonly hostPath?: never;
      readonly projected?: never;
      readonly ephemeral?: never;
      readonly csi?: never;
      readonly nfs?: never;
      readonly downward?: never;
    }
  | {
      /** Fields of the pod by file name. */
      readonly downward: { readonly [name: string]: string };
      readonly config?: never;
      readonly secret?: never;
      readonly emptyDir?: never;
      readonly claim?: never;
      readonly hostPath?: never;
      readonly projected?: never;
      readonly ephemeral?: never;
      readonly csi?: never;
      readonly nfs?: never;
      readonly image?: never;
    }
);

/** A finding of `slipway check` that is accepted for a while. */
export interface Waiver {
  /** Id of the rule, as `slipway rules` lists them. */
  readonly rule: string;
  /** Kind and name of the object, as `Deployment backend-app`. */
  readonly resource: string;
  /** Why it may be so. */
  readonly reason: string;
  /** The last day it holds; then the finding is back. */
  readonly until: string;
}

/** What runs the app's pods. */
export type Workload = DeploymentWorkload | StatefulSetWorkload | DaemonSetWorkload | JobWorkload | CronJobWorkload;
