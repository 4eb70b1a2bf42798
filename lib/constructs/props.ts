import { isAdopted, type ResolvedApp, type ResolvedEnvironment, workloadKinds } from "../overlay/index.ts";

/** What every construct of an app receives: the validated model, and nothing of layers or files. */
export interface AppProps {
  readonly environment: ResolvedEnvironment;
  readonly app: ResolvedApp;
}

/** Labels that select the app's pods; immutable once applied, so they derive from nothing but the name or the model's `selector`. */
export function selectorOf({ name, spec }: ResolvedApp): Readonly<Record<string, string>> {
  return spec.selector ?? { app: name };
}

/** Labels that an app's pods have to have: those that select them, unless nothing does. */
export function podLabelsOf(app: ResolvedApp): Readonly<Record<string, string>> {
  const { selector, workload } = app.spec;
  const isUnselected = workload !== undefined && workloadKinds[workload.kind].ends && isAdopted(app.spec) && selector === undefined;
  return isUnselected ? {} : selectorOf(app);
}

/** Label `app` of the pods of one of the app's jobs: never that of the app's own pods, which its Service selects. */
export const jobLabel = (app: string, job: string) => `${app}-${job}`;
