import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { type Environment, environmentsOf } from "../overlay/index.ts";
import { InputError } from "../problem/index.ts";

/** The environments that overlays/index.ts of a project exports. @throws InputError when there is no such file, or it fails */
export async function loadEnvironments(root: string): Promise<Environment[]> {
  const file = "overlays/index.ts";
  if (!existsSync(join(root, file)))
    throw new InputError([{ file, message: "there is no such file", mend: "Run slipway in the repository, where cdk8s.yaml is." }]);
  return environmentsOf(await importModule(root, file));
}

async function importModule(root: string, file: string): Promise<Record<string, unknown>> {
  try {
    // Only commands load overlays themselves; who imports them has no need of a loader.
    const { createJiti } = await import("jiti");
    return await createJiti(import.meta.url).import<Record<string, unknown>>(join(root, file));
  } catch (error) {
    if (error instanceof InputError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const [first = ""] = message.split("\n");
    const place = placeIn(root, `${message}\n${error instanceof Error ? error.stack : ""}`) ?? { file };
    throw new InputError([{ ...place, message: `importing it failed: ${first.trim()}` }]);
  }
}

/** The first file and line of a stack trace that is an author's: in the project, and in no package. */
function placeIn(root: string, trace: string): { file: string; line: number } | undefined {
  for (const [, path = "", line] of trace.matchAll(/(\/[^\s()]*?):(\d+):\d+/g)) {
    const file = relative(root, path.replace(/^\/\//, ""));
    if (!file.startsWith("..") && !/(^|\/)node_modules\//.test(file) && existsSync(join(root, file))) return { file, line: Number(line) };
  }
  return undefined;
}
