import { z } from "zod";
import { oneOf } from "./one-of.ts";
import {
  annotations,
  countOrPercent,
  dnsLabel,
  labels,
  nonNegative,
  objectName,
  positive,
  serviceName,
  surge,
  verbatim,
} from "./scalar.ts";

/** What Argo Rollouts does with a Deployment's pods: https://argo-rollouts.readthedocs.io/en/stable/features/specification/ */

const share = z.int().min(0).max(100);
const seconds = z.union([
  nonNegative,
  z.string().regex(/^[0-9]+[smh]?$/, { error: "a number of seconds, or a duration with one unit, as 30s, 10m or 1h" }),
]);
const argumentName = z.string().regex(/^[A-Za-z0-9_-]+$/, { error: "letters, digits, '-' and '_'" });

const AnalysisArgument = oneOf({
  podTemplateHash: z.enum(["Stable", "Latest"]).describe("The hash by which the old pods (Stable) or the new ones (Latest) are labelled."),
  field: z.string().min(1).describe("A field of the Rollout, as `metadata.labels['region']`."),
}).meta({ id: "AnalysisArgument", description: "What Argo Rollouts fills in." });
const TemplateElsewhere = z
  .strictObject({
    name: objectName.describe("Name of the AnalysisTemplate."),
    clusterScope: z.boolean().optional().describe("Whether it is a ClusterAnalysisTemplate. Default: false."),
  })
  .meta({ id: "AnalysisTemplateElsewhere", description: "A template that isn't the app's own." });
const run = {
  templates: z
    .array(z.union([dnsLabel, TemplateElsewhere]))
    .min(1)
    .describe("What is measured: entries of the app's `analysis` by name, or templates that are elsewhere."),
  args: z
    .record(argumentName, z.union([z.string(), AnalysisArgument]))
    .optional()
    .describe("Values of the templates' arguments, by name."),
};
const AnalysisRun = z.strictObject(run).meta({ id: "RolloutAnalysis", description: "Measures that decide whether a rollout goes on." });
const BackgroundAnalysis = z
  .strictObject({ ...run, startingStep: nonNegative.optional().describe("Index of the step from which on it measures. Default: 0.") })
  .meta({ id: "BackgroundAnalysis", description: "Measures that run beside the steps; a failure aborts the rollout." });

const Step = oneOf({
  setWeight: share.describe("Share of the requests, in percent, that the new pods get."),
  pause: z
    .strictObject({ duration: seconds.optional().describe("How long it waits, as `10m`. Default: until a person promotes it.") })
    .describe("Waits."),
  setCanaryScale: z
    .strictObject({
      replicas: nonNegative.optional().describe("Number of new pods."),
      weight: share.optional().describe("Share of `replicas`, in percent, that runs as new pods."),
      matchTrafficWeight: z.boolean().optional().describe("As many new pods as their share of the requests asks for."),
    })
    .describe("Sets the number of new pods apart from their share of the requests. Only with `traffic: gateway`."),
  analysis: AnalysisRun.describe("Measures, and goes on when that succeeds; a failure aborts the rollout."),
  experiment: verbatim.describe("Runs pods beside for a while, as Argo Rollouts' API has it."),
  setHeaderRoute: verbatim.describe("Sends requests with a header to the new pods, as Argo Rollouts' API has it."),
  setMirrorRoute: verbatim.describe("Copies requests to the new pods, as Argo Rollouts' API has it."),
  plugin: verbatim.describe("A step of a plugin, as Argo Rollouts' API has it."),
}).meta({ id: "CanaryStep", description: "One step of a canary rollout." });

const PodMetadata = z
  .strictObject({ labels: labels.optional().describe("Labels."), annotations: annotations.optional().describe("Annotations.") })
  .meta({ id: "RolloutPodMetadata", description: "What pods carry as long as they have a role in a rollout." });
const WorkloadRef = z
  .strictObject({
    scaleDown: z
      .enum(["never", "onsuccess", "progressively"])
      .optional()
      .describe(
        "When the Deployment's own pods go: never, once the Rollout's are available, or as these come. Argo Rollouts' default: never. Then both run.",
      ),
  })
  .meta({ id: "RolloutWorkloadRef", description: "The Deployment stays, and a Rollout takes its pods' template from it." });

const common = {
  workloadRef: WorkloadRef.optional().describe(
    "Keeps the Deployment and its pods, and adds a Rollout that takes the template from it: for adopting what runs. Default: the Rollout takes the Deployment's place.",
  ),
  abortScaleDownDelaySeconds: nonNegative
    .optional()
    .describe("Seconds that new pods stay after an abort; 0 keeps them. Argo Rollouts' default: 30."),
  antiAffinity: verbatim.optional().describe("Keeps old and new pods on different nodes, as Argo Rollouts' API has it."),
};

