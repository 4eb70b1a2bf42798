// Generated from lib/overlay/schema by `npm run generate`. Do not edit.
import type { Extend } from "./extend.ts";
import type { AnalysisTemplateElsewhere, CanaryStep, NodeSelectorTerm, PodAffinityTerm, ProjectedSource } from "./model.ts";

/** Where pods go: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ As a merge patch. */
export interface AffinityPatch {
  /** Which nodes. */
  readonly nodeAffinity?: NodeAffinityPatch | null;
  /** Near which pods. */
  readonly podAffinity?: PodAffinityPatch | null;
  /** Away from which pods. */
  readonly podAntiAffinity?: PodAffinityPatch | null;
}

/** An AnalysisTemplate of Argo Rollouts: measures that decide whether a rollout goes on. As a merge patch. */
export interface AnalysisPatch {
  /** What it measures, by name. */
  readonly metrics?: { readonly [name: string]: AnalysisMetricPatch | null };
  /** Its arguments, by name. */
  readonly args?: { readonly [name: string]: AnalysisTemplateArgumentPatch | null } | null;
}

/** What Argo Rollouts fills in. As a merge patch. */
export type AnalysisArgumentPatch =
  | {
      /** The hash by which the old pods (Stable) or the new ones (Latest) are labelled. */
      readonly podTemplateHash?: "Stable" | "Latest";
      readonly field?: never | null;
    }
  | {
      /** A field of the Rollout, as `metadata.labels['region']`. */
      readonly field?: string;
      readonly podTemplateHash?: never | null;
    };

/** What an analysis measures, and when that is good. As a merge patch. */
export interface AnalysisMetricPatch {
  /** What measures, as Argo Rollouts' API has it: `{ prometheus: { address, query } }`, `{ job: ... }`. */
  readonly provider?: Readonly<Record<string, unknown>>;
  /** When a value is good, as `result[0] >= 0.95`. */
  readonly successCondition?: string | null;
  /** When a value is bad. */
  readonly failureCondition?: string | null;
  /** Time between values. Default: it measures once. */
  readonly interval?: number | string | null;
  /** Time before the first value. */
  readonly initialDelay?: number | string | null;
  /** Number of values. Default: one, or with `interval` no end, which only a background analysis may have. */
  readonly count?: number | string | null;
  /** Bad values that are allowed. Argo Rollouts' default: 0. */
  readonly failureLimit?: number | string | null;
  /** Values that are allowed to be neither good nor bad. Argo Rollouts' default: 0. */
  readonly inconclusiveLimit?: number | string | null;
  /** Good values in a row that are enough. */
  readonly consecutiveSuccessLimit?: number | string | null;
  /** Failed measurements in a row that are allowed. Argo Rollouts' default: 4. */
  readonly consecutiveErrorLimit?: number | string | null;
}

/** An argument of an analysis, for which a rollout gives a value. As a merge patch. */
export interface AnalysisTemplateArgumentPatch {
  /** Default value. Default: each use says one. */
  readonly value?: string | null;
  /** Reads it from a Secret. */
  readonly secret?: {
    /** The Secret. */
    readonly name?: string;
    /** Its key. */
    readonly key?: string;
  } | null;
}

/** What the app's Argo CD Application has beside the environment's settings. As a merge patch. */
export interface AppArgocdPatch {
  /** Further sync options of the Application by name, as `ApplyOutOfSyncOnly: true`. */
  readonly syncOptions?: { readonly [name: string]: boolean | string | null } | null;
  /** Further differences Argo CD leaves alone, as its API has them. */
  readonly ignoreDifferences?: readonly Readonly<Record<string, unknown>>[] | null;
  /** Annotations of the Application, as notification subscriptions. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Links and words shown beside the Application. */
  readonly info?: { readonly [name: string]: string | null } | null;
}

/** A Job that belongs to the app. As a merge patch. */
export interface AppJobPatch {
  /** When Argo CD runs it. Sync runs before the workload and after the app's own configuration. Default: none; the Job is replaced when it changes. */
  readonly hook?: "PreSync" | "Sync" | "PostSync" | "SyncFail" | null;
  /** What it runs; image, environment, resources and security are the app's by default. */
  readonly container?: JobContainerPatch | null;
  /** Containers that run before it, by name. */
  readonly initContainers?: { readonly [name: string]: InitContainerPatch | null } | null;
  /** Further volumes. */
  readonly volumes?: { readonly [name: string]: VolumePatch | null } | null;
  /** What differs from the app's pods. */
  readonly pod?: PodPatch | null;
  /** Labels of the Job. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations of the Job. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Pods that must succeed. Kubernetes' default: 1. Immutable. */
  readonly completions?: number | null;
  /** Pods at a time. Kubernetes' default: 1. */
  readonly parallelism?: number | null;
  /** Whether each pod has an index. Kubernetes' default: NonIndexed. Immutable. */
  readonly completionMode?: "NonIndexed" | "Indexed" | null;
  /** Retries before the Job fails. Kubernetes' default: 6. */
  readonly backoffLimit?: number | null;
  /** Retries for each index. Immutable. */
  readonly backoffLimitPerIndex?: number | null;
  /** Failed indexes before the Job fails. */
  readonly maxFailedIndexes?: number | null;
  /** Seconds the Job may run. */
  readonly activeDeadlineSeconds?: number | null;
  /** Seconds a finished Job is kept. Default: forever. */
  readonly ttlSecondsAfterFinished?: number | null;
  /** Whether it waits. */
  readonly suspend?: boolean | null;
  /** What failures mean, as the Kubernetes API has it. Immutable. */
  readonly podFailurePolicy?: Readonly<Record<string, unknown>> | null;
  /** When an Indexed Job has succeeded, as the Kubernetes API has it. Immutable. */
  readonly successPolicy?: Readonly<Record<string, unknown>> | null;
  /** When a pod is replaced. */
  readonly podReplacementPolicy?: "TerminatingOrFailed" | "Failed" | null;
  /** Controller that runs the Job. Immutable. */
  readonly managedBy?: string | null;
}

/** What of the environment's routing serves the app. As a merge patch. */
export interface AppRoutingPatch {
  /** Whether an Ingress serves the app. Default: whether the environment has them. */
  readonly ingress?: boolean | null;
  /** Whether the Gateway serves the app. Default: whether the environment has one. */
  readonly gateway?: boolean | null;
  /** Name of the app's HTTPRoute. Default: the app's name. */
  readonly name?: string | null;
  /** The Gateway the app's routes attach to. Default: the environment's. */
  readonly parent?: GatewayParentPatch | null;
  /** Annotations of the app's HTTPRoutes. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** TLS from the Gateway to the pods. Default: none. */
  readonly backendTls?: BackendTlsPatch | null;
}

/** Everything an app can have. But for workload and container. As a merge patch. */
export interface AppWithoutWorkloadPatch {
  /** Namespace of everything the app has. */
  readonly namespace?: string;
  /** Team whose AppProject holds the app. Default: the environment's own. */
  readonly project?: string | null;
  /** The project the app is built in, as `group/backend-app`; only its pipelines release it. */
  readonly source?: string | null;
  /** `none` adds nothing to what is written: no default of slipway or the environment, no label, no annotation, no order. For adopting what runs without touching it. `environment` is the same, but takes what the environment's `defaults` say. Default: production. */
  readonly defaults?: "production" | "environment" | "none" | null;
  /** Labels that select the app's pods. Default: `app: <name>`. Immutable once applied. */
  readonly selector?: { readonly [name: string]: string | null } | null;
  /** Labels of every object of the app. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations of every object of the app. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Name of the main container. Default: the app's name. */
  readonly containerName?: string | null;
  /** Containers that come first, in this order; what runs before them isn't among them. Default: the main container, then sidecars by name; as written with `defaults: none` or `environment`. */
  readonly containerOrder?: readonly string[] | null;
  /** Containers that run to their end before the others start, by name. */
  readonly initContainers?: { readonly [name: string]: InitContainerPatch | null } | null;
  /** Containers beside the main one, by name. */
  readonly sidecars?: { readonly [name: string]: SidecarPatch | null } | null;
  /** What containers can mount, by name. */
  readonly volumes?: { readonly [name: string]: VolumePatch | null } | null;
  /** Volumes that come first, in this order. Default: by name; as written with `defaults: none` or `environment`. */
  readonly volumeOrder?: readonly string[] | null;
  /** Names of images that are taken as they are: no registry goes before them, and they need no tag. As `redis`. */
  readonly imagesAsIs?: readonly string[] | null;
  /** What holds for the pods as a whole. */
  readonly pod?: PodPatch | null;
  /** PersistentVolumeClaims of the app, by name. */
  readonly storage?: { readonly [name: string]: ClaimPatch | null } | null;
  /** One stable name for the pods. */
  readonly service?: ServicePatch | null;
  /** Further Services, by name: others that lead to the app's pods. */
  readonly services?: { readonly [name: string]: FurtherServicePatch | null } | null;
  /** Paths that lead from outside to the app: one source for Ingress, HTTPRoute and API Gateway. */
  readonly routes?: { readonly [name: string]: RoutePatch | null } | null;
  /** What of the environment's routing serves the app. Default: all of it. */
  readonly routing?: AppRoutingPatch | null;
  /** How the cluster's ingress controller serves the routes. */
  readonly ingress?: IngressPatch | null;
  /** Ingresses that are written out, by name: what `routes` can't say, or needn't. */
  readonly ingresses?: { readonly [name: string]: OwnIngressPatch | null } | null;
  /** Environment variables and files that everyone may read. */
  readonly config?: ConfigPatch | null;
  /** ConfigMaps with names of their own, by name. */
  readonly configMaps?: { readonly [name: string]: ConfigMapPatch | null } | null;
  /** Environment variables and files that must stay secret. */
  readonly secrets?: SecretsPatch | null;
  readonly serviceAccount?: ServiceAccountPatch | null;
  /** A HorizontalPodAutoscaler. */
  readonly autoscaling?: AutoscalingPatch | null;
  /** A PodDisruptionBudget. */
  readonly disruptionBudget?: DisruptionBudgetPatch | null;
  /** AnalysisTemplates of Argo Rollouts, by name: what a rollout of the app measures. */
  readonly analysis?: { readonly [name: string]: AnalysisPatch | null } | null;
  /** What the app talks to, by name: other apps, or networks. */
  readonly uses?: { readonly [name: string]: UsePatch | null } | null;
  /** Pods beside other apps that may talk to it, by a name of your choice. */
  readonly accepts?: { readonly [name: string]: PeerPatch | null } | null;
  /** Jobs that belong to the app, by name. */
  readonly jobs?: { readonly [name: string]: AppJobPatch | null } | null;
  /** What the Application has beside the environment's settings. */
  readonly argocd?: AppArgocdPatch | null;
  /** A vendored Helm chart whose objects are the app's: pinned, patched and checked as any other. */
  readonly helm?: HelmChartPatch | null;
  /** YAML files whose objects are the app's as they are, by names of your choice; paths count from the repository's root, as `overlays/base/web.yaml`. An object without a namespace gets the app's. */
  readonly include?: { readonly [name: string]: string | null } | null;
  /** Receives the cdk8s Chart after slipway has filled it: any construct works there. */
  readonly extend?: Extend | null;
}

/** Everything an app can have. As a merge patch. */
export interface AppSpecPatch extends AppWithoutWorkloadPatch {
  /** What runs the pods. Default: nothing does. */
  readonly workload?: WorkloadPatch | null;
  /** The main container, named as the app unless `containerName` is set. */
  readonly container?: ContainerPatch | null;
}

/** How Argo CD applies the environment. As a merge patch. */
export interface ArgocdPatch {
  /** URL of this repository, as Argo CD fetches it. */
  readonly repository?: string;
  /** Branch Argo CD follows. Default: main. */
  readonly revision?: string | null;
  /** Where dist lies in the repository. Default: dist. */
  readonly path?: string | null;
  /** Namespace Argo CD runs in. Default: argocd. */
  readonly namespace?: string | null;
  /** AppProject of the root Application; it must exist already. Default: default. */
  readonly rootProject?: string | null;
  /** What removing an Application does to what it deployed: waits for its deletion, deletes without waiting, or leaves it running. Default: foreground. */
  readonly finalizer?: "foreground" | "background" | "none" | null;
  /** Whether Argo CD syncs by itself, with selfHeal. Default: true. */
  readonly automated?: boolean | null;
  /** Whether a sync by itself removes what is no longer in dist; leave it off while you move in. Default: true. */
  readonly prune?: boolean | null;
  /** How often Argo CD retries a failed sync. */
  readonly retry?: {
    /** Number of attempts; negative for no limit. Default: 5. */
    readonly limit?: number | null;
    /** First wait. Default: 5s. */
    readonly duration?: string | null;
    /** Growth of the wait. Default: 2. */
    readonly factor?: number | null;
    /** Longest wait. Default: 3m. */
    readonly maxDuration?: string | null;
    /** Whether a retry uses what is in git at that time, so that a fix needn't wait for all retries; Argo CD 3.2 or newer. Default: true. */
    readonly refresh?: boolean | null;
  } | null;
  /** When the environment may sync, as the AppProject API has them. */
  readonly syncWindows?: readonly Readonly<Record<string, unknown>>[] | null;
  /** Roles of the AppProjects, as their API has them. */
  readonly roles?: readonly Readonly<Record<string, unknown>>[] | null;
  /** Further kinds apps may deploy, beside those of the model and those that `extend` adds. */
  readonly kinds?:
    | readonly {
        /** API group; empty for core. */
        readonly group: string;
        /** Kind. */
        readonly kind: string;
      }[]
    | null;
}

