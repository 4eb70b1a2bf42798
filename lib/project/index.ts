/** The repository that is worked on: its folder, the files rendering reads, and its overlays as modules. */
export { authorPlace, messageOf } from "./author-error.ts";
export { loadEnvironments, Overlays } from "./overlays.ts";
export { holdsOverlays, type Project, projectAt, projectRoot, type ReadFile } from "./project.ts";
export { watchFolder } from "./watch.ts";
