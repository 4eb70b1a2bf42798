import { join } from "node:path";
import { replaceFile } from "../../dist/index.ts";
import { chosen } from "../../problem/index.ts";
import { loadEnvironments, projectAt } from "../../project/index.ts";
import { setImages } from "../../synth/index.ts";
import { print, warn } from "../output.ts";

/** `slipway image set ENV IMAGE..`: edits pins only; `synth` brings them into dist. */
export async function imageSetCommand(name: string, references: readonly string[]): Promise<void> {
  const project = projectAt();
  const [environment] = chosen(await loadEnvironments(project.root), [name], "environment");
  if (!environment) return;
  const { file, text, changed, images, unconfirmed, unknownApps } = setImages(environment, references, project);
  if (changed) replaceFile(join(project.root, file), text);
  for (const image of images) print(`${file}: ${image}\n`);
  for (const name of unconfirmed)
    warn(`${name}: no app is known to use it; ${unknownApps.join(", ")} may, which \`slipway synth\` finds out when it renders them\n`);
}
