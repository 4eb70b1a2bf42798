import { render } from "slipway";
import { prod } from "../overlays/index.ts";

test("prod is what dist holds", () => {
  expect(render(prod)).toMatchDist();
});
