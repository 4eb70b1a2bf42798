/** A kind of workload without its row, or without its case, doesn't compile: `tsc` fails where one of these directives isn't needed. */
import { type ByWorkloadKind, type Workload, workloadKinds } from "../../lib/overlay/index.ts";
import { unhandled } from "../../lib/problem/index.ts";

const { CronJob, ...withoutCronJob } = workloadKinds;

/** A table that knows every kind. */
export const whole: ByWorkloadKind<unknown> = { ...withoutCronJob, CronJob };
// @ts-expect-error a row is missing
export const partial: ByWorkloadKind<unknown> = withoutCronJob;

export function everyCase(workload: Workload): string {
  switch (workload.kind) {
    case "Deployment":
    case "StatefulSet":
    case "DaemonSet":
    case "Job":
    case "CronJob":
      return workload.kind;
    default:
      return unhandled(workload);
  }
}

export function missingCase(workload: Workload): string {
  switch (workload.kind) {
    case "Deployment":
    case "StatefulSet":
    case "DaemonSet":
    case "Job":
      return workload.kind;
    default:
      // @ts-expect-error CronJob has no case
      return unhandled(workload);
  }
}
