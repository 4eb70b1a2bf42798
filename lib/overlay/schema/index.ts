export { App } from "./app.ts";
export { Environment } from "./environment.ts";
export { workloadFields } from "./workload.ts";
