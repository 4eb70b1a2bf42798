/** The objects that have Argo CD apply an environment. */
export { AppProject, type ProjectContents } from "./app-project.ts";
export { appApplication, rootApplication, sharedApplication } from "./application.ts";
