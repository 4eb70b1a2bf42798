import { manifestFiles, readManifestFile, readManifests } from "../kubernetes/index.ts";
import type { KubernetesObject } from "../manifest/index.ts";
import { skippedFile } from "./foreign.ts";
import type { OriginOf } from "./origin.ts";
import type { CheckedManifest, SkippedFile, UnreadFile } from "./scope.ts";

/** What files hold, as it is checked. */
export interface ReadFiles {
  readonly manifests: CheckedManifest[];
  readonly unread: UnreadFile[];
  readonly skipped: SkippedFile[];
}

/**
 * Reads every YAML and JSON file below a folder as Kubernetes' own reader does. What can't be read is reported, and the rest is read all the same.
 * @param shown the folder as findings name it
 * @param isApart whether a file or folder in it is passed over
 */
export function readFolder(root: string, shown: string, isApart: (path: string) => boolean = () => false): ReadFiles {
  const all: ReadFiles = { manifests: [], unread: [], skipped: [] };
  for (const found of manifestFiles(root, shown, isApart)) {
    const { path, file } = found;
    if ("problem" in found) all.unread.push({ file, message: found.problem });
    // What slipway generated Argo CD applies, whatever it holds.
    else addFile(all, found.text, { file, app: path.slice(0, Math.max(0, path.indexOf("/"))), isApplied: path.endsWith(".k8s.yaml") });
  }
  return all;
}

/** Reads the text of one file of manifests. @param file what findings name it */
export function readFileText(text: string, file: string): ReadFiles {
  const all: ReadFiles = { manifests: [], unread: [], skipped: [] };
  addFile(all, text, { file, app: "", isApplied: false });
  return all;
}

function addFile(all: ReadFiles, text: string, { file, app, isApplied }: { file: string; app: string; isApplied: boolean }): void {
  const read = readManifestFile(text);
  const own = read.objects.map(({ object, lineOf }) => ({ object, app, file, lineOf }));
  // One by one: a list may have more items than a call takes arguments.
  for (const manifest of own) all.manifests.push(manifest);
  for (const passed of skippedFile(text, file, own)) all.unread.push(passed);
  for (const reason of read.skipped)
    if (isApplied) all.unread.push({ file, message: `holds ${reason}` });
    else all.skipped.push({ file, reason });
  for (const repeated of read.repeatedKeys) all.unread.push({ file, rule: "schema/duplicate-key", ...repeated });
  for (const problem of read.problems) all.unread.push({ file, ...problem });
}

/**
 * Reads a text of manifests that a tool printed.
 * @param file what findings name for what has no origin
 * @param originsOf finds the origins of an object
 */
export function readRendered(
  text: string,
  file: string,
  originsOf?: (object: KubernetesObject) => OriginOf,
): { manifests: CheckedManifest[]; unread: UnreadFile[] } {
  const { objects, problems, repeatedKeys, skipped } = readManifests(text);
  return {
    manifests: objects.map(({ object }) => ({ object, app: "", file, ...(originsOf ? { originOf: originsOf(object) } : {}) })),
    unread: [
      ...repeatedKeys.map(({ message, line }) => ({
        file,
        rule: "schema/duplicate-key",
        message: `in line ${line} of what it renders ${message}`,
      })),
      ...[...problems.map(({ message }) => message), ...skipped.map((what) => `holds ${what}`)].map((message) => ({
        file,
        message: `its rendering ${message}`,
      })),
    ],
  };
}

/** The files of a folder that Argo CD passes over, whatever can be read of them. @param shown the folder as findings name it */
export const skippedFiles = (root: string, shown: string): UnreadFile[] =>
  [...manifestFiles(root, shown)].flatMap((found) => ("text" in found ? skippedFile(found.text, found.file, []) : []));
