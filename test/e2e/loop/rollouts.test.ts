import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { app, type KubernetesObject } from "slipway";
import { container, manifestsOf } from "../../fixture.ts";
import { describeWithServers } from "../api-server.ts";
import { argoRolloutsPrograms, startArgoRollouts } from "../argo-rollouts.ts";
import { Cluster, clusterPrograms } from "../cluster.ts";
import { ArgoCd, argoCdPrograms } from "./argo-cd.ts";
import { GitHost } from "./git-host.ts";

const execute = promisify(execFile);
const hash = "rollouts-pod-template-hash";
const both = ["test-switched", "test-weighted"];

describeWithServers("rollouts by Argo CD, with Applications as overlays render them", () => {
  const cluster = new Cluster();
  const argoCd = new ArgoCd(cluster, 120);
  const host = new GitHost(cluster.file("git"));
  const clone = cluster.file("clone");
  const git = async (cwd: string, ...args: string[]) =>
    (await execute("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], { cwd, timeout: 30_000 })).stdout.trim();
  const manifests = (tag: string, paths: readonly string[] = ["/"]) =>
    manifestsOf(
      [
        ["switched", { type: "BlueGreen", autoPromotionEnabled: false }],
        ["weighted", { type: "Canary", traffic: "gateway", steps: [{ setWeight: 20 }, { pause: {} }] }],
      ].map(([name, strategy]) =>
        app(
          name as string,
          {
            namespace: "shop",
            defaults: "none",
            container: { ...container, image: `web:${tag}`, ports: { http: 8080 } },
            workload: { kind: "Deployment", replicas: 4, strategy },
            service: { ports: { http: 80 } },
            routes: Object.fromEntries(paths.map((path, index) => [`route-${index}`, { path }])),
          } as never,
        ),
      ),
      { argocd: { repository: host.url("estate") }, routing: { gateway: { parent: { name: "public", namespace: "edge" } } } },
    );
  /** Pushes what the apps' folders hold. @returns the commit */
  const push = async (tag: string, paths: readonly string[] = ["/"]): Promise<string> => {
    rmSync(join(clone, "dist"), { recursive: true, force: true });
    for (const { app: folder = "", object } of manifests(tag, paths)) {
      if (folder !== "switched" && folder !== "weighted") continue;
      mkdirSync(join(clone, "dist/test", folder), { recursive: true });
      writeFileSync(join(clone, "dist/test", folder, `${object.kind}.${object.metadata.name}.k8s.yaml`), JSON.stringify(object));
    }
    await git(clone, "add", "--all");
    await git(clone, "commit", "--quiet", "--allow-empty", "--message=a state");
    await git(clone, "push", "--quiet", "origin", "HEAD:main");
    return git(clone, "rev-parse", "HEAD");
  };
  const synced = (commit: string, ...names: readonly string[]) =>
    cluster.until("the Applications are synced", async () => {
      const all = (await argoCd.applications()).filter(({ metadata }) => names.includes(metadata.name));
      return (
        all.length === names.length &&
        all.every(
          ({ status }) =>
            status?.sync?.status === "Synced" && status.sync.revision === commit && status.operationState?.phase === "Succeeded",
        )
      );
    });
  const held = async (path: string) =>
    (await cluster.ask("GET", path)).body as { readonly spec: never; readonly status?: { readonly phase?: string } };
  const rollout = (name: string) => held(`/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/${name}`);
  const phase = (wanted: string) =>
    cluster.until(`both Rollouts are ${wanted}`, async () => {
      const all = await Promise.all(["switched", "weighted"].map(rollout));
      return all.every(({ status }) => status?.phase === wanted);
    });
  const selected = async (name: string) => {
    const { spec } = await held(`/api/v1/namespaces/shop/services/${name}`);
    return (spec as { selector: Record<string, string> }).selector[hash];
  };
  const rules = async () => {
    const { spec } = await held("/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/weighted");
    const { rules: list } = spec as {
      rules: readonly { matches: readonly { path: { value: string } }[]; backendRefs: readonly { weight: number }[] }[];
    };
    return list.map(({ matches, backendRefs }) => [matches[0]?.path.value, ...backendRefs.map(({ weight }) => weight)].join(" "));
  };
  /** Both look again at what they have applied, and correct what they find another way. */
  const looked = async (commit: string) => {
    for (const name of both) await argoCd.refresh(name, "hard");
    await new Promise((next) => setTimeout(next, 4000));
    await synced(commit, ...both);
  };

  beforeAll(async () => {
    await cluster.start();
    await cluster.installCrds();
    await startArgoRollouts(cluster);
    await argoCd.start();
    await host.start();
    mkdirSync(cluster.file("git"), { recursive: true });
    await git(".", "init", "--quiet", "--bare", "--initial-branch=main", cluster.file("git/estate.git"));
    await git(".", "clone", "--quiet", host.url("estate"), clone);
    host.webhook = argoCd.webhook;
    await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } } as KubernetesObject);
  }, 240_000);
  afterAll(() => {
    host.stop();
    cluster.stop();
  });

  test("a release waits for a person, and Argo CD neither promotes it nor takes its requests away", async () => {
    const first = await push("1");
    for (const { object } of manifests("1"))
      if (object.kind === "AppProject" && object.metadata.name === "test") await cluster.create(object);
    for (const { object } of manifests("1"))
      if (object.kind === "Application" && /^test-(switched|weighted)$/.test(object.metadata.name)) await cluster.create(object);
    await synced(first, ...both);
    await phase("Healthy");
    const stable = [await selected("switched"), await selected("weighted")];
    const second = await push("2");
    await synced(second, ...both);
    await phase("Paused");
    await looked(second);
    expect([await selected("switched"), await selected("weighted")]).toEqual(stable);
    expect(await selected("weighted-canary")).not.toBe(stable[1]);
    expect(await rules()).toEqual(["/ 80 20"]);
    const phases = await Promise.all(["switched", "weighted"].map(rollout));
    expect(phases.map(({ status }) => status?.phase)).toEqual(["Paused", "Paused"]);
  }, 240_000);

  test("a route that changes is applied all the same", async () => {
    const third = await push("2", ["/", "/api"]);
    await synced(third, "test-weighted");
    await cluster.until("the route is there", async () => (await rules()).length === 2);
    expect((await rules()).map((rule) => rule.split(" ")[0]).sort()).toEqual(["/", "/api"]);
  }, 240_000);

  test("it wouldn't be with RespectIgnoreDifferences, for which Argo CD puts back the whole list that the weights stand in", async () => {
    const path = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/test-weighted";
    const syncOptions = ["ServerSideApply=true", "RespectIgnoreDifferences=true"];
    await cluster.ask("PATCH", path, { spec: { syncPolicy: { syncOptions } } }, "application/merge-patch+json");
    const last = await push("2", ["/", "/api", "/new"]);
    await cluster.until("it is compared", async () => (await argoCd.application("test-weighted"))?.status?.sync?.revision === last);
    await new Promise((next) => setTimeout(next, 5000));
    expect((await rules()).map((rule) => rule.split(" ")[0]).sort()).toEqual(["/", "/api"]);
  }, 240_000);
}, [...clusterPrograms, ...argoCdPrograms, ...argoRolloutsPrograms]);
