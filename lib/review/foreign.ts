import type { ForeignFile, ForeignFiles } from "../dist/index.ts";
import type { Action, Change } from "./change.ts";
import type { Tree } from "./tree.ts";

/** What the folders of both trees hold beside slipway's manifests. */
export interface ForeignSides {
  readonly before: ForeignFiles;
  readonly after: ForeignFiles;
}

/** The kind that reports show a file by: none of its content is an object that is known here. */
const kind = "File";
export const isFile = ({ apiVersion, kind: own }: Change["resource"]) => apiVersion === "" && own === kind;

/** A tree without its foreign files: Argo CD applies none of them as what it would be read as here. */
export function withoutForeign(tree: Tree, { before, after }: ForeignSides): Tree {
  if (before.size + after.size === 0) return tree;
  return new Map([...tree].filter(([path]) => !before.has(path) && !after.has(path)));
}

/**
 * Every foreign file that comes, goes or changes. None of them is harmless: what Argo CD makes of it can't be said here, so each counts as
 * what the server would refuse.
 * @param shown the new tree's folder as reports name it, with a slash at its end, or nothing
 */
export function foreignChanges({ before, after }: ForeignSides, shown: string): Change[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    const [action, file] = [actionOf(old, now), now ?? old];
    return action && file ? [changeOf(file, action, contents(old, now), shown)] : [];
  });
}

/** Digits of the hash that git names content by unless the repository says otherwise. */
const digits = 40;

function contents(old: ForeignFile | undefined, now: ForeignFile | undefined): { before?: string; after?: string } {
  const content = (file: ForeignFile) => [file.kind, file.hash(digits)?.slice(0, 12)].filter(Boolean).join(" ");
  return { ...(old ? { before: content(old) } : {}), ...(now ? { after: content(now) } : {}) };
}

function actionOf(old: ForeignFile | undefined, now: ForeignFile | undefined): Action | undefined {
  if (!old) return "add";
  if (!now) return "remove";
  const known = old.hash(digits);
  const to = now.hash(known?.length ?? digits);
  const from = old.hash(to?.length ?? digits);
  return old.kind === now.kind && from !== undefined && from === to ? undefined : "change";
}

function changeOf(file: ForeignFile, action: Action, content: { before?: string; after?: string }, shown: string): Change {
  const { path, environment, app, name } = file;
  const [impact, reason] = ["rejected" as const, reasonOf(file)];
  return {
    environment,
    app,
    resource: { apiVersion: "", kind, namespace: "", name },
    action,
    impact,
    flags: [],
    reason,
    fields: [{ path: `content of ${name}`, ...content, impact, reason }],
    notes: [],
    file: `${shown}${path}`,
  };
}

/** Argo CD merges these over an Application's source: https://argo-cd.readthedocs.io/en/stable/user-guide/parameters/#store-overrides-in-git */
const override = /(^|\/)\.argocd-source[^/]*$/;

function reasonOf({ path, kind, applied }: ForeignFile): string {
  if (kind === "link") return "slipway didn't generate it: Argo CD follows links, and what it leads to isn't shown here";
  if (kind === "submodule") return "slipway didn't generate it: it is another repository, whose content isn't shown here";
  if (override.test(path))
    return "Argo CD merges it over the Application's source: it decides what of the folder is applied, and how; nothing else here says what becomes of the app";
  if (!applied) return "slipway didn't generate it, and it lies in an environment's folder";
  return "slipway didn't generate it, and it lies in a folder that Argo CD applies; what Argo CD makes of it isn't known here";
}
