import { basename, dirname } from "node:path/posix";
import { blobHash } from "../git/index.ts";
import type { Change, Remark } from "./change.ts";
import { unknown } from "./impact.ts";
import type { Tree, TreeFile } from "./tree.ts";

const chartFile = /(^|\/)Chart\.ya?ml$/;

/** The folders of charts in a tree: what Helm renders of them can't be read off their files. */
const chartFolders = (tree: Tree) => [...tree.keys()].filter((path) => chartFile.test(path)).map((path) => dirname(path));

const isIn = (path: string, folder: string) => folder === "." || path.startsWith(`${folder}/`);

/** The charts of both trees, the outermost of each: their own charts belong to them. */
export function chartsOf(before: Tree, after: Tree): readonly string[] {
  const folders = [...new Set([...chartFolders(before), ...chartFolders(after)])].sort((a, b) => a.length - b.length);
  return folders.filter((folder, index) => !folders.slice(0, index).some((outer) => isIn(`${folder}/`, outer)));
}

/** A tree without the files of charts. */
export const withoutCharts = (tree: Tree, charts: readonly string[]): Tree =>
  charts.length === 0 ? tree : new Map([...tree].filter(([path]) => !charts.some((folder) => isIn(path, folder))));

/** A chart of which a file changes: what that does isn't known until it is rendered. */
export function chartChanges(before: Tree, after: Tree, charts: readonly string[], shown: string): Change[] {
  return charts.flatMap((folder): Change[] => {
    const filesOf = (tree: Tree) => [...tree.values()].filter(({ path }) => isIn(path, folder));
    const [old, now] = [filesOf(before), filesOf(after)];
    const differs = old.length !== now.length || now.some(({ path, text }) => before.get(path)?.text !== text);
    const [file] = now.length > 0 ? now : old;
    if (!differs || !file) return [];
    const { impact, reason } = unknown(
      "it is a chart, which isn't rendered here: render it on both sides with helm template, and review that",
    );
    const action = old.length === 0 ? "add" : now.length === 0 ? "remove" : "change";
    const place = folder === "." ? "" : `${folder}/`;
    const names = [...new Set([...now, ...old].map(({ path }) => path))].filter((path) => before.get(path)?.text !== after.get(path)?.text);
    return [
      {
        environment: file.environment,
        app: file.app,
        resource: { apiVersion: "", kind: "Chart", namespace: "", name: nameOf(file, now.length > 0 ? after : before, place) },
        action,
        impact,
        flags: [],
        reason,
        fields: names.map((path) => ({
          path: `content of ${path.slice(place.length)}`,
          ...contents(before.get(path), after.get(path)),
          impact,
          reason,
        })),
        notes: [],
        file: `${shown}${place}Chart.yaml`,
      },
    ];
  });
}

/** A chart's own name, or that of its folder. */
function nameOf(file: TreeFile, tree: Tree, place: string): string {
  const text = tree.get(`${place}Chart.yaml`)?.text ?? "";
  return /^name:[ \t]*["']?([\w.-]+)/m.exec(text)?.[1] ?? (basename(dirname(file.path)) || "chart");
}

/** Values of charts may be secret: contents are named by their hashes, as git has them. */
const contents = (before: TreeFile | undefined, after: TreeFile | undefined) => ({
  ...(before ? { before: blobHash(before.text, 40).slice(0, 12) } : {}),
  ...(after ? { after: blobHash(after.text, 40).slice(0, 12) } : {}),
});

/** What of the files that differ holds something else than manifests. @param read files, none of which is a chart's */
export function unreadRemarks(read: readonly TreeFile[]): Remark[] {
  const found = read.flatMap(({ file, skipped, manifests }) =>
    [...new Set(skipped)].map((what): [string, Remark] => {
      const which = manifests.length > 0 ? `a document of ${file} can't be judged` : `${file} holds no manifest that can be judged`;
      return [`${file} ${what}`, { kind: "not-looked-at", text: `${which}: it is ${what}`, file }];
    }),
  );
  return [...new Map(found).values()];
}
