import { type Format, writeReport } from "../../lib/check/index.ts";
import { reportOf } from "./reports.ts";

const notRendered = Array.from({ length: 20 }, (_entry, index) => ({ source: `apps/${index}/kustomization.yaml`, reason: "it is broken" }));
const written = (format: Format) => writeReport(reportOf({}, { notRendered }), format, false);

test("of many sources that aren't rendered a person is shown eight and the number of the others", () => {
  for (const format of ["text", "github"] as const) {
    const lines = written(format).match(/not rendered: .*/g);
    expect(lines).toHaveLength(9);
    expect(lines?.at(-1)).toBe("not rendered: 12 more sources; --format json lists them");
  }
});

test("formats for programs name each", () => {
  for (const format of ["json", "sarif"] as const) expect(new Set(written(format).match(/apps\/\d+\/kustomization/g)).size).toBe(20);
});
