/** The environments. `slipway synth` and `cdk8s synth` render every one that is exported here. */
export { dev } from "./dev/index.ts";
export { prod } from "./prod/index.ts";
export { prodUs } from "./prod-us/index.ts";
export { staging } from "./staging/index.ts";
