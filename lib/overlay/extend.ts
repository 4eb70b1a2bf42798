import type { Chart } from "cdk8s";
import type { AppSpec, EnvironmentSettings } from "./model.ts";

/** What `extend` is told beside its Chart. */
export interface ExtendContext {
  /** The environment's name. */
  readonly environment: string;
  readonly settings: EnvironmentSettings;
  /** The app's name, which differs from the overlay's for an app made with `named()`. */
  readonly app: string;
  /** What the app says after all layers. */
  readonly spec: AppSpec;
  /** Labels that select the app's pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** Puts the environment's registry before a repository of ours, as the model does with `container.image`. */
  image(repository: string): string;
}

/** Adds to an app what the model lacks: the chart takes cdk8s-plus constructs, imported CRDs, `Helm` and `Include`. */
export type Extend = (chart: Chart, context: ExtendContext) => void;
