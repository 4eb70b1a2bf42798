/** One construct for each kind of object: the validated model in, cdk8s ApiObjects out. */
import { readYamlFilesInProcess } from "./yaml-files.ts";

export { addApp } from "./app.ts";
export { bridges } from "./bridges.ts";
export { misspeltHelmValues } from "./helm-values.ts";
export { usedApp, usersByApp } from "./network-policy.ts";
export { claimNames } from "./persistent-volume-claim.ts";
export { jobLabel, selectorOf } from "./props.ts";
export { serviceName } from "./service.ts";
export { addShared } from "./shared.ts";

readYamlFilesInProcess();
