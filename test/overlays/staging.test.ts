import { render } from "slipway";
import { staging } from "../../overlays/index.ts";

test("staging is what dist holds", () => {
  expect(render(staging)).toMatchDist();
});
