import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-27";
import type { Construct } from "constructs";
import type { IStatefulSetSpec } from "kubernetes-models/apps/v1";
import { isAdopted, type StatefulSetWorkload } from "../overlay/index.ts";
import { entriesOf, nonEmpty } from "./metadata.ts";
import { podTemplate } from "./pod.ts";
import { type AppProps, selectorOf } from "./props.ts";
import { replicasOf } from "./replicas.ts";
import { serviceName } from "./service.ts";
import { claimSpec } from "./volume.ts";
import { workloadMetadata } from "./workload-metadata.ts";

/** Pods with a name and storage of their own: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/ */
export class StatefulSet extends ApiObject {
  constructor(scope: Construct, id: string, props: AppProps, workload: StatefulSetWorkload) {
    super(scope, id, { ...k8s.KubeStatefulSet.GVK, metadata: workloadMetadata(props, workload), spec: spec(props, workload) });
  }
}

function spec(props: AppProps, workload: StatefulSetWorkload): IStatefulSetSpec {
  const { replicas, updateStrategy, podManagementPolicy, claims, claimRetention, ordinalStart, minReadySeconds, revisionHistoryLimit } =
    workload;
  const templates = entriesOf(props.app.spec)(claims).map(([name, claim]) => ({
    // The server fills these two in, and Argo CD would show them as a difference forever.
    ...(isAdopted(props.app.spec) ? {} : { apiVersion: "v1" as const, kind: "PersistentVolumeClaim" as const }),
    metadata: { name, ...nonEmpty("labels", claim.labels), ...nonEmpty("annotations", claim.annotations) },
    spec: claimSpec(claim),
  }));
  const governing = workload.serviceName ?? serviceName(props.app);
  return {
    ...replicasOf(props.app, replicas),
    ...(governing === "" ? {} : { serviceName: governing }),
    ...(updateStrategy ? { updateStrategy: rolling(updateStrategy) } : {}),
    ...{ podManagementPolicy, minReadySeconds, revisionHistoryLimit },
    ...(claimRetention ? { persistentVolumeClaimRetentionPolicy: claimRetention } : {}),
    ...(ordinalStart === undefined ? {} : { ordinals: { start: ordinalStart } }),
    selector: { matchLabels: { ...selectorOf(props.app) } },
    template: podTemplate(props),
    ...nonEmpty("volumeClaimTemplates", templates),
  };
}

function rolling(strategy: NonNullable<StatefulSetWorkload["updateStrategy"]>): IStatefulSetSpec["updateStrategy"] {
  const { type, ...rest } = strategy;
  return { type, ...nonEmpty("rollingUpdate", rest) };
}
