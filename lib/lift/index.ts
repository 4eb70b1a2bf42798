/** The inverse of the constructs: reads objects back into the model. */
export { type Lifted, lift } from "./lift.ts";
export { freeKey, withoutPrefix } from "./shape.ts";
