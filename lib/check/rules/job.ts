import { cronProblem, type Issue, isCron, isTimeZone, type SpecOf, shownValue } from "../../kubernetes/index.ts";
import { failurePolicyIssues } from "./failure-policy.ts";
import { atLeast, formed, oneOf, required } from "./issues.ts";

type JobSpec = SpecOf<"batch/Job">;

/** What the API server asks of a Job. @param path the path of its spec */
export function* jobIssues(spec: JobSpec, path: string): Generator<Issue> {
  for (const key of [
    "parallelism",
    "completions",
    "backoffLimit",
    "activeDeadlineSeconds",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
  ] as const)
    yield* atLeast(spec[key], 0, `${path}.${key}`);
  yield* oneOf(spec.completionMode, ["", "NonIndexed", "Indexed"], `${path}.completionMode`);
  yield* oneOf(spec.podReplacementPolicy, ["TerminatingOrFailed", "Failed"], `${path}.podReplacementPolicy`);
  if (spec.completionMode === "Indexed" && spec.completions === undefined)
    yield { path: `${path}.completions`, message: "is required with completionMode Indexed but missing" };
  if (spec.backoffLimitPerIndex !== undefined && spec.completionMode !== "Indexed")
    yield { path: `${path}.backoffLimitPerIndex`, message: "is for completionMode Indexed only" };
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    yield { path: `${path}.maxFailedIndexes`, message: "needs backoffLimitPerIndex" };
  if (spec.podFailurePolicy) {
    const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
    yield* failurePolicyIssues(
      spec.podFailurePolicy,
      [...containers, ...initContainers],
      spec.backoffLimitPerIndex !== undefined,
      `${path}.podFailurePolicy`,
    );
  }
  if (spec.completions !== undefined && spec.maxFailedIndexes !== undefined && spec.maxFailedIndexes > spec.completions)
    yield {
      path: `${path}.maxFailedIndexes`,
      message: `expected at most completions (${spec.completions}), found ${spec.maxFailedIndexes}`,
    };
  if (spec.selector && !spec.manualSelector)
    yield { path: `${path}.selector`, message: "the server generates a Job's selector", fix: "Remove it." };
  if (!spec.template?.spec) yield { path: `${path}.template.spec`, message: "is required but missing" };
}

/** What the API server asks of a CronJob. */
export function* cronJobIssues(spec: SpecOf<"batch/CronJob">): Generator<Issue> {
  yield* required(spec.schedule, "spec.schedule");
  const isZoned = spec.schedule?.includes("TZ");
  if (spec.schedule && !isCron(spec.schedule) && !isZoned)
    yield {
      path: "spec.schedule",
      message: cronProblem(spec.schedule) ?? `expected a schedule, found ${shownValue(spec.schedule)}`,
      fix: "Write minute, hour, day, month and day of the week, as '30 2 * * *'.",
    };
  if (isZoned) yield { path: "spec.schedule", message: "a schedule names no time zone", fix: "Set timeZone." };
  yield* formed(spec.timeZone, isTimeZone, "spec.timeZone", "a time zone, as Asia/Seoul");
  yield* oneOf(spec.concurrencyPolicy, ["", "Allow", "Forbid", "Replace"], "spec.concurrencyPolicy");
  for (const key of ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"] as const)
    yield* atLeast(spec[key], 0, `spec.${key}`);
  yield* jobIssues(spec.jobTemplate?.spec ?? {}, "spec.jobTemplate.spec");
}
