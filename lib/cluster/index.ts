/** What manifests depend on in a cluster: taken once, read-only, and kept in a file without anything secret. */
export { clusterFrom, clusterOfEnvironment } from "./cluster-from.ts";
export { type KnownCluster, knownCluster } from "./known-cluster.ts";
export { type Connection, kubectl } from "./kubectl.ts";
export type { RolloutState } from "./snapshot.ts";
export { snapshotText, takeSnapshot } from "./take.ts";
