/** The tree of generated files: what it should hold, how it differs on disk, and writing it. */
export { describePlan, fileDifference, textDifference } from "./describe-plan.ts";
export { fileNames } from "./file-name.ts";
export { type ForeignFile, type ForeignFiles, foreignAt, foreignFiles, placeInDist } from "./foreign.ts";
export { fileProblem, replaceFile, replaceFiles } from "./replace-files.ts";
export { blockedProblems, isCurrent, marker, planTree, type TreeFiles, type TreePlan, writeTree } from "./tree.ts";
