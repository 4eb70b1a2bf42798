import { type CanaryStage, canaryStages, missingOf, type ObjectOf, surgeOf } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import type { EnvironmentIndex } from "./environment-index.ts";
import { downtime, inPlace, rollout, scale, type Verdict } from "./impact.ts";

type Rollout = ObjectOf<"argoproj.io/Rollout">;
type Strategy = NonNullable<NonNullable<Rollout["spec"]>["strategy"]>;
type Canary = NonNullable<Strategy["canary"]>;
type BlueGreen = NonNullable<Strategy["blueGreen"]>;

/** What the steps of a canary do with so many pods, as `20% (1 of 5 pods), waits for a person, then all pods`; empty where it has none. */
export function stepsInWords(canary: Canary, replicas: number): string {
  const stages = canaryStages(canary, replicas);
  if (stages.length === 0) return "";
  return [...stages.map((stage) => inWords(stage, canary)), "then all pods"].join(", ");
}

function inWords(stage: CanaryStage, canary: Canary): string {
  const { does, weight, newPods, oldPods, duration, step } = stage;
  const pods = canary.trafficRouting
    ? `${newPods} new beside ${oldPods} old pods`
    : `${newPods} of ${newPods + oldPods} ${newPods + oldPods === 1 ? "pod" : "pods"}`;
  switch (does) {
    case "setWeight":
      return `${weight}%${canary.trafficRouting ? " of requests" : ""} (${pods})`;
    case "pause":
      return duration === undefined ? "waits for a person" : `waits ${duration}`;
    case "setCanaryScale":
      return pods;
    case "analysis":
      return `measures ${(canary.steps?.[step]?.analysis?.templates ?? []).map(({ templateName }) => templateName).join(", ")}`;
    case "experiment":
      return "runs an experiment";
    case "setHeaderRoute":
      return "sends requests with a header to new pods";
    case "setMirrorRoute":
      return "mirrors requests to new pods";
    default:
      return "runs the step of a plugin";
  }
}

const staying = "old pods stay: with scaleDownDelaySeconds 0 they never go";

/** How a blue-green rollout goes, as `5 new pods start beside the old ones, requests are switched over once a person promotes them, ...`. */
function blueGreenInWords({ previewReplicaCount, ...blueGreen }: BlueGreen, replicas: number): string {
  const first = previewReplicaCount ?? replicas;
  return [
    `${first} new ${first === 1 ? "pod starts" : "pods start"} beside the old ones`,
    `requests are switched over ${switchInWords(blueGreen)}`,
    blueGreen.scaleDownDelaySeconds === 0 ? staying : `old pods go ${blueGreen.scaleDownDelaySeconds ?? 30}s later`,
  ].join(", ");
}

/** Seconds count only where it switches by itself. */
function switchInWords({ autoPromotionEnabled, autoPromotionSeconds = 0 }: BlueGreen): string {
  if (autoPromotionEnabled === false) return "once a person promotes them";
  return autoPromotionSeconds > 0 ? `${autoPromotionSeconds}s after they are ready` : "once they are ready";
}

/** What becomes of a Rollout's pods when their template changes. @param running pods that there are then */
export function replaced(object: Rollout, environment: EnvironmentIndex, running = environment.leastPodsOf(object)): Verdict {
  const { paused, strategy: { blueGreen, canary } = {} } = object.spec ?? {};
  if (environment.leastPodsOf(object) === 0) return inPlace("it runs no pods");
  if (paused) return inPlace("the Rollout is paused: pods are replaced when it is resumed");
  if (blueGreen) return byBlueGreen(object, blueGreen, environment);
  return canary ? byCanary(object, canary, environment, running) : rollout("pods are replaced by the Rollout's strategy");
}

function byBlueGreen(object: Rollout, blueGreen: BlueGreen, environment: EnvironmentIndex): Verdict {
  const replicas = environment.leastPodsOf(object);
  const said = blueGreen.scaleDownDelaySeconds === 0 ? scale : rollout;
  return said(
    `blue-green: ${blueGreenInWords(blueGreen, replicas)}${waits(object, environment, blueGreen.previewReplicaCount ?? replicas)}`,
  );
}

function byCanary(object: Rollout, canary: Canary, environment: EnvironmentIndex, running: number): Verdict {
  const replicas = environment.leastPodsOf(object);
  const steps = stepsInWords(canary, replicas);
  const stay = canary.scaleDownDelaySeconds === 0;
  if (canary.trafficRouting)
    return (stay ? scale : rollout)(
      `canary: ${steps || "all new pods start beside the old ones, and get the requests when they are ready"}${stay ? `, and ${staying}` : ""}${waits(object, environment, 1)}`,
    );
  const [missing, more] = [missingOf(canary, replicas), surgeOf(canary, replicas)];
  if (missing >= running && more === 0)
    return downtime(`a canary that lets ${running === 1 ? "the only pod" : `all ${running} pods`} go before new ones are ready`);
  return rollout(
    `canary: ${steps || "without steps, pods are replaced as in a rolling update"}${missing > 0 ? "" : waits(object, environment, more)}`,
  );
}

function waits(object: Rollout, environment: EnvironmentIndex, more: number): string {
  const quota = environment.surgeBlockedBy(object, more);
  return quota === undefined ? "" : `; it waits at once: ${quota} allows no further pod`;
}

/** The Rollout that takes its template from a Deployment: https://argo-rollouts.readthedocs.io/en/stable/migrating/#reference-deployment-from-rollout */
export function rolloutOfDeployment({ metadata }: KubernetesObject, environment: EnvironmentIndex): Rollout | undefined {
  return environment
    .objectsOf("argoproj.io/Rollout")
    .find(
      (object) =>
        object.metadata.namespace === metadata.namespace &&
        object.spec?.workloadRef?.kind === "Deployment" &&
        object.spec.workloadRef.name === metadata.name,
    );
}

/** The Deployment that a Rollout takes its template from; undefined where it isn't there, or it is of another kind. */
export function deploymentOf({ metadata, spec }: Rollout, environment: EnvironmentIndex): ObjectOf<"apps/Deployment"> | undefined {
  const { kind, name } = spec?.workloadRef ?? {};
  if (kind !== "Deployment") return undefined;
  return environment
    .objectsOf("apps/Deployment")
    .find((object) => object.metadata.namespace === metadata.namespace && object.metadata.name === name);
}
