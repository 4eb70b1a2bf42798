import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { readText } from "../outside/index.ts";
import { InputError } from "../problem/index.ts";
import { mergeLines } from "./lines.ts";
import { mergePackage } from "./package-json.ts";

const template = fileURLToPath(new URL("template", import.meta.url));
const own = new URL("../../package.json", import.meta.url);

/** Names that npm would leave out of a package, or read as its own, under the names they have in the template. */
const hidden: Readonly<Record<string, string>> = {
  npmrc: ".npmrc",
  gitignore: ".gitignore",
  gitattributes: ".gitattributes",
  "gitlab-ci.yml": ".gitlab-ci.yml",
  github: ".github",
};
/** Files of lines that are completed; others stay as they are. */
const listsOfLines = new Set([".npmrc", ".gitignore", ".gitattributes"]);

/** A host of git whose pipelines a new repository has. */
export type Host = "github" | "gitlab";

/** What `initRepository` did. */
export interface Initialised {
  /** Files that are new, relative to the folder. */
  readonly written: readonly string[];
  /** Files that were there and have something more now. */
  readonly completed: readonly string[];
  /** Files, or scripts of package.json, that were there and have another content than a new repository gives them. */
  readonly kept: readonly string[];
}

/**
 * Makes a repository with one app, two environments, their tests and a pipeline, in a new folder or in one that a person works in: there
 * package.json and lists of lines are completed, and every other file stays as it is.
 * @throws InputError when the folder can't become one; it is then left as it is
 */
export function initRepository(folder: string, hosts: readonly Host[]): Initialised {
  expectFree(folder);
  const files = filesFor(folder, hosts);
  const written = [...files].filter(([path]) => !existsSync(join(folder, path)));
  const there = [...files].filter(([path]) => existsSync(join(folder, path)));
  const merged = there.map(([path, text]) => mergedFile(folder, path, text));
  const changed = merged.filter(({ before, text }) => before !== text);
  for (const [path, text] of [...written, ...changed.map(({ path, text }) => [path, text] as const)]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return {
    written: written.map(([path]) => path).sort(),
    completed: changed.map(({ path }) => path).sort(),
    kept: merged.flatMap(({ kept }) => kept).sort(),
  };
}

/** Files of nobody in particular: a folder with others has to be a repository or a package to be taken for the one that is meant. */
const ofAnyFolder = /^(\.git|\.DS_Store|README.*|LICENSE.*)$/;

function expectFree(folder: string): void {
  const refuse = (message: string, fix: string) => new InputError([{ file: folder, message, fix }]);
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw refuse("there is a file of this name", "Name a new folder.");
  const names = readdirSync(folder);
  if (names.includes("overlays")) throw refuse("the folder has overlays/ already", "Name a new folder; nothing in this one was changed.");
  if (!names.includes(".git") && !names.includes("package.json") && names.some((name) => !ofAnyFolder.test(name)))
    throw refuse(
      "the folder holds files, and is neither a git repository nor an npm package",
      "Name a new folder, or run `git init` in this one if it is meant; nothing was changed.",
    );
}

/** The files of a new repository by their path, without overlays and the tests of them. */
export const repositoryFiles = (folder: string, hosts: readonly Host[]): ReadonlyMap<string, string> =>
  new Map([...filesFor(folder, hosts)].filter(([path]) => !/^(overlays|test)\//.test(path) && path !== "README.md"));

/** The files of a new repository by their path. */
function filesFor(folder: string, hosts: readonly Host[]): ReadonlyMap<string, string> {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, "-");
  const { version } = JSON.parse(readFileSync(own, "utf8")) as { version: string };
  const pathOf = (path: string) => {
    const [first = "", ...rest] = path.split("/");
    return [hidden[first] ?? first, ...rest].join("/");
  };
  const entries = readdirSync(template, { recursive: true, withFileTypes: true }) as {
    parentPath: string;
    name: string;
    isFile(): boolean;
  }[];
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = new Map(files.map((file) => [pathOf(file.slice(template.length + 1)), readFileSync(file, "utf8")]));
  if (!hosts.includes("gitlab")) texts.delete(".gitlab-ci.yml");
  if (!hosts.includes("github")) for (const path of texts.keys()) if (path.startsWith(".github/")) texts.delete(path);
  const manifest = texts.get("package.json") ?? "{}";
  texts.set("package.json", manifest.replace('"slipway": "*"', `"slipway": "^${version}"`).replace('"deployments"', JSON.stringify(name)));
  return texts;
}

interface MergedFile {
  readonly path: string;
  readonly before: string;
  readonly text: string;
  readonly kept: readonly string[];
}

function mergedFile(folder: string, path: string, text: string): MergedFile {
  const before = readText(join(folder, path));
  if (path === "package.json") {
    const { text: merged, kept } = mergePackage(before, JSON.parse(text) as Record<string, unknown>, !hasModules(folder));
    return { path, before, text: merged, kept: kept.map((key) => `${path} (${key})`) };
  }
  if (listsOfLines.has(path)) return { path, before, text: mergeLines(before, text), kept: [] };
  return { path, before, text: before, kept: before === text ? [] : [path] };
}

/** Whether a folder has modules whose kind its package.json decides. */
const hasModules = (folder: string): boolean =>
  readdirSync(folder, { withFileTypes: true }).some(
    (entry) =>
      (entry.isFile() && [".js", ".ts", ".jsx", ".tsx"].includes(extname(entry.name))) ||
      (entry.isDirectory() && ["src", "lib", "bin", "test"].includes(entry.name)),
  );
