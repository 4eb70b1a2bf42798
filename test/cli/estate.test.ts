import { renameSync } from "node:fs";
import { join } from "node:path";
import { Project } from "../project.ts";

describe("the estate", () => {
  test("moving an overlay's code, renaming a variable or reordering apps changes no byte of dist", () => {
    const project = Project.ofEstate();
    renameSync(join(project.folder, "overlays/base"), join(project.folder, "company-apps"));
    const move = (path: string, text: string) => project.write({ [path]: text });
    for (const [path, text] of Object.entries(project.files("overlays")).filter(([path]) => path.endsWith(".ts"))) {
      const moved = text.replaceAll("../base/", "../../company-apps/");
      const renamed = moved.replaceAll(/\bstatusPage\b/g, "publicStatus").replaceAll(/\b(dev|prodUs)\b(?= =| })/g, "$1");
      const reordered = renamed.replace(/apps: \[([\s\S]*)\],\n}\);/, "apps: [$1].reverse(),\n});");
      move(`overlays/${path}`, reordered);
    }
    const page = project.read("company-apps/status-page.ts");
    move("company-apps/status-page.ts", `\n\n// moved down\n${page.replaceAll("statusPage", "publicStatus")}`);
    move("company-apps/index.ts", project.read("company-apps/index.ts").replaceAll("statusPage", "publicStatus"));
    move("company-apps/backend-app.ts", reversedKeys(project.read("company-apps/backend-app.ts")));
    expect(project.read("overlays/prod/index.ts")).toContain(".reverse()");
    expect(project.slipway("synth", "--check")).toMatchObject({ status: 0, stderr: "" });
  });
});

/** The routes of backend-app the other way round. */
function reversedKeys(text: string): string {
  const swapped = text.replace(/( {4}orders: .*\n)( {4}menu: .*\n)/, "$2$1");
  expect(swapped).not.toBe(text);
  return swapped;
}
