import type { KubernetesObject } from "../manifest/index.ts";
import { formatImage, isObject, type Pin, type Pins, parseImage } from "../overlay/index.ts";
import { nearest, type Problem } from "../problem/index.ts";

type Visit = (image: string) => string;

/** Applies a function to every image of an object, where kustomize's image transformer looks: any list `containers` or `initContainers`, and image volumes of pods. */
export function mapImages<T extends KubernetesObject>(object: T, visit: Visit): T {
  return object.kind === "CustomResourceDefinition" ? object : (mapped(object, [], visit) as T);
}

const lists = new Set(["containers", "initContainers"]);
const volumeLists = new Set(["spec/volumes", "spec/template/spec/volumes"]);

function mapped(value: unknown, path: readonly string[], visit: Visit): unknown {
  if (Array.isArray(value)) return value.map((item) => mapped(item, [...path, "[]"], visit));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const inside = mapped(member, [...path, key], visit);
      if (!Array.isArray(inside)) return [key, inside];
      if (lists.has(key)) return [key, inside.map((item) => withImage(item, visit))];
      return [key, volumeLists.has([...path, key].join("/")) ? inside.map((item) => withReference(item, visit)) : inside];
    }),
  );
}

function withImage(item: unknown, visit: Visit): unknown {
  return isObject(item) && typeof item.image === "string" ? { ...item, image: visit(item.image) } : item;
}

function withReference(item: unknown, visit: Visit): unknown {
  const image = isObject(item) ? item.image : undefined;
  return isObject(item) && isObject(image) && typeof image.reference === "string"
    ? { ...item, image: { ...image, reference: visit(image.reference) } }
    : item;
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
  const without = [...names].filter((name) => !pins.some((pin) => pin.name === name));
  return pins
    .filter((pin) => !names.has(pin.name))
    .map((pin) => {
      const near = nearest(pin.name, without) ?? without.find((name) => name.endsWith(`/${pin.name}`));
      return {
        environment,
        file,
        message: `pins "${pin.name}", which no app of the environment uses`,
        mend: near ? `Did you mean "${near}"?` : "Remove the entry, or have an app use the image.",
      };
    });
}

/** kustomize takes a pin's name for a regular expression: where it would hit another image too, dist and `kustomize build` would part. */
function overmatching(environment: string, pins: readonly Pin[], file: string, names: ReadonlySet<string>): Problem[] {
  return pins.flatMap((pin) => {
    const pattern = new RegExp(`^${pin.name}$`);
    return [...names]
      .filter((name) => name !== pin.name && pattern.test(name))
      .map((name) => ({
        environment,
        file,
        message: `the pin "${pin.name}" would also hit the image "${name}": kustomize reads the name as a regular expression`,
        mend: "Rename one of the repositories.",
      }));
  });
}

function unpinned(environment: string, file: string, used: readonly UsedImage[], pins: PinsByName): Problem[] {
  const loose = new Map<string, Problem>();
  for (const { app, image } of used) {
    const { name, tag, digest } = parseImage(pinned(image, pins));
    if (tag === undefined && digest === undefined) {
      loose.set(`${app} ${name}`, {
        environment,
        app,
        file,
        message: `the image "${name}" has neither tag nor digest`,
        mend: `Pin it: slipway image set ${environment} ${name}:TAG`,
      });
    }
  }
  return [...loose.values()];
}
