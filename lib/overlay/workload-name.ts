import type { ResolvedApp } from "./resolved.ts";

/** The name of the object that runs an app's pods. */
export const workloadName = ({ name, spec }: ResolvedApp): string => spec.workload?.name ?? name;
