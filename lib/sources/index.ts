/** Kustomizations and charts in a folder, and the manifests they render to. */
export { type Discovered, discover, type Source } from "./discover.ts";
export { type RenderedSource, render } from "./render.ts";
