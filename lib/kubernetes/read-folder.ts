import { type Dirent, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "../manifest/index.ts";
import { errorCode, isDeeper, isPassedOver, isRecord, readText, UnreadableError } from "../outside/index.ts";
import { Budget } from "./budget.ts";
import { type DocumentListener, documentsOf } from "./documents.ts";
import type { LineOf } from "./locate.ts";
import { decrypted, isBareTemplate, isTemplate, otherDocument } from "./other-document.ts";

/** A file of manifests as text, or why it can't be read. */
export type ManifestFile = { readonly path: string; readonly file: string } & ({ readonly text: string } | { readonly problem: string });

/**
 * Every YAML and JSON file below a folder, sorted by path. Nothing is followed out of the folder, and nothing waited for.
 * @param shown the folder as findings name it
 * @param isApart whether a file or folder in it is passed over, with all it holds
 */
export function* manifestFiles(root: string, shown: string, isApart: (path: string) => boolean = () => false): Generator<ManifestFile> {
  const real = realpathSync(root);
  const budget = new Budget();
  for (const found of entriesBelow(root, "", isApart)) {
    const { path } = found;
    const file = shown === "." ? path : `${shown}/${path}`;
    const spent = budget.spent();
    if (spent) {
      yield { path, file, problem: spent };
      return;
    }
    const read = "problem" in found ? found : readEntry(found.entry, join(root, path), real);
    if (!read) continue;
    budget.take("text" in read ? read.text.length : 0);
    yield { file, ...read, path };
  }
}

/** Everything below a folder but the folders themselves, sorted by path; a folder that can't be read is a problem. */
function* entriesBelow(
  root: string,
  folder: string,
  isApart: (path: string) => boolean,
): Generator<{ path: string } & ({ entry: Dirent } | { problem: string })> {
  const entries = list(join(root, folder));
  if (typeof entries === "string") {
    yield { path: folder, problem: entries };
    return;
  }
  for (const entry of entries) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (isApart(path)) continue;
    if (!entry.isDirectory()) yield { path, entry };
    else if (!isPassedOver(entry.name)) yield* entriesBelow(root, path, isApart);
  }
}

/** The text of a file, or why it can't be read; undefined for what holds no manifests, and for links that lead to what is read anyway. */
function readEntry(entry: Dirent, path: string, root: string): { text: string } | { problem: string } | undefined {
  if (entry.isSymbolicLink()) {
    const problem = linkProblem(path, root);
    return problem === undefined ? undefined : { problem };
  }
  if (!isManifestFile(entry.name)) return undefined;
  return entry.isFile() ? textOf(path) : { problem: "is not a file" };
}

/** Whether a file's name is one that manifests have; what kustomize and slipway read themselves isn't. */
export const isManifestFile = (name: string) =>
  /\.(ya?ml|json)$/i.test(name) && !name.startsWith(".") && !/^(kustomization\.ya?ml|slipway(\.waivers)?\.yaml)$/i.test(name);

function textOf(path: string): { text: string } | { problem: string } {
  try {
    return { text: readText(path) };
  } catch (error) {
    return { problem: error instanceof UnreadableError ? error.message : `can't be read (${errorCode(error)})` };
  }
}

interface ReadManifests {
  readonly objects: readonly { readonly object: KubernetesObject; readonly lineOf: LineOf }[];
  readonly problems: readonly { readonly message: string; readonly line?: number }[];
  /** Keys that stand in a map twice, of which readers take the last. */
  readonly repeatedKeys: readonly { readonly message: string; readonly line?: number }[];
  /** What the documents are that hold no manifests. */
  readonly skipped: readonly string[];
}

