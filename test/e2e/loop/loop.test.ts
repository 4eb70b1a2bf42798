import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeWithServers } from "../api-server.ts";
import { type PodStatus, PodWatch } from "../live.ts";
import { Loop, loopPrograms } from "./loop.ts";

const namespace = "dominos-service-backend";
const [deployments, jobs] = [`/apis/apps/v1/namespaces/${namespace}/deployments`, `/apis/batch/v1/namespaces/${namespace}/jobs`];

interface Live {
  readonly metadata: {
    readonly uid: string;
    readonly creationTimestamp: string;
    readonly generation: number;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly replicas?: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
  readonly status?: { readonly completionTime?: string; readonly failed?: number; readonly replicas?: number };
}

describeWithServers(
  "the whole loop: what is pushed runs",
  () => {
    const loop = new Loop();
    const { estate, argoCd, cluster } = loop;
    beforeAll(() => loop.start(), 180_000);
    afterAll(() => loop.stop());

    const live = async (path: string) => (await cluster.ask("GET", path)).body as Live;
    const deployment = (name: string) => live(`${deployments}/${name}`);
    const image = async (name: string) => (await deployment(name)).spec.template.spec.containers[0]?.image;
    const dev = "overlays/dev/index.ts";

    /** Pods of what keeps pods running, by it. */
    async function pods(): Promise<Map<string, string[]>> {
      const { body } = await cluster.ask("GET", `/api/v1/namespaces/${namespace}/pods`);
      const running = new Map<string, string[]>();
      for (const { metadata } of (body as { items: PodStatus[] }).items) {
        const owner = metadata.ownerReferences?.[0];
        if (!owner || owner.kind === "Job" || metadata.deletionTimestamp) continue;
        const name = owner.kind === "ReplicaSet" ? `Deployment ${owner.name.replace(/-[^-]+$/, "")}` : `${owner.kind} ${owner.name}`;
        running.set(name, [...(running.get(name) ?? []), metadata.uid].sort());
      }
      return running;
    }
    /** Those whose pods aren't what they were. */
    async function rolled(before: ReadonlyMap<string, readonly string[]>): Promise<string[]> {
      const after = await pods();
      return [...new Set([...before.keys(), ...after.keys()])]
        .filter((name) => JSON.stringify(before.get(name)) !== JSON.stringify(after.get(name)))
        .sort();
    }
    /** What review says of a commit: whose pods are replaced. */
    async function foretold(base: string): Promise<string[]> {
      const { changes } = JSON.parse(await estate.slipway("review", "--base", base, "--format", "json")) as {
        changes: { environment: string; impact: string; resource: { kind: string; name: string } }[];
      };
      return (
        changes
          .filter(({ environment, impact }) => environment === "dev" && ["rollout", "downtime"].includes(impact))
          .map(({ resource }) => `${resource.kind} ${resource.name}`)
          // The migration runs at every sync, whether review has anything to say of it or not.
          .filter((name) => name !== "Job backend-app-migrate")
          .sort()
      );
    }
    /** Releases an image that the registry has, and brings the clone to the commit. */
    async function release(tag: string): Promise<string> {
      await estate.registry.push("dominos/backend-app", tag, tag);
      await estate.slipway("release", `backend-app=${tag}`, "--env", "dev");
      return estate.pull();
    }

    test("the root Application alone brings all up, each thing after what it needs", async () => {
      loop.bootstrap("dev");
      await loop.allSynced("dev");
      const [job, app, config] = [
        await live(`${jobs}/backend-app-migrate`),
        await deployment("backend-app"),
        await live(`/api/v1/namespaces/${namespace}/configmaps/backend-app-config`),
      ];
      expect(config.metadata.creationTimestamp <= job.metadata.creationTimestamp).toBe(true);
      expect((job.status?.completionTime as string) <= app.metadata.creationTimestamp).toBe(true);
      expect([...(await pods()).keys()].sort()).toEqual([
        "Deployment backend-app",
        "Deployment loyalty",
        "Deployment order-worker",
        "Deployment status-page",
        "Deployment storefront",
        "StatefulSet redis",
      ]);
    }, 240_000);

    test("nothing of it is a difference to Argo CD, however it looks", async () => {
      for (const { metadata } of await argoCd.applications()) await argoCd.refresh(metadata.name, "hard");
      await new Promise((next) => setTimeout(next, 3000));
      for (const { metadata, status } of await loop.allSynced("dev"))
        expect([metadata.name, status?.resources?.filter((entry) => entry.status !== "Synced" && !entry.hook)]).toEqual([
          metadata.name,
          [],
        ]);
    }, 240_000);

    test("a release rolls the pods that review names, and no others", async () => {
      const [before, base] = [await pods(), await estate.pull()];
      const head = await release("main-5000");
      await loop.synced(["dev-backend-app"], head);
      expect(await image("backend-app")).toMatch(/:main-5000@sha256:/);
      expect(await rolled(before)).toEqual(["Deployment backend-app"]);
      expect(await foretold(base)).toEqual(["Deployment backend-app"]);
    }, 240_000);

    test("a change of configuration rolls by its hash, after the migration ran again", async () => {
      const [before, base, migrated] = [await pods(), await estate.pull(), await live(`${jobs}/backend-app-migrate`)];
      estate.edit("overlays/base/backend-app.ts", (text) => text.replace("DATABASE_POOL_SIZE: 10", "DATABASE_POOL_SIZE: 12"));
      const head = await estate.push("A larger pool");
      await loop.synced(["dev-backend-app"], head);
      expect((await live(`${jobs}/backend-app-migrate`)).metadata.uid).not.toBe(migrated.metadata.uid);
      expect(await rolled(before)).toEqual(["Deployment backend-app"]);
      expect(await foretold(base)).toEqual(["Deployment backend-app"]);
    }, 240_000);

    test("a migration that fails stops the sync, and the old pods go on; a rollback doesn't wait for its retries, and sticks", async () => {
      const [before, good] = [await pods(), await image("backend-app")];
      const failing = await release("main-5001-broken");
      await cluster.until("the migration fails", async () => ((await live(`${jobs}/backend-app-migrate`)).status?.failed ?? 0) > 1, 120);
      expect((await argoCd.application("dev-backend-app"))?.status?.sync).toMatchObject({ status: "OutOfSync", revision: failing });
      expect(await image("backend-app")).toBe(good);
      expect(await rolled(before)).toEqual([]);

      await estate.slipway("rollback", "backend-app", "--env", "dev", "--reason", "the migration fails");
      const head = await estate.pull();
      await loop.synced(["dev-backend-app"], head, 100);
      expect(await image("backend-app")).toBe(good);
      expect(await rolled(before)).toEqual([]);
      await estate.registry.push("dominos/backend-app", "main-5002");
      expect(await estate.attempt("release", "backend-app=main-5002", "--env", "dev")).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/dev holds .*the migration fails/),
      });
      expect(await estate.pull()).toBe(head);
      await estate.slipway("unhold", "backend-app", "--env", "dev");
      await estate.pull();
    }, 400_000);

    test("what somebody edits by hand is undone", async () => {
      const good = await image("storefront");
      loop.kubectl("set", "image", `--namespace=${namespace}`, "deployment/storefront", "storefront=docker.io/library/other:1");
      expect(await image("storefront")).not.toBe(good);
      await cluster.until("the edit is undone", async () => (await image("storefront")) === good);
    }, 240_000);

    test("an autoscaler that comes to a running app takes no pod away, and its number is left to it", async () => {
      const storefront = (value: string) =>
        estate.edit(dev, (text) =>
          text.replace(/storefront\.with\(\{ workload: \{ replicas: \d+ \}.*? \}\),/, `storefront.with({ ${value} }),`),
        );
      storefront("workload: { replicas: 4 }");
      await loop.synced(["dev-storefront"], await estate.push("Four shops"));
      const watch = await new PodWatch(({ metadata }) => metadata.labels?.app === "storefront").start(cluster, namespace);
      expect(watch.pods).toHaveLength(4);
      const scaled = "minReplicas: 2, maxReplicas: 6, cpu: 50";
      storefront(`workload: { replicas: 4 }, autoscaling: { ${scaled}, initialReplicas: 4 }`);
      await loop.synced(["dev", "dev-storefront"], await estate.push("As many shops as it takes"));
      storefront(`workload: { replicas: 4 }, autoscaling: { ${scaled} }`);
      await loop.synced(["dev-storefront"], await estate.push("The number is the autoscaler's"));
      await watch.settled(3000);
      expect(Math.min(watch.fewest, watch.pods.length)).toBe(4);

      loop.metrics.cpu = "200m";
      await cluster.until("there are as many as may be", async () => (await deployment("storefront")).status?.replicas === 6);
      await argoCd.refresh("dev-storefront", "hard");
      await watch.settled(8000);
      expect(watch.pods).toHaveLength(6);
      await loop.synced(["dev-storefront"]);
      watch.stop();
    }, 300_000);

    test("an object that moves to another Application is there before and after, and a claim stays the same", async () => {
      const claim = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/notices`;
      const map = `/api/v1/namespaces/${namespace}/configmaps/notices`;
      const owner = async (path: string) => (await live(path)).metadata?.annotations?.["argocd.argoproj.io/tracking-id"]?.split(":")[0];
      const kept = (name: string) =>
        `${name}.with({ extend: (chart) => {
          new ApiObject(chart, "notices", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "notices" }, data: { a: "b" } });
        }, storage: { notices: { name: "notices", size: "1Gi" } } })`;
      const original = readFileSync(join(estate.clone, dev), "utf8");
      const pushed = (name: string) => {
        estate.edit(dev, () => `import { ApiObject } from "cdk8s";\n${original.replace(`    ${name}.with(`, `    ${kept(name)}.with(`)}`);
        return estate.push(`Notices are ${name}'s`);
      };
      await loop.synced(["dev-storefront"], await pushed("storefront"));
      const before = await live(claim);
      expect(await owner(map)).toBe("dev-storefront");
      await loop.synced(["dev-storefront", "dev-order-worker"], await pushed("orderWorker"));
      expect(await owner(map)).toBe("dev-order-worker");
      expect((await live(claim)).metadata.uid).toBe(before.metadata.uid);
      expect(await owner(claim)).toBe("dev-order-worker");
      estate.edit(dev, () => original);
      await loop.synced(["dev-order-worker"], await estate.push("No notices"));
    }, 300_000);

    test("an app that is removed is pruned, its claim isn't", async () => {
      const claim = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/data-redis-0`;
      const before = await live(claim);
      estate.edit(dev, (text) =>
        text
          .replace(/ {4}redis\.with\(.*\n/, "")
          .replace("backendApp\n      .with({", "backendApp\n      .with({ uses: { redis: null },")
          .replace("orderWorker.with({", "orderWorker.with({ uses: { redis: null },"),
      );
      await loop.synced(["dev"], await estate.push("No redis"));
      await cluster.until(
        "its objects are gone",
        async () => (await cluster.ask("GET", `/apis/apps/v1/namespaces/${namespace}/statefulsets/redis`)).status === 404,
      );
      await cluster.until("its Application is gone", async () => (await argoCd.application("dev-redis")) === undefined);
      expect((await cluster.ask("GET", `/api/v1/namespaces/${namespace}/services/redis`)).status).toBe(404);
      expect((await live(claim)).metadata.uid).toBe(before.metadata.uid);
    }, 300_000);

    test("a broken overlay doesn't get into dist, by hand or by the pipeline", async () => {
      const before = await pods();
      estate.edit(dev, (text) =>
        text.replace(
          "    storefront.with(",
          '    storefront.patch("Deployment", [{ op: "replace", path: "/spec/template/metadata/labels/app", value: "other" }]).with(',
        ),
      );
      expect(await estate.attempt("synth")).toMatchObject({ status: 1 });
      expect(await estate.git("status", "--short")).toBe(`M ${dev}`);
      const pushed = await estate.commit("Somebody pushes it all the same");
      expect(await estate.attempt("render")).toMatchObject({ status: 1 });
      expect(await estate.pull()).toBe(pushed);
      expect(await estate.git("diff", "--name-only", "HEAD~1")).toBe(dev);
      expect(await rolled(before)).toEqual([]);
    }, 240_000);
  },
  loopPrograms,
);
