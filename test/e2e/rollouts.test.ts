import { app, type KubernetesObject } from "slipway";
import { check } from "../../lib/check/index.ts";
import { kubectl, snapshotText, takeSnapshot } from "../../lib/cluster/index.ts";
import { container, manifestsOf } from "../fixture.ts";
import { Project } from "../project.ts";
import { reviewOf } from "../review/verdicts.ts";
import { controlPlane, describeWithServers, kubernetes, folder as servers } from "./api-server.ts";
import { argoRolloutsPrograms, startArgoRollouts } from "./argo-rollouts.ts";
import { Cluster, clusterPrograms } from "./cluster.ts";
import { PodWatch } from "./live.ts";

interface Status {
  readonly phase?: string;
  readonly abort?: boolean;
  readonly observedGeneration?: string;
  readonly currentStepIndex?: number;
  readonly currentPodHash?: string;
  readonly stableRS?: string;
}

const steps = [{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }, { pause: {} }, { setWeight: 100 }];
const service = { ports: { http: 80 } };
const ports = { http: 8080 };

/** The objects of an app `web` as overlays render them, in a namespace. */
const rendered = (namespace: string, tag: string, workload: object, more: object = {}): KubernetesObject[] =>
  manifestsOf(
    [
      app("web", {
        namespace,
        defaults: "none",
        container: { ...container, image: `web:${tag}`, ports },
        workload: { kind: "Deployment", replicas: 5, ...workload },
        ...more,
      } as never),
    ],
    { routing: { gateway: { parent: { name: "public", namespace: "edge" } } } },
  )
    .filter((manifest) => manifest.app === "web")
    .map(({ object }) => object);

