import type { KubernetesObject } from "../manifest/index.ts";
import { isRecord } from "../outside/index.ts";
import { type AppOf, type AppPatch, app, type Environment, environment, merge, resolve } from "../overlay/index.ts";
import type { Project } from "../project/index.ts";
import { unpinned } from "../synth/index.ts";

type Members = Readonly<Record<string, unknown>>;

/** Renders apps of an environment, each alone. */
export class AppRenderer {
  readonly #environment: Environment;
  readonly #project: Project;
  /** What goes before images, or `none`. */
  readonly registry: string;

  constructor(own: Environment, project: Project) {
    this.#environment = environment(own.name, { extends: own, without: own.apps.map(({ name }) => name) });
    this.#project = project;
    this.registry = resolve(this.#environment, project.root).settings.registry;
  }

  /** The objects of an app before pins. @throws InputError for what the model refuses */
  render(name: string, base: Members, layer: Members): readonly KubernetesObject[] {
    // The casts hold because rendering says whether these are an app and a layer of it.
    const alone = app(name, base as unknown as AppOf<never>).with(layer as AppPatch<never>);
    const paths = hostPathsOf(merge(base, layer));
    const hostPaths = paths.length > 0 ? { hostPaths: { [name]: paths } } : {};
    return (
      unpinned(environment(this.#environment.name, { extends: this.#environment, apps: [alone], ...hostPaths }), this.#project).get(name) ??
      []
    );
  }
}

/** The folders of its nodes that an app mounts: the environment has to allow them. */
export function hostPathsOf(spec: unknown): string[] {
  const volumes = isRecord(spec) && isRecord(spec.volumes) ? Object.values(spec.volumes) : [];
  const paths = volumes.flatMap((volume) => {
    const path = isRecord(volume) && isRecord(volume.hostPath) ? volume.hostPath.path : isRecord(volume) ? volume.hostPath : undefined;
    return typeof path === "string" ? path : [];
  });
  return [...new Set(paths)].sort();
}
