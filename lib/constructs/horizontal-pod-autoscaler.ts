import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import { type Autoscaling, podOwnerOf, type Workload, workloadName } from "../overlay/index.ts";
import { metadata } from "./metadata.ts";
import type { AppProps } from "./props.ts";

/** Owns the number of the app's pods: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ */
export class HorizontalPodAutoscaler extends ApiObject {
  constructor(
    scope: Construct,
    id: string,
    props: AppProps,
    { minReplicas, maxReplicas, cpu, memory, metrics = [], behavior, name, labels, annotations }: Autoscaling,
  ) {
    super(scope, id, {
      ...k8s.KubeHorizontalPodAutoscalerV2.GVK,
      metadata: metadata(props, name ?? props.app.name, { labels, annotations }),
      spec: {
        scaleTargetRef: { ...workloadReference(props.app.spec.workload), name: workloadName(props.app) },
        minReplicas,
        maxReplicas,
        metrics: [
          ...(cpu === undefined ? [] : [utilization("cpu", cpu)]),
          ...(memory === undefined ? [] : [utilization("memory", memory)]),
          ...metrics,
        ],
        ...(behavior ? { behavior } : {}),
      },
    });
  }
}

const utilization = (name: string, averageUtilization: number) => ({
  type: "Resource",
  resource: { name, target: { type: "Utilization", averageUtilization } },
});

/** Validation has checked that there is a workload, and that it scales. */
const workloadReference = (workload: Workload | undefined) => {
  if (!workload) return {};
  const { apiVersion, kind } = podOwnerOf(workload);
  return { apiVersion, kind };
};
