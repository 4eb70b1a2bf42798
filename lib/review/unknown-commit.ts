/** What to do about a commit that git doesn't know. @param ref what names it */
export const unknownCommitFix = (ref: string) =>
  ref === "HEAD"
    ? "Without a commit in a repository of git there is nothing to compare with: commit first, or name two files or folders."
    : `Name a commit, branch or tag that this clone has; a shallow one may have to fetch it first: git fetch --depth=1 origin ${ref}.`;
