/** Whether tests that have a choice run whole, as `npm run test:e2e` has them, or smaller, as in `npm test`. Each says its count in its name. */
export const isWhole = process.env.SLIPWAY_TESTS === "whole";

/** A count of cases: how many there are in `npm test`, and how many in `npm run test:e2e`. */
export const sized = (small: number, whole: number) => (isWhole ? whole : small);
