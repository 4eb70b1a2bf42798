import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { IDeploymentSpec } from "kubernetes-models/apps/v1";
import type { DeploymentWorkload } from "../overlay/index.ts";
import { podTemplate } from "./pod.ts";
import { type AppProps, selectorOf } from "./props.ts";
import { replicasOf } from "./replicas.ts";
import { workloadFields, workloadMetadata } from "./workload-metadata.ts";

/** Pods without identity: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/ */
export class Deployment extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, workload: DeploymentWorkload) {
    super(scope, id, { ...k8s.KubeDeployment.GVK, metadata: workloadMetadata(props, workload), spec: spec(props, workload) });
  }
}

function spec(props: AppProps, workload: DeploymentWorkload): IDeploymentSpec {
  const { replicas, strategy, ...rest } = workloadFields(workload);
  return {
    ...replicasOf(props.app, replicas),
    ...(strategy ? { strategy: strategyOf(strategy) } : {}),
    ...rest,
    selector: { matchLabels: { ...selectorOf(props.app) } },
    template: podTemplate(props),
  };
}

function strategyOf(strategy: NonNullable<DeploymentWorkload["strategy"]>): IDeploymentSpec["strategy"] {
  if (strategy.type === "Recreate") return { type: "Recreate" };
  // Beside a Rollout, as long as its own pods run.
  if (strategy.type !== "RollingUpdate") return { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  const { maxSurge, maxUnavailable } = strategy;
  return {
    type: "RollingUpdate",
    ...(maxSurge === undefined && maxUnavailable === undefined ? {} : { rollingUpdate: { maxSurge, maxUnavailable } }),
  };
}
