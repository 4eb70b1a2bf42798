/** Overlays in, files out: render is pure, synth writes. */
export { checkable, foreignLevels } from "./checkable.ts";
export { synth } from "./entry.ts";
export { type Explanation, explain } from "./explain.ts";
export { hasNamespace } from "./included-objects.ts";
export { mapImages } from "./pin-images.ts";
export { type Rendering, render, unpinned } from "./render.ts";
export { RenderedApps } from "./rendered-apps.ts";
export { setImages } from "./set-images.ts";
export { planSynth, type SynthOptions, type SynthPlan } from "./synth.ts";