export const Canary = z
  .strictObject({
    type: z.literal("Canary").describe("Replaces pods by steps, of which each may wait or measure. Needs Argo Rollouts in the cluster."),
    steps: z.array(Step).optional().describe("What happens one after another; then all pods are new. Default: none, as a rolling update."),
    traffic: z
      .enum(["none", "gateway"])
      .optional()
      .describe(
        "What gives the new pods their share of the requests: none, so that the number of pods decides, or the app's HTTPRoute (Gateway API plugin). Default: none.",
      ),
    canaryService: serviceName
      .optional()
      .describe("Service of the new pods, where `traffic` is gateway. Default: the Service's name and '-canary'."),
    httpRoute: objectName.optional().describe("HTTPRoute whose weights change, where `traffic` is gateway. Default: the app's name."),
    maxSurge: surge.optional().describe("Pods above the number asked for. Argo Rollouts' default: 25%."),
    maxUnavailable: countOrPercent.optional().describe("Pods that may be missing. Argo Rollouts' default: 25%."),
    minPodsPerReplicaSet: positive.optional().describe("Fewest old and new pods where there are any. Only with `traffic: gateway`."),
    dynamicStableScale: z
      .boolean()
      .optional()
      .describe("Whether old pods go as the new ones get their share. Only with `traffic: gateway`. Argo Rollouts' default: false."),
    scaleDownDelaySeconds: nonNegative
      .optional()
      .describe("Seconds that old pods stay after the rollout. Only with `traffic: gateway`. Argo Rollouts' default: 30."),
    analysis: BackgroundAnalysis.optional().describe("Measures beside the steps; a failure aborts the rollout."),
    canaryMetadata: PodMetadata.optional().describe("What new pods carry until they are the stable ones."),
    stableMetadata: PodMetadata.optional().describe("What stable pods carry."),
    ...common,
  })
  .meta({ id: "Canary", description: "Replaces pods by steps, with a Rollout of Argo Rollouts." });

export const BlueGreen = z
  .strictObject({
    type: z
      .literal("BlueGreen")
      .describe("Starts all new pods beside the old ones, then switches the Service over. Needs Argo Rollouts in the cluster."),
    previewService: serviceName
      .optional()
      .describe("Service of the new pods before the switch. Default: the Service's name and '-preview'."),
    autoPromotionEnabled: z.boolean().optional().describe("Whether it switches by itself. Argo Rollouts' default: true."),
    autoPromotionSeconds: nonNegative.optional().describe("Seconds until it switches by itself."),
    previewReplicaCount: positive.optional().describe("New pods before the switch. Default: as many as there are old ones."),
    scaleDownDelaySeconds: nonNegative.optional().describe("Seconds that old pods stay after the switch. Argo Rollouts' default: 30."),
    scaleDownDelayRevisionLimit: nonNegative.optional().describe("Old revisions that may wait for that at a time. Default: all."),
    maxUnavailable: countOrPercent.optional().describe("Pods that may be missing. Argo Rollouts' default: 0."),
    prePromotionAnalysis: AnalysisRun.optional().describe("Measures before the switch; a failure aborts the rollout."),
    postPromotionAnalysis: AnalysisRun.optional().describe("Measures after the switch; a failure switches back."),
    previewMetadata: PodMetadata.optional().describe("What new pods carry before the switch."),
    activeMetadata: PodMetadata.optional().describe("What pods carry after the switch."),
    ...common,
  })
  .meta({ id: "BlueGreen", description: "Starts all new pods beside the old ones, then switches over, with a Rollout of Argo Rollouts." });

const count = z.union([nonNegative, z.string().min(1)]);
const Metric = z
  .strictObject({
    provider: verbatim.describe("What measures, as Argo Rollouts' API has it: `{ prometheus: { address, query } }`, `{ job: ... }`."),
    successCondition: z.string().optional().describe("When a value is good, as `result[0] >= 0.95`."),
    failureCondition: z.string().optional().describe("When a value is bad."),
    interval: seconds.optional().describe("Time between values. Default: it measures once."),
    initialDelay: seconds.optional().describe("Time before the first value."),
    count: count
      .optional()
      .describe("Number of values. Default: one, or with `interval` no end, which only a background analysis may have."),
    failureLimit: count.optional().describe("Bad values that are allowed. Argo Rollouts' default: 0."),
    inconclusiveLimit: count.optional().describe("Values that are allowed to be neither good nor bad. Argo Rollouts' default: 0."),
    consecutiveSuccessLimit: count.optional().describe("Good values in a row that are enough."),
    consecutiveErrorLimit: count.optional().describe("Failed measurements in a row that are allowed. Argo Rollouts' default: 4."),
  })
  .meta({ id: "AnalysisMetric", description: "What an analysis measures, and when that is good." });
const TemplateArgument = z
  .strictObject({
    value: z.string().optional().describe("Default value. Default: each use says one."),
    secret: z
      .strictObject({ name: objectName.describe("The Secret."), key: z.string().min(1).describe("Its key.") })
      .optional()
      .describe("Reads it from a Secret."),
  })
  .meta({ id: "AnalysisTemplateArgument", description: "An argument of an analysis, for which a rollout gives a value." });

/** The app's AnalysisTemplates by name: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/ */
export const analyses = z.record(
  dnsLabel,
  z
    .strictObject({
      metrics: z.record(argumentName, Metric).describe("What it measures, by name."),
      args: z.record(argumentName, TemplateArgument).optional().describe("Its arguments, by name."),
    })
    .meta({ id: "Analysis", description: "An AnalysisTemplate of Argo Rollouts: measures that decide whether a rollout goes on." }),
);
