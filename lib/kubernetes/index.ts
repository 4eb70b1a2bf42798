/** One construct for each kind of object: the validated model in, cdk8s ApiObjects out. */
export { addApp } from "./app.ts";
export { ConfigMap } from "./config-map.ts";
export { CronJob } from "./cron-job.ts";
export { DaemonSet } from "./daemon-set.ts";
export { Deployment } from "./deployment.ts";
export { HorizontalPodAutoscaler } from "./horizontal-pod-autoscaler.ts";
export { Ingress } from "./ingress.ts";
export { Job, WorkloadJob } from "./job.ts";
export { Namespace } from "./namespace.ts";
export { NetworkPolicy, usersByApp } from "./network-policy.ts";
export { PersistentVolumeClaim } from "./persistent-volume-claim.ts";
export { PodDisruptionBudget } from "./pod-disruption-budget.ts";
export { type AppProps, selectorOf } from "./props.ts";
export { ExternalSecret, Secret } from "./secret.ts";
export { Service } from "./service.ts";
export { ServiceAccount } from "./service-account.ts";
export { addShared } from "./shared.ts";
export { StatefulSet } from "./stateful-set.ts";
