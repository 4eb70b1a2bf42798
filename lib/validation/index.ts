/** Holds data from outside against a schema of zod, and says what is wrong with it by path, with what is allowed there. */
export { withoutLiterals } from "./literals.ts";
export { dataOf, readData, readDocument } from "./read-data.ts";
export { definitionOf, type Shape, shapeOf } from "./shape.ts";
export { formatPath, validate } from "./validate.ts";
