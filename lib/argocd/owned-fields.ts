import {
  podOwnerOf,
  progressiveOf,
  type ResolvedApp,
  type ResolvedEnvironment,
  rolloutHashLabel,
  serviceOfNewPods,
  weightedRouteOf,
  workloadName,
} from "../overlay/index.ts";
import { groupKindOf } from "./app-project.ts";

/** A difference that Argo CD leaves alone, as its API has it. */
interface IgnoredDifference {
  readonly group?: string;
  readonly kind: string;
  readonly name: string;
  readonly jsonPointers?: readonly string[];
  readonly jqPathExpressions?: readonly string[];
}

/**
 * Fields of an app's objects that controllers own, which a sync must not put back: a number of pods that an autoscaler or a Rollout sets,
 * and what a Rollout writes into its Services' selectors and into the weights of its HTTPRoute.
 */
export function ownedByControllers(environment: ResolvedEnvironment, app: ResolvedApp): IgnoredDifference[] {
  const { spec } = app;
  const name = workloadName(app);
  if (!spec.workload) return [];
  const strategy = progressiveOf(spec.workload);
  const replicas = ["/spec/replicas"];
  return [
    ...(spec.autoscaling ? [{ ...groupKindOf(podOwnerOf(spec.workload)), name, jsonPointers: replicas }] : []),
    // The Rollout scales the Deployment that it took its template from.
    ...(strategy?.workloadRef ? [{ ...groupKindOf({ apiVersion: "apps/v1", kind: "Deployment" }), name, jsonPointers: replicas }] : []),
    ...selectors(app),
    ...weights(environment, app),
  ];
}

function selectors(app: ResolvedApp): IgnoredDifference[] {
  const second = serviceOfNewPods(app);
  if (second === undefined) return [];
  const own = app.spec.service?.name ?? app.name;
  return [own, second].map((service) => ({ kind: "Service", name: service, jsonPointers: [`/spec/selector/${rolloutHashLabel}`] }));
}

function weights(environment: ResolvedEnvironment, app: ResolvedApp): IgnoredDifference[] {
  const name = weightedRouteOf({ environment, app });
  if (name === undefined) return [];
  return [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", name, jqPathExpressions: [".spec.rules[].backendRefs[].weight"] }];
}
