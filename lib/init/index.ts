/** A new repository that uses slipway. */
export { type Host, initRepository } from "./init.ts";
