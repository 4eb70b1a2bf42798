import { type Shape, shapeOf } from "../validation/index.ts";
import { App } from "./schema/index.ts";

/** What tells apart the branches of an app's unions: a layer that names another branch replaces what is there. */
export const appShape = (): Shape => shapeOf(App);
