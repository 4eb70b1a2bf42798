import type { IntOrString, Issue, PodTemplate, Selector } from "../../kubernetes/index.ts";
import { isCron, isEmptySelector, isLabelValue, isQualifiedName, isSubdomain, selects, shownValue } from "../../kubernetes/index.ts";
import { groupOf } from "../../manifest/index.ts";
import { rule } from "../rule.ts";
import { type CheckedManifest, specOf } from "../scope.ts";
import { type FailurePolicy, failurePolicyIssues } from "./failure-policy.ts";
import { atLeast, formed, oneOf, refused, required, within } from "./issues.ts";

interface WorkloadSpec {
  readonly replicas?: number;
  readonly selector?: Selector;
  readonly template?: PodTemplate;
  readonly minReadySeconds?: number;
  readonly progressDeadlineSeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly strategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly maxSurge?: IntOrString; readonly maxUnavailable?: IntOrString };
  };
  readonly updateStrategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly maxSurge?: IntOrString; readonly maxUnavailable?: IntOrString; readonly partition?: number };
  };
  readonly serviceName?: string;
  readonly podManagementPolicy?: string;
  readonly ordinals?: { readonly start?: number };
  readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string };
}
interface JobSpec {
  readonly template?: PodTemplate;
  readonly parallelism?: number;
  readonly completions?: number;
  readonly backoffLimit?: number;
  readonly activeDeadlineSeconds?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly completionMode?: string;
  readonly backoffLimitPerIndex?: number;
  readonly maxFailedIndexes?: number;
  readonly podReplacementPolicy?: string;
  readonly podFailurePolicy?: FailurePolicy;
  readonly selector?: Selector;
  readonly manualSelector?: boolean;
}
interface CronJobSpec {
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly concurrencyPolicy?: string;
  readonly startingDeadlineSeconds?: number;
  readonly successfulJobsHistoryLimit?: number;
  readonly failedJobsHistoryLimit?: number;
  readonly jobTemplate?: { readonly spec?: JobSpec };
}

export const workloads = rule({
  id: "schema/workload",
  ...refused,
  source: "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/",
  bad: "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a, namespace: shop }\nspec:\n  selector: { matchLabels: { app: a } }\n  template:\n    metadata: { labels: { app: b } }\n    spec: { containers: [{ name: a, image: a:1 }] }\n",
  *check({ manifests }) {
    for (const manifest of manifests) {
      const make = makers[`${groupOf(manifest.object)}/${manifest.object.kind}`];
      if (make) yield* within(manifest, make(manifest));
    }
  },
});

