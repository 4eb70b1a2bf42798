import { writeMoves } from "../../../lib/cli/run/write-moves.ts";
import { reviewUpgrade } from "../../../lib/upgrade/index.ts";
import { Project } from "../../project.ts";
import { objectOf } from "../../upgrade/old-objects.ts";

const text =
  "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: a, namespace: shop }\nspec: { minAvailable: 1, selector: { matchLabels: { a: a } } }\n";

test("files get their old text back where nothing can be judged after the write", async () => {
  const project = Project.bare({ "a.yaml": text });
  const object = objectOf("policy/v1beta1", "PodDisruptionBudget", { spec: { minAvailable: 1, selector: { matchLabels: { a: "a" } } } });
  const manifests = [{ app: "", object, file: `${project.folder}/a.yaml` }];
  const side = (version: string) => ({ version, environments: [{ name: "prod", kubernetes: version, manifests }] });
  const sides = [side("1.34"), side("1.37")] as const;
  const seen: string[] = [];
  const judged = async () => {
    seen.push(project.read("a.yaml"));
    throw new Error("the disk is full");
  };
  await expect(writeMoves({ sides, upgrade: reviewUpgrade(...sides, "2030-01-31") }, judged)).rejects.toThrow("the disk is full");
  expect(seen).toEqual([text.replace("v1beta1", "v1")]);
  expect(project.read("a.yaml")).toBe(text);
});
