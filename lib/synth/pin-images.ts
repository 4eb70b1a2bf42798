import { formatImage, parseImage } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { fitsPattern } from "../outside/index.ts";
import { isObject, type Pin, type Pins } from "../overlay/index.ts";
import { nearest, type Problem } from "../problem/index.ts";

type Visit = (image: string) => string;

/**
 * Applies a function to every image of an object, where kustomize's image transformer looks: any list `containers` or `initContainers`,
 * and image volumes of pods. What doesn't change is shared with the object given, which most of a fleet's objects are as a whole.
 */
export function mapImages<T extends KubernetesObject>(object: T, visit: Visit): T {
  if (object.kind === "CustomResourceDefinition") return object;
  let mapped = inContainers(object, visit);
  for (const path of volumeLists) mapped = at(mapped, path, (volumes) => mapList(volumes, (volume) => withReference(volume, visit)));
  return mapped as T;
}

const lists = new Set(["containers", "initContainers"]);
const volumeLists = [
  ["spec", "volumes"],
  ["spec", "template", "spec", "volumes"],
] as const;

function inContainers(value: unknown, visit: Visit): unknown {
  if (Array.isArray(value)) return mapList(value, (item) => inContainers(item, visit));
  if (!isObject(value)) return value;
  let copy = value;
  for (const key of Object.keys(value)) {
    const inside = inContainers(value[key], visit);
    copy = withMember(copy, key, lists.has(key) ? mapList(inside, (item) => withImage(item, visit)) : inside);
  }
  return copy;
}

/** Applies a function to what stands at a path, where there is such a path. */
function at(value: unknown, [key, ...rest]: readonly string[], change: (value: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  return isObject(value) && Object.hasOwn(value, key) ? withMember(value, key, at(value[key], rest, change)) : value;
}

function withMember(value: Readonly<Record<string, unknown>>, key: string, member: unknown): Readonly<Record<string, unknown>> {
  return value[key] === member ? value : { ...value, [key]: member };
}

function mapList(list: unknown, change: (item: unknown) => unknown): unknown {
  if (!Array.isArray(list)) return list;
  let copy: unknown[] | undefined;
  for (const [index, item] of list.entries()) {
    const changed = change(item);
    if (changed === item) continue;
    copy ??= [...list];
    copy[index] = changed;
  }
  return copy ?? list;
}

function withImage(item: unknown, visit: Visit): unknown {
  return isObject(item) && typeof item.image === "string" ? withMember(item, "image", visit(item.image)) : item;
}

function withReference(item: unknown, visit: Visit): unknown {
  return at(item, ["image", "reference"], (reference) => (typeof reference === "string" ? visit(reference) : reference));
}

/** Pins by the name they are for. */
export type PinsByName = ReadonlyMap<string, Pin>;

/** What kustomize makes of an image: a tag drops the digest that was there, and a digest the tag, unless both are given. */
export function pinned(image: string, pins: PinsByName): string {
  const { name, tag, digest } = parseImage(image);
  const pin = pins.get(name);
  if (!pin) return image;
  const kept = pin.newTag || pin.digest ? { tag: pin.newTag, digest: pin.digest } : { tag, digest };
  return formatImage({
    name: pin.newName ?? name,
    ...(kept.tag ? { tag: kept.tag } : {}),
    ...(kept.digest ? { digest: kept.digest } : {}),
  });
}

/** An image as it is before pins, with the app that has it. */
export interface UsedImage {
  readonly app: string;
  readonly image: string;
  /** Whether the app says that it needs no tag. */
  readonly isAsIs?: boolean;
}

/** What doesn't fit between an environment's pins and its images. */
export function pinProblems(environment: string, { pins, file }: Pins, used: readonly UsedImage[]): Problem[] {
  const names = new Set(used.map(({ image }) => parseImage(image).name));
  const byName = new Map(pins.map((pin) => [pin.name, pin]));
  return [
    ...unused(environment, pins, file, names),
    ...overmatching(environment, pins, file, names),
    ...unpinned(environment, file, used, byName),
  ];
}

function unused(environment: string, pins: readonly Pin[], file: string, names: ReadonlySet<string>): Problem[] {
  const pinnedNames = new Set(pins.map(({ name }) => name));
  const without = [...names].filter((name) => !pinnedNames.has(name));
  return pins
    .filter((pin) => !names.has(pin.name))
    .map((pin) => {
      const near = nearest(pin.name, without) ?? without.find((name) => name.endsWith(`/${pin.name}`));
      return {
        environment,
        file,
        message: `pins "${pin.name}", which no app of the environment uses`,
        fix: near ? `Did you mean "${near}"?` : "Remove the entry, or have an app use the image.",
      };
    });
}

/** kustomize takes a pin's name for a regular expression: where it would hit another image too, dist and `kustomize build` would part. */
function overmatching(environment: string, pins: readonly Pin[], file: string, names: ReadonlySet<string>): Problem[] {
  return pins.flatMap((pin) => {
    return [...names]
      .filter((name) => name !== pin.name && fitsPattern(`^${pin.name}$`, name) === true)
      .map((name) => ({
        environment,
        file,
        message: `the pin "${pin.name}" would also change the image "${name}": kustomize reads the name as a regular expression`,
        fix: "Rename one of the repositories.",
      }));
  });
}

function unpinned(environment: string, file: string, used: readonly UsedImage[], pins: PinsByName): Problem[] {
  const loose = new Map<string, Problem>();
  for (const { app, image, isAsIs } of used) {
    const { name, tag, digest } = parseImage(pinned(image, pins));
    if (tag === undefined && digest === undefined && !isAsIs) {
      loose.set(`${app} ${name}`, {
        environment,
        app,
        file,
        message: `the image "${name}" has neither tag nor digest`,
        fix: `Pin it: slipway image set ${environment} ${name}:TAG. Where it needs no tag, name it in the app's \`imagesAsIs\`.`,
      });
    }
  }
  return [...loose.values()];
}
