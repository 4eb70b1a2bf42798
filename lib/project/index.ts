/** The repository that is worked on: its folder, the files rendering reads, and its overlays as modules. */
export { loadEnvironments } from "./overlays.ts";
export { type Project, projectAt, projectRoot, type ReadFile } from "./project.ts";
