import type { Construct } from "constructs";
import { type DeploymentWorkload, progressiveOf, type ResolvedApp, servedBy, type Workload } from "../overlay/index.ts";
import { unhandled } from "../problem/index.ts";
import { AnalysisTemplate } from "./analysis-template.ts";
import { addConfigMaps } from "./config-map.ts";
import { CronJob } from "./cron-job.ts";
import { DaemonSet } from "./daemon-set.ts";
import { Deployment } from "./deployment.ts";
import { HelmChart } from "./helm-chart.ts";
import { HorizontalPodAutoscaler } from "./horizontal-pod-autoscaler.ts";
import { addGatewayRoutes } from "./http-route.ts";
import { Ingress } from "./ingress.ts";
import { Job, WorkloadJob } from "./job.ts";
import { sorted } from "./metadata.ts";
import { NetworkPolicy } from "./network-policy.ts";
import { addIngresses } from "./own-ingress.ts";
import { claimNames, PersistentVolumeClaim } from "./persistent-volume-claim.ts";
import { PodDisruptionBudget } from "./pod-disruption-budget.ts";
import type { AppProps } from "./props.ts";
import { Rollout } from "./rollout.ts";
import { addSecrets } from "./secret.ts";
import { addServices } from "./service.ts";
import { ServiceAccount } from "./service-account.ts";
import { StatefulSet } from "./stateful-set.ts";

/**
 * Adds every object an app asks for to a chart.
 * @param users the apps that use this one, for its NetworkPolicy
 * @param root folder of the project, where charts are found
 */
export function addApp(chart: Construct, props: AppProps, users: readonly ResolvedApp[], root: string): void {
  const { environment, app } = props;
  const { spec } = app;
  addConfigMaps(chart, props);
  addSecrets(chart, props);
  if (spec.serviceAccount && spec.serviceAccount.create !== false) new ServiceAccount(chart, "service-account", props);
  for (const [key, claim] of sorted(spec.storage))
    new PersistentVolumeClaim(chart, `claim-${key}`, props, claimNames(app).get(key) ?? key, claim);
  const hasPods = spec.workload !== undefined || spec.jobs !== undefined || spec.service !== undefined || spec.services !== undefined;
  if (environment.settings.network?.policy === "default-deny" && hasPods) new NetworkPolicy(chart, "network-policy", props, users);
  for (const [name, job] of sorted(spec.jobs)) new Job(chart, `job-${name}`, props, name, job);
  for (const [name, analysis] of sorted(spec.analysis)) new AnalysisTemplate(chart, `analysis-${name}`, props, name, analysis);
  if (spec.workload) addWorkload(chart, props, spec.workload);
  addServices(chart, props, spec.service);
  if (servedBy(environment.settings, spec).ingress) new Ingress(chart, "ingress", props);
  addIngresses(chart, props);
  addGatewayRoutes(chart, props);
  if (spec.autoscaling) new HorizontalPodAutoscaler(chart, "autoscaler", props, spec.autoscaling);
  if (spec.helm) new HelmChart(chart, "helm", props, spec.helm, root);
  if (spec.disruptionBudget) new PodDisruptionBudget(chart, "disruption-budget", props, spec.disruptionBudget);
}

function addWorkload(chart: Construct, props: AppProps, workload: Workload): void {
  switch (workload.kind) {
    case "Deployment":
      addDeployment(chart, props, workload);
      break;
    case "StatefulSet":
      new StatefulSet(chart, "workload", props, workload);
      break;
    case "DaemonSet":
      new DaemonSet(chart, "workload", props, workload);
      break;
    case "Job":
      new WorkloadJob(chart, "workload", props, workload);
      break;
    case "CronJob":
      new CronJob(chart, "workload", props, workload);
      break;
    default:
      unhandled(workload);
  }
}

/** A Deployment, a Rollout in its place, or a Rollout beside it that takes the template from it. */
function addDeployment(chart: Construct, props: AppProps, workload: DeploymentWorkload): void {
  const strategy = progressiveOf(workload);
  if (strategy) new Rollout(chart, "rollout", props, workload, strategy);
  if (!strategy || strategy.workloadRef) new Deployment(chart, "workload", props, workload);
}
