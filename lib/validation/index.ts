/** Holds data from outside against a schema of zod, and says what is wrong with it by path, with what is allowed there. */
export { withoutLiterals } from "./literals.ts";
export { readData } from "./read-data.ts";
export { type Shape, shapeOf } from "./shape.ts";
export { formatPath, validate } from "./validate.ts";
