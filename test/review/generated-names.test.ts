import { review, treeOf, writeReview } from "../../lib/review/index.ts";

const job = (image: string, name = "generateName: migrate-") => `apiVersion: batch/v1
kind: Job
metadata: { ${name}, namespace: shop, annotations: { argocd.argoproj.io/hook: PreSync } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: run, image: "${image}" }] } } }
`;
const other = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: other, namespace: shop }\n";
const tree = (...texts: string[]) => treeOf(new Map([["a.yaml", [...texts, other].join("---\n")]]), "test");
const reviewed = (before: ReturnType<typeof tree>, after: ReturnType<typeof tree>) =>
  review(before, after, { kubernetes: "1.34", isCertified: true });

test("an object whose name the API server completes is a change when it is added, goes, or is another", () => {
  const [none, one, two] = [tree(), tree(job("a:1")), tree(job("a:2"))];
  const shown = (before: typeof none, after: typeof none) =>
    reviewed(before, after).changes.map(({ action, impact, resource }) => [action, impact, `${resource.kind} ${resource.name}`]);
  expect(shown(none, one)).toEqual([["add", "unknown", "Job migrate-*"]]);
  expect(shown(one, none)).toEqual([["remove", "unknown", "Job migrate-*"]]);
  expect(shown(one, two)).toEqual([["change", "unknown", "Job migrate-*"]]);
  expect(shown(tree(job("a:1"), job("a:2")), tree(job("a:2"), job("a:1")))).toEqual([]);
  expect(shown(one, tree(job("a:3"), job("a:1")))).toEqual([["add", "unknown", "Job migrate-*"]]);
  expect(reviewed(one, none).certificate).toBeUndefined();
  expect(writeReview(reviewed(one, two), "text", false)).toContain("Job migrate-*");
});

test("an object without any name isn't looked at, and said to be so", () => {
  const { remarks } = reviewed(tree(), tree("apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n"));
  expect(remarks).toEqual([
    { kind: "not-looked-at", text: "a document of a.yaml can't be judged: it is ConfigMap without a name", file: "a.yaml" },
  ]);
});
