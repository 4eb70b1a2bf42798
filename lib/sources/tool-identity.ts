import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { startTool } from "./tool.ts";

/** How a tool is asked for its version. */
const versionArguments: Readonly<Record<string, readonly string[]>> = {
  kustomize: ["version"],
  kubectl: ["version", "--client"],
  helm: ["version"],
};

/** What tools answered, by their file and its state. */
const answers = new Map<string, Promise<string | undefined>>();

/**
 * What tells the first of some tools that is installed from others of its name, and from its other versions: its file, and what it says of
 * its version, as the file may be one that chooses among several. Undefined where none is installed, or it doesn't say.
 */
export async function toolIdentity(tools: readonly string[]): Promise<string | undefined> {
  const [first] = tools.flatMap((tool) => {
    const file = fileOf(tool);
    return file === undefined ? [] : [{ tool, file }];
  });
  if (first === undefined) return undefined;
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(first.file, { bigint: true });
  const state = [realpathSync(first.file), dev, ino, size, mtimeNs, ctimeNs].map(String).join(" ");
  const answer = answers.get(state) ?? versionOf(first.tool);
  answers.set(state, answer);
  const version = await answer;
  return version === undefined ? undefined : `${state} ${version}`;
}

async function versionOf(tool: string): Promise<string | undefined> {
  const commands = [[tool, ...(versionArguments[tool] ?? ["version"])] as const];
  const answer = await startTool({ commands, folder: "", isQuotable: false, missing: "it isn't installed" });
  return "text" in answer ? answer.text : undefined;
}

function fileOf(tool: string): string | undefined {
  const { PATH: folders = "" } = process.env;
  return folders
    .split(delimiter)
    .map((folder) => join(folder, tool))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
