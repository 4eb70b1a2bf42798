import { manifestFiles, readManifests } from "../kubernetes/index.ts";
import { skippedFile } from "./foreign.ts";
import type { CheckedManifest, UnreadFile } from "./scope.ts";

/**
 * Reads every YAML and JSON file below a folder as Kubernetes' own reader does. What can't be read is reported, and the rest is read all the same.
 * @param shown the folder as findings name it
 */
export function readFolder(root: string, shown: string): { manifests: CheckedManifest[]; unread: UnreadFile[] } {
  const manifests: CheckedManifest[] = [];
  const unread: UnreadFile[] = [];
  for (const found of manifestFiles(root, shown)) {
    const { path, file } = found;
    if ("problem" in found) {
      unread.push({ file, message: found.problem });
      continue;
    }
    const app = path.slice(0, Math.max(0, path.indexOf("/")));
    const read = readManifests(found.text);
    const own = read.objects.map(({ object, lineOf }) => ({ object, app, file, lineOf }));
    // One by one: a list may have more items than a call takes arguments.
    for (const manifest of own) manifests.push(manifest);
    for (const skipped of skippedFile(found.text, file, own)) unread.push(skipped);
    for (const problem of read.problems) unread.push({ file, ...problem });
  }
  return { manifests, unread };
}

/** The files of a folder that Argo CD passes over, whatever can be read of them. @param shown the folder as findings name it */
export const skippedFiles = (root: string, shown: string): UnreadFile[] =>
  [...manifestFiles(root, shown)].flatMap((found) => ("text" in found ? skippedFile(found.text, found.file, []) : []));
