import { structuredPatch } from "diff/lib/patch/create.js";
import type { TreePlan } from "./tree.ts";

/** Lines of difference shown before the rest is only counted. */
const mostLines = 200;

/** How a tree differs from what it should be, for people: what is missing and stale by name, what has changed by its lines. */
export function describePlan(plan: TreePlan): string {
  const list = (title: string, paths: readonly string[]) => (paths.length === 0 ? [] : [`${title}:`, ...paths.map((path) => `  ${path}`)]);
  const changes = plan.changed.flatMap((path) => [`changed: ${path}`, ...difference(plan, path)]);
  const shown = changes.slice(0, mostLines);
  const rest = changes.length - shown.length;
  return [
    ...list("missing", plan.missing),
    ...list("stale", plan.stale),
    ...list("not slipway's, in a generated file's place", plan.blocked),
    ...list("not slipway's, in a folder that Argo CD applies", plan.intruding),
    ...shown,
    ...(rest > 0 ? [`... and ${rest} more lines in ${plan.changed.length} changed files`] : []),
  ].join("\n");
}

function difference({ current, files }: TreePlan, path: string): string[] {
  const { hunks } = structuredPatch(path, path, current.get(path) ?? "", files.get(path) ?? "", "", "", { context: 2 });
  return hunks.flatMap(({ oldStart, newStart, lines }) => [`  @@ -${oldStart} +${newStart} @@`, ...lines.map((line) => `  ${line}`)]);
}
