import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../problem/index.ts";

const template = fileURLToPath(new URL("template", import.meta.url));
const own = new URL("../../package.json", import.meta.url);

/** Names that npm would leave out of a package, or read as its own, under the names they have in the template. */
const hidden: Readonly<Record<string, string>> = {
  npmrc: ".npmrc",
  gitignore: ".gitignore",
  gitattributes: ".gitattributes",
  "gitlab-ci.yml": ".gitlab-ci.yml",
};

/**
 * Makes a repository with one app, two environments, their tests and a pipeline.
 * @returns the files written, relative to the folder
 * @throws InputError when the folder holds anything, which is then left as it is
 */
export function initRepository(folder: string): string[] {
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new InputError([{ file: folder, message: "there is a file of this name", fix: "Name a new folder." }]);
  }
  if (existsSync(folder) && readdirSync(folder).some((name) => name !== ".git")) {
    throw new InputError([{ file: folder, message: "the folder isn't empty", fix: "Name a new folder; nothing in this one was changed." }]);
  }
  mkdirSync(folder, { recursive: true });
  cpSync(template, folder, { recursive: true });
  for (const [plain, dotted] of Object.entries(hidden)) renameSync(join(folder, plain), join(folder, dotted));
  const manifest = join(folder, "package.json");
  const { version } = JSON.parse(readFileSync(own, "utf8")) as { version: string };
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, "-");
  writeFileSync(
    manifest,
    readFileSync(manifest, "utf8")
      .replace('"slipway": "*"', `"slipway": "^${version}"`)
      .replace('"name": "deployments"', JSON.stringify({ name }).slice(1, -1).replace(":", ": ")),
  );
  return (readdirSync(folder, { recursive: true, withFileTypes: true }) as { parentPath: string; name: string; isFile(): boolean }[])
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
