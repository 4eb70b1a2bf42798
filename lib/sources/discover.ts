import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { LineCounter } from "yaml";
import { isRecord, yamlDocuments } from "../outside/index.ts";

/** A folder whose manifests a tool makes. */
export interface Source {
  readonly kind: "kustomization" | "chart";
  /** Path from the folder that was looked through; empty for that folder itself. */
  readonly path: string;
  /** The file that says what it is, from the same folder. */
  readonly file: string;
}

/** The sources in a folder. */
export interface Discovered {
  /** Those that no other one here includes. */
  readonly sources: readonly Source[];
  /** Folders of all sources: what is in them isn't read as it is. */
  readonly folders: readonly string[];
}

const kustomizations = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/** Levels of folders that are looked through: more would be a circle of mounts. */
const mostDepth = 40;

/** Finds the kustomizations and charts in a folder, without following links. */
export function discover(root: string): Discovered {
  const found = [...sourcesIn(root, "", 0)];
  const included = new Set(found.flatMap((source) => (source.kind === "kustomization" ? includedBy(root, source) : [])));
  return {
    sources: found.filter(({ path }) => !included.has(path)),
    folders: [...found.map(({ path }) => path), ...[...included].filter((path) => !found.some((source) => source.path === path))],
  };
}

function* sourcesIn(root: string, path: string, depth: number): Generator<Source> {
  const names = list(join(root, path));
  const at = (name: string) => (path === "" ? name : `${path}/${name}`);
  const chart = names.files.includes("Chart.yaml");
  const kustomization = kustomizations.find((name) => names.files.includes(name));
  if (kustomization) yield { kind: "kustomization", path, file: at(kustomization) };
  else if (chart) yield { kind: "chart", path, file: at("Chart.yaml") };
  // What is in a chart is the chart's, its subcharts too.
  if (chart || depth === mostDepth) return;
  for (const name of names.folders) yield* sourcesIn(root, at(name), depth + 1);
}

function list(folder: string): { readonly files: readonly string[]; readonly folders: readonly string[] } {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return {
      files: entries.filter((entry) => entry.isFile()).map(({ name }) => name),
      folders: entries
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
        .map(({ name }) => name)
        .sort(),
    };
  } catch {
    // Whoever reads the folder says that it can't be read.
    return { files: [], folders: [] };
  }
}

/** The folders that a kustomization includes, as paths from the root. */
const includedBy = (root: string, { path, file }: Source): string[] =>
  resourcesOf(join(root, file))
    .map((resource) => posix.join(path, resource))
    .filter((resource) => !resource.startsWith("..") && isFolder(join(root, resource)))
    .map((resource) => resource.replace(/\/+$/, ""));

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** What a kustomization takes its objects from: files, folders and addresses. None for one that can't be read. */
export function resourcesOf(file: string): string[] {
  try {
    const [document] = yamlDocuments(readFileSync(file, "utf8"), new LineCounter());
    const value: unknown = document?.toJS({ maxAliasCount: 100 });
    if (!isRecord(value)) return [];
    return ["resources", "bases", "components"].flatMap((key) => {
      const entries = value[key];
      return Array.isArray(entries) ? entries.filter((entry) => typeof entry === "string") : [];
    });
  } catch {
    return [];
  }
}
