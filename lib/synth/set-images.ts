import { formatImage, type ImageReference, imageProblem, parseImage } from "../kubernetes/index.ts";
import { type Environment, parsePins, setPins, withoutPins } from "../overlay/index.ts";
import { InputError, nearest, type Problem } from "../problem/index.ts";
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
}

/**
 * Pins images of an environment in the text of its kustomization.yaml; writes nothing.
 * @param references as `dominos/backend-app:1.2.3@sha256:...`, by whole name or what ends it, with tag, digest or both
 * @throws InputError for references that are none, and images that no app of the environment uses
 */
export function setImages(environment: Environment, references: readonly string[], project: Project): PinEdit {
  const file = `${environment.folder}/kustomization.yaml`;
  const used = new Set(imagesOf(environment, project).map(({ image }) => parseImage(image).name));
  const images = meantImages(references, used);
  const before = project.read(file);
  const text = before ?? withoutPins(environment.name);
  const { problems } = parsePins(text, file);
  if (problems.length > 0) throw new InputError(problems);
  const edited = setPins(text, images);
  return { file, text: edited, changed: edited !== before, images: images.map(formatImage) };
}

function meantImages(references: readonly string[], used: ReadonlySet<string>): ImageReference[] {
  const problems: Problem[] = [];
  const images = references.flatMap((reference): ImageReference[] => {
    const image = parseImage(reference);
    const issue =
      imageProblem(image) ??
      (image.tag === undefined && image.digest === undefined ? `"${reference}" has neither tag nor digest` : undefined);
    const matches = [...used].filter((name) => name === image.name || name.endsWith(`/${image.name}`));
    const meant = matches.find((name) => name === image.name) ?? (matches.length === 1 ? matches[0] : undefined);
    if (issue) problems.push({ message: issue, fix: "Give NAME:TAG, NAME@DIGEST or both." });
    else if (!meant) problems.push(unknownImage(image.name, matches, used));
    return meant ? [{ ...image, name: meant }] : [];
  });
  if (problems.length > 0) throw new InputError(problems);
  return images;
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
