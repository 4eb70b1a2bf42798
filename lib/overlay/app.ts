import type { Problem } from "../problem/index.ts";
import type { Operation } from "./json-patch.ts";
import { callerOf, type Layer, layer, type Place } from "./layer.ts";
import { isObject } from "./merge.ts";
import type { AppWithoutWorkload, Container, Workload } from "./model.ts";
import type { AppWithoutWorkloadPatch, ContainerPatch, WorkloadPatch } from "./model-patch.ts";
import type { WorkloadKind } from "./workload-kinds.ts";

type WorkloadOf<K extends WorkloadKind> = Extract<Workload, { kind: K }>;

/** What an app with a workload of kind K has; one without a workload has no pods but those of its jobs. */
export type AppOf<K extends WorkloadKind> = AppWithoutWorkload &
  (
    | {
        /** What runs the app's pods. */
        readonly workload: WorkloadOf<K>;
        /** The main container, named as the app unless `containerName` is set. */
        readonly container: Container;
      }
    | {
        /** What runs the app's pods. */
        readonly workload?: never;
        /** The main container, named as the app unless `containerName` is set. */
        readonly container?: Container;
      }
  );
/** What a layer may set of an app with a workload of kind K: any part of it, and null where a value may be absent. */
export type AppPatch<K extends WorkloadKind = WorkloadKind> = AppWithoutWorkloadPatch & {
  /** The main container, named as the app unless `containerName` is set. */
  readonly container?: ContainerPatch | null;
  /** What runs the app's pods. */
  readonly workload?: Extract<WorkloadPatch, { readonly kind?: K }> | null;
};

/** Which of an app's objects a patch file is for: the only one of a kind, or one by kind and name. */
export type PatchTarget = string | { readonly kind: string; readonly name: string };

/** RFC 6902 operations for one rendered object, read from a file or given as they are. */
export interface ObjectPatch {
  readonly target: PatchTarget;
  /** A file beside the environment's index.ts, or the operations. */
  readonly source: string | readonly Operation[];
  /** Folder of the environment that first listed the app; undefined until one does. */
  readonly folder?: string;
  /** Where `patch()` was called. */
  place?(): Place | undefined;
}

interface AppParts {
  readonly layers: readonly Layer[];
  readonly patches: readonly ObjectPatch[];
  readonly problems: readonly Problem[];
}

const brand = Symbol.for("slipway.app");

/** An app as layers that an environment merges: what base sets, then each `with()`. Immutable; every method gives a new one. */
export class App<K extends WorkloadKind = WorkloadKind> {
  readonly [brand] = true;
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly patches: readonly ObjectPatch[];
  /** What was already wrong when it was created. */
  readonly problems: readonly Problem[];

  constructor(name: string, { layers, patches, problems }: AppParts) {
    this.name = name;
    this.layers = layers;
    this.patches = patches;
    this.problems = problems;
  }

  /**
   * Adds a layer: a merge patch in which null deletes.
   * @example
   * web.with({ workload: { replicas: 6 }, config: { env: { LOG_LEVEL: "warn", TRACING: null } } })
   */
  with(patch: AppPatch<K>): App<K> {
    return new App(this.name, { ...this, layers: [...this.layers, layer("with()", patch, this.with)] });
  }

  /**
   * Patches one rendered object after all layers, for what the model lacks.
   * @param target the kind, when the app has one object of it, or kind and name
   * @param source an RFC 6902 file beside the environment's index.ts, or the operations themselves
   * @example
   * web.patch("Deployment", [{ op: "add", path: "/spec/template/spec/setHostnameAsFQDN", value: true }])
   */
  patch(target: PatchTarget, source: string | readonly Operation[]): App<K> {
    return new App(this.name, { ...this, patches: [...this.patches, { target, source, place: callerOf(this.patch) }] });
  }

  /** The same app once more under another name, with a selector and object names of its own: those that began with the old name begin with the new one, others get their default. */
  named(name: string): App<K> {
    const layers = this.layers.map((layer) => ({ ...layer, patch: renamed(layer.patch, this.name, name) }));
    return new App(name, { ...this, layers });
  }

  /** The app as listed by the environment whose folder this is; patch files it doesn't have yet are looked for there. */
  boundTo(folder: string): App<K> {
    if (this.patches.every((patch) => patch.folder !== undefined)) return this;
    return new App(this.name, { ...this, patches: this.patches.map((patch) => ({ folder, ...patch })) });
  }
}

/** An app of whichever kind: App varies with its kind in what `with()` takes, so one of a certain kind is no App of any kind. */
// biome-ignore lint/suspicious/noExplicitAny: every kind fits `any`, but for `never`, that of an app without workload.
export type AnyApp = App<any> | App<never>;

/** Also true for an app created by another copy of this module. */
export function isApp(value: unknown): value is App {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * Describes an app for all environments.
 * @param name names the app's objects and selects its pods (`app: <name>`)
 * @example
 * export const web = app("web", {
 *   namespace: "shop",
 *   workload: { kind: "Deployment", replicas: 2 },
 *   container: { image: "team/web", ports: { http: 8080 }, probes: { readiness: { http: "/healthz" } } },
 *   service: { ports: { http: 80 } },
 * });
 */
export function app<const K extends WorkloadKind = never>(name: string, spec: AppOf<K>): App<K> {
  return new App(name, { layers: [layer("base", spec, app)], patches: [], problems: [] });
}

/** Where a spec may carry names of objects or hosts: `*` stands for any key. */
const namePaths = [
  ["service", "name"],
  ["services", "*", "name"],
  ["ingress", "name"],
  ["ingress", "host"],
  ["ingresses", "*", "name"],
  ["configMaps", "*", "name"],
  ["serviceAccount", "name"],
  ["autoscaling", "name"],
  ["disruptionBudget", "name"],
  ["storage", "*", "name"],
  ["workload", "name"],
  ["workload", "serviceName"],
] as const;

function renamed(patch: unknown, before: string, after: string): unknown {
  if (!isObject(patch)) return patch;
  const { selector, ...rest } = patch;
  return namePaths.reduce<unknown>(
    (result, path) => rewritten(result, path, (name) => (name.startsWith(before) ? after + name.slice(before.length) : undefined)),
    rest,
  );
}

function rewritten(value: unknown, [head, ...tail]: readonly string[], rename: (name: string) => string | undefined): unknown {
  if (head === undefined) return typeof value === "string" ? rename(value) : value;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, key === head || head === "*" ? rewritten(member, tail, rename) : member]),
  );
}
