import type { KubernetesObject } from "slipway";
import { isClusterScoped } from "../../lib/manifest/index.ts";
import { type Impact, impactOf, review, rowOf, treeOf } from "../../lib/review/index.ts";
import { describeWithServers, hasCrds } from "./api-server.ts";
import { Cluster, clusterPrograms } from "./cluster.ts";
import { observe } from "./live.ts";
import { type ObjectPair, pairs } from "./pairs.ts";

/** What review says of the first object of a pair. */
function verdict(pair: ObjectPair): { impact: Impact; reason: string } {
  const { changes } = review(...treesOf(pair), { kubernetes: "1.34" });
  const [subject] = pair.before;
  return changes.find(({ resource }) => resource.kind === subject?.kind) ?? { impact: "none", reason: "" };
}

/** A namespace of a pair's own holds its objects, so that pairs can be simulated side by side; what is in none has its name, classes and API group from it. */
const inNamespace = (objects: readonly KubernetesObject[], namespace: string): KubernetesObject[] =>
  objects.map((given) => {
    const object = JSON.parse(
      JSON.stringify(given)
        .replaceAll('"web-', `"${namespace}-`)
        .replaceAll(".web.example", `.${namespace}.example`)
        .replaceAll('"group":"web.example"', `"group":"${namespace}.example"`),
    ) as KubernetesObject;
    const name = isClusterScoped(object) ? object.metadata.name.replace(/^web$/, namespace) : object.metadata.name;
    return { ...object, metadata: { ...object.metadata, name, ...(isClusterScoped(object) ? {} : { namespace }) } };
  });

/** What a removed object takes with it can't be seen in the object's own end. */
const seen: Partial<Record<Impact, string>> = { "data-loss": "deletion" };

const treesOf = ({ before, after }: ObjectPair) => {
  const tree = (objects: readonly KubernetesObject[]) =>
    treeOf(new Map(objects.map((object) => [`${object.kind}.json`, JSON.stringify(object)])), "test");
  return [tree(before), tree(after)] as const;
};

test("every row of every kind's table has a pair behind it", () => {
  const met = new Set<unknown>();
  for (const pair of pairs) {
    for (const { resource, fields } of review(...treesOf(pair)).changes) {
      const group = resource.apiVersion.includes("/") ? resource.apiVersion.split("/")[0] : "";
      const kind = impactOf.get(`${group}/${resource.kind}`);
      for (const { path } of fields) if (kind) met.add(rowOf(kind, path));
    }
  }
  const unmet = [...new Set(impactOf.values())].flatMap(({ kinds, fields }) =>
    fields.filter((row) => !met.has(row)).map(([path]) => `${kinds[0]} ${path}`),
  );
  expect(unmet).toEqual([]);
});

describeWithServers(
  "review and a cluster",
  () => {
    const cluster = new Cluster({ jobsRun: true });
    beforeAll(async () => {
      await cluster.start();
      if (hasCrds) await cluster.installCrds();
      await cluster.create({
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: "fixed" },
        provisioner: "none.example",
      } as KubernetesObject);
    }, 120_000);
    afterAll(() => cluster.stop());

    test("say the same of every change", async () => {
      const difference = async (pair: ObjectPair, namespace: string, quiet?: number): Promise<string | undefined> => {
        await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } } as KubernetesObject);
        await cluster.until(
          "the namespace has its account",
          async () => (await cluster.ask("GET", `/api/v1/namespaces/${namespace}/serviceaccounts/default`)).status === 200,
        );
        const here = { ...pair, before: inNamespace(pair.before, namespace), after: inNamespace(pair.after, namespace) };
        const said = verdict(here);
        const was = await observe(cluster, namespace, here.before, here.after, quiet).catch((error: Error) => ({
          impact: "failed",
          message: error.message,
        }));
        if ((seen[said.impact] ?? said.impact) === was.impact) return undefined;
        return `${pair.what}\n    review: ${said.impact} (${said.reason})\n    cluster: ${was.impact} (${was.message})`;
      };
      const doubtful: ObjectPair[] = [];
      let next = 0;
      const work = async () => {
        for (let index = next++; index < pairs.length; index = next++)
          if (await difference(pairs[index] as ObjectPair, `pair-${index}`)) doubtful.push(pairs[index] as ObjectPair);
      };
      await Promise.all(Array.from({ length: 12 }, work));
      // Beside eleven others a controller may take longer than one waits: what differs is asked again with the cluster to itself.
      const differ: string[] = [];
      for (const [index, pair] of doubtful.entries()) {
        const found = await difference(pair, `again-${index}`, 5000);
        if (found) differ.push(found);
      }
      expect(differ).toEqual([]);
    }, 900_000);
  },
  clusterPrograms,
);
