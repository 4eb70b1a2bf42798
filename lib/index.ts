/** What an overlay, main.ts and a team's tests import from "slipway". */

export type { KubernetesObject, Manifest } from "./manifest/index.ts";
export {
  App,
  type AppDefaults,
  type AppOf,
  type AppPatch,
  app,
  Environment,
  type EnvironmentOptions,
  type ExtendContext,
  type ExtendingOptions,
  environment,
  type Operation,
  type PatchTarget,
  type WorkloadKind,
} from "./overlay/index.ts";
export type * from "./overlay/model.ts";
export type * from "./overlay/model-patch.ts";
export { InputError, type Problem } from "./problem/index.ts";
export { type Rendering, render, synth } from "./synth/index.ts";
