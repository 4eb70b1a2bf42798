import type { KubernetesObject } from "slipway";
import { isClusterScoped } from "../../lib/manifest/index.ts";
import { type ObjectPair, pairs } from "../review/pairs.ts";
import { keepVerdicts, keptVerdicts, subjectOf, verdictOf, visibleImpactOf } from "../review/verdicts.ts";
import { describeWithServers, hasCrds } from "./api-server.ts";
import { argoRolloutsPrograms, startArgoRollouts } from "./argo-rollouts.ts";
import { Cluster, clusterPrograms } from "./cluster.ts";
import { observe } from "./live.ts";

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

describeWithServers("review and a cluster", () => {
  const cluster = new Cluster({ jobsRun: true });
  beforeAll(async () => {
    await cluster.start();
    if (hasCrds) await cluster.installCrds();
    await startArgoRollouts(cluster);
    await cluster.create({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "fixed" },
      provisioner: "none.example",
    } as KubernetesObject);
  }, 120_000);
  afterAll(() => cluster.stop());

  test("say the same of every change", async () => {
    const observed = new Map<string, { readonly impact: string; readonly message: string }>();
    /** Whether the cluster did what review says. */
    const agrees = async (pair: ObjectPair, namespace: string, quiet?: number): Promise<boolean> => {
      await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } } as KubernetesObject);
      await cluster.until(
        "the namespace has its account",
        async () => (await cluster.ask("GET", `/api/v1/namespaces/${namespace}/serviceaccounts/default`)).status === 200,
      );
      const here = { before: inNamespace(pair.before, namespace), after: inNamespace(pair.after, namespace) };
      const was = await observe(cluster, namespace, here.before, here.after, quiet).catch((error: Error) => ({
        impact: "failed",
        message: error.message,
      }));
      observed.set(pair.what, was);
      return visibleImpactOf(here) === was.impact;
    };
    const doubtful: ObjectPair[] = [];
    const waiting = [...pairs.entries()];
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, pair] = next;
        if (!(await agrees(pair, `pair-${index}`))) doubtful.push(pair);
      }
    };
    await Promise.all(Array.from({ length: 12 }, work));
    // Beside eleven others a controller may take longer than one waits: what differs is asked again with the cluster to itself.
    const differ: string[] = [];
    for (const [index, pair] of doubtful.entries()) {
      if (await agrees(pair, `again-${index}`, 5000)) continue;
      const [said, was] = [verdictOf(pair), observed.get(pair.what)];
      differ.push(`${pair.what}\n    review: ${said.impact} (${said.reason})\n    cluster: ${was?.impact} (${was?.message})`);
    }
    expect(differ).toEqual([]);
    const verdicts = Object.fromEntries(pairs.map((pair) => [pair.what, { [subjectOf(pair)]: observed.get(pair.what)?.impact ?? "" }]));
    if (process.env.RENEW_VERDICTS) keepVerdicts(verdicts);
    expect(verdicts).toEqual(keptVerdicts());
  }, 900_000);
}, [...clusterPrograms, ...argoRolloutsPrograms]);
