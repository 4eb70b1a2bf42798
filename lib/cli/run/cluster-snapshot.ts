import { resolve } from "node:path";
import { type Connection, knownCluster, kubectl, snapshotText, takeSnapshot } from "../../cluster/index.ts";
import { replaceFile } from "../../dist/index.ts";
import { print, warn } from "../output.ts";

/** `slipway cluster snapshot`: what isn't allowed is in the snapshot, and on stderr. */
export async function clusterSnapshotCommand({ out, ...connection }: Connection & { readonly out?: string }): Promise<void> {
  const snapshot = await takeSnapshot(kubectl(connection));
  const text = snapshotText(snapshot);
  // What can't be read again is of no use to anybody.
  knownCluster(text, out ?? "the snapshot");
  if (out === undefined) print(text);
  else replaceFile(resolve(out), text);
  const { notAllowed = [] } = snapshot;
  if (notAllowed.length > 0)
    warn(
      `not allowed to list, so nothing is known of them: ${notAllowed.join(", ")}\n  docs/cluster-snapshot.md has the role that a snapshot needs.\n`,
    );
}
