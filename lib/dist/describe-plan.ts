import { structuredPatch } from "diff/lib/patch/create.js";
import { LineCounter } from "yaml";
import { type Hide, toYaml, withoutSecrets } from "../manifest/index.ts";
import { hidden, seen, yamlDocuments } from "../outside/index.ts";
import type { TreePlan } from "./tree.ts";

/** Lines of difference shown before the rest is only counted. */
const mostLines = 200;

/** Lines that may differ for a difference to be looked for, which takes the longer the more there are. */
const mostEdits = 2000;

/** How a tree differs from what it should be, for people: what is missing and stale by name, what has changed by its lines. */
export function describePlan(plan: TreePlan): string {
  const list = (title: string, paths: readonly string[]) =>
    paths.length === 0 ? [] : [`${title}:`, ...paths.map((path) => `  ${seen(path)}`)];
  const changes: string[] = [];
  let looked = 0;
  for (const path of plan.changed) {
    if (changes.length >= mostLines) break;
    looked++;
    changes.push(`changed: ${seen(path)}`);
    for (const line of difference(plan, path)) changes.push(line);
  }
  const shown = changes.slice(0, mostLines);
  const rest = changes.length - shown.length;
  return [
    ...list("missing", plan.missing),
    ...list("stale", plan.stale),
    ...list("not slipway's, in a generated file's place", plan.blocked),
    ...list("not slipway's, in a folder that Argo CD applies", plan.intruding),
    ...shown,
    ...(rest > 0 ? [`... and ${rest} more lines`] : []),
    ...(looked < plan.changed.length ? [`... and ${plan.changed.length - looked} more changed files`] : []),
  ].join("\n");
}

function difference({ current, files }: TreePlan, path: string): string[] {
  return fileDifference(path, current.get(path) ?? "", files.get(path) ?? "").map((line) => `  ${line}`);
}

/** The lines of a file of manifests that differ, with what is around them. Values of Secrets are hidden; that they differ is said. */
export function fileDifference(path: string, before: string, after: string): string[] {
  const [old, now] = shownTexts(before, after);
  if (old === undefined || now === undefined) return ["its lines aren't shown: it may hold a Secret, and can't be read"];
  if (old === now) return [`only values that aren't shown differ: ${hidden}`];
  return textDifference(path, old, now);
}

/** The lines of a text that differ, with what is around them. */
export function textDifference(path: string, before: string, after: string): string[] {
  const patch = structuredPatch(path, path, before, after, "", "", { context: 2, maxEditLength: mostEdits });
  if (!patch) return [`more than ${mostEdits} lines differ: they aren't shown`];
  return patch.hunks.flatMap(({ oldStart, newStart, lines }) => [`@@ -${oldStart} +${newStart} @@`, ...lines]);
}

/** Both texts as they are where nothing in them is hidden, else without what is; of a value that the first doesn't hold, the second says so. */
function shownTexts(before: string, after: string): readonly (string | undefined)[] {
  const known = new Set<string | undefined>();
  const remember: Hide = (value) => {
    known.add(JSON.stringify(value));
    return hidden;
  };
  const old = shownText(before, remember);
  const now = shownText(after, (value) => (known.has(JSON.stringify(value)) ? hidden : "(hidden, changed)"));
  return old?.isWhole && now?.isWhole ? [before, after] : [old?.text, now?.text];
}

/** A text of manifests without values that aren't shown, and without comments, and whether all are shown; undefined where it can't be read. */
function shownText(text: string, hide: Hide): { readonly text: string; readonly isWhole: boolean } | undefined {
  try {
    const documents = yamlDocuments(text, new LineCounter());
    if (documents.some(({ errors }) => errors.length > 0)) return undefined;
    const values: unknown[] = documents.map((document) => document.toJS({ maxAliasCount: 100 }));
    const shown = values.map((value) => withoutSecrets(value, hide));
    return { text: shown.map((value) => toYaml(value)).join("---\n"), isWhole: shown.every((value, index) => value === values[index]) };
  } catch {
    return undefined;
  }
}
