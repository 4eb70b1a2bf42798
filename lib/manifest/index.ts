/** Objects as manifests: what identifies them, what in them is secret, and their YAML. */
export { groupBy } from "./group-by.ts";
export {
  describeObject,
  groupOf,
  identity,
  identityOf,
  isClusterScoped,
  type KubernetesObject,
  type Manifest,
  type PlacedManifest,
} from "./manifest.ts";
export { type Hide, holdsSecret, withoutSecrets } from "./secret.ts";
export { skipMarker, skipMarkerIn } from "./skip-marker.ts";
export { toYaml } from "./yaml.ts";
