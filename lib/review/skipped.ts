import { skipMarker } from "../manifest/index.ts";
import type { Change } from "./change.ts";
import type { Tree, TreeFile } from "./tree.ts";

const isSkipped = ({ text, isRendered }: TreeFile) => !isRendered && text.includes(skipMarker);

/** A tree as Argo CD applies it: it passes over every file whose text holds its marker, in a comment too. */
export function withoutSkipped(tree: Tree): Tree {
  return [...tree.values()].some(isSkipped) ? new Map([...tree].filter(([, file]) => !isSkipped(file))) : tree;
}

/** The files that Argo CD passes over from now on; what becomes of their objects is said of each object. */
export function skippedChanges(before: Tree, after: Tree): Change[] {
  return [...after.values()]
    .filter((file) => isSkipped(file) && before.get(file.path)?.text !== file.text)
    .map((file) => {
      const [impact, reason] = ["rejected", `it holds ${skipMarker}: Argo CD skips the file and prunes its objects`] as const;
      const name = file.path.slice(file.path.lastIndexOf("/") + 1);
      return {
        environment: file.environment,
        app: file.app,
        resource: { apiVersion: "", kind: "File", namespace: "", name },
        action: before.has(file.path) ? "change" : "add",
        impact,
        flags: [],
        reason,
        fields: [{ path: `content of ${name}`, impact, reason }],
        notes: [],
        file: file.file,
      };
    });
}
