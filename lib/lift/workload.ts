import { isRecord, membersOf } from "../outside/index.ts";
import { byName, defined, filled, type Members, mapped, picked, unless } from "./shape.ts";
import { liftClaim } from "./volume.ts";

const jobFields = [
  "completions",
  "parallelism",
  "completionMode",
  "backoffLimit",
  "backoffLimitPerIndex",
  "maxFailedIndexes",
  "activeDeadlineSeconds",
  "ttlSecondsAfterFinished",
  "suspend",
  "podFailurePolicy",
  "successPolicy",
  "podReplacementPolicy",
  "managedBy",
] as const;

function strategy(value: unknown): Members | undefined {
  if (!isRecord(value)) return undefined;
  return value.type === undefined && !isRecord(value.rollingUpdate)
    ? undefined
    : defined({ type: value.type ?? "RollingUpdate", ...membersOf(value.rollingUpdate) });
}

/** What a workload's spec is in the model, beside its pods, by kind. */
export const workloadLifters: Readonly<Record<string, (spec: Members) => Members>> = {
  Deployment: (spec) => ({
    ...picked(spec, ["replicas"]),
    ...defined({ strategy: strategy(spec.strategy) }),
    ...picked(spec, ["minReadySeconds", "progressDeadlineSeconds", "revisionHistoryLimit", "paused"]),
  }),
  StatefulSet: (spec) => ({
    ...picked(spec, ["replicas"]),
    ...defined({ updateStrategy: strategy(spec.updateStrategy) }),
    ...picked(spec, ["podManagementPolicy"]),
    serviceName: spec.serviceName ?? "",
    ...defined({
      claims: mapped(
        byName(spec.volumeClaimTemplates, ({ metadata }) => membersOf(metadata).name),
        liftClaim,
      ),
      claimRetention: filled(membersOf(spec.persistentVolumeClaimRetentionPolicy)),
      ordinalStart: membersOf(spec.ordinals).start,
    }),
    ...picked(spec, ["minReadySeconds", "revisionHistoryLimit"]),
  }),
  DaemonSet: (spec) => ({
    ...defined({ updateStrategy: strategy(spec.updateStrategy) }),
    ...picked(spec, ["minReadySeconds", "revisionHistoryLimit"]),
  }),
  Job: (spec) => picked(spec, jobFields),
  CronJob: (spec) => {
    const { metadata, spec: job } = membersOf(spec.jobTemplate);
    const { labels, annotations } = membersOf(metadata);
    const own = { labels: filled(membersOf(labels)), annotations: filled(membersOf(annotations)) };
    return {
      ...picked(spec, ["schedule", "timeZone"]),
      ...defined({ concurrencyPolicy: unless(spec.concurrencyPolicy, "Allow") }),
      ...picked(spec, ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit", "suspend"]),
      ...defined({ job: filled(defined({ ...own, ...picked(membersOf(job), jobFields) })) }),
    };
  },
};

/** The template of a workload's pods. */
export const templateOf = ({ kind, spec }: Members): Members =>
  membersOf(kind === "CronJob" ? membersOf(membersOf(membersOf(spec).jobTemplate).spec).template : membersOf(spec).template);
