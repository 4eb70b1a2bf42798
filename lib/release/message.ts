import type { OperatorSettings } from "../git/index.ts";
import type { Edit } from "./edit.ts";

/** The trailer that holds the tree of a commit: one that somebody has amended holds another. */
export const treeTrailer = "Slipway-Tree";

/**
 * A commit's message: a title for people, trailers for machines. What comes from outside stays on its line.
 * @param tree of a commit that is proposed on a branch of its own, where somebody may amend it
 */
export const messageOf = ({ title, trailers }: Pick<Edit, "title" | "trailers">, tree?: string) =>
  [title, "", ...trailers.map(([key, value]) => `${key}: ${value}`), ...(tree ? [`${treeTrailer}: ${tree}`] : [])].map(oneLine).join("\n");

/** Text from outside on one line, without what acts on a terminal or turns the direction of what follows. */
export const oneLine = (text: string) => text.replace(/[\s\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ").trim();

/** Who commits: as git's variables or its configuration say, else whom the pipeline runs for, else slipway. */
export function identityOf({ name, email }: OperatorSettings, variables: NodeJS.ProcessEnv): { name: string; email: string } {
  const { GIT_AUTHOR_NAME, GIT_AUTHOR_EMAIL, GITLAB_USER_NAME, GITLAB_USER_EMAIL, GITHUB_ACTOR } = variables;
  if (GIT_AUTHOR_NAME && GIT_AUTHOR_EMAIL) return { name: GIT_AUTHOR_NAME, email: GIT_AUTHOR_EMAIL };
  if (name && email) return { name, email };
  return { name: GITLAB_USER_NAME || name || GITHUB_ACTOR || "slipway", email: GITLAB_USER_EMAIL || email || "slipway@localhost" };
}
