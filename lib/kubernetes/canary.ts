import type { ObjectOf } from "./kinds.ts";

type Rollout = ObjectOf<"argoproj.io/Rollout">;
type Canary = NonNullable<NonNullable<NonNullable<Rollout["spec"]>["strategy"]>["canary"]>;
type Step = NonNullable<Canary["steps"]>[number];

/** What there is when a step of a canary is done, or as long as it waits. */
export interface CanaryStage {
  /** Index of the step. */
  readonly step: number;
  readonly does: keyof Step;
  /** Share of the requests, in percent, that the step asks for. */
  readonly weight: number;
  readonly newPods: number;
  readonly oldPods: number;
  /** How long it waits, as written; undefined where it doesn't, or waits for a person. */
  readonly duration?: string;
}

const kinds = ["setWeight", "pause", "setCanaryScale", "analysis", "experiment", "setHeaderRoute", "setMirrorRoute", "plugin"] as const;

/**
 * The stages of a canary of so many pods, one for each step. Without weights the numbers of pods decide who gets the requests, and the
 * controller takes those that come nearest: https://argo-rollouts.readthedocs.io/en/stable/features/canary/
 */
export function canaryStages(canary: Canary, replicas: number): CanaryStage[] {
  let weight = 0;
  let scale: Step["setCanaryScale"];
  return (canary.steps ?? []).map((step, index): CanaryStage => {
    const does = kinds.find((kind) => step[kind] !== undefined) ?? "plugin";
    weight = step.setWeight ?? weight;
    if (step.setCanaryScale) scale = step.setCanaryScale.matchTrafficWeight ? undefined : step.setCanaryScale;
    const [newPods, oldPods] = canary.trafficRouting
      ? weightedPods(canary, replicas, weight, scale)
      : countedPods(canary, replicas, weight);
    const { duration } = step.pause ?? {};
    return { step: index, does, weight, newPods, oldPods, ...(duration === undefined ? {} : { duration: secondsOf(duration) }) };
  });
}

const secondsOf = (duration: number | string) => (/^\d+$/.test(String(duration)) ? `${duration}s` : String(duration));

type Pods = readonly [newPods: number, oldPods: number];

/** Old pods stay in full unless `dynamicStableScale` lets them go; new ones are as many as their share asks for, or as a step says. */
function weightedPods(canary: Canary, replicas: number, weight: number, scale: Step["setCanaryScale"]): Pods {
  const share = (percent: number) => Math.ceil((percent * replicas) / 100);
  const atLeast = (pods: number) => (pods === 0 ? 0 : Math.max(pods, Math.min(canary.minPodsPerReplicaSet ?? 0, replicas)));
  const asked = scale?.weight ?? weight;
  const newPods = scale?.replicas ?? atLeast(share(asked));
  return [newPods, canary.dynamicStableScale ? atLeast(share(100 - (scale?.replicas === undefined ? asked : 0))) : replicas];
}

/** The numbers of pods whose ratio comes nearest to a weight: of all there are, or of one more where pods may surge. */
function countedPods(canary: Canary, replicas: number, weight: number): Pods {
  if (replicas === 0) return [0, 0];
  const surges = surgeOf(canary, replicas) > 0;
  const exact = (replicas * weight) / 100;
  const [most, fewest] = [Math.ceil(exact), Math.floor(exact)];
  // A share that isn't all or nothing has a pod on either side, where there can be two.
  const maySpareOne = weight === 0 || weight === 100 || (replicas === 1 && !surges);
  const options = (surges ? [replicas, replicas + 1] : [replicas]).flatMap((total) => [
    ...(most < total || maySpareOne ? [[most, total] as const] : []),
    ...((fewest > 0 || maySpareOne) && ((total * weight) / 100) % 1 !== 0.5 ? [[fewest, total] as const] : []),
  ]);
  const distance = ([pods, total]: Pods) => Math.abs((100 * pods) / total - weight);
  const [first = [0, replicas] as const, ...others] = options;
  const [pods, total] = others.reduce<Pods>((best, option) => (distance(option) < distance(best) ? option : best), first);
  return [pods, total - pods];
}

/** Pods above the number asked for. @returns 25% of it by default, rounded up */
export const surgeOf = ({ maxSurge }: Canary, replicas: number): number => podsOf(maxSurge ?? "25%", replicas, Math.ceil);

/** Pods that may be missing: 25% by default, rounded down, but one where no pod may be added either. */
export const missingOf = (canary: Canary, replicas: number): number => {
  const missing = Math.min(podsOf(canary.maxUnavailable ?? "25%", replicas, Math.floor), replicas);
  return missing === 0 && surgeOf(canary, replicas) === 0 ? 1 : missing;
};

const podsOf = (amount: number | string, of: number, round: (share: number) => number) =>
  typeof amount === "string" ? round((Number.parseInt(amount, 10) * of) / 100) : amount;
