/** Kustomizations and charts in a folder, and the manifests they render to. */
export { discover, type Source } from "./discover.ts";
export { render } from "./render.ts";
