import type { KubernetesObject } from "../manifest/index.ts";
import type { Problem } from "../problem/index.ts";
import type { Settings } from "../sources/index.ts";

/** An object of a source, with the file that it comes from. */
export interface SourceObject {
  readonly object: KubernetesObject;
  readonly file: string;
  /** The Application that Argo CD deploys it with, where that is known. */
  readonly application?: string;
}

/** A chart that lies outside of the git repository, and is copied into it. */
export interface CopiedChart {
  readonly from: string;
  /** Folder in the new repository. */
  readonly to: string;
}

/** A chart that stays a chart: its values become layers. */
export interface SourceChart {
  /** The app's name, and that of the release. */
  readonly name: string;
  /** The source, as the person named it. */
  readonly given: string;
  /** The chart's folder, from the new repository. */
  readonly folder: string;
  /** Where it goes, if it doesn't stay there. */
  readonly copy?: CopiedChart;
  readonly namespace: string;
  /** What its files of values say beyond the chart's own. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly objects: readonly SourceObject[];
}

/** A Secret whose values stay out of the repository. */
export interface LeftOutSecret {
  readonly environment: string;
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
}

/** What slipway.yaml says of an environment, and its overlay from then on. */
export type SaidSettings = Pick<Settings, "podSecurity" | "provided" | "waivers">;

/** What one environment's sources hold. */
export interface SourceEnvironment {
  readonly name: string;
  /** The sources, as the person named them. */
  readonly sources: readonly string[];
  /** Minor version of its cluster. */
  readonly kubernetes: string;
  /** Namespace that objects without one were taken to be in; undefined where all name theirs. */
  readonly assumedNamespace?: string;
  readonly said: SaidSettings;
  /** Whether some of the objects were read from a cluster, and so aren't what a person wrote. */
  readonly isFromCluster: boolean;
  readonly objects: readonly SourceObject[];
  readonly charts: readonly SourceChart[];
  readonly secrets: readonly LeftOutSecret[];
  readonly problems: readonly Problem[];
  /** What the person should know, and needn't change. */
  readonly notes: readonly string[];
}

/** All objects of an environment's sources, those of charts among them. */
export const objectsOf = ({ objects, charts }: Pick<SourceEnvironment, "objects" | "charts">): KubernetesObject[] =>
  [...objects, ...charts.flatMap((chart) => chart.objects)].map(({ object }) => object);
