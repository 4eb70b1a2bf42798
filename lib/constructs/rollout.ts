import { ApiObject } from "cdk8s";
import type { Construct } from "constructs";
import {
  type BackgroundAnalysis,
  type BlueGreen,
  type Canary,
  type CanaryStep,
  type DeploymentWorkload,
  type RolloutAnalysis,
  rolloutKind,
  serviceOfNewPods,
  weightedRouteOf,
  workloadName,
} from "../overlay/index.ts";
import { analysisTemplateName } from "./analysis-template.ts";
import { nonEmpty, sorted } from "./metadata.ts";
import { podTemplate } from "./pod.ts";
import { type AppProps, selectorOf } from "./props.ts";
import { replicasOf } from "./replicas.ts";
import { canaryServiceName, serviceName } from "./service.ts";
import { workloadFields, workloadMetadata } from "./workload-metadata.ts";

type Strategy = Canary | BlueGreen;

/** Pods that Argo Rollouts replaces by steps: https://argo-rollouts.readthedocs.io/en/stable/features/specification/ */
export class Rollout extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, workload: DeploymentWorkload, strategy: Strategy) {
    const { apiVersion, kind } = rolloutKind;
    super(scope, id, { apiVersion, kind, metadata: workloadMetadata(props, workload), spec: spec(props, workload, strategy) });
  }
}

function spec(props: AppProps, workload: DeploymentWorkload, strategy: Strategy) {
  const { replicas, strategy: _strategy, ...rest } = workloadFields(workload);
  const pods = strategy.workloadRef
    ? { workloadRef: { apiVersion: "apps/v1", kind: workload.kind, name: workloadName(props.app), ...strategy.workloadRef } }
    : { selector: { matchLabels: { ...selectorOf(props.app) } }, template: podTemplate(props) };
  return {
    ...replicasOf(props.app, replicas),
    strategy: strategy.type === "Canary" ? { canary: canary(props, strategy) } : { blueGreen: blueGreen(props, strategy) },
    ...rest,
    ...pods,
  };
}

function canary(props: AppProps, strategy: Canary) {
  const { type, workloadRef, traffic, canaryService, httpRoute, steps, analysis, ...rest } = strategy;
  return {
    ...rest,
    ...weights(props),
    ...(analysis ? { analysis: background(props, analysis) } : {}),
    ...nonEmpty(
      "steps",
      steps?.map((step) => stepOf(props, step)),
    ),
  };
}

/** The app's own Service leads to stable pods, a second one to new ones, and the HTTPRoute shares the requests out between the two. */
function weights(props: AppProps) {
  const { app } = props;
  const service = canaryServiceName(app);
  const httpRoute = weightedRouteOf(props);
  if (service === undefined) return {};
  return {
    stableService: serviceName(app),
    canaryService: service,
    trafficRouting: { plugins: { "argoproj-labs/gatewayAPI": { httpRoute, namespace: app.spec.namespace } } },
  };
}

const stepOf = (props: AppProps, step: CanaryStep) =>
  step.analysis === undefined ? step : { ...step, analysis: analysisOf(props, step.analysis) };

function blueGreen(props: AppProps, strategy: BlueGreen) {
  const { type, workloadRef, previewService, prePromotionAnalysis, postPromotionAnalysis, ...rest } = strategy;
  return {
    activeService: serviceName(props.app),
    previewService: serviceOfNewPods(props.app),
    ...rest,
    ...(prePromotionAnalysis ? { prePromotionAnalysis: analysisOf(props, prePromotionAnalysis) } : {}),
    ...(postPromotionAnalysis ? { postPromotionAnalysis: analysisOf(props, postPromotionAnalysis) } : {}),
  };
}

const background = (props: AppProps, { startingStep, ...run }: BackgroundAnalysis) => ({ ...analysisOf(props, run), startingStep });

function analysisOf({ app }: AppProps, { templates, args }: RolloutAnalysis) {
  return {
    templates: templates.map((template) =>
      typeof template === "string"
        ? { templateName: analysisTemplateName(app.name, template) }
        : { templateName: template.name, ...(template.clusterScope === undefined ? {} : { clusterScope: template.clusterScope }) },
    ),
    ...nonEmpty(
      "args",
      sorted(args).map(([name, value]) => ({ name, ...(typeof value === "string" ? { value } : { valueFrom: sourceOf(value) }) })),
    ),
  };
}

type Argument = Exclude<NonNullable<RolloutAnalysis["args"]>[string], string>;

const sourceOf = ({ podTemplateHash, field }: Argument) =>
  podTemplateHash === undefined ? { fieldRef: { fieldPath: field } } : { podTemplateHashValue: podTemplateHash };
