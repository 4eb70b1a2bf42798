import type { ApiObjectMetadata } from "cdk8s";
import { type AppSpec, isAdopted } from "../overlay/index.ts";
import type { AppProps } from "./props.ts";

/** Sync waves inside an Application: what pods need comes before jobs that prepare for them, and those before the pods. */
export const wave = { configuration: "-2", job: "-1" } as const;
export const waveAnnotation = "argocd.argoproj.io/sync-wave";
export const syncOptions = (...options: string[]) => ({ "argocd.argoproj.io/sync-options": options.join(",") });
export const configurationWave = { [waveAnnotation]: wave.configuration };

type Words = Readonly<Record<string, string>>;

interface Own {
  readonly labels?: Words | undefined;
  readonly annotations?: Words | undefined;
}

/**
 * Metadata of an object of an app: its labels and annotations, then those the object brings.
 * @param added annotations that slipway adds, which an adopted app goes without
 */
export function metadata({ environment, app }: AppProps, name: string, own: Own = {}, added: Words = {}): ApiObjectMetadata {
  const { spec } = app;
  const [labels, annotations] = isAdopted(spec) ? [{}, {}] : [{ ...environment.settings.labels, app: app.name }, added];
  return {
    name,
    namespace: spec.namespace,
    ...nonEmpty("labels", { ...labels, ...spec.labels, ...own.labels }),
    ...nonEmpty("annotations", { ...annotations, ...spec.annotations, ...own.annotations }),
  };
}

/** A field that is left out when it would be an empty object or list. */
export function nonEmpty<K extends string, V extends object>(key: K, value: V | undefined): { [key in K]?: V } {
  const empty = value === undefined || (Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0);
  return (empty ? {} : { [key]: value }) as { [key in K]?: V };
}

/** The entries of a map in the order in which its list is written. */
export type Entries = <V>(map: Readonly<Record<string, V>> | undefined) => [string, V][];

const written: Entries = (map) => Object.entries(map ?? {});

/** How the app's maps become lists: by their keys, or as they are written where the app adopts what runs. */
export const entriesOf = (spec: Pick<AppSpec, "defaults">): Entries => (isAdopted(spec) ? written : sorted);

/** Entries with those first that are to come first. */
export function inOrder<V>(entries: readonly [string, V][], first: readonly string[] = []): [string, V][] {
  if (first.length === 0) return [...entries];
  const members = new Map(entries);
  const early = new Set(first.filter((name) => members.has(name)));
  const place = (name: string): [string, V][] => entries.filter(([key]) => key === name);
  return [...[...early].flatMap(place), ...entries.filter(([name]) => !early.has(name))];
}

/** The entries of a map in the order of their keys, so that output never depends on the order of the code. */
export function sorted<V>(map: Readonly<Record<string, V>> | undefined): [string, V][] {
  return Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
