/** Helm and the charts that a repository vendors: the options of a rendering, pulling a chart by digest, and holding it to its lock. */
export { templateOptions } from "./helm.ts";
export { pullChart } from "./pull.ts";
export { chartReference } from "./reference.ts";
export { digestOfFolder } from "./tree-digest.ts";
export { chartValues, misspeltValues, readValues } from "./values.ts";
export { chartsIn, lockListing, locksIn, verifyLock } from "./verify.ts";
