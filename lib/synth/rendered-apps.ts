import { isDeepStrictEqual } from "node:util";
import { usedApp } from "../constructs/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import type { ResolvedApp, ResolvedEnvironment } from "../overlay/index.ts";

interface Remembered {
  /** Everything the objects were rendered from. */
  readonly from: readonly unknown[];
  readonly objects: readonly KubernetesObject[];
  /** True when they may come from any file: by the author's code or program, or as they stand in one. */
  readonly readsFiles: boolean;
}

/** Objects of apps as they were rendered last, before patches, for a process that renders again and again. */
export class RenderedApps {
  readonly #last = new Map<string, Remembered>();
  #rendered = 0;

  /** How many apps were rendered since this was asked last. */
  takeCount(): number {
    const rendered = this.#rendered;
    this.#rendered = 0;
    return rendered;
  }

  /** Forgets what may have been rendered from files that have changed. */
  filesChanged(): void {
    for (const [key, { readsFiles }] of this.#last) if (readsFiles) this.#last.delete(key);
  }

  /**
   * The objects of an app: those of last time when all they come from is the same, else as `make` gives them.
   * @param users the apps that use this one
   */
  objects(
    environment: ResolvedEnvironment,
    app: ResolvedApp,
    users: readonly ResolvedApp[],
    make: () => readonly KubernetesObject[],
  ): readonly KubernetesObject[] {
    const key = `${environment.name}/${app.name}`;
    const used = Object.entries(app.spec.uses ?? {}).map(([name, use]) => environment.appsByName.get(usedApp(name, use) ?? "")?.spec);
    const from = [app.spec, environment.settings, users.map(({ name, spec }) => [name, spec]), used];
    const last = this.#last.get(key);
    if (last && isDeepStrictEqual(last.from, from)) return last.objects;
    this.#last.delete(key);
    const objects = make();
    this.#rendered++;
    this.#last.set(key, {
      from,
      objects,
      readsFiles: [app.spec.extend, app.spec.helm, app.spec.include].some((part) => part !== undefined),
    });
    return objects;
  }
}
