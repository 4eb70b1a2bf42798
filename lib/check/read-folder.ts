import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { LineCounter, parseAllDocuments, type Tags } from "yaml";
import type { KubernetesObject } from "../manifest/index.ts";
import { skippedFile } from "./foreign.ts";
import { type LineOf, linesOf } from "./locate.ts";
import type { CheckedManifest, UnreadFile } from "./scope.ts";

/** Bytes of a file past which it isn't read: many times what an API server takes in one request. */
const mostBytes = 8 * 1024 * 1024;
/** Nodes that aliases may stand for: what a person writes stays far below. */
const mostAliases = 100;

/** A file of manifests as text, or why it can't be read. */
export type ManifestFile = { readonly path: string; readonly file: string } & ({ readonly text: string } | { readonly problem: string });

/**
 * Every YAML and JSON file below a folder, sorted by path. Nothing is followed out of the folder, and nothing waited for.
 * @param shown the folder as findings name it
 */
export function* manifestFiles(root: string, shown: string): Generator<ManifestFile> {
  const real = realpathSync(root);
  function* visit(folder: string): Generator<ManifestFile> {
    let entries: ReturnType<typeof list>;
    try {
      entries = list(join(root, folder));
    } catch (error) {
      yield { path: folder, file: `${shown}/${folder}`, problem: `can't be read: ${(error as Error).message}` };
      return;
    }
    for (const entry of entries) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const file = `${shown}/${path}`;
      if (entry.isDirectory()) {
        if (entry.name !== ".git" && entry.name !== "node_modules") yield* visit(path);
      } else if (entry.isSymbolicLink()) {
        const problem = linkProblem(join(root, path), real);
        if (problem) yield { path, file, problem };
      } else if (!isManifestFile(entry.name)) continue;
      else if (!entry.isFile()) yield { path, file, problem: "is no file" };
      else yield { path, file, ...textOf(join(root, path)) };
    }
  }
  yield* visit("");
}

/** Whether a file's name is one that manifests have; what kustomize and slipway read themselves isn't. */
export const isManifestFile = (name: string) =>
  /\.(ya?ml|json)$/i.test(name) && !/^(kustomization\.ya?ml|slipway\.waivers\.yaml)$/i.test(name);

function textOf(path: string): { text: string } | { problem: string } {
  try {
    return { text: readText(path) };
  } catch (error) {
    return { problem: error instanceof TypeError ? "is no UTF-8 text" : (error as Error).message };
  }
}

/**
 * Reads every YAML and JSON file below a folder as Kubernetes' own reader does. What can't be read is told, and the rest is read all the same.
 * @param shown the folder as findings name it
 */
export function readFolder(root: string, shown: string): { manifests: CheckedManifest[]; unread: UnreadFile[] } {
  const manifests: CheckedManifest[] = [];
  const unread: UnreadFile[] = [];
  for (const one of manifestFiles(root, shown)) {
    const { path, file } = one;
    if ("problem" in one) {
      unread.push({ file, message: one.problem });
      continue;
    }
    const app = path.includes("/") ? (path.split("/")[0] as string) : "";
    const read = readManifests(one.text);
    const own = read.objects.map(({ object, lineOf }) => ({ object, app, file, lineOf }));
    manifests.push(...own);
    unread.push(...skippedFile(one.text, file, own));
    unread.push(...read.problems.map((problem) => ({ file, ...problem })));
  }
  return { manifests, unread };
}

interface ReadManifests {
  readonly objects: readonly { readonly object: KubernetesObject; readonly lineOf: LineOf }[];
  readonly problems: readonly { readonly message: string; readonly line?: number }[];
}

/** The objects a text of YAML or JSON holds, and what in it can't be read. */
export function readManifests(text: string): ReadManifests {
  const objects: ReadManifests["objects"][number][] = [];
  const problems: ReadManifests["problems"][number][] = [];
  const fail = (message: string, line?: number) => problems.push({ message, ...(line ? { line } : {}) });
  if (text.includes("\0")) return { objects, problems: [{ message: "holds a NUL character" }] };
  try {
    for (const one of objectsOf(text, fail)) objects.push(one);
  } catch (error) {
    fail(error instanceof RangeError ? "is nested too deep" : `can't be read: ${(error as Error).message.split("\n")[0]}`);
  }
  return { objects, problems };
}

const list = (folder: string) => readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));

/** A link inside the folder leads to what is read anyway. */
function linkProblem(path: string, root: string): string | undefined {
  try {
    const target = realpathSync(path);
    return target === root || target.startsWith(`${root}/`) ? undefined : "is a link that leads out of the folder";
  } catch {
    return "is a link that leads nowhere, or in a circle";
  }
}

/** Opened without waiting, so that a pipe in a file's place holds nobody up. */
function readText(path: string): string {
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size } = fstatSync(handle);
    if (size > mostBytes) throw new Error(`is too large: ${size} bytes, and at most ${mostBytes} are read`);
    const bytes = Buffer.alloc(size);
    const read = readSync(handle, bytes, 0, size, 0);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, read));
  } finally {
    closeSync(handle);
  }
}

/**
 * Kubernetes' reader (sigs.k8s.io/yaml) knows the numbers and booleans of YAML 1.1 and merge keys, but neither times nor numbers in
 * base 60, and takes octals of YAML 1.2 too. What JSON has no word for it refuses.
 */
const customTags = (tags: Tags): Tags => [
  {
    tag: "tag:yaml.org,2002:int",
    default: true,
    test: /^[-+]?0o[0-7]+$/,
    resolve: (text: string) => (text.startsWith("-") ? -1 : 1) * Number.parseInt(text.replace(/^[-+]?0o/, ""), 8),
  },
  {
    tag: "tag:yaml.org,2002:float",
    default: true,
    test: /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/,
    resolve: (text: string, fail: (message: string) => void) => fail(`${text} is no number that JSON knows`),
  },
  ...tags.filter(
    (tag) => typeof tag === "string" || (!("format" in tag && tag.format === "TIME") && tag.tag !== "tag:yaml.org,2002:timestamp"),
  ),
];

function* objectsOf(text: string, fail: (message: string, line?: number) => void): Generator<{ object: KubernetesObject; lineOf: LineOf }> {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { version: "1.1", merge: true, uniqueKeys: true, customTags, lineCounter, logLevel: "silent" });
  if (!Array.isArray(documents)) return;
  for (const document of documents) {
    const [error] = document.errors;
    if (error) {
      fail(error.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "", lineCounter.linePos(error.pos[0]).line);
      continue;
    }
    const value: unknown = document.toJS({ maxAliasCount: mostAliases });
    if (value === null || value === undefined) continue;
    if (typeof value !== "object" || Array.isArray(value)) {
      fail("holds a document that is no object", linesOf(document, lineCounter)(""));
      continue;
    }
    const { items, apiVersion } = value as { items?: unknown; apiVersion?: unknown };
    if (typeof apiVersion === "string" && apiVersion.startsWith("kustomize.config.k8s.io/")) continue;
    // Argo CD and kubectl take whatever has items for a list, whatever its kind.
    if (Array.isArray(items)) {
      for (const [index, item] of items.entries())
        if (typeof item === "object" && item !== null)
          yield { object: item as KubernetesObject, lineOf: linesOf(document, lineCounter, ["items", index]) };
    } else yield { object: value as KubernetesObject, lineOf: linesOf(document, lineCounter) };
  }
}
