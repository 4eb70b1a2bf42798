import { command } from "./command.ts";
import { reported } from "./report.ts";

const snapshot = command()
  .name("snapshot")
  .description("ask a cluster once, read-only, for what manifests depend on; no value of a Secret or ConfigMap is in it")
  .option("--context <name>", "context of the kubeconfig (default: its current one)")
  .option("--kubeconfig <file>", "kubeconfig of the cluster (default: as kubectl finds it)")
  .option("-o, --out <file>", "file to write (default: stdout)")
  .addHelpText("after", "\nExample:\n  $ slipway cluster snapshot --context prod --out clusters/prod.yaml")
  .action(reported(async (options) => (await import("./run/cluster-snapshot.ts")).clusterSnapshotCommand(options)));

export const cluster = command().addCommand(snapshot);
