/** One page of what runs where: environments by apps, from dist, pins and git. */
export { type BoardSource, boardOf } from "./board.ts";
export { boardPage } from "./html.ts";
export { pinTimes } from "./pins.ts";
