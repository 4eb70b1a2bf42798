import { render } from "slipway";
import { prodUs } from "../../overlays/index.ts";

test("prod-us is what dist holds", () => {
  expect(render(prodUs)).toMatchDist();
});