const makers: Readonly<Record<string, (manifest: CheckedManifest) => Generator<Issue>>> = {
  *"apps/Deployment"(manifest) {
    const spec = specOf<WorkloadSpec>(manifest);
    yield* controllerIssues(spec);
    yield* atLeast(spec.revisionHistoryLimit, 0, "spec.revisionHistoryLimit");
    const { type, rollingUpdate } = spec.strategy ?? {};
    yield* oneOf(type, ["", "RollingUpdate", "Recreate"], "spec.strategy.type");
    if (type === "Recreate" && rollingUpdate) yield { path: "spec.strategy.rollingUpdate", message: "is for the type RollingUpdate only" };
    yield* surgeIssues(rollingUpdate, "spec.strategy.rollingUpdate");
    const { progressDeadlineSeconds = 600, minReadySeconds = 0 } = spec;
    if (progressDeadlineSeconds <= minReadySeconds)
      yield {
        path: "spec.progressDeadlineSeconds",
        message: `expected more than minReadySeconds (${minReadySeconds}), found ${progressDeadlineSeconds}`,
      };
  },
  *"apps/ReplicaSet"(manifest) {
    yield* controllerIssues(specOf<WorkloadSpec>(manifest));
  },
  *"apps/DaemonSet"(manifest) {
    const spec = specOf<WorkloadSpec>(manifest);
    yield* controllerIssues(spec);
    yield* atLeast(spec.revisionHistoryLimit, 0, "spec.revisionHistoryLimit");
    yield* oneOf(spec.updateStrategy?.type, ["", "RollingUpdate", "OnDelete"], "spec.updateStrategy.type");
    const { maxSurge = 0, maxUnavailable = 1 } = spec.updateStrategy?.rollingUpdate ?? {};
    yield* surgeIssues({ maxSurge, maxUnavailable }, "spec.updateStrategy.rollingUpdate");
    if (!isNone(maxSurge) && !isNone(maxUnavailable))
      yield {
        path: "spec.updateStrategy.rollingUpdate.maxSurge",
        message: "maxUnavailable is set too, and they exclude each other in a DaemonSet",
      };
  },
  *"apps/StatefulSet"(manifest) {
    const spec = specOf<WorkloadSpec>(manifest);
    yield* controllerIssues(spec);
    yield* oneOf(spec.updateStrategy?.type, ["", "RollingUpdate", "OnDelete"], "spec.updateStrategy.type");
    if (spec.updateStrategy?.type === "OnDelete" && spec.updateStrategy.rollingUpdate)
      yield { path: "spec.updateStrategy.rollingUpdate", message: "is for the type RollingUpdate only" };
    yield* atLeast(spec.updateStrategy?.rollingUpdate?.partition, 0, "spec.updateStrategy.rollingUpdate.partition");
    for (const key of ["whenDeleted", "whenScaled"] as const)
      yield* oneOf(
        spec.persistentVolumeClaimRetentionPolicy?.[key],
        ["", "Retain", "Delete"],
        `spec.persistentVolumeClaimRetentionPolicy.${key}`,
      );
    yield* atLeast(spec.ordinals?.start, 0, "spec.ordinals.start");
    yield* oneOf(spec.podManagementPolicy, ["", "OrderedReady", "Parallel"], "spec.podManagementPolicy");
    yield* formed(spec.serviceName, (name) => name === "" || isSubdomain(name), "spec.serviceName", "a Service's name");
  },
  *"batch/Job"(manifest) {
    yield* jobIssues(specOf<JobSpec>(manifest), "spec");
  },
  *"batch/CronJob"(manifest) {
    const spec = specOf<CronJobSpec>(manifest);
    yield* required(spec.schedule, "spec.schedule");
    yield* formed(spec.schedule, (text) => text === "" || isCron(text), "spec.schedule", "five cron fields, as '30 2 * * *'");
    if (spec.schedule?.includes("TZ")) yield { path: "spec.schedule", message: "a schedule names no time zone", fix: "Set timeZone." };
    yield* formed(spec.timeZone, isTimeZone, "spec.timeZone", "a time zone, as Asia/Seoul");
    yield* oneOf(spec.concurrencyPolicy, ["", "Allow", "Forbid", "Replace"], "spec.concurrencyPolicy");
    for (const key of ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"] as const)
      yield* atLeast(spec[key], 0, `spec.${key}`);
    yield* jobIssues(spec.jobTemplate?.spec ?? {}, "spec.jobTemplate.spec");
  },
};

function* jobIssues(spec: JobSpec, path: string): Generator<Issue> {
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
    yield { path: `${path}.completions`, message: "is required with completionMode Indexed, and isn't there" };
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
    yield { path: `${path}.selector`, message: "the server makes a Job's selector", fix: "Leave it out." };
  if (!spec.template?.spec) yield { path: `${path}.template.spec`, message: "is required but missing" };
}

function* controllerIssues(spec: WorkloadSpec): Generator<Issue> {
  for (const key of ["replicas", "minReadySeconds"] as const) yield* atLeast(spec[key], 0, `spec.${key}`);
  if (!spec.selector || isEmptySelector(spec.selector))
    yield {
      path: "spec.selector",
      message: "is required but missing",
      fix: "Say which labels its pods have, as { matchLabels: { app: ... } }.",
    };
  else {
    yield* selectorIssues(spec.selector, "spec.selector");
    if (!selects(spec.selector, spec.template?.metadata?.labels ?? {}))
      yield {
        path: "spec.selector",
        message: `doesn't select its own pods, whose labels are ${shownValue(spec.template?.metadata?.labels ?? {})}`,
        fix: "Give the template the labels the selector asks for. The selector itself can't be changed once it is applied.",
      };
  }
  if (!spec.template?.spec) yield { path: "spec.template.spec", message: "is required but missing" };
}

/** A label selector of the API's own form. */
export function* selectorIssues({ matchLabels = {}, matchExpressions = [] }: Selector, path: string): Generator<Issue> {
  for (const [key, value] of Object.entries(matchLabels))
    if (!isQualifiedName(key) || !isLabelValue(value))
      yield { path: `${path}.matchLabels`, message: `expected labels, found ${shownValue({ [key]: value })}` };
  for (const [index, { key, operator, values = [] }] of matchExpressions.entries()) {
    const at = `${path}.matchExpressions[${index}]`;
    yield* formed(key ?? "", isQualifiedName, `${at}.key`, "a label's key");
    yield* oneOf(operator ?? "", ["In", "NotIn", "Exists", "DoesNotExist"], `${at}.operator`);
    if ((operator === "In" || operator === "NotIn") && values.length === 0)
      yield { path: `${at}.values`, message: `is required with the operator ${operator}, and isn't there` };
    if ((operator === "Exists" || operator === "DoesNotExist") && values.length > 0)
      yield { path: `${at}.values`, message: `must be empty with the operator ${operator}` };
    for (const [place, value] of values.entries()) yield* formed(value, isLabelValue, `${at}.values[${place}]`, "a label's value");
  }
}

const isNone = (amount: IntOrString | undefined) => amount === 0 || amount === "0" || amount === "0%";
const isAmount = (value: unknown) => (typeof value === "number" ? value >= 0 : /^\d+%$/.test(String(value)));

function* surgeIssues(
  update: { readonly maxSurge?: IntOrString; readonly maxUnavailable?: IntOrString } | undefined,
  path: string,
): Generator<Issue> {
  if (!update) return;
  for (const key of ["maxSurge", "maxUnavailable"] as const)
    yield* formed(update[key], isAmount, `${path}.${key}`, "a number of pods, or a share as 25%");
  yield* formed(
    update.maxUnavailable,
    (value) => typeof value !== "string" || Number.parseInt(value, 10) <= 100,
    `${path}.maxUnavailable`,
    "at most 100%",
  );
  if (isNone(update.maxSurge) && isNone(update.maxUnavailable))
    yield { path: `${path}.maxUnavailable`, message: "can't be 0 while maxSurge is 0: no pod could be replaced" };
}

function isTimeZone(zone: unknown): boolean {
  if (typeof zone !== "string" || zone === "" || zone === "Local") return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
