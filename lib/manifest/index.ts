/** Rendered objects: what they are, their YAML, their files. */
export { describePlan, fileDifference, textDifference } from "./describe-plan.ts";
export { fileNames } from "./file-name.ts";
export { type ForeignFile, type ForeignFiles, foreignAt, foreignFiles, placeInDist } from "./foreign.ts";
export { groupBy } from "./group-by.ts";
export {
  describeObject,
  groupOf,
  identity,
  identityOf,
  isClusterScoped,
  type KubernetesObject,
  type Manifest,
  type PlacedManifest,
} from "./manifest.ts";
export { type PodContainer, podSpecOf, podTemplateOf, podTemplatePaths, sourcesOf } from "./pod.ts";
export { fileProblem, replaceFile } from "./replace-files.ts";
export { type Hide, holdsSecret, withoutSecrets } from "./secret.ts";
export { skipMarker, skipMarkerIn } from "./skip-marker.ts";
export { blockedProblems, isCurrent, marker, planTree, type TreeFiles, type TreePlan, writeTree } from "./tree.ts";
export { toYaml } from "./yaml.ts";
