import { z } from "zod";
import { LabelSelector } from "./pod.ts";
import { BlueGreen, Canary } from "./progressive.ts";
import {
  annotations,
  countOrPercent,
  cronSchedule,
  dnsLabel,
  labels,
  nonNegative,
  objectName,
  positive,
  surge,
  timeZone,
  verbatim,
} from "./scalar.ts";
import { ClaimTemplate } from "./volume.ts";

const replicas = nonNegative.optional().describe("Number of pods. Default: 1. Left out of the manifest when the app has `autoscaling`.");
const minReadySeconds = nonNegative.optional().describe("Seconds a pod must be ready to count. Kubernetes' default: 0.");
const revisionHistoryLimit = nonNegative.optional().describe("Old revisions kept. Kubernetes' default: 10.");

/** What every kind of workload has as an object. */
const objectFields = {
  name: objectName.optional().describe("Default: the app's name. Immutable."),
  labels: labels.optional().describe("Further labels of the workload itself; `pod.labels` has those of its pods."),
  annotations: annotations.optional().describe("Annotations of the workload itself."),
};

const RollingUpdate = z
  .strictObject({
    type: z.literal("RollingUpdate").describe("Replaces pods step by step."),
    maxSurge: surge.optional().describe("Pods above the number asked for. Kubernetes' default: 25%."),
    maxUnavailable: countOrPercent.optional().describe("Pods that may be missing. Kubernetes' default: 25%."),
  })
  .meta({ id: "RollingUpdate", description: "Replaces pods step by step." });
const Recreate = z
  .strictObject({ type: z.literal("Recreate").describe("Stops all pods, then starts the new ones.") })
  .meta({ id: "Recreate", description: "Stops all pods, then starts the new ones." });
const Deployment = z
  .strictObject({
    kind: z.literal("Deployment").describe("Pods without identity."),
    ...objectFields,
    replicas,
    strategy: z
      .discriminatedUnion("type", [RollingUpdate, Recreate, Canary, BlueGreen])
      .optional()
      .describe(
        "How pods are replaced. Default: RollingUpdate, one more, none missing. Canary and BlueGreen make a Rollout of Argo Rollouts of the Deployment.",
      ),
    minReadySeconds,
    progressDeadlineSeconds: positive.optional().describe("Seconds until a rollout counts as failed. Kubernetes' default: 600."),
    revisionHistoryLimit,
    paused: z.boolean().optional().describe("Whether rollouts wait."),
  })
  .meta({ id: "DeploymentWorkload", description: "Pods without identity." });

const OnDelete = z
  .strictObject({ type: z.literal("OnDelete").describe("A pod is replaced when someone deletes it.") })
  .meta({ id: "OnDelete", description: "A pod is replaced when someone deletes it." });
const StatefulRolling = z
  .strictObject({
    type: z.literal("RollingUpdate").describe("Replaces pods from the highest ordinal down."),
    partition: nonNegative.optional().describe("Pods below this ordinal keep the old revision. Kubernetes' default: 0."),
    maxUnavailable: countOrPercent.optional().describe("Pods that may be missing (behind a feature gate). Kubernetes' default: 1."),
  })
  .meta({ id: "StatefulSetRollingUpdate", description: "Replaces pods from the highest ordinal down." });
const retention = z.enum(["Retain", "Delete"]).optional();
const StatefulSet = z
  .strictObject({
    kind: z.literal("StatefulSet").describe("Pods with a name and storage of their own."),
    ...objectFields,
    replicas,
    updateStrategy: z
      .discriminatedUnion("type", [StatefulRolling, OnDelete])
      .optional()
      .describe("How pods are replaced. Kubernetes' default: RollingUpdate."),
    podManagementPolicy: z
      .enum(["OrderedReady", "Parallel"])
      .optional()
      .describe("Whether pods start one after another. Kubernetes' default: OrderedReady. Immutable."),
    serviceName: z
      .union([dnsLabel, z.literal("")])
      .optional()
      .describe("Headless Service that names the pods; empty for none. Default: the app's Service. Immutable."),
    claims: z
      .record(dnsLabel, ClaimTemplate)
      .optional()
      .describe("A claim for each pod, by volume name; mount them like volumes. Immutable."),
    claimRetention: z
      .strictObject({
        whenDeleted: retention.describe("When the StatefulSet goes. Kubernetes' default: Retain."),
        whenScaled: retention.describe("When it shrinks. Kubernetes' default: Retain."),
      })
      .optional()
      .describe("What becomes of the claims."),
    ordinalStart: nonNegative.optional().describe("First ordinal. Kubernetes' default: 0."),
    minReadySeconds,
    revisionHistoryLimit,
  })
  .meta({ id: "StatefulSetWorkload", description: "Pods with a name and storage of their own." });

const DaemonRolling = z
  .strictObject({
    type: z.literal("RollingUpdate").describe("Replaces pods node by node."),
    maxSurge: countOrPercent.optional().describe("Nodes that may run both. Kubernetes' default: 0."),
    maxUnavailable: countOrPercent.optional().describe("Nodes that may be without. Kubernetes' default: 1."),
  })
  .meta({ id: "DaemonSetRollingUpdate", description: "Replaces pods node by node." });
const DaemonSet = z
  .strictObject({
    kind: z.literal("DaemonSet").describe("A pod on every node."),
    ...objectFields,
    updateStrategy: z
      .discriminatedUnion("type", [DaemonRolling, OnDelete])
      .optional()
      .describe("How pods are replaced. Kubernetes' default: RollingUpdate."),
    minReadySeconds,
    revisionHistoryLimit,
  })
  .meta({ id: "DaemonSetWorkload", description: "A pod on every node." });

