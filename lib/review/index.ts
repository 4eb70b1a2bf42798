/** What a change of manifests would do to the cluster: objects compared as the API server holds them, each with its impact. */

export type { Remark, Review } from "./change.ts";
export { foreignInGit, readGitTree, readTreeAt, submodulesOf } from "./git-tree.ts";
export { impactOf } from "./impact/index.ts";
export { type Impact, isWorse, rowOf } from "./impact.ts";
export { compareRepository } from "./input/repository.ts";
export { compareSources, reviewedSources } from "./input/two-sources.ts";
export { type ReviewFormat, writeReview } from "./report/index.ts";
export { type EnvironmentSettings, review } from "./review.ts";
export { type ReviewedManifest, readTree, type Tree, treeOf } from "./tree.ts";
