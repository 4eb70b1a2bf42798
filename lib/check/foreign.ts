import type { ForeignFile, ForeignFiles } from "../dist/index.ts";
import { skipMarker, skipMarkerIn } from "../manifest/index.ts";
import * as rules from "./rules/applied-folder.ts";
import type { CheckedManifest, UnreadFile } from "./scope.ts";

const whats: Readonly<Record<ForeignFile["kind"], string>> = {
  file: "a file that slipway didn't generate",
  manifest: "a manifest whose first line doesn't say that slipway generated it",
  link: "a symbolic link, which Argo CD follows,",
  submodule: "another repository",
  other: "neither a file nor a folder that can be read",
};

/**
 * What `check` says of the foreign files of dist: each in a folder that Argo CD applies is an error.
 * @param folder dist, or the folder of it that was read, as findings name it
 */
export function foreignFindings(files: ForeignFiles, folder: string): UnreadFile[] {
  return [...files.values()]
    .filter(({ applied }) => applied)
    .map(({ path, app, kind }) => ({
      file: path === "" ? folder : `${folder}/${path}`,
      app,
      rule: rules.foreignFile.id,
      message: `${whats[kind]} lies in a folder that Argo CD applies`,
    }));
}

/** A file whose text holds Argo CD's marker although none of its objects does: in a comment, or in what isn't read. */
export function skippedFile(text: string, file: string, manifests: readonly CheckedManifest[]): UnreadFile[] {
  const at = text.indexOf(skipMarker);
  if (at === -1 || manifests.some(({ object }) => skipMarkerIn(object))) return [];
  const line = text.slice(0, at).split("\n").length;
  return [{ file, line, rule: rules.skippedFile.id, message: `the text holds ${skipMarker}` }];
}
