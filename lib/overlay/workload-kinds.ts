import type { Workload } from "./model.ts";

export type WorkloadKind = Workload["kind"];

/** A row for each kind of workload: a kind without its row doesn't compile. */
export type ByWorkloadKind<Row> = Readonly<Record<WorkloadKind, Row>>;

interface WorkloadTraits {
  readonly apiVersion: `${string}/v1`;
  /** Name of the kind's resource in the API, as rights name it. */
  readonly resource: string;
  /** Whether it has a number of pods, which an autoscaler can change. */
  readonly scales: boolean;
  /** Whether its pods end, and so can't always be restarted. */
  readonly ends: boolean;
  /** Whether a change replaces the object, since its pods can't be changed. */
  readonly replaced: boolean;
  /** Whether its pods have names, for which it needs a Service. */
  readonly namesPods: boolean;
}

const running = { ends: false, replaced: false, namesPods: false };

/** What the kinds of workload are to the code that isn't theirs alone. */
export const workloadKinds: ByWorkloadKind<WorkloadTraits> = {
  Deployment: { apiVersion: "apps/v1", resource: "deployments", ...running, scales: true },
  StatefulSet: { apiVersion: "apps/v1", resource: "statefulsets", ...running, scales: true, namesPods: true },
  DaemonSet: { apiVersion: "apps/v1", resource: "daemonsets", ...running, scales: false },
  Job: { apiVersion: "batch/v1", resource: "jobs", scales: false, ends: true, replaced: true, namesPods: false },
  CronJob: { apiVersion: "batch/v1", resource: "cronjobs", scales: false, ends: true, replaced: false, namesPods: false },
};
