import { join } from "node:path";
import { replaceFile } from "../manifest/index.ts";
import {
  chosen,
  type Environment,
  formatImage,
  type ImageReference,
  imageFault,
  parseImage,
  parsePins,
  setPins,
} from "../overlay/index.ts";
import { InputError, nearest, type Problem } from "../problem/index.ts";
import { imagesOf, projectFiles, projectRoot } from "../synth/index.ts";
import { loadEnvironments } from "./overlays.ts";

/** `slipway image set ENV IMAGE..`: edits pins only; `synth` brings them into dist. */
export async function imageSetCommand(name: string, references: readonly string[]): Promise<void> {
  const root = projectRoot();
  const read = projectFiles(root);
  const [environment] = chosen(await loadEnvironments(root), [name], "environment");
  if (!environment) return;
  const file = `${environment.folder}/kustomization.yaml`;
  const images = wantedImages(references, new Set(imagesOf(environment, { read }).map(({ image }) => parseImage(image).name)));
  const text = read(file) ?? newKustomization(environment);
  const { problems } = parsePins(text, file);
  if (problems.length > 0) throw new InputError(problems);
  const edited = setPins(text, images);
  if (edited !== text) replaceFile(join(root, file), edited);
  for (const image of images) process.stdout.write(`${file}: ${formatImage(image)}\n`);
}

/** A repository of ours is meant by the end of the name it has in dist. */
function wantedImages(references: readonly string[], used: ReadonlySet<string>): ImageReference[] {
  const problems: Problem[] = [];
  const images = references.flatMap((reference): ImageReference[] => {
    const image = parseImage(reference);
    const fault =
      imageFault(image) ??
      (image.tag === undefined && image.digest === undefined ? `"${reference}" has neither tag nor digest` : undefined);
    const matches = [...used].filter((name) => name === image.name || name.endsWith(`/${image.name}`));
    const exact = matches.find((one) => one === image.name) ?? (matches.length === 1 ? matches[0] : undefined);
    if (fault) problems.push({ message: fault });
    else if (!exact) problems.push(unknownImage(image.name, matches, used));
    return exact ? [{ ...image, name: exact }] : [];
  });
  if (problems.length > 0) throw new InputError(problems);
  return images;
}

function unknownImage(name: string, matches: readonly string[], used: ReadonlySet<string>): Problem {
  if (matches.length > 1)
    return { message: `"${name}" fits several images: ${[...matches].sort().join(", ")}`, mend: "Give the whole name." };
  const near = nearest(
    name,
    [...used].flatMap((one) => [one, one.slice(one.indexOf("/") + 1)]),
  );
  return {
    message: `no app of the environment uses an image "${name}"`,
    mend: near ? `Did you mean "${near}"?` : `It uses: ${[...used].sort().join(", ")}.`,
  };
}

function newKustomization({ name }: Environment): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- ../../dist/${name}\n`;
}
