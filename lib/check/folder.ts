import { manifestFiles, readManifestFile, readManifests } from "../kubernetes/index.ts";
import { skippedFile } from "./foreign.ts";
import type { CheckedManifest, SkippedFile, UnreadFile } from "./scope.ts";

/**
 * Reads every YAML and JSON file below a folder as Kubernetes' own reader does. What can't be read is reported, and the rest is read all the same.
 * @param shown the folder as findings name it
 * @param isApart whether a file or folder in it is passed over
 */
export function readFolder(
  root: string,
  shown: string,
  isApart: (path: string) => boolean = () => false,
): { manifests: CheckedManifest[]; unread: UnreadFile[]; skipped: SkippedFile[] } {
  const skipped: SkippedFile[] = [];
  const manifests: CheckedManifest[] = [];
  const unread: UnreadFile[] = [];
  for (const found of manifestFiles(root, shown, isApart)) {
    const { path, file } = found;
    if ("problem" in found) {
      unread.push({ file, message: found.problem });
      continue;
    }
    const app = path.slice(0, Math.max(0, path.indexOf("/")));
    const read = readManifestFile(found.text);
    const own = read.objects.map(({ object, lineOf }) => ({ object, app, file, lineOf }));
    // One by one: a list may have more items than a call takes arguments.
    for (const manifest of own) manifests.push(manifest);
    for (const passed of skippedFile(found.text, file, own)) unread.push(passed);
    // What slipway generated Argo CD applies, whatever it holds.
    const isApplied = path.endsWith(".k8s.yaml");
    for (const reason of read.skipped)
      if (isApplied) unread.push({ file, message: `holds ${reason}` });
      else skipped.push({ file, reason });
    for (const repeated of read.repeatedKeys) unread.push({ file, rule: "schema/duplicate-key", ...repeated });
    for (const problem of read.problems) unread.push({ file, ...problem });
  }
  return { manifests, unread, skipped };
}

/** Reads a text of manifests that a tool printed. @param file what findings name for it */
export function readRendered(text: string, file: string): { manifests: CheckedManifest[]; unread: UnreadFile[] } {
  const { objects, problems, repeatedKeys, skipped } = readManifests(text);
  return {
    manifests: objects.map(({ object }) => ({ object, app: "", file })),
    unread: [
      ...repeatedKeys.map(({ message }) => ({ file, rule: "schema/duplicate-key", message: `in its rendering ${message}` })),
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
