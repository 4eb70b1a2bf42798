import type { Issue, SpecOf } from "../../kubernetes/index.ts";
import { isLabel, isPathSegment, isQualifiedName, minorOf, quantity, standardResources } from "../../kubernetes/index.ts";
import { own } from "../../outside/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { atLeast, each, formed, oneOf, refused, required, within } from "./issues.ts";
import { selectorIssues } from "./selector.ts";

type AutoscalerSpec = SpecOf<"autoscaling/HorizontalPodAutoscaler">;
type BudgetSpec = SpecOf<"policy/PodDisruptionBudget">;
type Metric = NonNullable<AutoscalerSpec["metrics"]>[number];
type ScalingRules = NonNullable<NonNullable<AutoscalerSpec["behavior"]>["scaleUp"]>;

/** What the sources of all types of metric have between them. */
type MetricSource = Partial<NonNullable<Metric["resource"]> & NonNullable<Metric["containerResource"]> & NonNullable<Metric["object"]>>;

export const scaling = rule({
  id: "schema/scaling",
  ...refused,
  source: "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/",
  bad: yaml`
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: a, namespace: shop }
    spec:
      scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }
      minReplicas: 5
      maxReplicas: 2
  `,
  good: yaml`
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: { name: a, namespace: shop }
    spec:
      scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }
      minReplicas: 2
      maxReplicas: 5
  `,
  *check(scope) {
    for (const manifest of scope.ofKind("autoscaling/HorizontalPodAutoscaler"))
      yield* within(manifest, autoscalerIssues(manifest.object.spec ?? {}, minorOf(scope.environment.kubernetes)));
    for (const manifest of scope.ofKind("policy/PodDisruptionBudget")) yield* within(manifest, budgetIssues(manifest.object.spec ?? {}));
  },
});

/** The minor version from which an autoscaler may scale to zero: https://kep.k8s.io/2021 */
const scalesToZero = 37;

function* leastIssues(minReplicas: number, metrics: readonly Metric[], minor: number): Generator<Issue> {
  yield* atLeast(minReplicas, minor >= scalesToZero ? 0 : 1, "spec.minReplicas");
  if (minReplicas === 0 && minor >= scalesToZero && !metrics.some(({ type }) => type === "Object" || type === "External"))
    yield {
      path: "spec.metrics",
      message: "has no metric of type Object or External, without which nothing scales up from zero",
      fix: "Add one, or set minReplicas to 1 or more.",
    };
}

function* autoscalerIssues(
  { scaleTargetRef, minReplicas = 1, maxReplicas, metrics = [], behavior }: AutoscalerSpec,
  minor: number,
): Generator<Issue> {
  yield* required(scaleTargetRef?.kind, "spec.scaleTargetRef.kind");
  yield* required(scaleTargetRef?.name, "spec.scaleTargetRef.name");
  for (const key of ["kind", "name"] as const)
    yield* formed(
      scaleTargetRef?.[key],
      (text) => text === "" || isPathSegment(text),
      `spec.scaleTargetRef.${key}`,
      "no '/', '%', '.' or '..'",
    );
  if (scaleTargetRef && scaleTargetRef.kind !== "ReplicationController" && !scaleTargetRef.apiVersion?.includes("/"))
    yield {
      path: "spec.scaleTargetRef.apiVersion",
      message: "must name the API group",
      fix: "That of a Deployment or StatefulSet is apps/v1.",
    };
  for (const direction of ["scaleUp", "scaleDown"] as const) yield* behaviorIssues(behavior?.[direction], `spec.behavior.${direction}`);
  yield* formed(maxReplicas ?? 0, (most) => Number(most) >= 1, "spec.maxReplicas", "at least 1");
  yield* leastIssues(minReplicas, metrics, minor);
  if (maxReplicas !== undefined && maxReplicas < minReplicas)
    yield { path: "spec.maxReplicas", message: `expected at least minReplicas (${minReplicas}), found ${maxReplicas}` };
  for (const [index, metric] of metrics.entries()) {
    const { type = "" } = metric;
    const at = `spec.metrics[${index}]`;
    yield* required(type, `${at}.type`);
    yield* formed(
      type,
      (name) => name === "" || Object.hasOwn(metricFields, String(name)),
      `${at}.type`,
      `one of ${Object.keys(metricFields).join(", ")}`,
    );
    const field = own(metricFields, type);
    if (!field) continue;
    const source: MetricSource | undefined = metric[field];
    if (source) yield* metricIssues(source, type, `${at}.${field}`);
    else yield { path: `${at}.${field}`, message: `is required by the type ${type} but missing` };
  }
}

/** Where a metric has its source, by its type. */
const metricFields = {
  Resource: "resource",
  ContainerResource: "containerResource",
  Pods: "pods",
  Object: "object",
  External: "external",
} as const;

