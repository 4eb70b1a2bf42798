import { inNamespace, kubectl, merging } from "./command.ts";
import { mergeRefused, refusedPaths, runbook, type Situation, stopsPods, syncAgain, syncText } from "./runbook.ts";

/** https://kubernetes.io/docs/concepts/workloads/controllers/job/#mutable-pod-template */
export const recreateJob = runbook("recreate-job", "refused", ["batch/Job"], ({ from }) => ({
  title: "Delete the Job, so that the new one runs, from its beginning",
  downtime: false,
  steps: [
    mergeRefused,
    {
      text: "Delete the Job and its pods.",
      command: kubectl("delete", "job", from.name, inNamespace(from.namespace)),
    },
    syncAgain,
  ],
}));

/** The address of a load balancer is lost with it, and may not come back. */
export const recreateService = runbook("recreate-service", "refused", ["Service"], ({ before, after, from }) =>
  before.spec?.type === "LoadBalancer" || after.spec?.type === "LoadBalancer"
    ? undefined
    : {
        title: "Recreate the Service: requests fail until the sync, and its address is another one",
        downtime: true,
        steps: [
          mergeRefused,
          {
            text: "Delete the Service. Its pods stay.",
            command: kubectl("delete", "service", from.name, inNamespace(from.namespace)),
          },
          syncAgain,
        ],
      },
);

/**
 * The settings of a rolling update that the server filled in belong to nobody who applies: they stay when the type becomes one that has
 * none, and the server refuses both together. https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export const dropRollingUpdate = runbook(
  "drop-rolling-update",
  "refused",
  ["apps/Deployment", "apps/StatefulSet"],
  (situation: Situation) => {
    const { after, from } = situation;
    const [resource, field, type] =
      after.kind === "Deployment"
        ? (["deployment", "strategy", "Recreate"] as const)
        : (["statefulset", "updateStrategy", "OnDelete"] as const);
    const strategy = (after.spec as Partial<Record<typeof field, Strategy>> | undefined)?.[field];
    if (strategy?.type !== type || strategy.rollingUpdate === undefined || refusedPaths(situation).length > 0) return undefined;
    const patch = merging({ spec: { [field]: { type, rollingUpdate: null } } });
    return {
      title: `Take the left-over rollingUpdate off the live ${after.kind}`,
      downtime: stopsPods(situation),
      steps: [
        mergeRefused,
        {
          text: `Set the type to ${type}, without rollingUpdate. No pod is replaced by that.`,
          command: kubectl("patch", resource, from.name, inNamespace(from.namespace), ...patch),
        },
        { text: syncText },
      ],
    };
  },
);

interface Strategy {
  readonly type?: string;
  readonly rollingUpdate?: unknown;
}
