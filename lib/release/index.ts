/** From an image to a commit that Argo CD syncs, losing nothing. */
export { type Author, holdEdit, promoteEdit, releaseEdit, renderEdit, rollbackEdit } from "./commands.ts";
export { Estate } from "./estate.ts";
export { LedgerFile } from "./ledger.ts";
export { digestOf } from "./registry.ts";
export { type Requester, requesterOf } from "./requester.ts";
export { type ImageStatus, statusOf } from "./status.ts";
export { type Outcome, Refused, transact } from "./transaction.ts";
