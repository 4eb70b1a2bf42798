import type { Change } from "./change.ts";

/** Marks pods made anew because what they read has changed. */
const contentHash = /annotations\["checksum\/[^"]+"\]$/;
/**
 * Labels that only say of which chart and version an object is, on the object and on its pods:
 * https://helm.sh/docs/chart_best_practices/labels/. Where a selector or a claim template holds them, they do more.
 */
const versionLabel =
  /^(spec\.(jobTemplate\.spec\.)?template\.)?metadata\.labels(\["helm\.sh\/chart"\]|\["app\.kubernetes\.io\/version"\]|\.chart)$/;

export const isContentHash = ({ path }: { readonly path: string }) => contentHash.test(path);
export const isVersionLabel = ({ path }: { readonly path: string }) => versionLabel.test(path);

/** Whether nothing but the mark of its configuration differs in a workload. */
export const isMarkOnly = ({ action, fields }: Pick<Change, "action" | "fields">) =>
  action === "change" && fields.length > 0 && fields.every(isContentHash);
