/** What is wrong with the input, in words by which a person can fix it. */

export { chosen } from "./chosen.ts";
export { counted } from "./counted.ts";
export { nearest, slipOf, suggestion } from "./nearest.ts";
export { InputError, type Problem } from "./problem.ts";
export { unhandled } from "./unhandled.ts";
