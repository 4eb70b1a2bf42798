/** From an image to a commit that Argo CD syncs, losing nothing. */
export {
  type AskingPipeline,
  type Author,
  holdEdit,
  promoteEdit,
  releaseEdit,
  renderEdit,
  rollbackEdit,
} from "./commands.ts";
export type { DecideEdit } from "./edit.ts";
export { LedgerFile } from "./ledger.ts";
export type { Outcome } from "./outcome.ts";
export { pipelineNumber } from "./pipeline.ts";
export { Refused } from "./refused.ts";
export { digestOf } from "./registry.ts";
export { type ImageStatus, type Status, statusAtRemote, statusOfClone } from "./status.ts";
export { transact } from "./transaction.ts";
