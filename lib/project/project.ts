import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileProblem } from "../dist/index.ts";
import { errorCode, readText, UnreadableError } from "../outside/index.ts";
import { InputError } from "../problem/index.ts";

/** Reads a file relative to the project; undefined when there is none. @throws InputError when it can't be read */
export type ReadFile = (path: string) => string | undefined;

/** The files of a repository that rendering reads. */
export interface Project {
  /** Absolute path of its folder. */
  readonly root: string;
  readonly read: ReadFile;
}

/** The project a folder is in: the nearest one above it, or itself, that holds cdk8s.yaml; else the folder. */
export function projectRoot(from: string = process.cwd()): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "cdk8s.yaml"))) return folder;
    if (dirname(folder) === folder) return from;
  }
}

/** Whether a folder is a repository of overlays. */
export const holdsOverlays = (root: string): boolean => ["cdk8s.yaml", "overlays/index.ts"].some((file) => existsSync(join(root, file)));

/** The project in a folder. Default: the one the process runs in. */
export function projectAt(root: string = projectRoot()): Project {
  const read = (path: string) => {
    try {
      return readText(join(root, path));
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw new InputError([
        error instanceof UnreadableError
          ? { file: path, message: error.message, fix: "Replace it with a text file." }
          : fileProblem(error, path),
      ]);
    }
  };
  return { root, read };
}
