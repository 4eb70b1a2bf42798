import { join } from "node:path";
import { blockedProblems, describePlan, isCurrent, planTree, type TreePlan, writeTree } from "../dist/index.ts";
import { InputError } from "../problem/index.ts";
import { projectRoot } from "../project/index.ts";
import type { Rendering } from "../synth/index.ts";

/** How Jest was started: "all" with -u, "none" with --ci, else "new". */
function updateMode({ snapshotState }: jest.MatcherContext): string | undefined {
  // Jest has no public word for it; its own snapshot matchers read the same field.
  return (snapshotState as unknown as { _updateSnapshot?: string } | undefined)?._updateSnapshot;
}

/**
 * Holds an environment against dist, which is its snapshot: `expect(render(prod)).toMatchDist()`. Fails with what is missing, stale and changed.
 * `jest -u` writes what is rendered and removes what is stale; nothing else writes, not even for an environment that dist doesn't have yet.
 */
export function toMatchDist(
  this: jest.MatcherContext,
  rendering: Rendering,
  { dist = join(projectRoot(), "dist") }: { dist?: string } = {},
) {
  const plan = planTree(dist, rendering.files, (path) => path.startsWith(`${rendering.environment}/`));
  const updates = updateMode(this) === "all";
  if (updates) update(plan);
  const pass = updates || isCurrent(plan);
  const difference = () =>
    `${rendering.environment} is not what dist holds.\n\n${describePlan(plan)}\n\nIf the change is meant: npx slipway synth, or jest -u.`;
  return { pass, message: () => (pass ? `expected ${rendering.environment} to differ from dist` : difference()) };
}

function update(plan: TreePlan): void {
  if (plan.blocked.length > 0) throw new InputError(blockedProblems(plan));
  writeTree(plan);
}
