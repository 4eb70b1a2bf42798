import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { LineCounter, parseAllDocuments, type Tags } from "yaml";
import type { KubernetesObject } from "../manifest/index.ts";
import { type LineOf, linesOf } from "./locate.ts";
import type { CheckedManifest, UnreadFile } from "./scope.ts";

/** Bytes of a file past which it isn't read: many times what an API server takes in one request. */
const mostBytes = 8 * 1024 * 1024;
/** Nodes that aliases may stand for: what a person writes stays far below. */
const mostAliases = 100;

/**
 * Reads every YAML and JSON file below a folder as Kubernetes' own reader does. What can't be read is told, and the rest is read all the same.
 * @param shown the folder as findings name it
 */
export function readFolder(root: string, shown: string): { manifests: CheckedManifest[]; unread: UnreadFile[] } {
  const manifests: CheckedManifest[] = [];
  const unread: UnreadFile[] = [];
  const real = realpathSync(root);
  const visit = (folder: string): void => {
    let entries: ReturnType<typeof list>;
    try {
      entries = list(join(root, folder));
    } catch (error) {
      unread.push({ file: `${shown}/${folder}`, message: `can't be read: ${(error as Error).message}` });
      return;
    }
    for (const entry of entries) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const file = `${shown}/${path}`;
      if (entry.isDirectory()) {
        if (entry.name !== ".git" && entry.name !== "node_modules") visit(path);
      } else if (entry.isSymbolicLink()) {
        const problem = linkProblem(join(root, path), real);
        if (problem) unread.push({ file, message: problem });
      } else if (!/\.(ya?ml|json)$/i.test(entry.name) || /^(kustomization\.ya?ml|slipway\.waivers\.yaml)$/i.test(entry.name)) continue;
      else if (!entry.isFile()) unread.push({ file, message: "is no file" });
      else readInto(join(root, path), file, path.includes("/") ? (path.split("/")[0] as string) : "", manifests, unread);
    }
  };
  visit("");
  return { manifests, unread };
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

function readInto(path: string, file: string, app: string, manifests: CheckedManifest[], unread: UnreadFile[]): void {
  const fail = (message: string, line?: number) => unread.push({ file, message, ...(line ? { line } : {}) });
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    fail(error instanceof TypeError ? "is no UTF-8 text" : (error as Error).message);
    return;
  }
  if (text.includes("\0")) {
    fail("holds a NUL character");
    return;
  }
  try {
    for (const { object, lineOf } of objectsOf(text, fail)) manifests.push({ object, app, file, lineOf });
  } catch (error) {
    fail(error instanceof RangeError ? "is nested too deep" : `can't be read: ${(error as Error).message.split("\n")[0]}`);
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
    const { kind, items, apiVersion } = value as { kind?: unknown; items?: unknown; apiVersion?: unknown };
    if (typeof apiVersion === "string" && apiVersion.startsWith("kustomize.config.k8s.io/")) continue;
    if (typeof kind === "string" && kind.endsWith("List") && Array.isArray(items)) {
      for (const [index, item] of items.entries())
        if (typeof item === "object" && item !== null)
          yield { object: item as KubernetesObject, lineOf: linesOf(document, lineCounter, ["items", index]) };
    } else yield { object: value as KubernetesObject, lineOf: linesOf(document, lineCounter) };
  }
}
