import { describeWithServers } from "../api-server.ts";
import type { PodStatus } from "../live.ts";
import { Loop, loopPrograms } from "./loop.ts";

const overlays = (repository: string, registry: string) => ({
  "overlays/index.ts": `import { app, environment } from "slipway";
const web = app("web", {
  namespace: "shop",
  workload: { kind: "Deployment", replicas: 2 },
  container: {
    image: "docker.io/library/web:1",
    ports: { http: 8080 },
    resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "16Mi" } },
    probes: { readiness: { http: "/ready" }, liveness: { http: "/live" } },
  },
  service: { ports: { http: 80 } },
  ingress: { annotations: { "nginx.ingress.kubernetes.io/proxy-body-size": "8m" } },
  routes: { orders: { path: "/orders", methods: ["GET", "POST"] }, all: { path: "/" } },
});
export const move = environment("move", {
  kubernetes: "1.34",
  cluster: { name: "move" },
  registry: ${JSON.stringify(registry)},
  domain: "shop.example",
  argocd: { repository: ${JSON.stringify(repository)} },
  ingress: { class: "nginx", tls: true },
  network: { policy: "default-deny", ingressController: { namespace: "ingress-nginx" }, gateway: { namespace: "envoy-gateway-system" } },
  routing: { ingress: {} },
  apps: [web],
});
`,
  "overlays/move/kustomization.yaml": "resources:\n- ../../dist/move\nimages: []\n",
});
const gateway = `gateway: { parent: { name: "public", namespace: "edge" }, create: { class: "envoy" }, implementation: "envoy-gateway" }`;

interface Change {
  readonly impact: string;
  readonly action: string;
  readonly flags: readonly string[];
  readonly resource: { readonly kind: string; readonly name: string };
  readonly notes: readonly { readonly text: string }[];
}

describeWithServers(
  "an app moves from an Ingress to a Gateway, with both in between",
  () => {
    // It compares every twenty seconds: a push while it still reads the one before is an event it misses.
    const loop = new Loop({ overlays }, 20);
    const { estate, cluster } = loop;
    beforeAll(() => loop.start(), 180_000);
    afterAll(() => loop.stop());

    const list = async <T>(path: string) => ((await cluster.ask("GET", path)).body as { items: T[] }).items;
    /** What may not change: the pods, and the Service as the server holds it. */
    const kept = async () => ({
      pods: (await list<PodStatus>("/api/v1/namespaces/shop/pods")).map(({ metadata }) => metadata.uid).sort(),
      service: (await list<{ metadata: { uid: string; resourceVersion: string } }>("/api/v1/namespaces/shop/services")).map(
        ({ metadata }) => metadata.uid + metadata.resourceVersion,
      ),
    });
    const routes = () =>
      list<{ status?: { parents?: readonly { conditions: readonly { type: string; status: string }[] }[] } }>(
        "/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes",
      );
    const ingresses = async () => (await list("/apis/networking.k8s.io/v1/namespaces/shop/ingresses")).length;

    /** Lets the environment be routed in another way, and waits until it is. @returns what review says of it */
    async function reroute(from: string, to: string): Promise<Change[]> {
      estate.edit("overlays/index.ts", (text) => text.replace(from, to));
      await estate.slipway("synth");
      const { changes } = JSON.parse(await estate.slipway("review", "--format", "json")) as { changes: Change[] };
      await loop.synced(["move", "move-shared", "move-web"], await estate.commit("Route in another way"));
      return changes;
    }
    const of = (changes: readonly Change[], kind: string) => changes.filter(({ resource }) => resource.kind === kind);
    const text = (changes: readonly Change[]) => changes.flatMap(({ notes }) => notes.map((note) => note.text)).join("\n");

    test("it comes up on its Ingress", async () => {
      loop.bootstrap("move");
      await loop.allSynced("move");
      expect([await ingresses(), (await routes()).length]).toEqual([1, 0]);
    }, 180_000);

    test("both serve it: the route is accepted by Envoy Gateway, and no pod and no Service changes", async () => {
      const before = await kept();
      const changes = await reroute("routing: { ingress: {} }", `routing: { ingress: {}, ${gateway} }`);
      expect(changes.every(({ impact }) => ["none", "in-place"].includes(impact))).toBe(true);
      expect(text(of(changes, "HTTPRoute"))).toMatch(
        /GET, POST web\.shop\.example\/orders, served beside Ingress web\nweb\.shop\.example\/orders: only GET, POST pass/,
      );
      const [route] = (await routes()).flatMap(({ status }) => status?.parents ?? []);
      expect(route?.conditions.map(({ type, status }) => `${type} ${status}`).sort()).toEqual(["Accepted True", "ResolvedRefs True"]);
      expect(await ingresses()).toBe(1);
      expect(await kept()).toEqual(before);
    }, 180_000);

    test("the Gateway alone serves it: the Ingress is pruned as review said, and no pod and no Service changes", async () => {
      const before = await kept();
      const changes = await reroute(`routing: { ingress: {}, ${gateway} }`, `routing: { ${gateway} }`);
      expect(of(changes, "Ingress")).toEqual([
        expect.objectContaining({ action: "remove", impact: "deletion", flags: expect.arrayContaining(["exposure"]) }),
      ]);
      expect(text(of(changes, "Ingress"))).toMatch(/web\.shop\.example\/orders is served by HTTPRoute web alone from now on/);
      expect(changes.filter(({ impact }) => ["rollout", "downtime", "scale"].includes(impact))).toEqual([]);
      expect([await ingresses(), (await routes()).length]).toEqual([0, 1]);
      expect(await kept()).toEqual(before);
    }, 180_000);
  },
  loopPrograms,
);