describeWithServers("Rollouts, rendered from overlays and run by Argo Rollouts", () => {
  const cluster = new Cluster();
  const watches: PodWatch[] = [];
  beforeAll(async () => {
    await cluster.start();
    await cluster.installCrds();
    await startArgoRollouts(cluster);
  }, 120_000);
  afterAll(() => {
    for (const watch of watches) watch.stop();
    cluster.stop();
  });

  const namespaceWith = async (name: string): Promise<PodWatch> => {
    await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } } as KubernetesObject);
    await cluster.until(
      "it has its account",
      async () => (await cluster.ask("GET", `/api/v1/namespaces/${name}/serviceaccounts/default`)).status === 200,
    );
    const watch = await new PodWatch().start(cluster, name);
    watches.push(watch);
    return watch;
  };
  const hash = "rollouts-pod-template-hash";
  /** Applies as Argo CD does, which leaves alone what the Application says to ignore: the label that Argo Rollouts writes into selectors. */
  const apply = async (objects: readonly KubernetesObject[], isIgnored = true) => {
    for (const object of objects) {
      const { selector = {} } = (object.spec ?? {}) as { selector?: Record<string, string> };
      const written = object.kind === "Service" && isIgnored ? await hashOf(object) : undefined;
      await cluster.create(
        written === undefined
          ? object
          : ({ ...object, spec: { ...(object.spec as object), selector: { ...selector, [hash]: written } } } as KubernetesObject),
      );
    }
  };
  const hashOf = async ({ metadata }: Pick<KubernetesObject, "metadata">) => {
    const { spec } = (await held(`/api/v1/namespaces/${metadata.namespace}/services/${metadata.name}`)) as unknown as {
      spec?: { selector?: Record<string, string> };
    };
    return spec?.selector?.[hash];
  };
  const rolloutPath = (namespace: string) => `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts/web`;
  const held = async (path: string) => (await cluster.ask("GET", path)).body as KubernetesObject & { readonly status?: Status };
  const phase = (namespace: string, ...wanted: readonly string[]) =>
    cluster.until(`the Rollout is ${wanted.join(" or ")}`, async () => {
      const { metadata, status = {} } = await held(rolloutPath(namespace));
      const { generation } = metadata as unknown as { readonly generation: number };
      return status.observedGeneration === String(generation) && wanted.includes(status.phase ?? "");
    });
  const patchStatus = async (namespace: string, status: object) => {
    const { status: code, message } = await cluster.ask(
      "PATCH",
      `${rolloutPath(namespace)}/status`,
      { status },
      "application/merge-patch+json",
    );
    expect([code, message]).toEqual([200, message]);
  };
  /** What `kubectl argo rollouts promote` does. */
  const promote = (namespace: string) => patchStatus(namespace, { pauseConditions: null });
  /** How many pods run each image. */
  const images = (watch: PodWatch) => {
    const counts: Record<string, number> = {};
    for (const pod of watch.pods as unknown as readonly {
      readonly spec: { readonly containers: readonly { readonly image: string }[] };
    }[]) {
      const image = pod.spec.containers[0]?.image.replace("registry.example/", "") ?? "";
      counts[image] = (counts[image] ?? 0) + 1;
    }
    return counts;
  };
  const settle = (watch: PodWatch) => watch.settled(1500);
  const reasonOf = (before: readonly KubernetesObject[], after: readonly KubernetesObject[], kind = "Rollout") =>
    reviewOf({ before, after }).changes.find(({ resource }) => resource.kind === kind)?.reason;

  test("a canary of three steps replaces the pods that review says, and waits where review says", async () => {
    const watch = await namespaceWith("counted");
    const workload = { strategy: { type: "Canary", steps, maxSurge: 1, maxUnavailable: 0 } };
    const [before, after] = ["1", "2"].map((tag) => rendered("counted", tag, workload, { service })) as [
      KubernetesObject[],
      KubernetesObject[],
    ];
    expect(reasonOf(before, after)).toBe(
      "canary: 20% (1 of 5 pods), waits for a person, 60% (3 of 5 pods), waits for a person, 100% (5 of 5 pods), then all pods",
    );
    await apply(before);
    await phase("counted", "Healthy");
    expect(images(watch)).toEqual({ "web:1": 5 });
    watch.fewest = 5;
    await apply(after);
    await phase("counted", "Paused");
    await settle(watch);
    expect(images(watch)).toEqual({ "web:1": 4, "web:2": 1 });
    await promote("counted");
    await cluster.until("it is at the second pause", async () => (await held(rolloutPath("counted"))).status?.currentStepIndex === 3);
    await phase("counted", "Paused");
    await settle(watch);
    expect(images(watch)).toEqual({ "web:1": 2, "web:2": 3 });
    await promote("counted");
    await phase("counted", "Healthy");
    await settle(watch);
    expect(images(watch)).toEqual({ "web:2": 5 });
    expect(watch.fewest).toBe(5);
  });

  test("a canary with weights sets those of the HTTPRoute that review says, beside the pods that it says", async () => {
    const watch = await namespaceWith("weighted");
    const workload = { strategy: { type: "Canary", traffic: "gateway", steps, scaleDownDelaySeconds: 1 } };
    const [before, after] = ["1", "2"].map((tag) => rendered("weighted", tag, workload, { service, routes: { api: { path: "/" } } })) as [
      KubernetesObject[],
      KubernetesObject[],
    ];
    expect(reasonOf(before, after)).toBe(
      "canary: 20% of requests (1 new beside 5 old pods), waits for a person, 60% of requests (3 new beside 5 old pods), " +
        "waits for a person, 100% of requests (5 new beside 5 old pods), then all pods",
    );
    const weights = async () => {
      const { spec } = (await held(`/apis/gateway.networking.k8s.io/v1/namespaces/weighted/httproutes/web`)) as unknown as {
        spec: { rules: readonly { backendRefs: readonly { name: string; weight: number }[] }[] };
      };
      return Object.fromEntries((spec.rules[0]?.backendRefs ?? []).map(({ name, weight }) => [name, weight]));
    };
    const selectorOf = (name: string) => hashOf({ metadata: { name, namespace: "weighted" } });
    await apply(before);
    await phase("weighted", "Healthy");
    expect([await weights(), images(watch)]).toEqual([{ web: 100, "web-canary": 0 }, { "web:1": 5 }]);
    // Argo CD leaves the route alone while nothing but its weights differs.
    await apply(after.filter(({ kind }) => kind !== "HTTPRoute"));
    await phase("weighted", "Paused");
    await settle(watch);
    expect([await weights(), images(watch)]).toEqual([
      { web: 80, "web-canary": 20 },
      { "web:1": 5, "web:2": 1 },
    ]);
    const { status } = await held(rolloutPath("weighted"));
    expect([await selectorOf("web"), await selectorOf("web-canary")]).toEqual([status?.stableRS, status?.currentPodHash]);
    await promote("weighted");
    await cluster.until("it is at the second pause", async () => (await held(rolloutPath("weighted"))).status?.currentStepIndex === 3);
    await settle(watch);
    expect([await weights(), images(watch)]).toEqual([
      { web: 40, "web-canary": 60 },
      { "web:1": 5, "web:2": 3 },
    ]);
    await promote("weighted");
    await phase("weighted", "Healthy");
    await cluster.until("the old pods are gone", async () => images(watch)["web:1"] === undefined);
    expect([await weights(), images(watch)]).toEqual([{ web: 100, "web-canary": 0 }, { "web:2": 5 }]);
  });

  test("an aborted rollout brings the old pods back, and status shows it from the cluster's snapshot", async () => {
    const watch = await namespaceWith("aborted");
    const workload = { strategy: { type: "Canary", steps } };
    await apply(rendered("aborted", "1", workload));
    await phase("aborted", "Healthy");
    await apply(rendered("aborted", "2", workload));
    await phase("aborted", "Paused");
    const environment = (snapshot: string) => ({
      "overlays/index.ts":
        'import { app, environment } from "slipway";\n' +
        `export default [environment("prod", { kubernetes: "1.34", cluster: { name: "prod", snapshot: "cluster.yaml" }, registry: "r.example", argocd: { repository: "https://git.example/d.git" }, apps: [\n` +
        `  app("web", { namespace: "aborted", defaults: "none", container: { image: "web:2" }, workload: { kind: "Deployment", strategy: { type: "Canary" } } }),\n` +
        `] })];\n`,
      "cluster.yaml": snapshot,
    });
    const statusNow = async () => {
      const snapshot = snapshotText(await takeSnapshot(kubectl({ kubeconfig: cluster.kubeconfig() })));
      return new Project(environment(snapshot)).slipway("status", "--offline").stdout;
    };
    const { PATH } = process.env;
    process.env.PATH = `${servers}:${PATH}`;
    try {
      expect(await statusNow()).toMatch(/^web +prod +2 .*rollout waits at step 2 of 5$/m);
      await patchStatus("aborted", { abort: true });
      await phase("aborted", "Degraded");
      await settle(watch);
      expect(images(watch)).toEqual({ "web:1": 5 });
      expect(await statusNow()).toMatch(/^web +prod +2 .*rollout aborted: the pods of before serve all requests$/m);
      await apply(rendered("aborted", "1", workload));
      await phase("aborted", "Healthy");
      expect(images(watch)).toEqual({ "web:1": 5 });
      expect(await statusNow()).not.toMatch(/rollout/);
    } finally {
      process.env.PATH = PATH;
    }
  });

  test("a Deployment that a Rollout takes its template from keeps its pods, until scaleDown lets them go", async () => {
    const watch = await namespaceWith("adopted");
    const strategy = (scaleDown: string) => ({ strategy: { type: "Canary", maxSurge: 1, maxUnavailable: 0, workloadRef: { scaleDown } } });
    const [before, beside, without] = [
      rendered("adopted", "1", {}),
      rendered("adopted", "1", strategy("never")),
      rendered("adopted", "1", strategy("onsuccess")),
    ] as const;
    await apply(before);
    await cluster.until("its pods are there", async () => watch.pods.length === 5);
    const own = (await settle(watch)).map(({ metadata }) => metadata.uid);
    watch.fewest = 5;
    expect(reasonOf(before, beside)).toBe("Rollout web is created and starts 5 pods beside those of Deployment web, which stay");
    expect(reviewOf({ before, after: beside }).changes.map(({ resource, impact }) => `${resource.kind} ${impact}`)).toEqual([
      "Rollout scale",
      "Deployment in-place",
    ]);
    await apply(beside);
    await phase("adopted", "Healthy");
    const both = (await settle(watch)).map(({ metadata }) => metadata.uid);
    expect([both.length, own.every((uid) => both.includes(uid))]).toEqual([10, true]);
    expect(reasonOf(beside, without)).toBe(
      "Deployment web loses its pods: at once where the Rollout is healthy, else once the Rollout's are available",
    );
    await apply(without);
    await cluster.until("the Deployment's pods are gone", async () => watch.pods.length === 5);
    const left = (await settle(watch)).map(({ metadata }) => metadata.uid);
    expect(left.every((uid) => both.includes(uid) && !own.includes(uid))).toBe(true);
    await apply(rendered("adopted", "1", { strategy: { type: "Canary", maxSurge: 1, maxUnavailable: 0 } }));
    await cluster.ask("DELETE", "/apis/apps/v1/namespaces/adopted/deployments/web");
    await phase("adopted", "Healthy");
    expect((await settle(watch)).map(({ metadata }) => metadata.uid).sort()).toEqual(left.sort());
    expect(watch.fewest).toBe(5);
  });

  test("a blue-green rollout starts its pods beside the old ones, and switches over when a person says so", async () => {
    const watch = await namespaceWith("switched");
    const workload = { strategy: { type: "BlueGreen", autoPromotionEnabled: false, scaleDownDelaySeconds: 1 } };
    const [before, after] = ["1", "2"].map((tag) => rendered("switched", tag, workload, { service })) as [
      KubernetesObject[],
      KubernetesObject[],
    ];
    expect(reasonOf(before, after)).toBe(
      "blue-green: 5 new pods start beside the old ones, requests are switched over once a person promotes them, old pods go 1s later",
    );
    const selected = (name: string) => hashOf({ metadata: { name, namespace: "switched" } });
    await apply(before);
    await phase("switched", "Healthy");
    const old = await selected("web");
    await apply(after);
    await phase("switched", "Paused");
    await settle(watch);
    expect(images(watch)).toEqual({ "web:1": 5, "web:2": 5 });
    const { status } = await held(rolloutPath("switched"));
    expect([await selected("web"), await selected("web-preview")]).toEqual([old, status?.currentPodHash]);
    await promote("switched");
    await phase("switched", "Healthy");
    await cluster.until("the old pods are gone", async () => images(watch)["web:1"] === undefined);
    expect([await selected("web"), images(watch)]).toEqual([status?.currentPodHash, { "web:2": 5 }]);
  });

  test("a Service that is applied without the label of Argo Rollouts promotes a blue-green rollout that waits", async () => {
    const watch = await namespaceWith("overwritten");
    const workload = { strategy: { type: "BlueGreen", autoPromotionEnabled: false, scaleDownDelaySeconds: 1 } };
    await apply(rendered("overwritten", "1", workload, { service }));
    await phase("overwritten", "Healthy");
    await apply(rendered("overwritten", "2", workload, { service }), false);
    await phase("overwritten", "Healthy");
    await cluster.until("the old pods are gone", async () => images(watch)["web:1"] === undefined);
    expect(images(watch)).toEqual({ "web:2": 5 });
  });

  const broken: readonly (readonly [what: string, pod: object, becomes: object | undefined])[] = [
    ["the name of a port", { containers: [{ name: "web", image: "web:1", ports: [{ name: "25%", containerPort: 80 }] }] }, undefined],
    ["no container", { containers: [] }, undefined],
    ["an amount, which is left out", { containers: [{ name: "web", image: "web:1", resources: { requests: { cpu: "-x" } } }] }, {}],
    ["volumes, which are left out", { containers: [{ name: "web", image: "web:1" }], volumes: { data: {} } }, {}],
  ];
  test.each(broken)("a template that check refuses, and the API server takes, doesn't run as it is: %s", async (what, pod, becomes) => {
    const namespace = `broken-${broken.findIndex(([name]) => name === what)}`;
    const watch = await namespaceWith(namespace);
    const labels = { app: "web" };
    const object = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Rollout",
      metadata: { name: "web", namespace },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod }, strategy: { canary: {} } },
    } as unknown as KubernetesObject;
    const { findings } = check([{ name: "test", kubernetes, manifests: [{ object, app: "" }] }], "2030-01-01");
    expect(findings.some(({ rule, severity }) => severity === "error" && rule.startsWith("schema/"))).toBe(true);
    await apply([object]);
    const pods = (await watch.settled(2500)) as unknown as readonly {
      readonly spec: {
        readonly containers: readonly { readonly resources?: object }[];
        readonly volumes?: readonly { readonly name: string }[];
      };
    }[];
    expect(pods.length).toBe(becomes === undefined ? 0 : 1);
    for (const { spec } of pods) {
      expect(spec.containers[0]?.resources).toEqual(becomes);
      expect(spec.volumes?.some(({ name }) => name === "data")).toBe(false);
    }
  });
}, [...clusterPrograms, ...argoRolloutsPrograms, controlPlane("kubectl")]);
