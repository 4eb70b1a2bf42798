import { initRepository } from "../../init/index.ts";
import { print } from "../output.ts";

/** `slipway init DIR`: a new repository that uses the package. */
export async function initCommand(folder: string): Promise<void> {
  for (const file of initRepository(folder)) print(`${folder}/${file}\n`);
  print(`\nNext: cd ${folder} && npm install && npm run synth\n`);
}
