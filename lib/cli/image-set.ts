import { join } from "node:path";
import { replaceFile } from "../manifest/index.ts";
import { chosen } from "../overlay/index.ts";
import { projectFiles, projectRoot, setImages } from "../synth/index.ts";
import { loadEnvironments } from "./overlays.ts";

/** `slipway image set ENV IMAGE..`: edits pins only; `synth` brings them into dist. */
export async function imageSetCommand(name: string, references: readonly string[]): Promise<void> {
  const root = projectRoot();
  const [environment] = chosen(await loadEnvironments(root), [name], "environment");
  if (!environment) return;
  const { file, text, changed, images } = setImages(environment, references, projectFiles(root));
  if (changed) replaceFile(join(root, file), text);
  for (const image of images) process.stdout.write(`${file}: ${image}\n`);
}
