import type { ApiObjectMetadata } from "cdk8s";
import type { AppProps } from "./props.ts";

/** Sync waves inside an Application: what pods need comes before jobs that prepare for them, and those before the pods. */
export const wave = { configuration: "-2", job: "-1" } as const;
export const waveAnnotation = "argocd.argoproj.io/sync-wave";
export const syncOptions = (...options: string[]) => ({ "argocd.argoproj.io/sync-options": options.join(",") });
export const configurationWave = { [waveAnnotation]: wave.configuration };

type Words = Readonly<Record<string, string>>;

/** Metadata of an object of an app: its labels and annotations, then those the object brings. */
export function metadata(
  { environment, app }: AppProps,
  name: string,
  own: { labels?: Words | undefined; annotations?: Words | undefined } = {},
): ApiObjectMetadata {
  return {
    name,
    namespace: app.spec.namespace,
    labels: { ...environment.settings.labels, app: app.name, ...app.spec.labels, ...own.labels },
    ...nonEmpty("annotations", { ...app.spec.annotations, ...own.annotations }),
  };
}

/** A field that is left out when it would be an empty object or list. */
export function nonEmpty<K extends string, V extends object>(key: K, value: V | undefined): { [key in K]?: V } {
  const empty = value === undefined || (Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0);
  return (empty ? {} : { [key]: value }) as { [key in K]?: V };
}

/** The entries of a map in the order of their keys, so that output never depends on the order of the code. */
export function sorted<V>(map: Readonly<Record<string, V>> | undefined): [string, V][] {
  return Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
