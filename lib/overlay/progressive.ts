import type { BlueGreen, Canary, Workload } from "./model.ts";
import type { ResolvedApp } from "./resolved.ts";
import { workloadKinds } from "./workload-kinds.ts";

/** How Argo Rollouts replaces a workload's pods; undefined where Kubernetes does. */
export function progressiveOf(workload: Workload | undefined): Canary | BlueGreen | undefined {
  const strategy = workload?.kind === "Deployment" ? workload.strategy : undefined;
  return strategy?.type === "Canary" || strategy?.type === "BlueGreen" ? strategy : undefined;
}

/** The weighted canary of a workload; undefined where the number of pods decides who gets the requests, or where it has no canary. */
export function weightedCanaryOf(workload: Workload | undefined): Canary | undefined {
  const strategy = progressiveOf(workload);
  return strategy?.type === "Canary" && strategy.traffic === "gateway" ? strategy : undefined;
}

/**
 * The Service that leads to an app's new pods while a rollout goes on, beside the app's own: of a weighted canary, or the preview of a
 * blue-green rollout. Undefined for apps that have one Service at most.
 */
export function serviceOfNewPods({ name, spec }: ResolvedApp): string | undefined {
  const own = spec.service?.name ?? name;
  const strategy = progressiveOf(spec.workload);
  if (strategy?.type === "BlueGreen") return strategy.previewService ?? `${own}-preview`;
  return strategy?.traffic === "gateway" ? (strategy.canaryService ?? `${own}-canary`) : undefined;
}

/** A kind of object, as references and rights name it. */
interface NamedKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Name of the kind's resource in the API. */
  readonly resource: string;
}

/** What owns the pods that a workload runs in the end, so that an autoscaler scales it: a Rollout where one replaces its pods. */
export function podOwnerOf(workload: Workload): NamedKind {
  if (progressiveOf(workload)) return rolloutKind;
  const { apiVersion, resource } = workloadKinds[workload.kind];
  return { apiVersion, kind: workload.kind, resource };
}

/** The kinds of Argo Rollouts that apps have: https://argo-rollouts.readthedocs.io/en/stable/ */
export const rolloutKind = { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", resource: "rollouts" } as const;
export const analysisTemplateKind = { apiVersion: "argoproj.io/v1alpha1", kind: "AnalysisTemplate" } as const;
/** The label by which the ReplicaSets of a Rollout tell their pods apart; it writes it into the selectors of its Services too. */
export const rolloutHashLabel = "rollouts-pod-template-hash";
