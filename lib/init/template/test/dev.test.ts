import { render } from "slipway";
import { dev } from "../overlays/index.ts";

test("dev is what dist holds", () => {
  expect(render(dev)).toMatchDist();
});
