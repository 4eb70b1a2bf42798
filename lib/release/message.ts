import type { OperatorSettings } from "../git/index.ts";
import type { Edit } from "./edit.ts";

/** The trailer that holds the tree of a commit: one that somebody has amended holds another. */
export const treeTrailer = "Slipway-Tree";

/**
 * A commit's message: a title for people, trailers for machines. What comes from outside stays on its line.
 * @param tree of a commit that is proposed on a branch of its own, where somebody may amend it
 */
export const messageOf = ({ title, trailers }: Pick<Edit, "title" | "trailers">, tree?: string) =>
  [title, "", ...trailers.map(([key, value]) => `${key}: ${value}`), ...(tree ? [`${treeTrailer}: ${tree}`] : [])]
    .map((line) => line.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " "))
    .join("\n");

/** Who commits: as git's variables or its configuration say, else whom the pipeline runs for, else slipway. */
export function identityOf({ name, email }: OperatorSettings, variables: NodeJS.ProcessEnv): { name: string; email: string } {
  const { GIT_AUTHOR_NAME, GIT_AUTHOR_EMAIL, GITLAB_USER_NAME, GITLAB_USER_EMAIL } = variables;
  if (GIT_AUTHOR_NAME && GIT_AUTHOR_EMAIL) return { name: GIT_AUTHOR_NAME, email: GIT_AUTHOR_EMAIL };
  if (name && email) return { name, email };
  return { name: GITLAB_USER_NAME || name || "slipway", email: GITLAB_USER_EMAIL || email || "slipway@localhost" };
}
