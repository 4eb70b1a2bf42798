import { existsSync, statSync } from "node:fs";
import { InputError } from "../../problem/index.ts";

/**
 * Takes folders that a command line names only if all of them are there.
 * @throws InputError with those that aren't
 */
export function requireFolders(folders: readonly string[]): void {
  const missing = folders.filter((folder) => !existsSync(folder) || !statSync(folder).isDirectory());
  if (missing.length > 0)
    throw new InputError(
      missing.map((file) => ({
        file,
        ...(existsSync(file)
          ? { message: "is a file, and a folder is expected", fix: "Name the folder that it is in." }
          : { message: "there is no such folder", fix: "Check the path; it is relative to where you run slipway." }),
      })),
    );
}
