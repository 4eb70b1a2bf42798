import { formatImage, type ImageReference, imageProblem, parseImage } from "../kubernetes/index.ts";
import { groupBy, type KubernetesObject } from "../manifest/index.ts";
import type { PinnedImage } from "../overlay/index.ts";
import { mapImages } from "../synth/index.ts";

/** The version of an image that an environment runs. */
export interface FoundPin {
  readonly name: string;
  /** What it is called in this environment. Default: its name. */
  readonly newName?: string;
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

/** The pins of environments, and their objects as these leave them. */
export interface FoundPins {
  /** By environment, and by the image's name in the objects. */
  readonly pins: ReadonlyMap<string, ReadonlyMap<string, FoundPin>>;
  /** An object of an environment whose pinned images have neither tag nor digest, and the name that they have in all environments. */
  unpinned(environment: string, object: KubernetesObject): KubernetesObject;
}

/**
 * Pins the images of which each environment runs one version.
 * @param images those of environments, as often as they are used
 * @param kept names that stay as they are, since a chart gives them
 */
export function findPins(images: ReadonlyMap<string, readonly ImageReference[]>, kept: ReadonlySet<string>): FoundPins {
  const found = new Map([...images].map(([environment, own]) => [environment, pinsOf(own)]));
  const unpinned = new Set(
    [...images].flatMap(([environment, own]) => own.flatMap(({ name }) => (found.get(environment)?.has(name) ? [] : name))),
  );
  const isPinned = (name: string) => !unpinned.has(name);
  const names = commonNames(found, (name) => isPinned(name) && !kept.has(name));
  const nameOf = (environment: string, name: string) => names.get(`${environment} ${name}`) ?? name;
  const pins = [...found].map(([environment, own]) => {
    const named = [...own.values()].map((pin): [string, FoundPin] => {
      const name = nameOf(environment, pin.name);
      return [name, name === pin.name ? pin : { ...pin, name, newName: pin.name }];
    });
    return [environment, new Map(named)] as const;
  });
  return {
    pins: new Map(pins),
    unpinned: (environment, object) =>
      mapImages(object, (image) => {
        const { name } = parseImage(image);
        return isPinned(name) ? nameOf(environment, name) : image;
      }),
  };
}

/** The images that are pinned: those of which only one version runs, by name. */
function pinsOf(images: readonly ImageReference[]): Map<string, FoundPin> {
  const pins = new Map<string, FoundPin>();
  for (const [name, uses] of groupBy(images, (image) => image.name)) {
    const [first] = uses;
    const isOne = new Set(uses.map(formatImage)).size === 1;
    if (!first || !isOne || (first.tag === undefined && first.digest === undefined) || imageProblem(first) !== undefined) continue;
    pins.set(name, { name, ...(first.tag ? { newTag: first.tag } : {}), ...(first.digest ? { digest: first.digest } : {}) });
  }
  return pins;
}

type Names = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

/** One name for an image that environments have in registries of their own, by environment and name: the end that all its names share. */
function commonNames(pins: Names, isRenamed: (name: string) => boolean): Map<string, string> {
  const uses = [...pins].flatMap(([environment, own]) => [...own.keys()].map((name) => ({ environment, name })));
  const taken = new Set(uses.map(({ name }) => name));
  const names = new Map<string, string>();
  for (const same of groupBy(uses, ({ name }) => lastOf(name)).values()) {
    const distinct = new Set(same.map(({ name }) => name));
    const isOne = new Set(same.map(({ environment }) => environment)).size === same.length;
    const common = commonEnd([...distinct]);
    if (distinct.size < 2 || !isOne || !same.every(({ name }) => isRenamed(name)) || (taken.has(common) && !distinct.has(common))) continue;
    for (const { environment, name } of same) names.set(`${environment} ${name}`, common);
  }
  return names;
}

const lastOf = (name: string) => name.slice(name.lastIndexOf("/") + 1);

/** The parts at their end that all names share. */
function commonEnd(names: readonly string[]): string {
  const [first = [], ...more] = names.map((name) => name.split("/").reverse());
  const length = first.findIndex((part, index) => more.some((other) => other[index] !== part));
  return first
    .slice(0, length < 0 ? first.length : length)
    .reverse()
    .join("/");
}

/** Names of images that run without a tag, and are taken as they are. */
export const untagged = (images: readonly ImageReference[]): string[] =>
  [...new Set(images.flatMap(({ name, tag, digest }) => (tag === undefined && digest === undefined ? name : [])))].sort();

/** The pins in the order of their names, as pins are set. */
export const pinnedImages = (pins: ReadonlyMap<string, FoundPin>): PinnedImage[] =>
  [...pins.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, newName, newTag: tag, digest }) => ({
      name,
      ...(newName ? { newName } : {}),
      ...(tag ? { tag } : {}),
      ...(digest ? { digest } : {}),
    }));
