/** Where a repository's manifests come from: kustomizations, charts, folders and files, and what its slipway.yaml says of them. */
export {
  type Configuration,
  configurationSchema,
  configuredFolder,
  isDay,
  type ProvidedName,
  placed,
  readConfiguration,
  type Settings,
  waiversSchema,
} from "./configuration.ts";
export { discover, kustomizationNames, type Source } from "./discover.ts";
export { filesWithin, includedSources, largest } from "./included.ts";
export { isInside } from "./is-inside.ts";
export { type NamedSource, namedSource } from "./named-source.ts";
export { placesOf, type SourcePlace, templatesIn, textOfFile, textOfStandardInput } from "./places.ts";
export { reachOf } from "./reach.ts";
export { type OriginRendering, releaseName, render } from "./render.ts";
export { renderingCache } from "./rendering-cache.ts";
export { Renderings } from "./renderings.ts";
export { endTools } from "./tool.ts";
