import type { KubernetesObject } from "slipway";
import { runbookRows } from "../../lib/review/runbooks/index.ts";
import { describeWithServers } from "./api-server.ts";
import { clusterPrograms } from "./cluster.ts";
import { argoCdPrograms } from "./loop/argo-cd.ts";
import { provisioner } from "./provisioner.ts";
import { type Proof, proofs, unoffered } from "./runbook-proofs/index.ts";
import { type Outcome, RunbookCluster } from "./runbook-runner.ts";

/** Cases that run beside each other. */
const atOnce = 6;

describeWithServers("what a report offers to do", () => {
  const estate = new RunbookCluster();
  const outcomes = new Map<string, Promise<Outcome>>();
  const alone = (name: string) => `${name}-alone`;

  beforeAll(async () => {
    await estate.start();
    for (const [name, volumeBindingMode] of Object.entries({ growing: "Immediate", other: "WaitForFirstConsumer" }))
      await estate.cluster.create({
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name },
        provisioner,
        volumeBindingMode,
        allowVolumeExpansion: true,
      } as KubernetesObject);
    const run = ({ objects, isServerSideDiff }: Pick<Proof, "objects" | "isServerSideDiff">, name: string, isFollowed: boolean) =>
      [name, () => estate.run({ name, isServerSideDiff, ...objects(name) }, isFollowed)] as const;
    const runAlone = (proof: Proof) => {
      const { before, after } = proof.objects(alone(proof.name));
      const objects = () => ({ before, after, unseen: proof.unseen });
      return run({ ...proof, objects }, alone(proof.name), proof.unseen !== undefined);
    };
    const runs = [
      ...proofs.flatMap((proof) => [run(proof, proof.name, true), ...(proof.isLost ? [runAlone(proof)] : [])]),
      ...unoffered.map((proof) => run(proof, proof.name, false)),
    ];
    const places = Array.from({ length: atOnce }, () => Promise.resolve<unknown>(undefined));
    for (const [index, [name, run]] of runs.entries()) {
      const outcome = (places[index % atOnce] as Promise<unknown>).then(run);
      outcomes.set(name, outcome);
      places[index % atOnce] = outcome.catch(() => undefined);
    }
  }, 120_000);
  afterAll(() => estate.stop());

  test.each(proofs)("keeps its promises on a cluster with Argo CD: $what", async ({ name, ids, refusal, downtime, holds }) => {
    const outcome = await (outcomes.get(name) as Promise<Outcome>);
    expect(outcome.runbooks.map(({ id }) => id).sort()).toEqual(ids);
    expect(outcome.runbooks.map((runbook) => runbook.downtime)).toEqual(ids.map(() => downtime));
    expect(outcome.runbooks.every(({ keepsData }) => keepsData)).toBe(true);
    if (refusal) expect(outcome.refusals.join("\n")).toMatch(refusal);
    else expect(outcome.refusals).toEqual([]);
    const isServing = outcome.before.some(({ kind }) => ["Deployment", "StatefulSet", "DaemonSet"].includes(kind));
    if (!downtime && isServing) expect(outcome.fewestPods).toBeGreaterThan(0);
    if (!downtime) for (const fewest of Object.values(outcome.fewestEndpoints)) expect(fewest).toBeGreaterThan(0);
    if (!downtime) expect(outcome.lostRoutes).toEqual([]);
    holds(outcome);
  });

  test.each(proofs.flatMap(({ what, name, isLost }) => (isLost ? [{ what, name, isLost }] : [])))(
    "is needed: $what",
    async ({ name, isLost }) => isLost(await (outcomes.get(alone(name)) as Promise<Outcome>)),
  );

  test.each(unoffered)("offers nothing: $what", async ({ name, refusal, holds }) => {
    const outcome = await (outcomes.get(name) as Promise<Outcome>);
    expect(outcome.runbooks).toEqual([]);
    if (refusal) expect(outcome.refusals.join("\n")).toMatch(refusal);
    holds(outcome);
  });

  test("each runbook is proven", () => {
    expect([...new Set(proofs.flatMap(({ ids }) => ids))].sort()).toEqual(runbookRows.map(({ id }) => id).sort());
  });
}, [...clusterPrograms, ...argoCdPrograms]);
