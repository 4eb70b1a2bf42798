import { describeWithServers } from "../api-server.ts";
import { Loop, loopPrograms } from "./loop.ts";

const size = 300;
const names = Array.from({ length: size }, (_name, index) => `app-${index}`);

const fleet = (repository: string, registry: string): Record<string, string> => ({
  "overlays/index.ts": `import { app, environment } from "slipway";
const names = Array.from({ length: ${size} }, (_name, index) => \`app-\${index}\`);
export const fleet = environment("fleet", {
  kubernetes: "1.34", cluster: { name: "fleet" }, registry: "${registry}", argocd: { repository: "${repository}" },
  apps: names.map((name) => app(name, {
    namespace: "fleet",
    // Two objects each: applying one costs Argo CD some tenth of a second of CPU.
    serviceAccount: { create: false, name: "default" },
    workload: { kind: "Deployment", replicas: 1 },
    container: { image: \`fleet/\${name}\`, ports: { http: 8080 }, resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "16Mi" } }, probes: { readiness: { http: "/" } } },
    config: { env: { LEVEL: "info" } },
  })),
});
`,
  "overlays/fleet/kustomization.yaml": `resources:\n- ../../dist/fleet\nimages:\n${names.map((name) => `- name: ${registry}/fleet/${name}\n  newTag: 1.0.0\n`).join("")}`,
});

describeWithServers(
  `a fleet of ${size} apps`,
  () => {
    const loop = new Loop({ overlays: fleet });
    const { estate, argoCd, cluster } = loop;
    beforeAll(() => loop.start(), 180_000);
    afterAll(() => loop.stop());
    const seconds = (from: number) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

    test("is synced at once; a release among it refreshes its own Application and no other", async () => {
      const began = performance.now();
      loop.bootstrap("fleet");
      await loop.allSynced("fleet", 400);
      const all = seconds(began);
      const before = new Map((await argoCd.applications()).map(({ metadata, status }) => [metadata.name, status?.reconciledAt]));

      const digest = await estate.registry.push("fleet/app-7", "1.1.0", "another");
      const pushed = performance.now();
      await estate.slipway("release", "app-7=1.1.0", "--env", "fleet");
      const committed = performance.now();
      const head = await estate.pull();
      await loop.synced(["fleet-app-7"], head);
      const image = `${estate.registry.host}/fleet/app-7:1.1.0@${digest}`;
      await cluster.until("its new pod is ready, and the old one gone", async () => {
        const { body } = await cluster.ask("GET", "/api/v1/namespaces/fleet/pods?labelSelector=app%3Dapp-7");
        const { items } = body as { items: { spec: { containers: { image: string }[] }; status?: { phase?: string } }[] };
        return items.length === 1 && items.every(({ spec, status }) => spec.containers[0]?.image === image && status?.phase === "Running");
      });
      process.stderr.write(
        `measured: ${size} apps synced and healthy in ${all}; a release among them: committed and pushed after ${((committed - pushed) / 1000).toFixed(1)} s, synced and its pods replaced ${seconds(committed)} later\n`,
      );
      await new Promise((next) => setTimeout(next, 3000));
      const refreshed = (await argoCd.applications())
        .filter(({ metadata, status }) => status?.reconciledAt !== before.get(metadata.name))
        .map(({ metadata }) => metadata.name);
      expect(refreshed).toEqual(["fleet-app-7"]);
    }, 600_000);
  },
  loopPrograms,
);
