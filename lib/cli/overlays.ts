import { existsSync } from "node:fs";
import { join } from "node:path";
import { createJiti } from "jiti";
import { type Environment, environmentsOf } from "../overlay/index.ts";
import { InputError } from "../problem/index.ts";

/** The environments that overlays/index.ts of a project exports. @throws InputError when there is no such file, or it fails */
export async function loadEnvironments(root: string): Promise<Environment[]> {
  const file = join(root, "overlays/index.ts");
  if (!existsSync(file))
    throw new InputError([
      { file: "overlays/index.ts", message: "there is no such file", mend: "Run slipway in the repository, where cdk8s.yaml is." },
    ]);
  return environmentsOf(await importModule(file));
}

async function importModule(file: string): Promise<Record<string, unknown>> {
  try {
    return await createJiti(import.meta.url).import<Record<string, unknown>>(file);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new InputError([{ file: "overlays/index.ts", message: `importing it failed: ${message.split("\n")[0]}` }]);
  }
}