/** The objects a text of YAML or JSON holds, what in it can't be read, and what it holds else. */
export function readManifests(text: string): ReadManifests {
  const objects: ReadManifests["objects"][number][] = [];
  const problems: ReadManifests["problems"][number][] = [];
  const skipped: string[] = [];
  const repeatedKeys: ReadManifests["repeatedKeys"][number][] = [];
  const fail = (message: string, line?: number) => problems.push({ message, ...(line ? { line } : {}) });
  if (text.includes("\0")) return { objects, problems: [{ message: "holds a NUL character" }], repeatedKeys, skipped };
  try {
    const heard = {
      fail,
      repeat: (message: string, line: number) => repeatedKeys.push({ message, line }),
      skip: (what: string) => skipped.push(what),
    };
    for (const object of objectsOf(text, heard)) objects.push(object);
  } catch (error) {
    if (error instanceof UnreadableError) fail(error.message);
    // The library throws where aliases name nothing, or stand for too much.
    else fail(error instanceof RangeError ? "is nested too deep" : "holds an alias that names nothing, or aliases that stand for too much");
  }
  return { objects, problems, repeatedKeys, skipped };
}

/** What a file of a template is called that a tool has yet to fill in. */
export const templateFile = "a template that is yet to be filled in";

/** As `readManifests`, for a file that may be a template: what it holds is skipped where the text is no YAML, or where a document's name is a template's. */
export function readManifestFile(text: string): ReadManifests {
  const read = readManifests(text);
  if (!isTemplate(text)) return read;
  if (read.problems.length > 0 && !isBareTemplate(text)) return read;
  if (read.problems.length > 0) return { objects: [], problems: [], repeatedKeys: [], skipped: [templateFile] };
  const named = read.objects.filter(({ object }) => isNamed(object));
  return { ...read, objects: named, skipped: [...read.skipped, ...read.objects.slice(named.length).map(() => templateFile)] };
}

/** Whether an object's name is one, or is missing, and not the place of one in a template. */
function isNamed(object: KubernetesObject): boolean {
  const name: unknown = isRecord(object.metadata) ? object.metadata.name : undefined;
  return !isRecord(name) && !(typeof name === "string" && name.includes("{{"));
}

/** What a folder holds, or why it can't be read. */
function list(folder: string): Dirent[] | string {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    return `can't be read (${errorCode(error)})`;
  }
}

/** A link inside the folder leads to what is read anyway. */
function linkProblem(path: string, root: string): string | undefined {
  try {
    const target = realpathSync(path);
    return target === root || target.startsWith(`${root}/`) ? undefined : "is a link that leads out of the folder";
  } catch {
    return "is a link that leads nowhere, or in a circle";
  }
}

/** Levels of an object; the API server takes no more of a CRD's, and nobody writes so many. */
const mostDepth = 200;

/** Who hears what a text holds beside its objects. */
interface Listener extends DocumentListener {
  skip(what: string): void;
}

function* objectsOf(text: string, listener: Listener): Generator<{ object: KubernetesObject; lineOf: LineOf }> {
  for (const { value, linesAt } of documentsOf(text, listener)) {
    const other = otherDocument(value);
    if (other !== undefined) listener.skip(other);
    else if (isDeeper(value, mostDepth)) listener.fail("is nested too deep", linesAt([])(""));
    else yield* objectsIn(value as Readonly<Record<string, unknown>>, linesAt);
  }
}

/** The object itself, or those of a List. */
function* objectsIn(
  value: Readonly<Record<string, unknown>>,
  linesAt: (prefix: readonly (string | number)[]) => LineOf,
): Generator<{ object: KubernetesObject; lineOf: LineOf }> {
  const { items, apiVersion, kind } = value;
  // The items of a typed list take what they are from it: https://kubernetes.io/docs/reference/using-api/api-concepts/#collections
  const [, ofKind] = typeof kind === "string" && typeof apiVersion === "string" ? (/^(.+)List$/.exec(kind) ?? []) : [];
  const typed = ofKind === undefined ? {} : { apiVersion, kind: ofKind };
  // Argo CD and kubectl take whatever has items for a list, whatever its kind.
  if (Array.isArray(items)) {
    for (const [index, item] of items.entries())
      if (typeof item === "object" && item !== null)
        yield { object: decrypted({ ...typed, ...item }) as KubernetesObject, lineOf: linesAt(["items", index]) };
  } else yield { object: decrypted(value) as KubernetesObject, lineOf: linesAt([]) };
}