/** A HorizontalPodAutoscaler; it owns the number of replicas. As a merge patch. */
export interface AutoscalingPatch {
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Least number of pods. */
  readonly minReplicas?: number;
  /** Greatest number of pods. */
  readonly maxReplicas?: number;
  /** Average use of the CPU request to aim at, in percent. */
  readonly cpu?: number | null;
  /** Average use of the memory request to aim at, in percent. */
  readonly memory?: number | null;
  /** Further metrics, as the Kubernetes API has them (autoscaling/v2). */
  readonly metrics?: readonly Readonly<Record<string, unknown>>[] | null;
  /** How fast it scales, as the Kubernetes API has it. */
  readonly behavior?: Readonly<Record<string, unknown>> | null;
  /** Default: the app's name. */
  readonly name?: string | null;
  /** Number of pods that stays in the manifest while the autoscaler comes to an app that runs: with none, the sync drops it to one pod until the autoscaler counts. Take it out in a later commit. Default: none. */
  readonly initialReplicas?: number | null;
}

/** Where the environment's AWS resources are. As a merge patch. */
export interface AwsPatch {
  /** Account id. */
  readonly account?: string;
  /** Region. */
  readonly region?: string;
  /** API Gateway in front of the apps' routes. Default: none. */
  readonly gateway?: GatewayPatch | null;
  /** What the registry's stack can't take from apps and pins. */
  readonly registry?: RegistrySettingsPatch | null;
}

/** TLS from the Gateway to the pods (BackendTLSPolicy). As a merge patch. */
export interface BackendTlsPatch {
  /** Name that the pods' certificate is for. */
  readonly host?: string;
  /** Who signed the certificate: a ConfigMap with the key ca.crt, or `system` for those that everyone trusts. */
  readonly ca?:
    | "system"
    | {
        /** ConfigMap with the key ca.crt. */
        readonly configMap?: string;
      };
}

/** Measures that run beside the steps; a failure aborts the rollout. As a merge patch. */
export interface BackgroundAnalysisPatch {
  /** What is measured: entries of the app's `analysis` by name, or templates that are elsewhere. */
  readonly templates?: readonly (string | AnalysisTemplateElsewhere)[];
  /** Values of the templates' arguments, by name. */
  readonly args?: { readonly [name: string]: string | AnalysisArgumentPatch | null } | null;
  /** Index of the step from which on it measures. Default: 0. */
  readonly startingStep?: number | null;
}

/** Starts all new pods beside the old ones, then switches over, with a Rollout of Argo Rollouts. As a merge patch. */
export interface BlueGreenPatch {
  /** Starts all new pods beside the old ones, then switches the Service over. Needs Argo Rollouts in the cluster. */
  readonly type?: "BlueGreen";
  /** Service of the new pods before the switch. Default: the Service's name and '-preview'. */
  readonly previewService?: string | null;
  /** Whether it switches by itself. Argo Rollouts' default: true. */
  readonly autoPromotionEnabled?: boolean | null;
  /** Seconds until it switches by itself. */
  readonly autoPromotionSeconds?: number | null;
  /** New pods before the switch. Default: as many as there are old ones. */
  readonly previewReplicaCount?: number | null;
  /** Seconds that old pods stay after the switch. Argo Rollouts' default: 30. */
  readonly scaleDownDelaySeconds?: number | null;
  /** Old revisions that may wait for that at a time. Default: all. */
  readonly scaleDownDelayRevisionLimit?: number | null;
  /** Pods that may be missing. Argo Rollouts' default: 0. */
  readonly maxUnavailable?: number | string | null;
  /** Measures before the switch; a failure aborts the rollout. */
  readonly prePromotionAnalysis?: RolloutAnalysisPatch | null;
  /** Measures after the switch; a failure switches back. */
  readonly postPromotionAnalysis?: RolloutAnalysisPatch | null;
  /** What new pods carry before the switch. */
  readonly previewMetadata?: RolloutPodMetadataPatch | null;
  /** What pods carry after the switch. */
  readonly activeMetadata?: RolloutPodMetadataPatch | null;
  /** Keeps the Deployment and its pods, and adds a Rollout that takes the template from it: for adopting what runs. Default: the Rollout takes the Deployment's place. */
  readonly workloadRef?: RolloutWorkloadRefPatch | null;
  /** Seconds that new pods stay after an abort; 0 keeps them. Argo Rollouts' default: 30. */
  readonly abortScaleDownDelaySeconds?: number | null;
  /** Keeps old and new pods on different nodes, as Argo Rollouts' API has it. */
  readonly antiAffinity?: Readonly<Record<string, unknown>> | null;
}

/** Replaces pods by steps, with a Rollout of Argo Rollouts. As a merge patch. */
export interface CanaryPatch {
  /** Replaces pods by steps, of which each may wait or measure. Needs Argo Rollouts in the cluster. */
  readonly type?: "Canary";
  /** What happens one after another; then all pods are new. Default: none, as a rolling update. */
  readonly steps?: readonly CanaryStep[] | null;
  /** What gives the new pods their share of the requests: none, so that the number of pods decides, or the app's HTTPRoute (Gateway API plugin). Default: none. */
  readonly traffic?: "none" | "gateway" | null;
  /** Service of the new pods, where `traffic` is gateway. Default: the Service's name and '-canary'. */
  readonly canaryService?: string | null;
  /** HTTPRoute whose weights change, where `traffic` is gateway. Default: the app's name. */
  readonly httpRoute?: string | null;
  /** Pods above the number asked for. Argo Rollouts' default: 25%. */
  readonly maxSurge?: number | string | null;
  /** Pods that may be missing. Argo Rollouts' default: 25%. */
  readonly maxUnavailable?: number | string | null;
  /** Fewest old and new pods where there are any. Only with `traffic: gateway`. */
  readonly minPodsPerReplicaSet?: number | null;
  /** Whether old pods go as the new ones get their share. Only with `traffic: gateway`. Argo Rollouts' default: false. */
  readonly dynamicStableScale?: boolean | null;
  /** Seconds that old pods stay after the rollout. Only with `traffic: gateway`. Argo Rollouts' default: 30. */
  readonly scaleDownDelaySeconds?: number | null;
  /** Measures beside the steps; a failure aborts the rollout. */
  readonly analysis?: BackgroundAnalysisPatch | null;
  /** What new pods carry until they are the stable ones. */
  readonly canaryMetadata?: RolloutPodMetadataPatch | null;
  /** What stable pods carry. */
  readonly stableMetadata?: RolloutPodMetadataPatch | null;
  /** Keeps the Deployment and its pods, and adds a Rollout that takes the template from it: for adopting what runs. Default: the Rollout takes the Deployment's place. */
  readonly workloadRef?: RolloutWorkloadRefPatch | null;
  /** Seconds that new pods stay after an abort; 0 keeps them. Argo Rollouts' default: 30. */
  readonly abortScaleDownDelaySeconds?: number | null;
  /** Keeps old and new pods on different nodes, as Argo Rollouts' API has it. */
  readonly antiAffinity?: Readonly<Record<string, unknown>> | null;
}

/** A PersistentVolumeClaim of the app. Argo CD neither prunes nor deletes it. As a merge patch. */
export interface ClaimPatch {
  /** Storage to ask for, as 20Gi. */
  readonly size?: string | number;
  /** Storage class. Default: the cluster's; empty for none. */
  readonly storageClass?: string | null;
  /** Default: ReadWriteOnce. */
  readonly accessModes?: readonly ("ReadWriteOnce" | "ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOncePod")[] | null;
  /** Kubernetes' default: Filesystem. */
  readonly volumeMode?: "Filesystem" | "Block" | null;
  /** An existing PersistentVolume to bind. */
  readonly volumeName?: string | null;
  /** Class of changeable attributes of the volume. */
  readonly volumeAttributesClass?: string | null;
  /** Label selector over PersistentVolumes. */
  readonly selector?: Readonly<Record<string, unknown>> | null;
  /** Snapshot or claim to fill the volume from (`dataSourceRef`). */
  readonly dataSource?: Readonly<Record<string, unknown>> | null;
  /** Labels of the claim. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations of the claim. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Default: the app's name, '-' and the claim's. */
  readonly name?: string | null;
}

