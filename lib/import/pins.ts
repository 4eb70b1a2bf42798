import { formatImage, type ImageReference, parseImage } from "../kubernetes/index.ts";
import { groupBy, type KubernetesObject } from "../manifest/index.ts";
import { mapImages } from "../synth/index.ts";

/** The version of an image that an environment runs. */
export interface FoundPin {
  readonly name: string;
  readonly newTag?: string;
  readonly digest?: string;
}

/** The images of objects, as often as they are used. */
export function imagesIn(objects: readonly KubernetesObject[]): ImageReference[] {
  const images: ImageReference[] = [];
  for (const object of objects)
    mapImages(object, (image) => {
      images.push(parseImage(image));
      return image;
    });
  return images;
}

/** The images that are pinned: those of which only one version runs, by name. */
export function pinsOf(images: readonly ImageReference[]): ReadonlyMap<string, FoundPin> {
  const pins = new Map<string, FoundPin>();
  for (const [name, uses] of groupBy(images, (image) => image.name)) {
    const [first] = uses;
    const isOne = new Set(uses.map(formatImage)).size === 1;
    if (!first || !isOne || (first.tag === undefined && first.digest === undefined)) continue;
    pins.set(name, { name, ...(first.tag ? { newTag: first.tag } : {}), ...(first.digest ? { digest: first.digest } : {}) });
  }
  return pins;
}

/** An object whose pinned images have neither tag nor digest. @param isPinned whether an image of this name is pinned in all environments that have it */
export const withoutVersions = (object: KubernetesObject, isPinned: (name: string) => boolean): KubernetesObject =>
  mapImages(object, (image) => {
    const { name } = parseImage(image);
    return isPinned(name) ? name : image;
  });

/** Names of images that run without a tag, and are taken as they are. */
export const untagged = (images: readonly ImageReference[]): string[] =>
  [...new Set(images.flatMap(({ name, tag, digest }) => (tag === undefined && digest === undefined ? name : [])))].sort();

/** The pins in the order of their names, as pins are set. */
export const pinReferences = (pins: ReadonlyMap<string, FoundPin>): ImageReference[] =>
  [...pins.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, newTag: tag, digest }) => ({ name, ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) }));
