import { review, treeOf } from "../../lib/review/index.ts";

test("an object that holds one merge key twice, and stays as it is in another file, is no change", () => {
  const ports = "[{ containerPort: 80 }, { containerPort: 80, name: http }]";
  const job = `apiVersion: batch/v1
kind: Job
metadata: { name: once, namespace: shop }
spec:
  template:
    spec: { restartPolicy: Never, containers: [{ name: once, image: "once:1", ports: ${ports} }] }
`;
  const tree = (file: string, text: string) => treeOf(new Map([[file, text]]), "test");
  const changes = (text: string) => review(tree("a.yaml", job), tree("b.yaml", text), { kubernetes: "1.34" }).changes;
  expect(changes(`${job}# The same.\n`)).toEqual([]);
  expect(changes(job.replace("once:1", "once:2"))).toMatchObject([{ impact: "rejected" }]);
});
