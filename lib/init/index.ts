/** A new repository that uses slipway. */
export { type Host, initRepository, repositoryFiles } from "./init.ts";