/** A claim that a StatefulSet makes for each of its pods. As a merge patch. */
export interface ClaimTemplatePatch {
  /** Storage to ask for, as 20Gi. */
  readonly size?: string | number;
  /** Storage class. Default: the cluster's; empty for none. */
  readonly storageClass?: string | null;
  /** Default: ReadWriteOnce. */
  readonly accessModes?: readonly ("ReadWriteOnce" | "ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOncePod")[] | null;
  /** Kubernetes' default: Filesystem. */
  readonly volumeMode?: "Filesystem" | "Block" | null;
  /** An existing PersistentVolume to bind. */
  readonly volumeName?: string | null;
  /** Class of changeable attributes of the volume. */
  readonly volumeAttributesClass?: string | null;
  /** Label selector over PersistentVolumes. */
  readonly selector?: Readonly<Record<string, unknown>> | null;
  /** Snapshot or claim to fill the volume from (`dataSourceRef`). */
  readonly dataSource?: Readonly<Record<string, unknown>> | null;
  /** Labels of the claim. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations of the claim. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
}

/** Where the environment runs. As a merge patch. */
export interface ClusterPatch {
  /** The cluster's name; environments of the same name share it. */
  readonly name?: string;
  /** API server as Argo CD knows it. Default: the cluster Argo CD runs in. */
  readonly server?: string | null;
  /** File that `slipway cluster snapshot` wrote, from the repository's root: check knows from it what the cluster has. Default: none. */
  readonly snapshot?: string | null;
}

/** What the app is configured with, and may be read by everyone. As a merge patch. */
export interface ConfigPatch {
  /** Environment variables of the main container and of jobs, kept in the ConfigMap `<app>-config`. A change rolls the pods. */
  readonly env?: { readonly [name: string]: string | number | boolean | null } | null;
  /** Files by name, kept in the ConfigMap `<app>-files`. A change rolls the pods. */
  readonly files?: { readonly [name: string]: string | null } | null;
  /** Where main container and jobs find the files. Default: /etc/config. */
  readonly mountPath?: string | null;
}

/** A ConfigMap of the app that nothing reads by itself, and whose change rolls no pods. As a merge patch. */
export interface ConfigMapPatch {
  /** Default: the app's name, '-' and the ConfigMap's. */
  readonly name?: string | null;
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Texts by key. */
  readonly data?: { readonly [name: string]: string | null } | null;
  /** Other contents by key, in base64. */
  readonly binaryData?: { readonly [name: string]: string | null } | null;
  /** Whether the contents may never change. Kubernetes' default: false. */
  readonly immutable?: boolean | null;
}

/** A container: an image and how it runs. As a merge patch. */
export interface ContainerPatch {
  /** Repository; the environment's registry goes before it unless it names one, and the environment's pins give tag and digest. May carry its own tag or digest. */
  readonly image?: string;
  /** When the image is pulled. Kubernetes' default: IfNotPresent, Always for `latest`. */
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never" | null;
  /** Replaces the image's entrypoint. */
  readonly command?: readonly string[] | null;
  /** Replaces the image's command. */
  readonly args?: readonly string[] | null;
  /** Default: the image's. */
  readonly workingDir?: string | null;
  /** Ports by name. */
  readonly ports?: { readonly [name: string]: number | ContainerPortPatch | null } | null;
  /** Environment variables by name; they win over `envFrom` and the app's `config.env` and `secrets.env`. */
  readonly env?: { readonly [name: string]: EnvValuePatch | null } | null;
  /** ConfigMaps and Secrets whose keys become variables, by a name of your choice. */
  readonly envFrom?: { readonly [name: string]: EnvFromPatch | null } | null;
  /** Requests and limits. */
  readonly resources?: ResourcesPatch | null;
  /** Startup, readiness and liveness. */
  readonly probes?: ProbesPatch | null;
  /** Hooks after start and before stop. */
  readonly lifecycle?: LifecyclePatch | null;
  /** Volumes by the path they appear at. */
  readonly mounts?: { readonly [name: string]: string | MountPatch | null } | null;
  /** Variables that come first, in this order. Default: by name, those after others that they name; as written with `defaults: none` or `environment`. */
  readonly envOrder?: readonly string[] | null;
  /** Sources of variables that come first, in this order: later ones win. Default: by name; as written with `defaults: none` or `environment`. */
  readonly envFromOrder?: readonly string[] | null;
  /** Ports that come first, in this order. Default: by name; as written with `defaults: none` or `environment`. */
  readonly portOrder?: readonly string[] | null;
  /** Mounts that come first, in this order. Default: by path; as written with `defaults: none` or `environment`. */
  readonly mountOrder?: readonly string[] | null;
  /** Block volumes by device path. */
  readonly devices?: { readonly [name: string]: string | null } | null;
  /** Security context; wins over the pod's. */
  readonly security?: ContainerSecurityPatch | null;
  /** Whether a resize restarts the container, by resource. */
  readonly resizePolicy?: Readonly<Partial<Record<"cpu" | "memory", "NotRequired" | "RestartContainer">>> | null;
  /** Kubernetes' default: /dev/termination-log. */
  readonly terminationMessagePath?: string | null;
  /** Kubernetes' default: File. */
  readonly terminationMessagePolicy?: "File" | "FallbackToLogsOnError" | null;
  /** Keep standard input open. */
  readonly stdin?: boolean | null;
  /** Close it after the first client. */
  readonly stdinOnce?: boolean | null;
  /** Allocate a terminal. */
  readonly tty?: boolean | null;
}

/** A port a container opens. As a merge patch. */
export interface ContainerPortPatch {
  /** The number the process listens on. */
  readonly port?: number;
  /** Transport protocol. Default: TCP. */
  readonly protocol?: "TCP" | "UDP" | "SCTP" | null;
  /** Port of the node that leads here. Ties the pod to nodes where it is free. */
  readonly hostPort?: number | null;
  /** Address of the node that `hostPort` binds. Default: all. */
  readonly hostIP?: string | null;
  /** False leaves the name out of the manifest; what refers to the port then has its number. Default: the port is named. */
  readonly named?: false | null;
}

/** Security context of a container; it wins over the pod's. As a merge patch. */
export interface ContainerSecurityPatch {
  /** Numeric user. */
  readonly runAsUser?: number | null;
  /** Numeric primary group. */
  readonly runAsGroup?: number | null;
  /** Refuse to start as root. */
  readonly runAsNonRoot?: boolean | null;
  /** Which system calls are allowed. */
  readonly seccompProfile?: SecurityProfilePatch | null;
  /** Which AppArmor profile confines it. */
  readonly appArmorProfile?: SecurityProfilePatch | null;
  /** SELinux context. */
  readonly seLinuxOptions?: {
    /** SELinux level. */
    readonly level?: string | null;
    /** SELinux role. */
    readonly role?: string | null;
    /** SELinux type. */
    readonly type?: string | null;
    /** SELinux user. */
    readonly user?: string | null;
  } | null;
  /** Windows options, as the Kubernetes API has them. */
  readonly windowsOptions?: { readonly [name: string]: unknown | null } | null;
  /** Whether a process may gain more than its parent has. */
  readonly allowPrivilegeEscalation?: boolean | null;
  /** Whether the image's own files are read-only. */
  readonly readOnlyRootFilesystem?: boolean | null;
  /** Whether it runs as root of the node. */
  readonly privileged?: boolean | null;
  /** How /proc is mounted. Kubernetes' default: Default. */
  readonly procMount?: "Default" | "Unmasked" | null;
  /** Linux capabilities. */
  readonly capabilities?: {
    /** Capabilities to add. */
    readonly add?: readonly string[] | null;
    /** Capabilities to drop. */
    readonly drop?: readonly string[] | null;
  } | null;
}

/** The fields of each run's Job. As a merge patch. */
export interface CronJobJobPatch {
  /** Labels of each run's Job. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations of each run's Job. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Pods that must succeed. Kubernetes' default: 1. Immutable. */
  readonly completions?: number | null;
  /** Pods at a time. Kubernetes' default: 1. */
  readonly parallelism?: number | null;
  /** Whether each pod has an index. Kubernetes' default: NonIndexed. Immutable. */
  readonly completionMode?: "NonIndexed" | "Indexed" | null;
  /** Retries before the Job fails. Kubernetes' default: 6. */
  readonly backoffLimit?: number | null;
  /** Retries for each index. Immutable. */
  readonly backoffLimitPerIndex?: number | null;
  /** Failed indexes before the Job fails. */
  readonly maxFailedIndexes?: number | null;
  /** Seconds the Job may run. */
  readonly activeDeadlineSeconds?: number | null;
  /** Seconds a finished Job is kept. Default: forever. */
  readonly ttlSecondsAfterFinished?: number | null;
  /** What failures mean, as the Kubernetes API has it. Immutable. */
  readonly podFailurePolicy?: Readonly<Record<string, unknown>> | null;
  /** When an Indexed Job has succeeded, as the Kubernetes API has it. Immutable. */
  readonly successPolicy?: Readonly<Record<string, unknown>> | null;
  /** When a pod is replaced. */
  readonly podReplacementPolicy?: "TerminatingOrFailed" | "Failed" | null;
  /** Controller that runs the Job. Immutable. */
  readonly managedBy?: string | null;
}

/** A Job by the clock. As a merge patch. */
export interface CronJobWorkloadPatch {
  /** A Job by the clock. */
  readonly kind?: "CronJob";
  /** Default: the app's name. Immutable. */
  readonly name?: string | null;
  /** Further labels of the workload itself; `pod.labels` has those of its pods. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations of the workload itself. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Cron schedule, as '30 2 * * *'. */
  readonly schedule?: string;
  /** Time zone of the schedule. Kubernetes' default: the controller's. */
  readonly timeZone?: string | null;
  /** What happens when the last run isn't over. Kubernetes' default: Allow. */
  readonly concurrencyPolicy?: "Allow" | "Forbid" | "Replace" | null;
  /** Seconds a run may start late. Default: any. */
  readonly startingDeadlineSeconds?: number | null;
  /** Finished Jobs kept. Kubernetes' default: 3. */
  readonly successfulJobsHistoryLimit?: number | null;
  /** Failed Jobs kept. Kubernetes' default: 1. */
  readonly failedJobsHistoryLimit?: number | null;
  /** Whether no run is started. */
  readonly suspend?: boolean | null;
  /** Each run's Job. */
  readonly job?: CronJobJobPatch | null;
}

/** Replaces pods node by node. As a merge patch. */
export interface DaemonSetRollingUpdatePatch {
  /** Replaces pods node by node. */
  readonly type?: "RollingUpdate";
  /** Nodes that may run both. Kubernetes' default: 0. */
  readonly maxSurge?: number | string | null;
  /** Nodes that may be without. Kubernetes' default: 1. */
  readonly maxUnavailable?: number | string | null;
}

/** A pod on every node. As a merge patch. */
export interface DaemonSetWorkloadPatch {
  /** A pod on every node. */
  readonly kind?: "DaemonSet";
  /** Default: the app's name. Immutable. */
  readonly name?: string | null;
  /** Further labels of the workload itself; `pod.labels` has those of its pods. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations of the workload itself. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** How pods are replaced. Kubernetes' default: RollingUpdate. */
  readonly updateStrategy?: DaemonSetRollingUpdatePatch | OnDeletePatch | null;
  /** Seconds a pod must be ready to count. Kubernetes' default: 0. */
  readonly minReadySeconds?: number | null;
  /** Old revisions kept. Kubernetes' default: 10. */
  readonly revisionHistoryLimit?: number | null;
}

/** Pods without identity. As a merge patch. */
export interface DeploymentWorkloadPatch {
  /** Pods without identity. */
  readonly kind?: "Deployment";
  /** Default: the app's name. Immutable. */
  readonly name?: string | null;
  /** Further labels of the workload itself; `pod.labels` has those of its pods. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations of the workload itself. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Number of pods. Default: 1. Left out of the manifest when the app has `autoscaling`. */
  readonly replicas?: number | null;
  /** How pods are replaced. Default: RollingUpdate, one more, none missing. Canary and BlueGreen make a Rollout of Argo Rollouts of the Deployment. */
  readonly strategy?: RollingUpdatePatch | RecreatePatch | CanaryPatch | BlueGreenPatch | null;
  /** Seconds a pod must be ready to count. Kubernetes' default: 0. */
  readonly minReadySeconds?: number | null;
  /** Seconds until a rollout counts as failed. Kubernetes' default: 600. */
  readonly progressDeadlineSeconds?: number | null;
  /** Old revisions kept. Kubernetes' default: 10. */
  readonly revisionHistoryLimit?: number | null;
  /** Whether rollouts wait. */
  readonly paused?: boolean | null;
}

/** A PodDisruptionBudget: how many pods a drain may take at once. As a merge patch. */
export interface DisruptionBudgetPatch {
  /** Pods that must stay. Not with `maxUnavailable`. */
  readonly minAvailable?: number | string | null;
  /** Pods that may go at a time. Default from 2 replicas: 1. */
  readonly maxUnavailable?: number | string | null;
  /** Whether pods that aren't ready may always go. Kubernetes' default: IfHealthyBudget. */
  readonly unhealthyPodEvictionPolicy?: "IfHealthyBudget" | "AlwaysAllow" | null;
  /** Default: the app's name. */
  readonly name?: string | null;
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Pods that it counts. Default: those of the app. */
  readonly selector?: LabelSelectorPatch | null;
}

/** How the pod resolves names. As a merge patch. */
export interface DnsPatch {
  /** Kubernetes' default: ClusterFirst. */
  readonly policy?: "ClusterFirst" | "ClusterFirstWithHostNet" | "Default" | "None" | null;
  /** Further name servers. */
  readonly nameservers?: readonly string[] | null;
  /** Further search domains. */
  readonly searches?: readonly string[] | null;
  /** Resolver options; an empty value for those without one, as `ndots: '2'`. */
  readonly options?: { readonly [name: string]: string | null } | null;
}

/** All keys of a ConfigMap or Secret as environment variables. As a merge patch. */
export type EnvFromPatch = {
  /** Put before each name. */
  readonly prefix?: string | null;
  /** Start without it. Default: false. */
  readonly optional?: boolean | null;
  /** Later ones win over earlier ones. Default: 0, then by name. */
  readonly order?: number | null;
} & (
  | {
      /** The ConfigMap whose keys become variables. */
      readonly config?: string;
      readonly secret?: never | null;
    }
  | {
      /** The Secret whose keys become variables. */
      readonly secret?: string;
      readonly config?: never | null;
    }
);

/** Where the value of an environment variable comes from. As a merge patch. */
export type EnvSourcePatch =
  | {
      /** A key of a ConfigMap. */
      readonly config?: {
        /** The ConfigMap. */
        readonly name?: string;
        /** The key in it. */
        readonly key?: string;
        /** Start without it. Default: false. */
        readonly optional?: boolean | null;
      };
      readonly secret?: never | null;
      readonly field?: never | null;
      readonly resource?: never | null;
    }
  | {
      /** A key of a Secret. */
      readonly secret?: {
        /** The Secret. */
        readonly name?: string;
        /** The key in it. */
        readonly key?: string;
        /** Start without it. Default: false. */
        readonly optional?: boolean | null;
      };
      readonly config?: never | null;
      readonly field?: never | null;
      readonly resource?: never | null;
    }
  | {
      /** A field of the pod, as `metadata.name` or `status.podIP`. */
      readonly field?: string;
      readonly config?: never | null;
      readonly secret?: never | null;
      readonly resource?: never | null;
    }
  | {
      /** A request or limit of a container. */
      readonly resource?: {
        /** As `limits.memory` or `requests.cpu`. */
        readonly resource?: string;
        /** The container meant. Default: this one. */
        readonly container?: string | null;
        /** The unit of the value. Default: 1. */
        readonly divisor?: string | number | null;
      };
      readonly config?: never | null;
      readonly secret?: never | null;
      readonly field?: never | null;
    };

/** The value of an environment variable: a literal (numbers and booleans become text), or where it comes from. As a merge patch. */
export type EnvValuePatch = string | number | boolean | EnvSourcePatch;

/** Everything an environment can set, but for its apps and their defaults. As a merge patch. */
export interface EnvironmentSettingsPatch {
  /** Minor version of the cluster. */
  readonly kubernetes?: string;
  /** Where it runs. */
  readonly cluster?: ClusterPatch;
  /** Registry that goes before repositories of our own; `none` where images are written in full. */
  readonly registry?: string;
  /** Domain under which routes are served. Required by apps with routes. */
  readonly domain?: string | null;
  /** How Argo CD applies it. */
  readonly argocd?: ArgocdPatch;
  /** Where its AWS resources are. */
  readonly aws?: AwsPatch | null;
  /** The environment whose images it takes over. */
  readonly promotesFrom?: string | null;
  /** Whose pipelines may release to it. */
  readonly releases?: ReleaseSettingsPatch | null;
  /** Pod Security Standard its namespaces enforce. Default: restricted. */
  readonly podSecurity?: "privileged" | "baseline" | "restricted" | null;
  /** Paths of the node an app may mount, by app. */
  readonly hostPaths?: { readonly [name: string]: readonly string[] | null } | null;
  /** Settings of namespaces by name. Default: every namespace that an app uses is created. */
  readonly namespaces?: { readonly [name: string]: NamespaceSettingsPatch | null } | null;
  readonly secrets?: SecretSettingsPatch | null;
  readonly network?: NetworkSettingsPatch | null;
  readonly ingress?: IngressSettingsPatch | null;
  /** What serves the routes in the cluster. Default: Ingresses, as `ingress` says. */
  readonly routing?: RoutingPatch | null;
  /** Labels of every object. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Objects that exist although nothing here creates them, by a name of your choice. Default: what is missing is an error. */
  readonly provided?: { readonly [name: string]: ProvidedPatch | null } | null;
  /** Findings of `slipway check` that are accepted, by a name of your choice. */
  readonly waivers?: { readonly [name: string]: WaiverPatch | null } | null;
}

/** Another name for the app's pods. As a merge patch. */
export interface FurtherServicePatch {
  /** Default: the app's name, '-' and the Service's. */
  readonly name?: string | null;
  /** Who can reach it. Default: ClusterIP. Headless has no address of its own. */
  readonly type?: "ClusterIP" | "NodePort" | "LoadBalancer" | "Headless" | null;
  /** Labels of the pods it leads to; empty for none. Default: those that select the app's pods. */
  readonly selector?: { readonly [name: string]: string | null } | null;
  /** Ports by name; each leads to the container port of the same name unless `targetPort` is set. */
  readonly ports?: { readonly [name: string]: number | ServicePortPatch | null };
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations, as the ones a load balancer reads. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** A fixed address. Immutable. */
  readonly clusterIP?: string | null;
  /** Kubernetes' default: None. */
  readonly sessionAffinity?: "None" | "ClientIP" | null;
  /** Seconds a client stays with its pod. Kubernetes' default: 10800. */
  readonly sessionAffinityTimeoutSeconds?: number | null;
  /** Local keeps the client's address and the node's own pods. */
  readonly externalTrafficPolicy?: "Cluster" | "Local" | null;
  /** Kubernetes' default: Cluster. */
  readonly internalTrafficPolicy?: "Cluster" | "Local" | null;
  /** Which endpoints are preferred. */
  readonly trafficDistribution?: "PreferClose" | "PreferSameZone" | "PreferSameNode" | null;
  /** Whether pods that aren't ready are found. */
  readonly publishNotReadyAddresses?: boolean | null;
  /** Kubernetes' default: SingleStack. */
  readonly ipFamilyPolicy?: "SingleStack" | "PreferDualStack" | "RequireDualStack" | null;
  /** Address families, the primary first. */
  readonly ipFamilies?: readonly ("IPv4" | "IPv6")[] | null;
  /** Addresses of nodes outside Kubernetes' care. */
  readonly externalIPs?: readonly string[] | null;
  /** Who makes the load balancer. Immutable. */
  readonly loadBalancerClass?: string | null;
  /** Networks that may use the load balancer. */
  readonly loadBalancerSourceRanges?: readonly string[] | null;
  /** Kubernetes' default: true. */
  readonly allocateLoadBalancerNodePorts?: boolean | null;
  /** Port for health checks of a Local load balancer. */
  readonly healthCheckNodePort?: number | null;
}

/** The environment's API Gateway. As a merge patch. */
export interface GatewayPatch {
  /** REST API, or the cheaper HTTP API, which serves proxies only and has no firewall, API keys, validation or tracing. Switching makes a new API: its address changes. Default: rest. */
  readonly type?: "rest" | "http" | null;
  /** Whether the API is a CloudFormation resource for each path and method, or one OpenAPI body, which has no limit of its own. Switching makes a new API: its address changes, unless it has a domain. Default: resources. */
  readonly definition?: "resources" | "openapi" | null;
  /** Default: REGIONAL. */
  readonly endpoint?: "REGIONAL" | "EDGE" | null;
  /** Who may call, unless a route sets it. */
  readonly authorization?: GatewayAuthorizationPatch;
  /** Whether a request needs an API key of a usage plan. Default: false. */
  readonly apiKey?: boolean | null;
  /** How many requests each method lets through. Default: 500 a second, 1000 at once. */
  readonly throttle?: ThrottlePatch | null;
  /** Seconds the app has to answer; then the client gets status 504. Default: 29, the most unless `longestTimeoutSeconds` says more. */
  readonly timeoutSeconds?: number | null;
  /** Seconds to which AWS has raised the account's quota of integration timeouts, for regional endpoints. Default: 29. */
  readonly longestTimeoutSeconds?: number | null;
  /** Lets pages of another origin call. A proxy route's app sends Access-Control-Allow-Origin itself. */
  readonly cors?: {
    /** Origin whose pages may call. */
    readonly origin?: string;
    /** Headers its requests may have, beside those that operations read. Default: Authorization and Content-Type; with a REST API X-Api-Key, too. */
    readonly headers?: readonly string[] | null;
    /** Whether requests may carry cookies. Default: false. */
    readonly credentials?: boolean | null;
    /** Seconds a browser remembers. Default: 600. */
    readonly maxAgeSeconds?: number | null;
  } | null;
  /** Reaches the cluster inside its network. Default: over the internet, by the routes' hosts. */
  readonly vpcLink?: {
    /** Id of an existing VPC link. Default: a new one is created. */
    readonly id?: string | null;
    /** ARN of the load balancer in front of the ingress controller. */
    readonly loadBalancer?: string;
    /** ARN of its listener, which an HTTP API calls. Default: none, as a REST API calls the load balancer. */
    readonly listener?: string | null;
    /** Subnets of the VPC link that is created. */
    readonly subnets?: readonly string[] | null;
    /** Security groups of the VPC link that is created. */
    readonly securityGroups?: readonly string[] | null;
  } | null;
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
      | 3653
      | null;
    /** KMS key that encrypts them: `own` creates one for them alone; a key that exists must let CloudWatch Logs use it. Default: CloudWatch's own encryption. */
    readonly key?: "own" | string | null;
  } | null;
  /** X-Ray. Default: true. */
  readonly tracing?: boolean | null;
  /** Metrics for each method. Default: true. */
  readonly metrics?: boolean | null;
  /** Usage plans by name. */
  readonly usagePlans?: {
    readonly [name: string]: {
      /** How many requests a key's owner may make. Default: as many as the methods let through. */
      readonly throttle?: ThrottlePatch | null;
      /** How many requests a key's owner may make in all. Default: no end. */
      readonly quota?: {
        /** Requests. */
        readonly limit?: number;
        /** Time they are counted in. */
        readonly period?: "DAY" | "WEEK" | "MONTH";
      } | null;
      /** Names of API keys to create; AWS chooses their values. */
      readonly keys?: readonly string[] | null;
    } | null;
  } | null;
  /** A name of your own. The API's own address is then switched off. */
  readonly domain?: {
    /** Name clients use. */
    readonly name?: string;
    /** ARN of its certificate. */
    readonly certificate?: string;
    /** Path under which the API is. Default: none. */
    readonly basePath?: string | null;
    /** Route 53 zone that gets a record. Default: the record is somebody else's. */
    readonly hostedZone?: {
      /** Its id. */
      readonly id?: string;
      /** Its name. */
      readonly name?: string;
    } | null;
  } | null;
  /** Web application firewall. Default: managed. */
  readonly waf?:
    | {
        /** AWS's rules against common attacks and known bad inputs, and a limit for each address. */
        readonly type?: "managed";
        /** The most one address may make. Default: 2000. */
        readonly requestsPerFiveMinutes?: number | null;
        /** Rules of AWSManagedRulesCommonRuleSet that count requests in place of blocking them, as SizeRestrictions_BODY, which blocks bodies of more than 8 KB. Default: none. */
        readonly count?:
          | readonly (
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
            )[]
          | null;
      }
    | {
        /** A web ACL that exists. */
        readonly type?: "acl";
        /** Its ARN. */
        readonly arn?: string;
      }
    | {
        /** None. */
        readonly type?: "none";
        /** Why none is needed. */
        readonly reason?: string;
      }
    | null;
  /** Alarms on errors and latency. */
  readonly alarms?: {
    /** SNS topic that is notified. Default: none. */
    readonly topic?: string | null;
    /** Share of requests that may end with 5xx in five minutes. Default: 1. */
    readonly errorPercent?: number | null;
    /** Milliseconds that 99 of 100 requests may take. Default: 3000. */
    readonly latencyMilliseconds?: number | null;
  } | null;
}

