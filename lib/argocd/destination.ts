import type { ResolvedEnvironment } from "../overlay/index.ts";

/** The cluster Argo CD runs in, by the name it has there. */
export const inCluster = "https://kubernetes.default.svc";

/** The API server an environment's apps go to, as Argo CD knows it. */
export function serverOf({ settings }: ResolvedEnvironment): string {
  return settings.cluster.server ?? inCluster;
}
