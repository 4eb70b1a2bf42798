import {
  closeSync,
  constants,
  type Dirent,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from "node:fs";
import { join } from "node:path";
import { blobHash, startBlobHash } from "../git/index.ts";
import { marker } from "./tree.ts";

/** Something in an environment's folder of dist that slipway didn't generate. */
export interface ForeignFile {
  /** Relative to the folder that was read. */
  readonly path: string;
  readonly environment: string;
  /** The folder of the environment it lies in; empty beside those folders. */
  readonly app: string;
  /** Its path in that folder, or in the environment's. */
  readonly name: string;
  readonly kind: "file" | "link" | "submodule" | "other" | "manifest";
  /** Whether Argo CD meets it: it lies in a folder that an Application applies, or stands in the place of such a folder. */
  readonly applied: boolean;
  /** What git names its content by, with so many digits; undefined where the content isn't at hand. */
  readonly hash: (digits: number) => string | undefined;
}

/** The foreign files of a folder by their paths in it. */
export type ForeignFiles = ReadonlyMap<string, ForeignFile>;

/** Folders that a manifest of dist lies in: the environment's, and in it the app's. */
const layers = 2;
const manifestName = /^[A-Za-z0-9_][^/]*\.k8s\.yaml$/;

/** Whether a path of dist is one that a manifest of slipway's has: `<environment>/<folder>/<Kind>.<name>.k8s.yaml`. */
function isManifestPlace(place: string): boolean {
  const parts = place.split("/");
  return parts.length === layers + 1 && manifestName.test(parts[layers] ?? "");
}

/** Whether a path of dist is that of an environment's kustomization.yaml, which no Application applies. */
const isKustomization = (place: string) => /^[^/]+\/kustomization\.yaml$/.test(place);

/**
 * A foreign file by its place; undefined for what isn't foreign, or lies outside of the environments' folders.
 * @param place path in dist
 * @param path path in the folder that was read
 */
export function foreignAt(place: string, path: string, kind: ForeignFile["kind"], hash: ForeignFile["hash"]): ForeignFile | undefined {
  const parts = place.split("/");
  const isPlain = kind === "file";
  if (isPlain && (isManifestPlace(place) || isKustomization(place) || parts.length < layers)) return undefined;
  const [environment = "", folder = ""] = parts;
  const app = parts.length > layers ? folder : "";
  const name = parts.slice(Math.min(parts.length - 1, layers)).join("/");
  return { path, environment, app, name, kind, hash, applied: !isPlain || parts.length > layers };
}

/**
 * The foreign files of a folder of dist, in the order of their paths. Links aren't followed, and nothing is waited for.
 * @param prefix place of the folder in dist: empty for dist itself, `prod/` for an environment's folder
 * @param unmarked whether to look for manifests whose first line doesn't say that slipway generated them
 */
export function foreignFiles(root: string, prefix = "", unmarked = false): ForeignFiles {
  const found = new Map<string, ForeignFile>();
  for (const { path, kind } of entriesOf(root)) {
    const place = join(root, path);
    const foreign =
      foreignAt(`${prefix}${path}`, path, kind, (digits) => hashOf(place, kind, digits)) ??
      (unmarked && isManifestPlace(`${prefix}${path}`) && !isMarked(place)
        ? foreignAt(`${prefix}${path}`, path, "manifest", (digits) => hashOf(place, "file", digits))
        : undefined);
    if (foreign) found.set(path, foreign);
  }
  return found;
}

/**
 * The place in dist of a folder of generated files, as foreignFiles takes it, found by the first generated file in it.
 * Undefined for a folder that slipway generated nothing in.
 */
export function placeInDist(root: string): string | undefined {
  for (const { path, kind } of entriesOf(root)) {
    if (kind !== "file" || !path.endsWith(".k8s.yaml")) continue;
    const [, environment, folder] = generatedFor.exec(head(join(root, path))) ?? [];
    const depth = path.split("/").length - 1;
    if (environment && folder && depth <= layers)
      return [environment, folder]
        .slice(0, layers - depth)
        .map((part) => `${part}/`)
        .join("");
  }
  return undefined;
}

const generatedFor = new RegExp(`^${marker} for ([^/\\s]+)/([^\\s:]+)`);
const isMarked = (path: string) => head(path).startsWith(marker);

/** The beginning of a plain file, past its first line. It is opened without waiting, so that a pipe in its place holds nobody up. */
function head(path: string): string {
  try {
    const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      const bytes = Buffer.alloc(512);
      return fstatSync(handle).isFile() ? bytes.subarray(0, readSync(handle, bytes)).toString("utf8") : "";
    } finally {
      closeSync(handle);
    }
  } catch {
    return "";
  }
}

function hashOf(path: string, kind: ForeignFile["kind"], digits: number): string | undefined {
  try {
    if (kind === "file") return hashOfFile(path, digits);
    if (kind !== "link") return undefined;
    return blobHash(readlinkSync(path, "buffer"), digits);
  } catch {
    return undefined;
  }
}

/** Bytes of a file past which its content isn't at hand. */
const mostHashed = 256 * 1024 * 1024;

/** Of a plain file, and of what it held as it was opened: one that grows meanwhile is read no further. */
function hashOfFile(path: string, digits: number): string | undefined {
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile() || stat.size > mostHashed) return undefined;
    const hash = startBlobHash(stat.size, digits);
    const bytes = Buffer.alloc(1024 * 1024);
    for (let left = stat.size; left > 0; ) {
      const read = readSync(handle, bytes, 0, Math.min(bytes.length, left), null);
      if (read === 0) return undefined;
      hash.update(bytes.subarray(0, read));
      left -= read;
    }
    return hash.digest("hex");
  } finally {
    closeSync(handle);
  }
}

interface Entry {
  readonly path: string;
  readonly kind: "file" | "link" | "submodule" | "other";
}

/** Everything below a folder but the folders themselves. What can't be listed is an entry of its own, as is another repository. */
function* entriesOf(root: string): Generator<Entry> {
  if (lstatSync(root, { throwIfNoEntry: false })?.isSymbolicLink()) yield { path: "", kind: "link" };
  if (existsSync(root)) yield* entriesBelow(root, "");
}

function* entriesBelow(root: string, folder: string): Generator<Entry> {
  let entries: Dirent[];
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    yield { path: folder, kind: "other" };
    return;
  }
  for (const entry of entries) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) yield { path, kind: kindOf(entry) };
    else if (path === ".git") continue;
    else if (existsSync(join(root, path, ".git"))) yield { path, kind: "submodule" };
    else yield* entriesBelow(root, path);
  }
}

function kindOf(entry: Dirent): Entry["kind"] {
  if (entry.isFile()) return "file";
  return entry.isSymbolicLink() ? "link" : "other";
}
