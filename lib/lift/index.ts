/** The inverse of the constructs: reads objects back into the model. */
export { type Lifted, type LiftSettings, lift } from "./lift.ts";
