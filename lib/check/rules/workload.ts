import {
  type IntOrString,
  type Issue,
  isEmptySelector,
  isSubdomain,
  type PodTemplate,
  type Selector,
  type SpecOf,
  selects,
  shownValue,
} from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { atLeast, formed, oneOf, refused, within } from "./issues.ts";
import { cronJobIssues, jobIssues } from "./job.ts";
import { selectorIssues } from "./selector.ts";

export const workloads = rule({
  id: "schema/workload",
  ...refused,
  source: "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/",
  bad: yaml`
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: b } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  good: yaml`
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: a, namespace: shop }
    spec:
      selector: { matchLabels: { app: a } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("apps/Deployment")) yield* within(manifest, deploymentIssues(manifest.object.spec ?? {}));
    for (const manifest of scope.ofKind("apps/ReplicaSet")) yield* within(manifest, controllerIssues(manifest.object.spec ?? {}));
    for (const manifest of scope.ofKind("apps/DaemonSet")) yield* within(manifest, daemonSetIssues(manifest.object.spec ?? {}));
    for (const manifest of scope.ofKind("apps/StatefulSet")) yield* within(manifest, statefulSetIssues(manifest.object.spec ?? {}));
    for (const manifest of scope.ofKind("batch/Job")) yield* within(manifest, jobIssues(manifest.object.spec ?? {}, "spec"));
    for (const manifest of scope.ofKind("batch/CronJob")) yield* within(manifest, cronJobIssues(manifest.object.spec ?? {}));
  },
});

/** What the controllers of long-running pods have in common. */
interface ControllerSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector?: Selector;
  readonly template?: PodTemplate;
}

function* deploymentIssues(spec: SpecOf<"apps/Deployment">): Generator<Issue> {
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
}

function* daemonSetIssues(spec: SpecOf<"apps/DaemonSet">): Generator<Issue> {
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
}

function* statefulSetIssues(spec: SpecOf<"apps/StatefulSet">): Generator<Issue> {
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
}

function* controllerIssues(spec: ControllerSpec): Generator<Issue> {
  for (const key of ["replicas", "minReadySeconds"] as const) yield* atLeast(spec[key], 0, `spec.${key}`);
  if (!spec.selector || isEmptySelector(spec.selector))
    yield {
      path: "spec.selector",
      message: "is required but missing",
      fix: "Set the labels of its pods, as { matchLabels: { app: ... } }.",
    };
  else {
    yield* selectorIssues(spec.selector, "spec.selector");
    if (!selects(spec.selector, spec.template?.metadata?.labels ?? {}))
      yield {
        path: "spec.selector",
        message: `doesn't select its own pods, whose labels are ${shownValue(spec.template?.metadata?.labels ?? {})}`,
        fix: "Give the template the labels of the selector. The selector can't be changed once it is applied.",
      };
  }
  if (spec.template?.spec?.activeDeadlineSeconds != null)
    yield {
      path: "spec.template.spec.activeDeadlineSeconds",
      message: "is for Jobs and pods that end",
      fix: "Remove it, or make it a Job.",
    };
  if (!spec.template?.spec) yield { path: "spec.template.spec", message: "is required but missing" };
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
