/** Pages of one file, for the report of a review and the board. */
export { escaped, page, seen } from "./page.ts";
