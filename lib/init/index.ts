/** A new repository that uses slipway. */
export { initRepository } from "./init.ts";
