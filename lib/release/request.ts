import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { BorrowedRepository } from "../git/index.ts";
import { oneLine, treeTrailer } from "./message.ts";
import { Refused } from "./refused.ts";

/** A change that is asked for on a branch of its own. */
export interface BranchRequest {
  /** What is asked for: a first line for people, and behind it all else that makes this request another one. */
  readonly text: string;
  /** Who asks for the merge: `server` is GitLab, by push options; `caller` is whoever runs the command, as a workflow of GitHub. */
  readonly openedBy: "server" | "caller";
}

/** Characters of a branch's name that a person reads; what makes it the only one comes behind. */
const longestName = 100;

/**
 * The branch of a request: the same request has the same one, and no two requests share one.
 * @param request a first line for people, as release/prod-web=1.2.0, and behind it all else that is asked for
 */
export function requestBranch(request: string): string {
  const name = (request.split("\n")[0] ?? "")
    .replace(/[^A-Za-z0-9/_.-]+/g, "-")
    .replace(/\.{2,}|\/{2,}|\.lock(?=\/|$)/g, "-")
    .slice(0, longestName)
    .replace(/[/.-]+$/, "");
  return `${name}-${createHash("sha256").update(request).digest("hex").slice(0, 10)}`;
}

/** What a request's branch holds: nothing, an earlier try that may be replaced, or the same change already. */
interface RequestBranch {
  readonly isSame: boolean;
  readonly tip: string | undefined;
}

/**
 * Looks at the branch that an earlier try of the same request left, which is brought up to date as long as nobody has changed it.
 * @param commit the change that is asked for
 * @throws Refused where the branch holds commits of somebody else
 */
export async function requestBranchNow(repository: BorrowedRepository, branch: string, commit: string): Promise<RequestBranch> {
  const tip = await repository.fetchOther(branch);
  if (tip === undefined) return { isSame: false, tip };
  const [there, ours] = [await repository.describe(tip), await repository.describe(commit)];
  const isUntouched = there.parents.length === 1 && there.message.split("\n").includes(`${treeTrailer}: ${there.tree}`);
  if (!isUntouched)
    throw new Refused(
      `the branch ${branch} holds commits that slipway didn't make (the newest is ${tip.slice(0, 12)}), and they would be lost. Merge or close what asks for it, or delete the branch, and run this again.`,
    );
  const wordsOf = ({ message }: typeof ours) => message.split("\n").filter((line) => line !== "" && !line.startsWith(`${treeTrailer}: `));
  // But for the time: that is in the tree, and no part of what is asked for.
  return { isSame: there.parents[0] === ours.parents[0] && isDeepStrictEqual(wordsOf(there), wordsOf(ours)), tip };
}

/** Characters of a merge request's title; GitLab takes no more than 255. */
const longestTitle = 200;

/** Options of a push that have GitLab open a merge request: https://docs.gitlab.com/topics/git/commit/#push-options-for-merge-requests */
export function requestOptions(request: BranchRequest | undefined, target: string, title: string): readonly string[] {
  if (request?.openedBy !== "server") return [];
  return [
    "merge_request.create",
    `merge_request.target=${target}`,
    `merge_request.title=${[...oneLine(title)].slice(0, longestTitle).join("")}`,
    "merge_request.remove_source_branch",
  ];
}
