import { initRepository } from "../init/index.ts";

/** `slipway init DIR`: a new repository that uses the package. */
export async function initCommand(folder: string): Promise<void> {
  for (const file of initRepository(folder)) process.stdout.write(`${folder}/${file}\n`);
  process.stdout.write(`\nNext: cd ${folder} && npm install && npm run synth\n`);
}
