/** Pages of one file, for the report of a review and the board. */
export { page } from "./page.ts";