/** Which amounts a kind of metric can be held to. */
const amounts: Readonly<Record<string, readonly ("averageUtilization" | "averageValue" | "value")[]>> = {
  Resource: ["averageUtilization", "averageValue"],
  ContainerResource: ["averageUtilization", "averageValue"],
  Pods: ["averageValue"],
  Object: ["value", "averageValue"],
  External: ["value", "averageValue"],
};

function* metricIssues(source: MetricSource, type: string, path: string): Generator<Issue> {
  const { name, container, metric, describedObject, target = {} } = source;
  if (type === "Resource" || type === "ContainerResource") yield* required(name, `${path}.name`);
  else yield* segment(metric?.name, `${path}.metric.name`);
  if (type === "ContainerResource") {
    yield* required(container, `${path}.container`);
    yield* formed(container, (text) => text === "" || isLabel(text), `${path}.container`, "a container's name");
    yield* formed(
      name,
      (text) => text === "" || isResource(text),
      `${path}.name`,
      "cpu, memory, ephemeral-storage, or one with a DNS prefix",
    );
  }
  if (type === "Object")
    for (const key of ["kind", "name"] as const) yield* segment(describedObject?.[key], `${path}.describedObject.${key}`);
  yield* targetIssues(target, type, `${path}.target`);
}

const isResource = (name: unknown) => standardResources.has(String(name)) || (isQualifiedName(name) && String(name).includes("/"));

/** A part of a path of the API, which must be there. */
const segment = (value: string | undefined, path: string): readonly Issue[] => [
  ...required(value, path),
  ...formed(value, (text) => text === "" || isPathSegment(text), path, "no '/', '%', '.' or '..'"),
];

function* targetIssues(target: NonNullable<MetricSource["target"]>, type: string, path: string): Generator<Issue> {
  const types = ["Utilization", "AverageValue", "Value"];
  yield* required(target.type, `${path}.type`);
  yield* formed(target.type, (value) => value === "" || types.includes(String(value)), `${path}.type`, `one of ${types.join(", ")}`);
  yield* atLeast(target.averageUtilization, 1, `${path}.averageUtilization`);
  for (const key of ["averageValue", "value"] as const)
    yield* formed(target[key], (amount) => (quantity(amount) ?? 1) > 0, `${path}.${key}`, "more than nothing");
  const allowed = own(amounts, type) ?? [];
  const set = (["averageUtilization", "averageValue", "value"] as const).filter((key) => target[key] !== undefined);
  if (!set.some((key) => allowed.includes(key)))
    yield { path, message: `expected ${allowed.join(" or ")}, found ${set.join(" and ") || "neither"}` };
  const [rival] = set.filter((key) => key === (type.endsWith("Resource") ? "averageUtilization" : type === "External" && "value"));
  if (rival && set.includes("averageValue")) yield { path, message: `${rival} and averageValue exclude each other` };
}

function* behaviorIssues(rules: ScalingRules | undefined, path: string): Generator<Issue> {
  if (!rules) return;
  const { policies, selectPolicy, stabilizationWindowSeconds } = rules;
  yield* formed(
    stabilizationWindowSeconds,
    (seconds) => isBetween(seconds, 0, 3600),
    `${path}.stabilizationWindowSeconds`,
    "from 0 to 3600 seconds",
  );
  yield* oneOf(selectPolicy, ["Max", "Min", "Disabled"], `${path}.selectPolicy`);
  if (policies?.length === 0) yield { path: `${path}.policies`, message: "expected at least one policy, found none" };
  yield* each(policies, `${path}.policies`, function* ({ type = "", value, periodSeconds }, at) {
    yield* oneOf(type, ["Pods", "Percent"], `${at}.type`);
    yield* formed(value ?? 0, (amount) => Number(amount) >= 1, `${at}.value`, "at least 1");
    yield* formed(periodSeconds ?? 0, (seconds) => isBetween(seconds, 1, 1800), `${at}.periodSeconds`, "from 1 to 1800 seconds");
  });
}

const isBetween = (value: unknown, least: number, most: number) => typeof value === "number" && value >= least && value <= most;
const isShare = (value: unknown) =>
  typeof value === "number" ? value >= 0 : /^\d+%$/.test(String(value)) && Number.parseInt(String(value), 10) <= 100;

function* budgetIssues({ minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy }: BudgetSpec): Generator<Issue> {
  if (minAvailable !== undefined && maxUnavailable !== undefined)
    yield { path: "spec.maxUnavailable", message: "minAvailable is set too, and they exclude each other" };
  yield* formed(minAvailable, isShare, "spec.minAvailable", "a number of pods, or a share as 50%");
  yield* formed(maxUnavailable, isShare, "spec.maxUnavailable", "a number of pods, or a share as 50%");
  yield* oneOf(unhealthyPodEvictionPolicy, ["IfHealthyBudget", "AlwaysAllow"], "spec.unhealthyPodEvictionPolicy");
  if (selector) yield* selectorIssues(selector, "spec.selector");
}
