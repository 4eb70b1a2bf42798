import { readdirSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { LineCounter } from "yaml";
import { plainDocuments } from "../kubernetes/index.ts";
import { isPassedOver, isRecord, readText, yamlDocuments } from "../outside/index.ts";

/** A folder whose manifests a tool makes. */
export interface Source {
  readonly kind: "kustomization" | "chart";
  /** Path from the folder that was looked through; empty for that folder itself. */
  readonly path: string;
  /** The file that says what it is, from the same folder. */
  readonly file: string;
  /** Files of values that a chart gets over its own, from the working folder. */
  readonly values?: readonly string[];
  /** Values that a chart gets over those of its files, as YAML. */
  readonly inlineValues?: string;
  /** Values that a chart gets over all others, one by one. */
  readonly parameters?: readonly { readonly name: string; readonly value: string; readonly isText: boolean }[];
  /** Name of a chart's release. Default: that of its folder. */
  readonly release?: string;
}

/** The sources in a folder. */
export interface Discovered {
  /** Those that no other one here includes, without components: whether one includes them or not, they are rendered with it alone. */
  readonly sources: readonly Source[];
  /** YAML files beside a kustomization that no kustomization here names. */
  readonly unnamed: readonly string[];
  /** Whether a file or folder belongs to a source, so that it isn't read as it is. @param path from the folder that was looked through */
  isApart(path: string): boolean;
}

/** Names that kustomize knows its file by. */
export const kustomizationNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
const isDataFile = (path: string) => /\.(ya?ml|json)$/i.test(path);
/** Levels of folders that are looked through: more would be a circle of mounts. */
const mostDepth = 40;

interface Listed extends Source {
  /** YAML and JSON files that lie beside it. */
  readonly beside: readonly string[];
}

/** Finds the kustomizations and charts in a folder, without following links. */
export function discover(root: string): Discovered {
  const found = [...sourcesIn(root, "", 0)];
  const named = new Set(found.flatMap((source) => (source.kind === "kustomization" ? namedBy(root, source) : [])));
  const charts = found.filter(({ kind }) => kind === "chart").map(({ path }) => path);
  const folders = new Set([...named].flatMap((path) => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : [])));
  /** Folders of patches by their name, whether a kustomization still names them or not. */
  const isPatch = (path: string) => /(^|\/)patch(es)?\//.test(path) && isDataFile(path) && found.some((source) => isWithin(path, source));
  const sourceFolders = new Set(found.map(({ path }) => path));
  /** What lies beside a patch or a generator's file is one too, wherever the kustomization is. */
  const isBesideNamed = (path: string) => {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    return folders.has(folder) && !sourceFolders.has(folder) && isDataFile(path);
  };
  const beside = new Set(found.flatMap((source) => (source.kind === "kustomization" ? source.beside : [])));
  return {
    sources: found.filter((source) => !named.has(source.path) && !isInnerComponent(root, source)),
    unnamed: [...beside].filter((path) => !named.has(path)),
    isApart: (path) =>
      beside.has(path) ||
      named.has(path) ||
      isBesideNamed(path) ||
      isPatch(path) ||
      charts.some((chart) => chart === "" || `${path}/`.startsWith(`${chart}/`)),
  };
}

/** Whether a source is a component, other than the folder that was named. */
const isInnerComponent = (root: string, { kind, path, file }: Source) =>
  kind === "kustomization" && path !== "" && kustomizationAt(join(root, file))?.kind === "Component";

const isWithin = (path: string, source: Source) =>
  source.kind === "kustomization" && (source.path === "" || path.startsWith(`${source.path}/`));

function* sourcesIn(root: string, path: string, depth: number): Generator<Listed> {
  const { files, folders } = list(join(root, path));
  const at = (name: string) => (path === "" ? name : `${path}/${name}`);
  const isChart = files.includes("Chart.yaml");
  const file = kustomizationNames.find((name) => files.includes(name)) ?? (isChart ? "Chart.yaml" : undefined);
  if (file !== undefined) {
    const beside = files.filter((name) => isDataFile(name) && name !== file).map(at);
    yield { kind: file === "Chart.yaml" ? "chart" : "kustomization", path, file: at(file), beside };
  }
  // What is in a chart is the chart's, its subcharts too.
  if (isChart || depth === mostDepth) return;
  for (const name of folders) yield* sourcesIn(root, at(name), depth + 1);
}

function list(folder: string): { readonly files: readonly string[]; readonly folders: readonly string[] } {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return {
      files: entries.filter((entry) => entry.isFile() && !isPassedOver(entry.name)).map(({ name }) => name),
      folders: entries
        .filter((entry) => entry.isDirectory() && !isPassedOver(entry.name))
        .map(({ name }) => name)
        .sort(),
    };
  } catch {
    // Whoever reads the folder says that it can't be read.
    return { files: [], folders: [] };
  }
}

/** The files and folders that a kustomization names, whatever for, as paths from the root. */
const namedBy = (root: string, { path, file }: Source): string[] =>
  textsIn(kustomizationAt(join(root, file)))
    // An absolute path is none that it includes, and the delimiter of a replacement is often a slash.
    .filter((text) => !text.startsWith("/"))
    .map((text) => posix.join(path, text).replace(/\/+$/, ""))
    .filter((named) => named !== path && !named.startsWith("..") && isThere(join(root, named)));

/** Most texts of a kustomization are no paths: what the file system has against one is no matter. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** A kustomization as it is written; undefined for one that can't be read. */
export function kustomizationAt(file: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return kustomizationIn(readText(file));
  } catch {
    return undefined;
  }
}

/** Kustomizations that were read: each is asked for several times, and is mostly the same on both sides of a review. */
const read = new Map<string, Readonly<Record<string, unknown>> | undefined>();
/** How many are kept, and how long a text of them is. */
const [mostKept, longestKept] = [5000, 64 * 1024];

function kustomizationIn(text: string): Readonly<Record<string, unknown>> | undefined {
  if (read.has(text)) return read.get(text);
  const value = firstDocument(text);
  const kustomization = isRecord(value) ? value : undefined;
  if (read.size < mostKept && text.length <= longestKept) read.set(text, kustomization);
  return kustomization;
}

function firstDocument(text: string): unknown {
  const plain = plainDocuments(text);
  return plain ? plain[0] : yamlDocuments(text, new LineCounter())[0]?.toJS({ maxAliasCount: 100 });
}

/** Texts that may be paths. A generator names a file as `key=path`. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string")
    return isPathLike(value) ? [value, ...(value.includes("=") ? [value.slice(value.indexOf("=") + 1)] : [])] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

const isPathLike = (text: string) => text.length < 1000 && !/[\n\0]/.test(text);
