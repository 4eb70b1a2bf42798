/** Git: the one way to run it, and a repository of our own beside the operator's clone. */
export { blobHash, startBlobHash } from "./blob-hash.ts";
export { BorrowedRepository } from "./borrowed-repository.ts";
export { type Entry, endRunningGit, Git, GitError, withoutCredentials } from "./git.ts";
export { addressOf, type OperatorSettings, settingsOf } from "./settings.ts";
export { foldersAbove, type LeftOut, writeCommit } from "./write-commit.ts";
