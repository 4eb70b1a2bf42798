import { check, type Report } from "../check/index.ts";
import { readTreeAt, treeOf } from "../review/index.ts";
import { checkable, render, type SynthPlan } from "../synth/index.ts";
import type { Edit } from "./edit.ts";
import type { Estate } from "./estate.ts";
import { Refused } from "./refused.ts";
import type { Target } from "./target.ts";
import type { Workspace } from "./workspace.ts";

interface Try {
  readonly workspace: Workspace;
  readonly target: Target;
  readonly head: string;
  readonly estate: Estate;
  readonly edit: Edit;
  /** What the edit renders. */
  readonly plan: SynthPlan;
  /** The edit's files as the head has them. */
  readonly originals: ReadonlyMap<string, string | undefined>;
}

/**
 * The errors that check finds, as lines: those that the head has already, and those that the edit brings.
 * @throws Refused for errors that the edit brings, unless it goes ahead with them
 */
export async function errorsOf(attempt: Try): Promise<{ readonly known: string[]; readonly brought: string[] }> {
  const after = linesOf(attempt.plan.report);
  const before = new Set(linesOf(attempt.edit.files.size > 0 ? reportOfHead(attempt) : await reportOfDist(attempt)));
  const brought = after.filter((error) => !before.has(error));
  if (brought.length > 0 && !attempt.edit.despiteErrors)
    throw new Refused(`refused, since check finds errors that this brings:\n${brought.map((error) => `  ${error}`).join("\n")}`);
  return { known: after.filter((error) => before.has(error)), brought };
}

const linesOf = ({ findings }: Report): string[] =>
  findings
    .filter(({ severity, waived }) => severity === "error" && !waived)
    .map(
      ({ rule, environment, resource, path, message }) => `${environment} ${resource.kind} ${resource.name} ${path}: ${message} (${rule})`,
    );

/** What check says of the head's overlays. */
function reportOfHead({ workspace, estate, edit, originals }: Try): Report {
  workspace.write(originals);
  const { report } = estate.plan(edit.environments);
  workspace.write(edit.files);
  return report;
}

/** What check says of the head's dist, for an edit that brings what its overlays say already, and with it what is wrong with them. */
async function reportOfDist({ workspace, target, head, estate, edit, plan }: Try): Promise<Report> {
  const tree = await readTreeAt(workspace.repository.git, head, `${target.within}dist`, "dist", treeOf(plan.files, "dist", "dist/"));
  const held = [...tree.values()];
  const checked = estate.environments
    .filter(({ name }) => edit.environments.includes(name))
    .map((environment) => {
      const own = held.filter((file) => file.environment === environment.name);
      const folders = new Set(own.map(({ path }) => `dist/${path.slice(0, path.lastIndexOf("/"))}`));
      const rendered = checkable(render(environment, { ...estate.project, last: estate.last }), "dist", estate.project.read);
      return { ...rendered, folders, manifests: own.flatMap(({ manifests }) => manifests) };
    });
  return check(checked, new Date().toISOString().slice(0, 10));
}
