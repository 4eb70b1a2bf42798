import { formatImage, type ImageReference, imageProblem, parseImage } from "../kubernetes/index.ts";
import { type Environment, parsePins, setPins, withoutPins } from "../overlay/index.ts";
import { InputError, nearest, type Problem, slipOf } from "../problem/index.ts";
import type { Project } from "../project/index.ts";
import { imagesOf } from "./render.ts";

/** A kustomization.yaml with its pins changed. */
export interface PinEdit {
  /** Relative to the project. */
  readonly file: string;
  /** What the file should hold. */
  readonly text: string;
  readonly changed: boolean;
  /** The images pinned, by their whole names. */
  readonly images: readonly string[];
  /** Of those, the ones that no app is known to use: charts, which only Helm can render, may. */
  readonly unconfirmed: readonly string[];
  /** The apps that may use them. */
  readonly unknownApps: readonly string[];
}

/**
 * Pins images of an environment in the text of its kustomization.yaml; writes nothing, and needs no Helm.
 * @param references as `dominos/backend-app:1.2.3@sha256:...`, by whole name or what ends it, with tag, digest or both
 * @throws InputError for references that are none, and images that no app of the environment uses
 */
export function setImages(environment: Environment, references: readonly string[], project: Project): PinEdit {
  const file = `${environment.folder}/kustomization.yaml`;
  const before = project.read(file);
  const text = before ?? withoutPins(environment.name);
  const { pins, problems } = parsePins(text, file);
  if (problems.length > 0) throw new InputError(problems);
  const known = imagesOf(environment, project);
  const used = new Set(known.images.map(({ image }) => parseImage(image).name));
  const pinnedByCharts = known.unknown.length > 0 ? pins.map(({ name }) => name) : [];
  // An image may be named as it is pulled, too.
  const renamed = new Map(
    pins.flatMap(({ name, newName }) => (newName === undefined || !used.has(name) ? [] : [[newName, name] as const])),
  );
  const asUsed = references.map((reference) => {
    const image = parseImage(reference);
    return formatImage({ ...image, name: (used.has(image.name) ? undefined : renamed.get(image.name)) ?? image.name });
  });
  const images = meantImages(asUsed, new Set([...used, ...pinnedByCharts]), known.unknown.length > 0);
  const edited = setPins(text, images);
  return {
    file,
    text: edited,
    changed: edited !== before,
    images: images.map(formatImage),
    unconfirmed: images.map(({ name }) => name).filter((name) => !used.has(name) && !pinnedByCharts.includes(name)),
    unknownApps: known.unknown,
  };
}

/** @param isOpen whether there may be images beside those: one that is near to none of them is taken by the name it has */
function meantImages(references: readonly string[], used: ReadonlySet<string>, isOpen: boolean): ImageReference[] {
  const problems: Problem[] = [];
  const images = references.flatMap((reference): ImageReference[] => {
    const image = parseImage(reference);
    const issue =
      imageProblem(image) ??
      (image.tag === undefined && image.digest === undefined ? `"${reference}" has neither tag nor digest` : undefined);
    const { meant, matches } = meantName(image.name, used, isOpen);
    if (issue) problems.push({ message: issue, fix: "Give NAME:TAG, NAME@DIGEST or both." });
    else if (!meant) problems.push(unknownImage(image.name, matches, used));
    return meant ? [{ ...image, name: meant }] : [];
  });
  if (problems.length > 0) throw new InputError(problems);
  return images;
}

/** A name and what ends it, without one folder after another. */
const endsOf = (name: string) => name.split("/").map((_part, index, parts) => parts.slice(index).join("/"));

/** The image that a name stands for: a whole name, or what ends one. */
function meantName(
  name: string,
  used: ReadonlySet<string>,
  isOpen: boolean,
): { readonly meant: string | undefined; readonly matches: string[] } {
  const matches = [...used].filter((known) => known === name || known.endsWith(`/${name}`));
  const known = matches.find((match) => match === name) ?? (matches.length === 1 ? matches[0] : undefined);
  const isNew = isOpen && matches.length === 0 && slipOf(name, [...used].flatMap(endsOf)) === undefined;
  return { meant: isNew ? name : known, matches };
}

function unknownImage(name: string, matches: readonly string[], used: ReadonlySet<string>): Problem {
  if (matches.length > 1)
    return { message: `"${name}" matches several images: ${[...matches].sort().join(", ")}`, fix: "Use the whole name." };
  const near = nearest(
    name,
    [...used].flatMap((known) => [known, known.slice(known.indexOf("/") + 1)]),
  );
  return {
    message: `no app of the environment uses an image "${name}"`,
    fix: near ? `Did you mean "${near}"?` : `It uses: ${[...used].sort().join(", ")}.`,
  };
}
