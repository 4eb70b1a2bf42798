/** The inverse of the constructs: reads objects back into the model. */
export { lift } from "./lift.ts";