/** Who may call. As a merge patch. */
export type GatewayAuthorizationPatch =
  | {
      /** Everybody. */
      readonly type?: "none";
      /** Why the gateway needn't know who asks. Stands in the template, for whoever reviews its security. */
      readonly reason?: string;
    }
  | {
      /** Requests that are signed by an AWS identity with the right to invoke. */
      readonly type?: "iam";
    }
  | {
      /** A token of a Cognito user pool in the Authorization header. */
      readonly type?: "cognito";
      /** ARNs of the pools. */
      readonly userPools?: readonly string[];
      /** Ids of the app clients whose tokens an HTTP API accepts. Default: none, as a REST API accepts tokens of every client. */
      readonly clients?: readonly string[] | null;
      /** Scopes of which an access token must have one. Default: an identity token will do. */
      readonly scopes?: readonly string[] | null;
    }
  | {
      /** A Lambda function decides, as one that verifies JWTs. */
      readonly type?: "lambda";
      /** ARN of the function. */
      readonly function?: string;
      /** Headers a request must have to be asked about, and by which answers are cached. Default: Authorization. */
      readonly headers?: readonly string[] | null;
      /** Seconds an answer holds. Default: 300. */
      readonly cacheSeconds?: number | null;
    };

/** A port of a Gateway. As a merge patch. */
export interface GatewayListenerPatch {
  /** The port clients use. */
  readonly port?: number;
  /** Default: HTTPS where there is a certificate, else HTTP. */
  readonly protocol?: "HTTP" | "HTTPS" | null;
  /** Hosts it takes, as `*.shop.example`. Default: all. */
  readonly host?: string | null;
  /** Certificate it shows. */
  readonly certificate?: {
    /** Secret of the type kubernetes.io/tls. */
    readonly secret?: string;
    /** Its namespace; another than the Gateway's gets a ReferenceGrant. Default: the Gateway's. */
    readonly namespace?: string | null;
  } | null;
}

/** The Gateway that routes attach to. As a merge patch. */
export interface GatewayParentPatch {
  /** The Gateway's name. */
  readonly name?: string;
  /** Its namespace. */
  readonly namespace?: string;
  /** The listener that routes attach to. Default: every one that takes them; `https` of a Gateway made here that ends TLS. */
  readonly section?: string | null;
}

