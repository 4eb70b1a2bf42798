/** What authors write: apps and environments as layers, merged and validated. */
export { App, type AppOf, type AppPatch, app, type ObjectPatch, type PatchTarget } from "./app.ts";
export { appShape } from "./app-shape.ts";
export { isAdopted } from "./defaults.ts";
export {
  type AppDefaults,
  Environment,
  type EnvironmentOptions,
  type ExtendingOptions,
  environment,
  isEnvironment,
} from "./environment.ts";
export { type ExplainedValue, explainSpec, type LayerValue, pathsLike } from "./explain.ts";
export type { Bridges, ExtendContext } from "./extend.ts";
export { gatewayListeners, isSecured, type NamedListener, securedSections } from "./gateway-listeners.ts";
export { gatewayProblems } from "./gateway-problems.ts";
export { imageOf, isAsIs } from "./image.ts";
export { type Operation, parseOperations } from "./json-patch.ts";
export { type Layer, mentions, placedProblems, settingLayer } from "./layer.ts";
export { isObject, merge } from "./merge.ts";
export type * from "./model.ts";
export { type Pin, type PinnedImage, type Pins, parsePins, setPins, withoutPins } from "./pins.ts";
export {
  analysisTemplateKind,
  podOwnerOf,
  progressiveOf,
  rolloutHashLabel,
  rolloutKind,
  serviceOfNewPods,
  weightedCanaryOf,
} from "./progressive.ts";
export { registryProblems } from "./registry-problems.ts";
export { environmentsOf, resolve } from "./resolve.ts";
export type { PlacedApp, ResolvedApp, ResolvedEnvironment } from "./resolved.ts";
export { type RouteGroup, routeGroups, weightedRouteOf } from "./route-groups.ts";
export {
  type AppRoute,
  readsExpressions,
  translatedPolicies,
  translationsOf,
  untranslated,
} from "./route-translation.ts";
export { routeHost, routePort, servedBy, servesTls } from "./routing.ts";
export { type ByWorkloadKind, type WorkloadKind, workloadKinds } from "./workload-kinds.ts";
export { workloadName } from "./workload-name.ts";
