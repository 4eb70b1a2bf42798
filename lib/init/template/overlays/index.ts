/** The environments: every one exported here is rendered. */
export { dev } from "./dev/index.ts";
export { prod } from "./prod/index.ts";
