import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ReadFile } from "./patch-objects.ts";

/** The project a folder is in: the nearest one above it, or itself, that holds cdk8s.yaml; else the folder. */
export function projectRoot(from: string = process.cwd()): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "cdk8s.yaml"))) return folder;
    if (dirname(folder) === folder) return from;
  }
}

/** Reads files of a project; one that isn't there is undefined, and one that can't be read throws. */
export function projectFiles(root: string): ReadFile {
  return (path) => {
    try {
      return readFileSync(join(root, path), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  };
}
