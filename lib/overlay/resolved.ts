import type { ObjectPatch } from "./app.ts";
import type { Layer } from "./layer.ts";
import type { AppSpec, EnvironmentSettings } from "./model.ts";

/** An app as one environment has it: merged, validated, and with its layers, the weakest first. */
export interface ResolvedApp {
  readonly name: string;
  readonly spec: AppSpec;
  readonly layers: readonly Layer[];
  readonly patches: readonly ObjectPatch[];
}

/** An environment whose every value is known and valid. Apps are in the order of their names. */
export interface ResolvedEnvironment {
  readonly name: string;
  readonly folder: string;
  readonly settings: EnvironmentSettings;
  readonly apps: readonly ResolvedApp[];
  readonly appsByName: ReadonlyMap<string, ResolvedApp>;
}

/** An app in its environment. */
export interface PlacedApp {
  readonly environment: ResolvedEnvironment;
  readonly app: ResolvedApp;
}
