import { describeObject } from "../manifest/index.ts";
import { workloadKinds } from "../overlay/index.ts";
import type { FoldedApp } from "./fold.ts";
import type { KnownApp } from "./known-apps.ts";
import { type ModelledApp, modelApp, type RunningApp } from "./model-app.ts";
import type { Difference } from "./proof.ts";

/** Which apps are lifted into the model. */
export interface ModelRequest {
  readonly apps: ReadonlySet<string> | "all";
  /** Whether pods may be replaced once, so that their containers and ports are called as the model would. */
  readonly acceptRollout: boolean;
  /** Whether objects may get the labels of their apps. */
  readonly adoptLabels: boolean;
}

/** What became of an app that was to be lifted, counted over all environments. */
export interface ModelResult extends Omit<ModelledApp, "app" | "isRolledOut"> {
  readonly app: string;
  /** Whether that was accepted. */
  readonly rolledOut: boolean;
  /** Why its objects don't get the app's label, where that was allowed. */
  readonly unlabelled?: string;
  /** Why the app stays as it was; undefined where it was lifted. */
  readonly reason?: string;
}

/** An app that stays as it was. @param included its objects */
export const keptApp = (app: string, reason: string, included: ModelResult["included"]): ModelResult => ({
  app,
  modelled: 0,
  patched: [],
  included,
  rollout: [],
  rolledOut: false,
  reason,
});

/** Apps lifted into the model, of which any can be given up again. */
export class Models {
  readonly #running: ReadonlyMap<string, ReadonlyMap<string, RunningApp>>;
  readonly #found: Map<string, ModelledApp | string>;

  /** @param known apps that overlays have already: those in the model keep their base */
  constructor(
    running: ReadonlyMap<string, ReadonlyMap<string, RunningApp>>,
    { apps, acceptRollout }: Pick<ModelRequest, "apps" | "acceptRollout">,
    known: ReadonlyMap<string, KnownApp> = new Map(),
  ) {
    this.#running = running;
    const asked = [...running].filter(([name]) => apps === "all" || apps.has(name));
    this.#found = new Map(asked.map(([name, own]) => [name, modelApp(name, own, { accept: acceptRollout, known: known.get(name) })]));
  }

  /** An app in the model; undefined where it isn't. */
  app(name: string): FoldedApp | undefined {
    const found = this.#found.get(name);
    return typeof found === "object" ? found.app : undefined;
  }

  /** Differences that are the rollouts of apps, and all others. */
  split(found: readonly Difference[]): { rollouts: Difference[]; others: Difference[] } {
    const workloads = new Set(
      [...this.#found].flatMap(([name, model]) => (typeof model === "object" && model.isRolledOut ? this.#workloadsOf(name) : [])),
    );
    const isRollout = ({ environment, object }: Difference) => workloads.has(`${environment} ${object}`);
    return { rollouts: found.filter(isRollout), others: found.filter((difference) => !isRollout(difference)) };
  }

  #workloadsOf(name: string): string[] {
    return [...(this.#running.get(name) ?? [])].flatMap(([environment, { objects }]) =>
      objects.flatMap((object) => (Object.hasOwn(workloadKinds, object.kind) ? `${environment} ${describeObject(object)}` : [])),
    );
  }

  /** Leaves apps as they were, for the reason given; true where one of them was lifted. */
  giveUp(reasons: ReadonlyMap<string, string>): boolean {
    const lifted = [...reasons].filter(([name]) => this.app(name) !== undefined);
    for (const [name, reason] of lifted) this.#found.set(name, reason);
    return lifted.length > 0;
  }

  results(): ModelResult[] {
    return [...this.#found]
      .map(([app, found]): ModelResult => {
        if (typeof found === "object") {
          const { modelled, patched, included, rollout, isRolledOut } = found;
          return { app, modelled, patched, included, rollout, rolledOut: isRolledOut };
        }
        const included = [...(this.#running.get(app) ?? [])].flatMap(([environment, { objects }]) =>
          objects.map((object) => ({ environment, object: describeObject(object), fields: [] })),
        );
        return keptApp(app, found, included);
      })
      .sort((a, b) => (a.app < b.app ? -1 : 1));
  }
}
