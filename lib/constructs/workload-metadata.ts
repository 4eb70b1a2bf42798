import type { ApiObjectMetadata } from "cdk8s";
import { type Workload, workloadName } from "../overlay/index.ts";
import { metadata } from "./metadata.ts";
import type { AppProps } from "./props.ts";

type Own = Pick<Workload, "name" | "labels" | "annotations">;

/** Metadata of the object that runs an app's pods. */
export const workloadMetadata = (
  props: AppProps,
  { labels, annotations }: Own,
  added?: Readonly<Record<string, string>>,
): ApiObjectMetadata => metadata(props, workloadName(props.app), { labels, annotations }, added);

/** What a workload has beside its kind and its metadata. */
export function workloadFields<T extends Own & Pick<Workload, "kind">>({ kind, name, labels, annotations, ...rest }: T) {
  return rest;
}