/** How a Gateway of the cluster serves the routes (Gateway API). As a merge patch. */
export interface GatewayRoutingPatch {
  readonly parent?: GatewayParentPatch;
  /** Makes that Gateway, with the environment's shared objects. Default: the platform has it. */
  readonly create?: OwnGatewayPatch | null;
  /** Whether the Gateway ends TLS. Default: whether a listener made here has a certificate, else what `ingress.tls` says. */
  readonly tls?: boolean | null;
  /** Release channel of the Gateway API's CRDs in the cluster; `retries` and `session` need experimental. Default: standard. */
  readonly channel?: "standard" | "experimental" | null;
  /** Implementation whose own policies may say what Gateway API can't, as the limit of a body. Default: none is made. */
  readonly implementation?: "envoy-gateway" | null;
  /** Annotations of every HTTPRoute and GRPCRoute. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
}

/** Asks the gRPC health service. As a merge patch. */
export interface GrpcActionPatch {
  /** Port by number. */
  readonly port?: number;
  /** The service asked for. Default: empty. */
  readonly service?: string | null;
}

/** What becomes of headers. As a merge patch. */
export interface HeaderChangePatch {
  /** Headers that get a value, in place of any they have. */
  readonly set?: { readonly [name: string]: string | null } | null;
  /** Values that are added to those a header has. */
  readonly add?: { readonly [name: string]: string | null } | null;
  /** Headers that are taken out. */
  readonly remove?: readonly string[] | null;
}

/** A Helm chart in the repository, rendered by the `helm` that is installed. As a merge patch. */
export interface HelmChartPatch {
  /** Folder of the chart, relative to the project, with all it depends on: nothing is fetched. As `charts/redis`. */
  readonly chart?: string;
  /** Name of the release, from which most charts make their objects' names. Default: the app's name. */
  readonly release?: string | null;
  /** Files of values, relative to the project, over those of the chart's values.yaml; the later win. */
  readonly valueFiles?: readonly string[] | null;
  /** Values for the chart, over those of its values.yaml and of `valueFiles`; each layer adds to those before it. */
  readonly values?: Readonly<Record<string, unknown>> | null;
}

/** An HTTP GET; a status from 200 to 399 is success. As a merge patch. */
export interface HttpActionPatch {
  /** Path and query of the request. */
  readonly path?: string;
  /** Default: the container's port `http`, or its only one. */
  readonly port?: string | number | null;
  /** Default: HTTP. */
  readonly scheme?: "HTTP" | "HTTPS" | null;
  /** Host to connect to. Default: the pod's address. */
  readonly host?: string | null;
  /** Headers of the request. */
  readonly headers?: { readonly [name: string]: string | null } | null;
}

/** How the routes are served by the cluster's ingress controller. As a merge patch. */
export interface IngressPatch {
  /** Default: the app's name. */
  readonly name?: string | null;
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Ingress class. Default: the environment's, or the cluster's. */
  readonly class?: string | null;
  /** Host; the environment's domain goes after it unless it has a dot. Default: the app's name. */
  readonly host?: string | null;
  /** Annotations, as the controller reads them. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Whether the hosts are served with TLS. Default: the environment's. */
  readonly tls?:
    | boolean
    | {
        /** Secret that holds the certificate. Default: the app's name and '-tls'. */
        readonly secret?: string | null;
      }
    | null;
  /** What serves the unmatched, as the Kubernetes API has it. */
  readonly defaultBackend?: Readonly<Record<string, unknown>> | null;
}

/** Where a path of an Ingress leads. As a merge patch. */
export interface IngressPathPatch {
  /** Default: Prefix. */
  readonly pathType?: "Prefix" | "Exact" | "ImplementationSpecific" | null;
  /** The Service it leads to. Default: the app's. */
  readonly service?: string | null;
  /** Port of the Service, by name or number. */
  readonly port?: string | number;
}

/** What holds for every Ingress. As a merge patch. */
export interface IngressSettingsPatch {
  /** Ingress class. Default: the cluster's. */
  readonly class?: string | null;
  /** Whether hosts are served with TLS. Default: false. */
  readonly tls?: boolean | null;
  /** Annotations of every Ingress, as the certificate issuer. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
}

/** A container that runs to its end before the others start. As a merge patch. */
export interface InitContainerPatch {
  /** Repository; the environment's registry goes before it unless it names one, and the environment's pins give tag and digest. May carry its own tag or digest. */
  readonly image?: string;
  /** When the image is pulled. Kubernetes' default: IfNotPresent, Always for `latest`. */
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never" | null;
  /** Replaces the image's entrypoint. */
  readonly command?: readonly string[] | null;
  /** Replaces the image's command. */
  readonly args?: readonly string[] | null;
  /** Default: the image's. */
  readonly workingDir?: string | null;
  /** Ports by name. */
  readonly ports?: { readonly [name: string]: number | ContainerPortPatch | null } | null;
  /** Environment variables by name; they win over `envFrom` and the app's `config.env` and `secrets.env`. */
  readonly env?: { readonly [name: string]: EnvValuePatch | null } | null;
  /** ConfigMaps and Secrets whose keys become variables, by a name of your choice. */
  readonly envFrom?: { readonly [name: string]: EnvFromPatch | null } | null;
  /** Requests and limits. */
  readonly resources?: ResourcesPatch | null;
  /** Startup, readiness and liveness. */
  readonly probes?: ProbesPatch | null;
  /** Hooks after start and before stop. */
  readonly lifecycle?: LifecyclePatch | null;
  /** Volumes by the path they appear at. */
  readonly mounts?: { readonly [name: string]: string | MountPatch | null } | null;
  /** Variables that come first, in this order. Default: by name, those after others that they name; as written with `defaults: none` or `environment`. */
  readonly envOrder?: readonly string[] | null;
  /** Sources of variables that come first, in this order: later ones win. Default: by name; as written with `defaults: none` or `environment`. */
  readonly envFromOrder?: readonly string[] | null;
  /** Ports that come first, in this order. Default: by name; as written with `defaults: none` or `environment`. */
  readonly portOrder?: readonly string[] | null;
  /** Mounts that come first, in this order. Default: by path; as written with `defaults: none` or `environment`. */
  readonly mountOrder?: readonly string[] | null;
  /** Block volumes by device path. */
  readonly devices?: { readonly [name: string]: string | null } | null;
  /** Security context; wins over the pod's. */
  readonly security?: ContainerSecurityPatch | null;
  /** Whether a resize restarts the container, by resource. */
  readonly resizePolicy?: Readonly<Partial<Record<"cpu" | "memory", "NotRequired" | "RestartContainer">>> | null;
  /** Kubernetes' default: /dev/termination-log. */
  readonly terminationMessagePath?: string | null;
  /** Kubernetes' default: File. */
  readonly terminationMessagePolicy?: "File" | "FallbackToLogsOnError" | null;
  /** Keep standard input open. */
  readonly stdin?: boolean | null;
  /** Close it after the first client. */
  readonly stdinOnce?: boolean | null;
  /** Allocate a terminal. */
  readonly tty?: boolean | null;
  /** Init containers run from the lowest to the highest, native sidecars among them. Default: 0, then by name. */
  readonly order?: number | null;
}

/** The container of a job; image, environment, resources and security are the app's by default. As a merge patch. */
export interface JobContainerPatch {
  /** Repository; the environment's registry goes before it unless it names one, and the environment's pins give tag and digest. May carry its own tag or digest. */
  readonly image?: string | null;
  /** When the image is pulled. Kubernetes' default: IfNotPresent, Always for `latest`. */
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never" | null;
  /** Replaces the image's entrypoint. */
  readonly command?: readonly string[] | null;
  /** Replaces the image's command. */
  readonly args?: readonly string[] | null;
  /** Default: the image's. */
  readonly workingDir?: string | null;
  /** Ports by name. */
  readonly ports?: { readonly [name: string]: number | ContainerPortPatch | null } | null;
  /** Environment variables by name; they win over `envFrom` and the app's `config.env` and `secrets.env`. */
  readonly env?: { readonly [name: string]: EnvValuePatch | null } | null;
  /** ConfigMaps and Secrets whose keys become variables, by a name of your choice. */
  readonly envFrom?: { readonly [name: string]: EnvFromPatch | null } | null;
  /** Requests and limits. */
  readonly resources?: ResourcesPatch | null;
  /** Startup, readiness and liveness. */
  readonly probes?: ProbesPatch | null;
  /** Hooks after start and before stop. */
  readonly lifecycle?: LifecyclePatch | null;
  /** Volumes by the path they appear at. */
  readonly mounts?: { readonly [name: string]: string | MountPatch | null } | null;
  /** Variables that come first, in this order. Default: by name, those after others that they name; as written with `defaults: none` or `environment`. */
  readonly envOrder?: readonly string[] | null;
  /** Sources of variables that come first, in this order: later ones win. Default: by name; as written with `defaults: none` or `environment`. */
  readonly envFromOrder?: readonly string[] | null;
  /** Ports that come first, in this order. Default: by name; as written with `defaults: none` or `environment`. */
  readonly portOrder?: readonly string[] | null;
  /** Mounts that come first, in this order. Default: by path; as written with `defaults: none` or `environment`. */
  readonly mountOrder?: readonly string[] | null;
  /** Block volumes by device path. */
  readonly devices?: { readonly [name: string]: string | null } | null;
  /** Security context; wins over the pod's. */
  readonly security?: ContainerSecurityPatch | null;
  /** Whether a resize restarts the container, by resource. */
  readonly resizePolicy?: Readonly<Partial<Record<"cpu" | "memory", "NotRequired" | "RestartContainer">>> | null;
  /** Kubernetes' default: /dev/termination-log. */
  readonly terminationMessagePath?: string | null;
  /** Kubernetes' default: File. */
  readonly terminationMessagePolicy?: "File" | "FallbackToLogsOnError" | null;
  /** Keep standard input open. */
  readonly stdin?: boolean | null;
  /** Close it after the first client. */
  readonly stdinOnce?: boolean | null;
  /** Allocate a terminal. */
  readonly tty?: boolean | null;
}

/** Pods that run to their end once; replaced when it changes. As a merge patch. */
export interface JobWorkloadPatch {
  /** Pods that run to their end once. */
  readonly kind?: "Job";
  /** Default: the app's name. Immutable. */
  readonly name?: string | null;
  /** Further labels of the workload itself; `pod.labels` has those of its pods. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations of the workload itself. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Pods that must succeed. Kubernetes' default: 1. Immutable. */
  readonly completions?: number | null;
  /** Pods at a time. Kubernetes' default: 1. */
  readonly parallelism?: number | null;
  /** Whether each pod has an index. Kubernetes' default: NonIndexed. Immutable. */
  readonly completionMode?: "NonIndexed" | "Indexed" | null;
  /** Retries before the Job fails. Kubernetes' default: 6. */
  readonly backoffLimit?: number | null;
  /** Retries for each index. Immutable. */
  readonly backoffLimitPerIndex?: number | null;
  /** Failed indexes before the Job fails. */
  readonly maxFailedIndexes?: number | null;
  /** Seconds the Job may run. */
  readonly activeDeadlineSeconds?: number | null;
  /** Seconds a finished Job is kept. Default: forever. */
  readonly ttlSecondsAfterFinished?: number | null;
  /** Whether it waits. */
  readonly suspend?: boolean | null;
  /** What failures mean, as the Kubernetes API has it. Immutable. */
  readonly podFailurePolicy?: Readonly<Record<string, unknown>> | null;
  /** When an Indexed Job has succeeded, as the Kubernetes API has it. Immutable. */
  readonly successPolicy?: Readonly<Record<string, unknown>> | null;
  /** When a pod is replaced. */
  readonly podReplacementPolicy?: "TerminatingOrFailed" | "Failed" | null;
  /** Controller that runs the Job. Immutable. */
  readonly managedBy?: string | null;
}

/** Selects objects by label. As a merge patch. */
export interface LabelSelectorPatch {
  /** Labels that must be equal. */
  readonly matchLabels?: { readonly [name: string]: string | null } | null;
  /** Conditions that must all hold. */
  readonly matchExpressions?:
    | readonly {
        /** The label's key. */
        readonly key: string;
        /** How values are compared. */
        readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
        /** Values; none for Exists and DoesNotExist. */
        readonly values?: readonly string[];
      }[]
    | null;
}

/** Hooks into a container's life. As a merge patch. */
export interface LifecyclePatch {
  /** Right after start; the container isn't ready before it ends. */
  readonly postStart?: LifecycleHandlerPatch | null;
  /** Before the process is asked to stop; counts into the grace period. */
  readonly preStop?: LifecycleHandlerPatch | null;
  /** Signal that asks the process to stop (Kubernetes 1.33 with its feature gate). */
  readonly stopSignal?: string | null;
}

/** What to do at a moment of a container's life. As a merge patch. */
export type LifecycleHandlerPatch =
  | {
      /** An HTTP GET, by its path or in full. */
      readonly http?: string | HttpActionPatch;
      readonly tcp?: never | null;
      readonly exec?: never | null;
      readonly sleep?: never | null;
    }
  | {
      /** Opens a TCP connection. */
      readonly tcp?: string | number | TcpActionPatch;
      readonly http?: never | null;
      readonly exec?: never | null;
      readonly sleep?: never | null;
    }
  | {
      /** Runs a command in the container; exit status 0 is success. */
      readonly exec?: readonly string[];
      readonly http?: never | null;
      readonly tcp?: never | null;
      readonly sleep?: never | null;
    }
  | {
      /** Seconds to wait. */
      readonly sleep?: number;
      readonly http?: never | null;
      readonly tcp?: never | null;
      readonly exec?: never | null;
    };

/** A volume at a path of a container. As a merge patch. */
export interface MountPatch {
  /** Name of a volume of the app. */
  readonly volume?: string;
  /** Path inside the volume. Files mounted so are not updated while the pod runs. */
  readonly subPath?: string | null;
  /** As `subPath`, with $(NAME) of the environment. */
  readonly subPathExpr?: string | null;
  /** Default: false; true for config and secret volumes. */
  readonly readOnly?: boolean | null;
  /** Whether mounts below are read-only too. */
  readonly recursiveReadOnly?: "Disabled" | "IfPossible" | "Enabled" | null;
  /** How mounts travel between node and container. */
  readonly propagation?: "None" | "HostToContainer" | "Bidirectional" | null;
}

/** A namespace of the environment. As a merge patch. */
export interface NamespaceSettingsPatch {
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Pod Security Standard that it enforces; with `create: false`, the one by which its pods are checked. Default: the environment's, and none where that isn't set and `create` is false. */
  readonly podSecurity?: "privileged" | "baseline" | "restricted" | null;
  /** False leaves the namespace to something else. Default: true. */
  readonly create?: boolean | null;
}

/** Who may talk to whom. As a merge patch. */
export interface NetworkSettingsPatch {
  /** Default-deny refuses all traffic of the namespaces, and derives what apps need. Default: open. */
  readonly policy?: "open" | "default-deny" | null;
  /** The pods that bring requests to apps with an Ingress. */
  readonly ingressController?: {
    /** Its namespace. */
    readonly namespace?: string;
    /** Its pods. Default: all of the namespace. */
    readonly pods?: LabelSelectorPatch | null;
  } | null;
  /** The pods of the Gateway, which bring requests to apps with an HTTPRoute or GRPCRoute. Needed where `policy` is default-deny. */
  readonly gateway?: {
    /** Their namespace. */
    readonly namespace?: string;
    /** Pods by label. Default: all of the namespace. */
    readonly pods?: LabelSelectorPatch | null;
  } | null;
  /** Pods that may talk to every app, by a name of your choice, as the metrics collector. */
  readonly accepts?: {
    readonly [name: string]: {
      /** Namespace of the pods. */
      readonly namespace?: string;
      /** Pods by label. Default: all. */
      readonly pods?: LabelSelectorPatch | null;
    } | null;
  } | null;
}

/** Which nodes a pod goes to. As a merge patch. */
export interface NodeAffinityPatch {
  /** Nodes the pod must go to. */
  readonly requiredDuringSchedulingIgnoredDuringExecution?: {
    /** Any of these. */
    readonly nodeSelectorTerms?: readonly NodeSelectorTerm[];
  } | null;
  /** Nodes it would rather go to. */
  readonly preferredDuringSchedulingIgnoredDuringExecution?:
    | readonly {
        /** From 1 to 100. */
        readonly weight: number;
        /** The nodes meant. */
        readonly preference: NodeSelectorTerm;
      }[]
    | null;
}

/** A pod is replaced when someone deletes it. As a merge patch. */
export interface OnDeletePatch {
  /** A pod is replaced when someone deletes it. */
  readonly type?: "OnDelete";
}

/** A Gateway that the environment makes. As a merge patch. */
export interface OwnGatewayPatch {
  /** GatewayClass, which says what implementation serves it. Another class is another address. */
  readonly class?: string;
  /** Listeners by name. Default: `http` on 80 and, with `tls`, `https` on 443 for the hosts below the environment's domain, with the Secret named as the Gateway and '-tls'. */
  readonly listeners?: { readonly [name: string]: GatewayListenerPatch | null } | null;
  /** Further labels of the Gateway. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations of the Gateway, as the certificate issuer. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** What the implementation makes for it, as the Gateway API has it. */
  readonly infrastructure?: Readonly<Record<string, unknown>> | null;
}

/** An Ingress that is written out, apart from the app's routes. As a merge patch. */
export interface OwnIngressPatch {
  /** Default: the app's name, '-' and the Ingress's. */
  readonly name?: string | null;
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations, as the controller reads them. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Ingress class. Default: the cluster's. */
  readonly class?: string | null;
  /** Paths by host, `*` for every host; each leads to a port of the app's Service unless it names another. */
  readonly hosts?: { readonly [name: string]: { readonly [name: string]: string | number | IngressPathPatch | null } | null } | null;
  /** Hosts that are served with the certificate of a Secret, by the Secret's name. */
  readonly tls?: { readonly [name: string]: readonly (string | "*")[] | null } | null;
  /** What serves the unmatched, as the Kubernetes API has it. */
  readonly defaultBackend?: Readonly<Record<string, unknown>> | null;
}

/** Pods that may talk to the app. As a merge patch. */
export interface PeerPatch {
  /** Namespace of the pods. Default: the app's. */
  readonly namespace?: string | null;
  /** Pods by label. Default: all of the namespace. */
  readonly pods?: LabelSelectorPatch | null;
  /** Ports of the app. Default: all. */
  readonly ports?: readonly (string | number)[] | null;
}

/** What holds for the app's pods as a whole. As a merge patch. */
export interface PodPatch {
  /** Name in the template of the pods. Nothing reads it; for adopting what has one. */
  readonly name?: string | null;
  /** Further labels of the pods. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations of the pods. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Labels a node must have. */
  readonly nodeSelector?: { readonly [name: string]: string | null } | null;
  /** Where pods go, in full. */
  readonly affinity?: AffinityPatch | null;
  /** Taints that the pod tolerates, by a name of your choice. */
  readonly tolerations?: { readonly [name: string]: TolerationPatch | null } | null;
  /** Spread over places, by the node label that names the place. Default from 2 replicas: zones, as far as possible. */
  readonly topologySpread?: { readonly [name: string]: SpreadPatch | null } | null;
  /** Priority class. */
  readonly priorityClass?: string | null;
  /** Whether it may push others out. */
  readonly preemptionPolicy?: "PreemptLowerPriority" | "Never" | null;
  /** Container runtime. */
  readonly runtimeClass?: string | null;
  /** Kubernetes' default: default-scheduler. */
  readonly schedulerName?: string | null;
  /** Lines of /etc/hosts: host names by address. */
  readonly hostAliases?: { readonly [name: string]: readonly string[] | null } | null;
  readonly dns?: DnsPatch | null;
  /** Whether these pods get a token. Default: `serviceAccount.token`. */
  readonly automountServiceAccountToken?: boolean | null;
  /** Default: the pod's name. */
  readonly hostname?: string | null;
  /** Headless Service that gives the pods names. */
  readonly subdomain?: string | null;
  /** Secrets that let the kubelet pull. */
  readonly imagePullSecrets?: readonly string[] | null;
  /** Security context, which containers inherit. */
  readonly security?: PodSecurityPatch | null;
  /** Seconds to stop before the process is killed. Kubernetes' default: 30. */
  readonly terminationGracePeriodSeconds?: number | null;
  /** Seconds the pod may live. */
  readonly activeDeadlineSeconds?: number | null;
  /** Default: Always; Never in a Job or CronJob. */
  readonly restartPolicy?: "Always" | "OnFailure" | "Never" | null;
  /** Whether every Service of the namespace becomes environment variables. Kubernetes' default: true. */
  readonly enableServiceLinks?: boolean | null;
  /** Whether containers see each other's processes. */
  readonly shareProcessNamespace?: boolean | null;
  /** Use the node's network. */
  readonly hostNetwork?: boolean | null;
  /** See the node's processes. */
  readonly hostPID?: boolean | null;
  /** Share the node's IPC. */
  readonly hostIPC?: boolean | null;
  /** False puts the pod in a user namespace of its own. */
  readonly hostUsers?: boolean | null;
  /** Operating system of the node. */
  readonly os?: "linux" | "windows" | null;
  /** Further conditions of readiness. */
  readonly readinessGates?: readonly string[] | null;
  /** Resources of the sandbox, as the Kubernetes API has them. */
  readonly overhead?: Readonly<Record<string, unknown>> | null;
  /** Requests and limits of the pod as a whole, which containers without their own share. From Kubernetes 1.34 on. */
  readonly resources?: PodResourcesPatch | null;
  /** Claims of dynamic resource allocation, as the Kubernetes API has them. */
  readonly resourceClaims?: readonly Readonly<Record<string, unknown>>[] | null;
  /** What must be lifted before it is scheduled. */
  readonly schedulingGates?: readonly string[] | null;
}

/** Which pods a pod goes near to, or away from. As a merge patch. */
export interface PodAffinityPatch {
  /** What must hold. */
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[] | null;
  /** What would be better. */
  readonly preferredDuringSchedulingIgnoredDuringExecution?:
    | readonly {
        /** From 1 to 100. */
        readonly weight: number;
        /** The pods meant. */
        readonly podAffinityTerm: PodAffinityTerm;
      }[]
    | null;
}

/** Requests and limits of a pod, which its containers share. As a merge patch. */
export interface PodResourcesPatch {
  /** What the scheduler sets aside for the pod: `cpu`, `memory` or huge pages. */
  readonly requests?: { readonly [name: string]: string | number | null } | null;
  /** What its containers may not exceed together. */
  readonly limits?: { readonly [name: string]: string | number | null } | null;
}

/** Security context of a pod, which its containers inherit. As a merge patch. */
export interface PodSecurityPatch {
  /** Numeric user. */
  readonly runAsUser?: number | null;
  /** Numeric primary group. */
  readonly runAsGroup?: number | null;
  /** Refuse to start as root. */
  readonly runAsNonRoot?: boolean | null;
  /** Which system calls are allowed. */
  readonly seccompProfile?: SecurityProfilePatch | null;
  /** Which AppArmor profile confines it. */
  readonly appArmorProfile?: SecurityProfilePatch | null;
  /** SELinux context. */
  readonly seLinuxOptions?: {
    /** SELinux level. */
    readonly level?: string | null;
    /** SELinux role. */
    readonly role?: string | null;
    /** SELinux type. */
    readonly type?: string | null;
    /** SELinux user. */
    readonly user?: string | null;
  } | null;
  /** Windows options, as the Kubernetes API has them. */
  readonly windowsOptions?: { readonly [name: string]: unknown | null } | null;
  /** Group that owns mounted volumes. */
  readonly fsGroup?: number | null;
  /** When ownership of volumes is changed. Kubernetes' default: Always. */
  readonly fsGroupChangePolicy?: "Always" | "OnRootMismatch" | null;
  /** Further groups of the first process. */
  readonly supplementalGroups?: readonly number[] | null;
  /** Whether the image's groups are added. Kubernetes' default: Merge. */
  readonly supplementalGroupsPolicy?: "Merge" | "Strict" | null;
  /** Namespaced kernel parameters. */
  readonly sysctls?: { readonly [name: string]: string | null } | null;
}

/** How the kubelet asks a container whether it is well. As a merge patch. */
export type ProbePatch = {
  /** Seconds after start before the first probe. Kubernetes' default: 0. */
  readonly initialDelaySeconds?: number | null;
  /** Seconds between probes. Kubernetes' default: 10. */
  readonly periodSeconds?: number | null;
  /** Seconds to wait for an answer. Kubernetes' default: 1. */
  readonly timeoutSeconds?: number | null;
  /** Successes in a row that count as one. Kubernetes' default: 1. */
  readonly successThreshold?: number | null;
  /** Failures in a row that count as one. Kubernetes' default: 3. */
  readonly failureThreshold?: number | null;
  /** Seconds to stop after this probe failed. Default: the pod's. */
  readonly terminationGracePeriodSeconds?: number | null;
} & (
  | {
      /** An HTTP GET, by its path or in full. */
      readonly http?: string | HttpActionPatch;
      readonly tcp?: never | null;
      readonly exec?: never | null;
      readonly grpc?: never | null;
    }
  | {
      /** Opens a TCP connection. */
      readonly tcp?: string | number | TcpActionPatch;
      readonly http?: never | null;
      readonly exec?: never | null;
      readonly grpc?: never | null;
    }
  | {
      /** Runs a command in the container; exit status 0 is success. */
      readonly exec?: readonly string[];
      readonly http?: never | null;
      readonly tcp?: never | null;
      readonly grpc?: never | null;
    }
  | {
      /** Asks the gRPC health service. */
      readonly grpc?: number | GrpcActionPatch;
      readonly http?: never | null;
      readonly tcp?: never | null;
      readonly exec?: never | null;
    }
);

/** The probes of a container. As a merge patch. */
export interface ProbesPatch {
  /** Until it succeeds no other probe runs. */
  readonly startup?: ProbePatch | null;
  /** While it fails the pod gets no traffic. */
  readonly readiness?: ProbePatch | null;
  /** When it fails the container is restarted. */
  readonly liveness?: ProbePatch | null;
}

/** An object that something else creates, so that nothing that refers to it is wrong. As a merge patch. */
export interface ProvidedPatch {
  /** Kind of the object; `*` stands for any text, here and below. */
  readonly kind?: string;
  /** Its namespace. Default: any. */
  readonly namespace?: string | null;
  /** Its name. */
  readonly name?: string;
}

/** Stops all pods, then starts the new ones. As a merge patch. */
export interface RecreatePatch {
  /** Stops all pods, then starts the new ones. */
  readonly type?: "Recreate";
}

/** Who pushes to the registry, and what it keeps. As a merge patch. */
export interface RegistrySettingsPatch {
  /** Protected branches whose pipelines may push images. Default: main. */
  readonly branches?: readonly string[] | null;
  /** Protected git tags whose pipelines may push images. Default: none. */
  readonly tags?: readonly string[] | null;
  /** GitLab that runs the pipelines. Default: the one that has this repository. */
  readonly gitlab?: string | null;
  /** ARN of the account's OIDC provider for that GitLab, of which an account can have one. Default: it is created. */
  readonly provider?: string | null;
  /** Whether each image's pipeline gets a repository `cache/<image>` for the layers of its builds. Default: false. */
  readonly buildCaches?: boolean | null;
  /** Days an image is kept that no environment pins. Default: 365. */
  readonly keepDays?: number | null;
}

/** Whose pipelines may release to the environment. The protected branch decides, never the job's variables. As a merge patch. */
export interface ReleaseSettingsPatch {
  /** Address of the GitLab instance whose pipelines release: it issues their ID tokens, and its keys verify them. Default: the host of argocd.repository. */
  readonly gitlab?: string | null;
  /** What the ID tokens must be issued for. Default: slipway. */
  readonly audience?: string | null;
  /** Projects whose pipelines may release to the environment, each the apps that name it as their source. Default: every app's source; none where promotesFrom is set, since images get there by promotion. */
  readonly pipelines?: readonly string[] | null;
}

/** A value kept in the secret store. As a merge patch. */
export interface RemoteSecretPatch {
  /** The entry in the secret store. */
  readonly key?: string;
  /** A property of the entry. Default: the whole entry. */
  readonly property?: string | null;
  /** A version of the entry. Default: the newest. */
  readonly version?: string | null;
  /** How the value is decoded. Default: None. */
  readonly decodingStrategy?: "None" | "Base64" | "Base64URL" | "Auto" | null;
}

/** Requests and limits of a container. As a merge patch. */
export interface ResourcesPatch {
  /** What the scheduler sets aside: `cpu`, `memory`, `ephemeral-storage` or an extended resource. */
  readonly requests?: { readonly [name: string]: string | number | null } | null;
  /** What the container may not exceed. */
  readonly limits?: { readonly [name: string]: string | number | null } | null;
  /** Claims of dynamic resource allocation. */
  readonly claims?:
    | readonly {
        /** Name of the pod's resource claim. */
        readonly name: string;
        /** One request of the claim. */
        readonly request?: string;
      }[]
    | null;
}

/** Replaces pods step by step. As a merge patch. */
export interface RollingUpdatePatch {
  /** Replaces pods step by step. */
  readonly type?: "RollingUpdate";
  /** Pods above the number asked for. Kubernetes' default: 25%. */
  readonly maxSurge?: number | string | null;
  /** Pods that may be missing. Kubernetes' default: 25%. */
  readonly maxUnavailable?: number | string | null;
}

/** Measures that decide whether a rollout goes on. As a merge patch. */
export interface RolloutAnalysisPatch {
  /** What is measured: entries of the app's `analysis` by name, or templates that are elsewhere. */
  readonly templates?: readonly (string | AnalysisTemplateElsewhere)[];
  /** Values of the templates' arguments, by name. */
  readonly args?: { readonly [name: string]: string | AnalysisArgumentPatch | null } | null;
}

/** What pods carry as long as they have a role in a rollout. As a merge patch. */
export interface RolloutPodMetadataPatch {
  /** Labels. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
}

/** The Deployment stays, and a Rollout takes its pods' template from it. As a merge patch. */
export interface RolloutWorkloadRefPatch {
  /** When the Deployment's own pods go: never, once the Rollout's are available, or as these come. Argo Rollouts' default: never. Then both run. */
  readonly scaleDown?: "never" | "onsuccess" | "progressively" | null;
}

/** A path that leads from outside to the app: one source for Ingress, HTTPRoute and API Gateway. As a merge patch. */
export interface RoutePatch {
  /** Path that leads to the app. */
  readonly path?: string;
  /** Default: Prefix. */
  readonly pathType?: "Prefix" | "Exact" | "ImplementationSpecific" | null;
  /** Methods the API Gateway lets through, and a Gateway of the cluster; an Ingress can't distinguish them. Default: all. */
  readonly methods?: readonly ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS")[] | null;
  /** Port of the Service. Default: `http`, or its only one. */
  readonly port?: string | null;
  /** Default: the app's `ingress.host`. */
  readonly host?: string | null;
  /** How the environment's API Gateway serves it, where there is one. Default: as a proxy. */
  readonly gateway?: RouteGatewayPatch | null;
  /** Headers that a request must have, with their value. A Gateway tells requests apart by them, an Ingress can't. */
  readonly headers?: {
    readonly [name: string]:
      | string
      | {
          /** A regular expression, as the implementation reads it. */
          readonly regex?: string;
        }
      | null;
  } | null;
  /** Query parameters that a request must have, with their value. Gateway only. */
  readonly query?: {
    readonly [name: string]:
      | string
      | {
          /** A regular expression, as the implementation reads it. */
          readonly regex?: string;
        }
      | null;
  } | null;
  /** What the pods see of the request's address. Gateway only. */
  readonly rewrite?: {
    /** What the pods see in place of the route's path, with what follows it. Not with `path`. */
    readonly prefix?: string | null;
    /** What the pods see in place of all of the path. */
    readonly path?: string | null;
    /** Host that the pods see. */
    readonly host?: string | null;
  } | null;
  /** Sends the client elsewhere; no pod sees the request. Gateway only. */
  readonly redirect?: {
    /** Default: the request's. */
    readonly scheme?: "http" | "https" | null;
    /** Default: the request's. */
    readonly host?: string | null;
    /** Default: that of the scheme, or the listener's. */
    readonly port?: number | null;
    /** In place of the route's path, with what follows it. Not with `path`. */
    readonly prefix?: string | null;
    /** In place of all of the path. Default: the request's. */
    readonly path?: string | null;
    /** Default: 302. */
    readonly status?: 301 | 302 | 303 | 307 | 308 | null;
  } | null;
  /** What becomes of the request's headers. Gateway only. */
  readonly requestHeaders?: HeaderChangePatch | null;
  /** What becomes of the response's headers. Gateway only. */
  readonly responseHeaders?: HeaderChangePatch | null;
  /** Another app that gets a copy of each request. Gateway only. */
  readonly mirror?: {
    /** App of this environment that gets a copy of each request; its responses are dropped. */
    readonly app?: string;
    /** Port of its Service. Default: `http`, or its only one. */
    readonly port?: string | null;
    /** Share of the requests, in percent. Default: 100. */
    readonly percent?: number | null;
  } | null;
  /** What pages of other origins may do (CORS), answered by the Gateway. Gateway only. */
  readonly cors?: {
    /** Origins that pages may be of, as https://shop.example, or `*`. */
    readonly origins?: readonly string[];
    /** Methods they may use. Default: the simple ones. */
    readonly methods?: readonly string[] | null;
    /** Headers they may send. */
    readonly headers?: readonly (string | "*")[] | null;
    /** Headers they may read. */
    readonly exposed?: readonly (string | "*")[] | null;
    /** Whether they may send cookies. Default: false. */
    readonly credentials?: boolean | null;
    /** Seconds a browser keeps the answer. Default: 5. */
    readonly maxAgeSeconds?: number | null;
  } | null;
  /** How long the Gateway waits for an answer. Gateway only. */
  readonly timeouts?: {
    /** For all of a request, with its retries; 0s for none. Default: the implementation's. */
    readonly request?: string | null;
    /** For one attempt; at most `request`. Default: the implementation's. */
    readonly backend?: string | null;
  } | null;
  /** What is tried again. Gateway only, of the experimental channel. */
  readonly retries?: {
    /** Further attempts. Default: the implementation's. */
    readonly attempts?: number | null;
    /** Least wait between two attempts. */
    readonly backoff?: string | null;
    /** Statuses that are tried again. */
    readonly codes?: readonly number[] | null;
  } | null;
  /** Keeps a client with its pod. Gateway only, of the experimental channel. */
  readonly session?: {
    /** What carries the session. Default: Cookie. */
    readonly type?: "Cookie" | "Header" | null;
    /** Name of the cookie or header. Default: one the implementation picks. */
    readonly name?: string | null;
    /** How long a client stays with its pod at most. Default: without end. */
    readonly timeout?: string | null;
  } | null;
  /** Shares of the requests by app of this environment; this app's own must be among them. Default: all to this app. Gateway only. */
  readonly weights?: { readonly [name: string]: number | null } | null;
}

/** How the API Gateway serves a route. Default: as a proxy. As a merge patch. */
export type RouteGatewayPatch =
  | {
      /** Not served by the gateway. */
      readonly kind?: "none";
      /** Why not. */
      readonly reason?: string;
    }
  | {
      /** Requests and responses go through as they are. */
      readonly kind?: "proxy";
      /** Path at the gateway, which has one name for the apps of an environment. Default: the route's own. */
      readonly path?: string | null;
      /** Who may call. Default: the setting of the environment's gateway. */
      readonly authorization?: GatewayAuthorizationPatch | null;
      /** Whether a request needs an API key of a usage plan. Default: the setting of the environment's gateway. */
      readonly apiKey?: boolean | null;
      /** How many requests are let through. Default: the setting of the environment's gateway. */
      readonly throttle?: ThrottlePatch | null;
      /** Seconds the app has to answer; then the client gets status 504. Default: 29, the most unless `longestTimeoutSeconds` says more. */
      readonly timeoutSeconds?: number | null;
      /** Kilobytes of the largest body that clients send. The firewall blocks bodies of more than 8, unless aws.gateway.waf.count has SizeRestrictions_BODY. Default: 8. */
      readonly maxBodyKilobytes?: number | null;
      /** Media types whose bodies are bytes, as image/png; any other body is read as text, which breaks it. API Gateway knows them for a whole API. Default: none. */
      readonly binaryTypes?: readonly string[] | null;
    }
  | {
      /** Only the operations named go through, each validated and mapped. */
      readonly kind?: "mapped";
      /** Path at the gateway, which has one name for the apps of an environment. Default: the route's own. */
      readonly path?: string | null;
      /** Who may call. Default: the setting of the environment's gateway. */
      readonly authorization?: GatewayAuthorizationPatch | null;
      /** Whether a request needs an API key of a usage plan. Default: the setting of the environment's gateway. */
      readonly apiKey?: boolean | null;
      /** How many requests are let through. Default: the setting of the environment's gateway. */
      readonly throttle?: ThrottlePatch | null;
      /** Seconds the app has to answer; then the client gets status 504. Default: 29, the most unless `longestTimeoutSeconds` says more. */
      readonly timeoutSeconds?: number | null;
      /** Kilobytes of the largest body that clients send. The firewall blocks bodies of more than 8, unless aws.gateway.waf.count has SizeRestrictions_BODY. Default: 8. */
      readonly maxBodyKilobytes?: number | null;
      /** Operations by name. */
      readonly operations?: { readonly [name: string]: RouteOperationPatch | null };
    };

/** One thing a client may ask of a mapped route. As a merge patch. */
export interface RouteOperationPatch {
  /** Method. */
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path after the route's; {name} is a parameter. Default: the route's own path. */
  readonly path?: string | null;
  /** Headers that are read, and whether a request must have them. */
  readonly headers?: { readonly [name: string]: boolean | null } | null;
  /** Query parameters that are read, and whether a request must have them. */
  readonly query?: { readonly [name: string]: boolean | null } | null;
  /** JSON Schema (draft 4) that a JSON body is held against. */
  readonly body?: Readonly<Record<string, unknown>> | null;
  /** Who may call. Default: the setting of the environment's gateway. */
  readonly authorization?: GatewayAuthorizationPatch | null;
  /** Whether a request needs an API key of a usage plan. Default: the setting of the environment's gateway. */
  readonly apiKey?: boolean | null;
  /** How many requests are let through. Default: the setting of the environment's gateway. */
  readonly throttle?: ThrottlePatch | null;
  /** Seconds the app has to answer; then the client gets status 504. Default: 29, the most unless `longestTimeoutSeconds` says more. */
  readonly timeoutSeconds?: number | null;
  /** Integration request: what the app is asked. Default: the same path and body. */
  readonly request?: RouteRequestPatch | null;
  /** Responses by the status the client gets. What no pattern names becomes a 502. */
  readonly responses?: { readonly [name: string]: RouteResponsePatch | null };
}

/** Integration request: what the app is asked. As a merge patch. */
export interface RouteRequestPatch {
  /** Default: the operation's. */
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | null;
  /** Path at the app. Default: the route's path and the operation's. */
  readonly path?: string | null;
  /** Headers the app gets, and where they come from. Without a word a header doesn't get there. */
  readonly headers?: { readonly [name: string]: string | null } | null;
  /** Query parameters the app gets, and where they come from. */
  readonly query?: { readonly [name: string]: string | null } | null;
  /** Makes the body the app gets, in VTL. Default: the client's body as it is. */
  readonly template?: string | null;
}

/** Integration response and method response: what the client gets. As a merge patch. */
export interface RouteResponsePatch {
  /** Statuses of the app that lead here, as a regular expression over the whole status, as 2\d\d. Default: the status itself. */
  readonly pattern?: string | null;
  /** Headers the client gets, and where they come from. Without a word a header doesn't get there. */
  readonly headers?: { readonly [name: string]: string | null } | null;
  /** Makes the body the client gets, in VTL. Default: the app's body as it is. */
  readonly template?: string | null;
  /** JSON Schema (draft 4) of the body, for those who generate clients; nothing is held against it. */
  readonly schema?: Readonly<Record<string, unknown>> | null;
}

/** What serves the routes in the cluster: Ingresses, a Gateway, or both while moving. As a merge patch. */
export interface RoutingPatch {
  /** Routes become Ingresses; over what the environment's `ingress` says. */
  readonly ingress?: IngressSettingsPatch | null;
  /** Routes become HTTPRoutes and GRPCRoutes. */
  readonly gateway?: GatewayRoutingPatch | null;
}

/** Where secrets come from. As a merge patch. */
export interface SecretSettingsPatch {
  /** Store that ExternalSecrets read. */
  readonly store?: {
    /** Name of the store. */
    readonly name?: string;
    /** SecretStore is one for each namespace. Default: SecretStore. */
    readonly kind?: "SecretStore" | "ClusterSecretStore" | null;
    /** The store's provider as External Secrets has it; without it something else creates the store. */
    readonly provider?: Readonly<Record<string, unknown>> | null;
  } | null;
  /** How often stores are read. Default: 1h. */
  readonly refreshInterval?: string | null;
  /** Whether apps may carry secret values in the repository. Default: false. */
  readonly literals?: boolean | null;
}

/** A value of the secret store, or a literal where the environment allows it. As a merge patch. */
export type SecretValuePatch = string | RemoteSecretPatch;

/** What the app is configured with, and must stay secret. As a merge patch. */
export interface SecretsPatch {
  /** Environment variables of the main container and of jobs, kept in the Secret `<app>-secrets` (literals in `<app>-literals`). */
  readonly env?: { readonly [name: string]: SecretValuePatch | null } | null;
  /** Files by name, kept in the Secret `<app>-secret-files` (literals in `<app>-literal-files`). */
  readonly files?: { readonly [name: string]: SecretValuePatch | null } | null;
  /** Where main container and jobs find the files. Default: /etc/secrets. */
  readonly mountPath?: string | null;
  /** Change it to roll the pods after a secret was changed in the store. */
  readonly revision?: string | number | null;
  /** How often the store is read. Default: the environment's. */
  readonly refreshInterval?: string | null;
}

/** A seccomp or AppArmor profile. As a merge patch. */
export type SecurityProfilePatch =
  | {
      /** The container runtime's profile. */
      readonly runtimeDefault?: true;
      readonly unconfined?: never | null;
      readonly localhost?: never | null;
    }
  | {
      /** No profile. */
      readonly unconfined?: true;
      readonly runtimeDefault?: never | null;
      readonly localhost?: never | null;
    }
  | {
      /** A profile on the node, by its file. */
      readonly localhost?: string;
      readonly runtimeDefault?: never | null;
      readonly unconfined?: never | null;
    };

/** One stable name for the app's pods. As a merge patch. */
export interface ServicePatch {
  /** Default: the app's name. */
  readonly name?: string | null;
  /** Who can reach it. Default: ClusterIP. Headless has no address of its own. */
  readonly type?: "ClusterIP" | "NodePort" | "LoadBalancer" | "Headless" | null;
  /** Labels of the pods it leads to; empty for none. Default: those that select the app's pods. */
  readonly selector?: { readonly [name: string]: string | null } | null;
  /** Ports by name; each leads to the container port of the same name unless `targetPort` is set. */
  readonly ports?: { readonly [name: string]: number | ServicePortPatch | null };
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations, as the ones a load balancer reads. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** A fixed address. Immutable. */
  readonly clusterIP?: string | null;
  /** Kubernetes' default: None. */
  readonly sessionAffinity?: "None" | "ClientIP" | null;
  /** Seconds a client stays with its pod. Kubernetes' default: 10800. */
  readonly sessionAffinityTimeoutSeconds?: number | null;
  /** Local keeps the client's address and the node's own pods. */
  readonly externalTrafficPolicy?: "Cluster" | "Local" | null;
  /** Kubernetes' default: Cluster. */
  readonly internalTrafficPolicy?: "Cluster" | "Local" | null;
  /** Which endpoints are preferred. */
  readonly trafficDistribution?: "PreferClose" | "PreferSameZone" | "PreferSameNode" | null;
  /** Whether pods that aren't ready are found. */
  readonly publishNotReadyAddresses?: boolean | null;
  /** Kubernetes' default: SingleStack. */
  readonly ipFamilyPolicy?: "SingleStack" | "PreferDualStack" | "RequireDualStack" | null;
  /** Address families, the primary first. */
  readonly ipFamilies?: readonly ("IPv4" | "IPv6")[] | null;
  /** Addresses of nodes outside Kubernetes' care. */
  readonly externalIPs?: readonly string[] | null;
  /** Who makes the load balancer. Immutable. */
  readonly loadBalancerClass?: string | null;
  /** Networks that may use the load balancer. */
  readonly loadBalancerSourceRanges?: readonly string[] | null;
  /** Kubernetes' default: true. */
  readonly allocateLoadBalancerNodePorts?: boolean | null;
  /** Port for health checks of a Local load balancer. */
  readonly healthCheckNodePort?: number | null;
}

/** Who the pods are. As a merge patch. */
export interface ServiceAccountPatch {
  /** Default: the app's name. */
  readonly name?: string | null;
  /** False uses an account that something else creates. Default: true. */
  readonly create?: boolean | null;
  /** IAM role the pods act as (IRSA). */
  readonly roleArn?: string | null;
  /** Further labels. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Further annotations. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Whether pods get a token for the API server. Default: false. With `defaults: none` or `environment` it is the account's alone; `pod.automountServiceAccountToken` is that of the pods. */
  readonly token?: boolean | null;
  /** Secrets that let the kubelet pull. */
  readonly imagePullSecrets?: readonly string[] | null;
}

/** A port of a Service. As a merge patch. */
export interface ServicePortPatch {
  /** The port clients use. */
  readonly port?: number;
  /** Port of the container. Default: the one of the same name. */
  readonly targetPort?: string | number | null;
  /** Port of every node. Default: one the cluster picks. */
  readonly nodePort?: number | null;
  /** Default: the container port's, or TCP. */
  readonly protocol?: "TCP" | "UDP" | "SCTP" | null;
  /** As `kubernetes.io/h2c`. */
  readonly appProtocol?: string | null;
  /** False leaves the name out of the manifest, which a Service with one port allows. Default: the port is named. */
  readonly named?: false | null;
}

/** A container beside the main one. As a merge patch. */
export interface SidecarPatch {
  /** Repository; the environment's registry goes before it unless it names one, and the environment's pins give tag and digest. May carry its own tag or digest. */
  readonly image?: string;
  /** When the image is pulled. Kubernetes' default: IfNotPresent, Always for `latest`. */
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never" | null;
  /** Replaces the image's entrypoint. */
  readonly command?: readonly string[] | null;
  /** Replaces the image's command. */
  readonly args?: readonly string[] | null;
  /** Default: the image's. */
  readonly workingDir?: string | null;
  /** Ports by name. */
  readonly ports?: { readonly [name: string]: number | ContainerPortPatch | null } | null;
  /** Environment variables by name; they win over `envFrom` and the app's `config.env` and `secrets.env`. */
  readonly env?: { readonly [name: string]: EnvValuePatch | null } | null;
  /** ConfigMaps and Secrets whose keys become variables, by a name of your choice. */
  readonly envFrom?: { readonly [name: string]: EnvFromPatch | null } | null;
  /** Requests and limits. */
  readonly resources?: ResourcesPatch | null;
  /** Startup, readiness and liveness. */
  readonly probes?: ProbesPatch | null;
  /** Hooks after start and before stop. */
  readonly lifecycle?: LifecyclePatch | null;
  /** Volumes by the path they appear at. */
  readonly mounts?: { readonly [name: string]: string | MountPatch | null } | null;
  /** Variables that come first, in this order. Default: by name, those after others that they name; as written with `defaults: none` or `environment`. */
  readonly envOrder?: readonly string[] | null;
  /** Sources of variables that come first, in this order: later ones win. Default: by name; as written with `defaults: none` or `environment`. */
  readonly envFromOrder?: readonly string[] | null;
  /** Ports that come first, in this order. Default: by name; as written with `defaults: none` or `environment`. */
  readonly portOrder?: readonly string[] | null;
  /** Mounts that come first, in this order. Default: by path; as written with `defaults: none` or `environment`. */
  readonly mountOrder?: readonly string[] | null;
  /** Block volumes by device path. */
  readonly devices?: { readonly [name: string]: string | null } | null;
  /** Security context; wins over the pod's. */
  readonly security?: ContainerSecurityPatch | null;
  /** Whether a resize restarts the container, by resource. */
  readonly resizePolicy?: Readonly<Partial<Record<"cpu" | "memory", "NotRequired" | "RestartContainer">>> | null;
  /** Kubernetes' default: /dev/termination-log. */
  readonly terminationMessagePath?: string | null;
  /** Kubernetes' default: File. */
  readonly terminationMessagePolicy?: "File" | "FallbackToLogsOnError" | null;
  /** Keep standard input open. */
  readonly stdin?: boolean | null;
  /** Close it after the first client. */
  readonly stdinOnce?: boolean | null;
  /** Allocate a terminal. */
  readonly tty?: boolean | null;
  /** A native sidecar: starts before the main container, stops after it, and doesn't keep a Job alive. Default: false. */
  readonly native?: boolean | null;
  /** Init containers run from the lowest to the highest, native sidecars among them. Default: 0, then by name. */
  readonly order?: number | null;
}

/** How evenly pods spread over places. As a merge patch. */
export interface SpreadPatch {
  /** Difference allowed between places. Default: 1. */
  readonly maxSkew?: number | null;
  /** Default: ScheduleAnyway. */
  readonly whenUnsatisfiable?: "DoNotSchedule" | "ScheduleAnyway" | null;
  /** Least number of places. */
  readonly minDomains?: number | null;
  /** Kubernetes' default: Honor. */
  readonly nodeAffinityPolicy?: "Honor" | "Ignore" | null;
  /** Pods that count. Default: those of the app. */
  readonly selector?: LabelSelectorPatch | null;
  /** Kubernetes' default: Ignore. */
  readonly nodeTaintsPolicy?: "Honor" | "Ignore" | null;
  /** Labels of the pod that narrow the count, as `pod-template-hash` to count one revision. */
  readonly matchLabelKeys?: readonly string[] | null;
}

/** Replaces pods from the highest ordinal down. As a merge patch. */
export interface StatefulSetRollingUpdatePatch {
  /** Replaces pods from the highest ordinal down. */
  readonly type?: "RollingUpdate";
  /** Pods below this ordinal keep the old revision. Kubernetes' default: 0. */
  readonly partition?: number | null;
  /** Pods that may be missing (behind a feature gate). Kubernetes' default: 1. */
  readonly maxUnavailable?: number | string | null;
}

/** Pods with a name and storage of their own. As a merge patch. */
export interface StatefulSetWorkloadPatch {
  /** Pods with a name and storage of their own. */
  readonly kind?: "StatefulSet";
  /** Default: the app's name. Immutable. */
  readonly name?: string | null;
  /** Further labels of the workload itself; `pod.labels` has those of its pods. */
  readonly labels?: { readonly [name: string]: string | null } | null;
  /** Annotations of the workload itself. */
  readonly annotations?: { readonly [name: string]: string | null } | null;
  /** Number of pods. Default: 1. Left out of the manifest when the app has `autoscaling`. */
  readonly replicas?: number | null;
  /** How pods are replaced. Kubernetes' default: RollingUpdate. */
  readonly updateStrategy?: StatefulSetRollingUpdatePatch | OnDeletePatch | null;
  /** Whether pods start one after another. Kubernetes' default: OrderedReady. Immutable. */
  readonly podManagementPolicy?: "OrderedReady" | "Parallel" | null;
  /** Headless Service that names the pods; empty for none. Default: the app's Service. Immutable. */
  readonly serviceName?: string | "" | null;
  /** A claim for each pod, by volume name; mount them like volumes. Immutable. */
  readonly claims?: { readonly [name: string]: ClaimTemplatePatch | null } | null;
  /** What becomes of the claims. */
  readonly claimRetention?: {
    /** When the StatefulSet goes. Kubernetes' default: Retain. */
    readonly whenDeleted?: "Retain" | "Delete" | null;
    /** When it shrinks. Kubernetes' default: Retain. */
    readonly whenScaled?: "Retain" | "Delete" | null;
  } | null;
  /** First ordinal. Kubernetes' default: 0. */
  readonly ordinalStart?: number | null;
  /** Seconds a pod must be ready to count. Kubernetes' default: 0. */
  readonly minReadySeconds?: number | null;
  /** Old revisions kept. Kubernetes' default: 10. */
  readonly revisionHistoryLimit?: number | null;
}

/** Opens a TCP connection. As a merge patch. */
export interface TcpActionPatch {
  /** Port to open. */
  readonly port?: string | number;
  /** Default: the pod's address. */
  readonly host?: string | null;
}

/** How many requests are let through; what is more gets status 429. As a merge patch. */
export interface ThrottlePatch {
  /** Requests a second in the long run. */
  readonly rate?: number;
  /** Requests at once. */
  readonly burst?: number;
}

/** A taint that the pod tolerates. As a merge patch. */
export interface TolerationPatch {
  /** Taint's key. Default: any. */
  readonly key?: string | null;
  /** Kubernetes' default: Equal. */
  readonly operator?: "Exists" | "Equal" | null;
  /** Taint's value. */
  readonly value?: string | null;
  /** Default: any. */
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute" | null;
  /** Seconds to stay under NoExecute. Default: forever. */
  readonly tolerationSeconds?: number | null;
}

/** Something the app talks to; becomes an allow where the environment denies by default. As a merge patch. */
export interface UsePatch {
  /** An app of this environment. Default: the use's own name, unless it has `cidr`. */
  readonly app?: string | null;
  /** A network, or several, outside the cluster. */
  readonly cidr?: string | readonly string[] | null;
  /** Ports by name. Default: all the other app opens; for a network, all. */
  readonly ports?: {
    readonly [name: string]:
      | number
      | {
          /** Number. */
          readonly port?: number;
          /** Default: the container port's, or TCP. */
          readonly protocol?: "TCP" | "UDP" | "SCTP" | null;
        }
      | null;
  } | null;
}

/** Something containers mount. As a merge patch. */
export type VolumePatch = {
  /** Mode of the files of config, secret, projected and downward volumes. */
  readonly defaultMode?: number | null;
} & (
  | {
      /** Files from a ConfigMap. */
      readonly config?:
        | string
        | {
            /** The ConfigMap. */
            readonly name?: string;
            /** Keys to show, and the path of each. Default: all, by their key. */
            readonly items?: {
              readonly [name: string]:
                | string
                | {
                    /** Path in the volume. */
                    readonly path?: string;
                    /** File mode, as 0o440. */
                    readonly mode?: number | null;
                  }
                | null;
            } | null;
            /** Start without it. Default: false. */
            readonly optional?: boolean | null;
          };
      readonly secret?: never | null;
      readonly emptyDir?: never | null;
      readonly claim?: never | null;
      readonly hostPath?: never | null;
      readonly projected?: never | null;
      readonly ephemeral?: never | null;
      readonly csi?: never | null;
      readonly nfs?: never | null;
      readonly image?: never | null;
      readonly downward?: never | null;
    }
  | {
      /** Files from a Secret. */
      readonly secret?:
        | string
        | {
            /** The Secret. */
            readonly name?: string;
            /** Keys to show, and the path of each. Default: all, by their key. */
            readonly items?: {
              readonly [name: string]:
                | string
                | {
                    /** Path in the volume. */
                    readonly path?: string;
                    /** File mode, as 0o440. */
                    readonly mode?: number | null;
                  }
                | null;
            } | null;
            /** Start without it. Default: false. */
            readonly optional?: boolean | null;
          };
      readonly config?: never | null;
      readonly emptyDir?: never | null;
      readonly claim?: never | null;
      readonly hostPath?: never | null;
      readonly projected?: never | null;
      readonly ephemeral?: never | null;
      readonly csi?: never | null;
      readonly nfs?: never | null;
      readonly image?: never | null;
      readonly downward?: never | null;
    }
  | {
      /** Scratch space that lives as long as the pod. */
      readonly emptyDir?: {
        /** Memory, or else the node's disk. */
        readonly medium?: "Memory" | null;
        /** The pod is evicted past it. */
        readonly sizeLimit?: string | number | null;
      };
      readonly config?: never | null;
      readonly secret?: never | null;
      readonly claim?: never | null;
      readonly hostPath?: never | null;
      readonly projected?: never | null;
      readonly ephemeral?: never | null;
      readonly csi?: never | null;
      readonly nfs?: never | null;
      readonly image?: never | null;
      readonly downward?: never | null;
    }
  | {
      /** A PersistentVolumeClaim: one of the app's `storage` by its key, or any by its name. */
      readonly claim?:
        | string
        | {
            /** The PersistentVolumeClaim. */
            readonly name?: string;
            /** Default: false. */
            readonly readOnly?: boolean | null;
          };
      readonly config?: never | null;
      readonly secret?: never | null;
      readonly emptyDir?: never | null;
      readonly hostPath?: never | null;
      readonly projected?: never | null;
      readonly ephemeral?: never | null;
      readonly csi?: never | null;
      readonly nfs?: never | null;
      readonly image?: never | null;
      readonly downward?: never | null;
    }
  | {
      /** A path of the node; only where the environment allows it for the app. */
      readonly hostPath?:
        | string
        | {
            /** Path on the node. */
            readonly path?: string;
            /** What must be there. Default: nothing is checked. */
            readonly type?:
              | ""
              | "DirectoryOrCreate"
              | "Directory"
              | "FileOrCreate"
              | "File"
              | "Socket"
              | "CharDevice"
              | "BlockDevice"
              | null;
          };
      readonly config?: never | null;
      readonly secret?: never | null;
      readonly emptyDir?: never | null;
      readonly claim?: never | null;
      readonly projected?: never | null;
      readonly ephemeral?: never | null;
      readonly csi?: never | null;
      readonly nfs?: never | null;
      readonly image?: never | null;
      readonly downward?: never | null;
    }
  | {
      /** Several sources in one folder. */
      readonly projected?: readonly ProjectedSource[];
      readonly config?: never | null;
      readonly secret?: never | null;
      readonly emptyDir?: never | null;
      readonly claim?: never | null;
      readonly hostPath?: never | null;
      readonly ephemeral?: never | null;
      readonly csi?: never | null;
      readonly nfs?: never | null;
      readonly image?: never | null;
      readonly downward?: never | null;
    }
  | {
      /** A claim that lives as long as the pod. */
      readonly ephemeral?: ClaimTemplatePatch;
      readonly config?: never | null;
      readonly secret?: never | null;
      readonly emptyDir?: never | null;
      readonly claim?: never | null;
      readonly hostPath?: never | null;
      readonly projected?: never | null;
      readonly csi?: never | null;
      readonly nfs?: never | null;
      readonly image?: never | null;
      readonly downward?: never | null;
    }
  | {
      /** An inline CSI volume, as the Kubernetes API has it. */
      readonly csi?: Readonly<Record<string, unknown>>;
      readonly config?: never | null;
      readonly secret?: never | null;
      readonly emptyDir?: never | null;
      readonly claim?: never | null;
      readonly hostPath?: never | null;
      readonly projected?: never | null;
      readonly ephemeral?: never | null;
      readonly nfs?: never | null;
      readonly image?: never | null;
      readonly downward?: never | null;
    }
  | {
      /** An NFS export. */
      readonly nfs?: {
        /** Host of the NFS server. */
        readonly server?: string;
        /** Exported path. */
        readonly path?: string;
        /** Default: false. */
        readonly readOnly?: boolean | null;
      };
      readonly config?: never | null;
      readonly secret?: never | null;
      readonly emptyDir?: never | null;
      readonly claim?: never | null;
      readonly hostPath?: never | null;
      readonly projected?: never | null;
      readonly ephemeral?: never | null;
      readonly csi?: never | null;
      readonly image?: never | null;
      readonly downward?: never | null;
    }
  | {
      /** The files of an OCI image. */
      readonly image?: {
        /** Full image reference. */
        readonly reference?: string;
        /** When it is pulled. */
        readonly pullPolicy?: "Always" | "IfNotPresent" | "Never" | null;
      };
      readonly config?: never | null;
      readonly secret?: never | null;
      readonly emptyDir?: never | null;
      readonly claim?: never | null;
      readonly hostPath?: never | null;
      readonly projected?: never | null;
      readonly ephemeral?: never | null;
      readonly csi?: never | null;
      readonly nfs?: never | null;
      readonly downward?: never | null;
    }
  | {
      /** Fields of the pod by file name. */
      readonly downward?: { readonly [name: string]: string | null };
      readonly config?: never | null;
      readonly secret?: never | null;
      readonly emptyDir?: never | null;
      readonly claim?: never | null;
      readonly hostPath?: never | null;
      readonly projected?: never | null;
      readonly ephemeral?: never | null;
      readonly csi?: never | null;
      readonly nfs?: never | null;
      readonly image?: never | null;
    }
);

/** A finding of `slipway check` that is accepted for a while. As a merge patch. */
export interface WaiverPatch {
  /** Id of the rule, as `slipway rules` lists them. */
  readonly rule?: string;
  /** Kind and name of the object, as `Deployment backend-app`. */
  readonly resource?: string;
  /** Why it may be so. */
  readonly reason?: string;
  /** The last day it holds; then the finding is back. */
  readonly until?: string;
}

/** What runs the app's pods. As a merge patch. */
export type WorkloadPatch =
  | DeploymentWorkloadPatch
  | StatefulSetWorkloadPatch
  | DaemonSetWorkloadPatch
  | JobWorkloadPatch
  | CronJobWorkloadPatch;
