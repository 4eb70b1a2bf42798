import type { ObjectOf } from "../../kubernetes/index.ts";
import { inNamespace, kubectl } from "./command.ts";
import { labelsForServices } from "./labels.ts";
import { sharesNothing } from "./pods.ts";
import { runbook, type Situation } from "./runbook.ts";

type Workload = ObjectOf<"apps/Deployment"> | ObjectOf<"apps/DaemonSet">;

/**
 * Pods that would all stop at once are replaced by a rolling update, which starts a new one before it stops an old one:
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
 */
export const rollPods = runbook("roll-pods", "downtime", ["apps/Deployment", "apps/DaemonSet"], (situation: Situation<Workload>) => {
  const { before, after, from, environments } = situation;
  // A DaemonSet may start another pod on each node, however many there are.
  const more = after.kind === "Deployment" ? 1 : Number.POSITIVE_INFINITY;
  if (![before, after].every(sharesNothing) || environments.after.surgeBlockedBy(after, more) || !keepsServices(situation))
    return undefined;
  const [field, resource] = after.kind === "Deployment" ? ["strategy", "deployment"] : ["updateStrategy", "daemonset"];
  return {
    title: "Replace the pods by a rolling update, if the app may run in two versions at a time",
    downtime: false,
    steps: [
      {
        text: `Merge the change with another spec.${field}: type RollingUpdate, rollingUpdate.maxSurge 1, rollingUpdate.maxUnavailable 0. Old and new pods run beside each other for a time, and need room for one more${resource === "daemonset" ? " on each node" : ""}.`,
      },
      {
        text: "Once that is synced, wait until all pods are replaced.",
        command: kubectl("rollout", "status", resource, from.name, inNamespace(from.namespace)),
      },
      { text: `Merge the change as it is, with its own spec.${field}. No pod is replaced by that.` },
    ],
  };
});

/** Whether each Service that selects the old pods selects the new ones too, and leaves none of the old ones before. */
function keepsServices(situation: Situation<Workload>): boolean {
  const [old, now] = [situation.before, situation.after].map(({ spec }) => spec?.template?.metadata?.labels ?? {});
  const lacking = labelsForServices(situation, old ?? {}, now ?? {});
  return lacking !== undefined && Object.keys(lacking).length === 0;
}
