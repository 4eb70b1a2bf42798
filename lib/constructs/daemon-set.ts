import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { DaemonSetWorkload } from "../overlay/index.ts";
import { nonEmpty } from "./metadata.ts";
import { podTemplate } from "./pod.ts";
import { type AppProps, selectorOf } from "./props.ts";
import { workloadFields, workloadMetadata } from "./workload-metadata.ts";

/** A pod on every node: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/ */
export class DaemonSet extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, workload: DaemonSetWorkload) {
    const { updateStrategy, ...rest } = workloadFields(workload);
    const { type, ...rolling } = updateStrategy ?? {};
    super(scope, id, {
      ...k8s.KubeDaemonSet.GVK,
      metadata: workloadMetadata(props, workload),
      spec: {
        ...rest,
        ...(type ? { updateStrategy: { type, ...nonEmpty("rollingUpdate", rolling) } } : {}),
        selector: { matchLabels: { ...selectorOf(props.app) } },
        template: podTemplate(props),
      },
    });
  }
}
