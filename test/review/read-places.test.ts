import { compared } from "../../lib/review/input/read-places.ts";
import { TreeFile } from "../../lib/review/tree.ts";

const file = (path: string, value: string) =>
  new TreeFile(path, path, `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${value} }\n`, "web", { app: "" });

test("of two files with one path both are compared, and the same one once", () => {
  const files = [file("web/a.yaml", "a"), file("web/a.yaml", "b"), file("web/a.yaml", "a"), file("web/a.yaml", "b")];
  const { after } = compared([], [{ environment: "web", key: "files", files }]);
  expect([...after.values()].flatMap(({ manifests }) => manifests.map(({ object }) => object.metadata.name))).toEqual(["a", "b"]);
  expect([...after].every(([path, { path: own }]) => path === own)).toBe(true);
});
