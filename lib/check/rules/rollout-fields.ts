import { type Issue, shownValue } from "../../kubernetes/index.ts";
import { itemsOf, membersOf } from "../read.ts";
import { secondsOf } from "./times.ts";

/** What Argo Rollouts stops as InvalidSpec: https://argo-rollouts.readthedocs.io/en/stable/features/specification/ */

type Members = Readonly<Record<string, unknown>>;

const canaryPath = "spec.strategy.canary";
/** Kinds of steps, of which each step has one. */
const kinds = ["setWeight", "pause", "setCanaryScale", "analysis", "experiment", "setHeaderRoute", "setMirrorRoute", "plugin"];
/** Fields of a canary that need traffic routing. */
const needsRouting = ["scaleDownDelaySeconds", "dynamicStableScale"];

/** Everything about a Rollout's strategy that its controller refuses. */
export function* rolloutIssues(spec: Members): Generator<Issue> {
  const { canary, blueGreen } = membersOf(spec.strategy);
  if (canary && blueGreen)
    yield { path: "spec.strategy", message: "has canary and blueGreen, which exclude each other", fix: "Keep one of them." };
  if (!canary && !blueGreen)
    yield { path: "spec.strategy", message: "needs canary or blueGreen, found neither", fix: "Add strategy.canary or strategy.blueGreen." };
  yield* podIssues(spec);
  if (canary) yield* canaryIssues(membersOf(canary));
  const { activeService, previewService } = membersOf(blueGreen);
  if (activeService && activeService === previewService)
    yield { path: "spec.strategy.blueGreen.previewService", message: "is the activeService too", fix: "Name a Service of its own." };
}

function* podIssues({ workloadRef, template, selector, minReadySeconds, progressDeadlineSeconds = 600 }: Members): Generator<Issue> {
  if (workloadRef && template)
    yield { path: "spec.template", message: "is there beside workloadRef, which names another one", fix: "Keep one of them." };
  if (!workloadRef && !template)
    yield { path: "spec.template", message: "is required but missing", fix: "Add the template of its pods, or a workloadRef." };
  if (template && !selector)
    yield { path: "spec.selector", message: "is required but missing", fix: "Give it the labels of the template." };
  if (typeof minReadySeconds === "number" && typeof progressDeadlineSeconds === "number" && progressDeadlineSeconds <= minReadySeconds)
    yield {
      path: "spec.progressDeadlineSeconds",
      message: `is ${progressDeadlineSeconds}, not more than minReadySeconds (${minReadySeconds})`,
      fix: "Raise progressDeadlineSeconds, or lower minReadySeconds.",
    };
}

const isNone = (amount: unknown) => amount === 0 || amount === "0" || amount === "0%";

function* canaryIssues(canary: Members): Generator<Issue> {
  const { steps, stableService, canaryService, trafficRouting, maxSurge, maxUnavailable } = canary;
  if (stableService && stableService === canaryService)
    yield { path: `${canaryPath}.canaryService`, message: "is the stableService too", fix: "Name a Service of its own." };
  if (isNone(maxSurge) && isNone(maxUnavailable))
    yield { path: `${canaryPath}.maxSurge`, message: "is 0, and so is maxUnavailable", fix: "Set one of them to 1 or more." };
  for (const key of trafficRouting ? [] : needsRouting)
    if (canary[key] !== undefined && canary[key] !== false)
      yield { path: `${canaryPath}.${key}`, message: "needs trafficRouting, which is missing", fix: "Remove it, or add trafficRouting." };
  for (const [index, step] of itemsOf(steps).entries())
    yield* stepIssues(membersOf(step), `${canaryPath}.steps[${index}]`, Boolean(trafficRouting));
}

/** Kinds of steps of which the controller takes one at a time; others may stand beside them. */
const standsAlone: ReadonlySet<string> = new Set(["setWeight", "pause", "experiment", "analysis"]);

function* stepIssues(step: Members, path: string, isRouted: boolean): Generator<Issue> {
  const { setWeight } = step;
  if (typeof setWeight === "number" && (setWeight < 0 || setWeight > 100))
    yield { path: `${path}.setWeight`, message: `expected a share from 0 to 100, found ${setWeight}`, fix: "Write a share in percent." };
  yield* pauseIssues(membersOf(step.pause), `${path}.pause`);
  const found = kinds.filter((kind) => step[kind] !== undefined);
  if (found.length === 0)
    yield { path, message: `expected one of ${kinds.join(", ")}, found none`, fix: "Say what the step does, or remove it." };
  const alone = found.filter((kind) => standsAlone.has(kind));
  if (alone.length > 1)
    yield { path, message: `expected one of ${[...standsAlone].join(", ")}, found ${alone.join(" and ")}`, fix: "Write a step for each." };
  for (const key of isRouted ? [] : ["setCanaryScale", "setHeaderRoute", "setMirrorRoute"])
    if (step[key] !== undefined)
      yield { path: `${path}.${key}`, message: "needs trafficRouting, which is missing", fix: "Remove it, or add trafficRouting." };
}

/** Argo Rollouts reads a text as a number of seconds, or as Go reads a time. */
function* pauseIssues({ duration }: Members, path: string): Generator<Issue> {
  const isTime = typeof duration === "string" && (/^\d{1,15}$/.test(duration) || secondsOf(duration) !== undefined);
  if (duration === undefined || duration === null || isTime || (typeof duration === "number" && duration >= 0)) return;
  const [, days] = /^(\d{1,4})d$/.exec(String(duration)) ?? [];
  yield {
    path: `${path}.duration`,
    message: `expected a number of seconds, or a time, as 30s, 10m or 1h, found ${shownValue(duration)}`,
    fix: days ? `Days are no unit: write ${Number(days) * 24}h.` : "Write it in h, m and s, or remove it to wait for a person.",
  };
}