/** The fields of a Job that its pods depend on, wherever the Job comes from. */
export const jobFields = {
  completions: positive.optional().describe("Pods that must succeed. Kubernetes' default: 1. Immutable."),
  parallelism: nonNegative.optional().describe("Pods at a time. Kubernetes' default: 1."),
  completionMode: z
    .enum(["NonIndexed", "Indexed"])
    .optional()
    .describe("Whether each pod has an index. Kubernetes' default: NonIndexed. Immutable."),
  backoffLimit: nonNegative.optional().describe("Retries before the Job fails. Kubernetes' default: 6."),
  backoffLimitPerIndex: nonNegative.optional().describe("Retries for each index. Immutable."),
  maxFailedIndexes: nonNegative.optional().describe("Failed indexes before the Job fails."),
  activeDeadlineSeconds: positive.optional().describe("Seconds the Job may run."),
  ttlSecondsAfterFinished: nonNegative.optional().describe("Seconds a finished Job is kept. Default: forever."),
  suspend: z.boolean().optional().describe("Whether it waits."),
  podFailurePolicy: verbatim.optional().describe("What failures mean, as the Kubernetes API has it. Immutable."),
  successPolicy: verbatim.optional().describe("When an Indexed Job has succeeded, as the Kubernetes API has it. Immutable."),
  podReplacementPolicy: z.enum(["TerminatingOrFailed", "Failed"]).optional().describe("When a pod is replaced."),
  managedBy: z.string().optional().describe("Controller that runs the Job. Immutable."),
};
const Job = z
  .strictObject({ kind: z.literal("Job").describe("Pods that run to their end once."), ...objectFields, ...jobFields })
  .meta({ id: "JobWorkload", description: "Pods that run to their end once; replaced when it changes." });

const CronJob = z
  .strictObject({
    kind: z.literal("CronJob").describe("A Job by the clock."),
    ...objectFields,
    schedule: cronSchedule.describe("Cron schedule, as '30 2 * * *'."),
    timeZone: timeZone.optional().describe("Time zone of the schedule. Kubernetes' default: the controller's."),
    concurrencyPolicy: z
      .enum(["Allow", "Forbid", "Replace"])
      .optional()
      .describe("What happens when the last run isn't over. Kubernetes' default: Allow."),
    startingDeadlineSeconds: nonNegative.optional().describe("Seconds a run may start late. Default: any."),
    successfulJobsHistoryLimit: nonNegative.optional().describe("Finished Jobs kept. Kubernetes' default: 3."),
    failedJobsHistoryLimit: nonNegative.optional().describe("Failed Jobs kept. Kubernetes' default: 1."),
    suspend: z.boolean().optional().describe("Whether no run is started."),
    job: z
      .strictObject({
        labels: labels.optional().describe("Labels of each run's Job."),
        annotations: annotations.optional().describe("Annotations of each run's Job."),
        ...Object.fromEntries(Object.entries(jobFields).filter(([key]) => key !== "suspend")),
      })
      .meta({ id: "CronJobJob", description: "The fields of each run's Job." })
      .optional()
      .describe("Each run's Job."),
  })
  .meta({ id: "CronJobWorkload", description: "A Job by the clock." });

const kinds = [Deployment, StatefulSet, DaemonSet, Job, CronJob] as const;
export const Workload = z.discriminatedUnion("kind", kinds).meta({ id: "Workload", description: "What runs the app's pods." });
/** The fields of each kind, for deciding which of an environment's defaults reach it. */
export const workloadFields: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  kinds.map((kind) => [kind.shape.kind.value, new Set(Object.keys(kind.shape))]),
);

export const Autoscaling = z
  .strictObject({
    labels: labels.optional().describe("Further labels."),
    annotations: annotations.optional().describe("Annotations."),
    minReplicas: nonNegative.describe("Least number of pods."),
    maxReplicas: positive.describe("Greatest number of pods."),
    cpu: positive.optional().describe("Average use of the CPU request to aim at, in percent."),
    memory: positive.optional().describe("Average use of the memory request to aim at, in percent."),
    metrics: z.array(verbatim).optional().describe("Further metrics, as the Kubernetes API has them (autoscaling/v2)."),
    behavior: verbatim.optional().describe("How fast it scales, as the Kubernetes API has it."),
    name: objectName.optional().describe("Default: the app's name."),
    initialReplicas: positive
      .optional()
      .describe(
        "Number of pods that stays in the manifest while the autoscaler comes to an app that runs: with none, the sync drops it to one pod until the autoscaler counts. Take it out in a later commit. Default: none.",
      ),
  })
  .meta({ id: "Autoscaling", description: "A HorizontalPodAutoscaler; it owns the number of replicas." });

export const DisruptionBudget = z
  .strictObject({
    minAvailable: countOrPercent.optional().describe("Pods that must stay. Not with `maxUnavailable`."),
    maxUnavailable: countOrPercent.optional().describe("Pods that may go at a time. Default from 2 replicas: 1."),
    unhealthyPodEvictionPolicy: z
      .enum(["IfHealthyBudget", "AlwaysAllow"])
      .optional()
      .describe("Whether pods that aren't ready may always go. Kubernetes' default: IfHealthyBudget."),
    name: objectName.optional().describe("Default: the app's name."),
    labels: labels.optional().describe("Further labels."),
    annotations: annotations.optional().describe("Annotations."),
    selector: LabelSelector.optional().describe("Pods that it counts. Default: those of the app."),
  })
  .meta({ id: "DisruptionBudget", description: "A PodDisruptionBudget: how many pods a drain may take at once." });
