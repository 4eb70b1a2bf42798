import { readFileSync } from "node:fs";
import type { KubernetesObject } from "slipway";
import { parseAllDocuments } from "yaml";
import { changedDefaults, droppedFields, podTemplateOf, valueAt } from "../../lib/kubernetes/index.ts";
import { editText, reviewUpgrade } from "../../lib/upgrade/index.ts";
import { newerApp, newerFields } from "../constructs/newer-fields.ts";
import { objectsOf } from "../fixture.ts";
import { movable } from "../upgrade/old-objects.ts";
import { controlPlane, describeWithServers } from "./api-server.ts";
import { Cluster, clusterPrograms } from "./cluster.ts";

/** The two versions: that of test/e2e/servers/kube, and the newest that is pinned there. */
const [from, to] = ["1.34", "1.37"];
const documentsOf = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
const seeds = documentsOf(readFileSync("test/e2e/seeds.yaml", "utf8"));

const labels = (name: string) => ({ selector: { matchLabels: { app: name } } });
const template = (name: string, spec: object = {}, container: object = {}) => ({
  template: {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: "a", image: "registry.example/a:1", ...container }], ...spec },
  },
});
const object = (apiVersion: string, kind: string, name: string, spec: object) =>
  ({ apiVersion, kind, metadata: { name, namespace: "shop" }, spec }) as unknown as KubernetesObject;
const deployment = (name: string, spec: object = {}, container: object = {}) =>
  object("apps/v1", "Deployment", name, { replicas: 2, ...labels(name), ...template(name, spec, container) });

/** What runs through the upgrade: plain workloads, and some with a field that the older version drops. */
const workloads = [
  deployment("plain"),
  deployment("sidecar", { initContainers: [{ name: "s", image: "registry.example/s:1", restartPolicy: "Always" }] }),
  deployment("hostname", { hostnameOverride: "web" }),
  deployment(
    "image-volume",
    { volumes: [{ name: "v", image: { reference: "registry.example/v:1" } }] },
    { volumeMounts: [{ name: "v", mountPath: "/v" }] },
  ),
  deployment(
    "restart-rules",
    {},
    {
      restartPolicy: "Never",
      restartPolicyRules: [{ action: "Restart", exitCodes: { operator: "In", values: [42] } }],
    },
  ),
  deployment("stop-signal", { os: { name: "linux" } }, { lifecycle: { stopSignal: "SIGUSR1" } }),
  deployment("resources", { resources: { requests: { cpu: "1" }, limits: { cpu: "1" } } }),
  deployment("users", { hostUsers: false }),
  deployment("resize", {}, { resizePolicy: [{ resourceName: "cpu", restartPolicy: "NotRequired" }] }),
  object("apps/v1", "StatefulSet", "store", { replicas: 2, serviceName: "store", ...labels("store"), ...template("store") }),
  object("apps/v1", "StatefulSet", "fast-store", {
    ...{ replicas: 2, serviceName: "fast-store", ...labels("fast-store"), ...template("fast-store") },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 2 } },
  }),
  object("apps/v1", "DaemonSet", "runner", { ...labels("runner"), ...template("runner") }),
];

/** Fields behind feature gates, of kinds whose objects run nothing here. */
const gated = [
  object("v1", "Pod", "certificate", {
    containers: [{ name: "a", image: "registry.example/a:1" }],
    volumes: [
      {
        name: "v",
        projected: { sources: [{ podCertificate: { signerName: "a.example/b", keyType: "ED25519", credentialBundlePath: "x" } }] },
      },
      { name: "w", projected: { sources: [{ clusterTrustBundle: { name: "b", path: "x" } }] } },
    ],
  }),
  object("v1", "Pod", "claims", {
    containers: [{ name: "a", image: "registry.example/a:1", resources: { claims: [{ name: "g" }] } }],
    resourceClaims: [{ name: "g", resourceClaimName: "g" }],
  }),
  object("v1", "Pod", "security", {
    containers: [{ name: "a", image: "registry.example/a:1", securityContext: { procMount: "Unmasked" } }],
    hostUsers: false,
    securityContext: { supplementalGroupsPolicy: "Strict", seLinuxChangePolicy: "Recursive" },
  }),
  object("autoscaling/v2", "HorizontalPodAutoscaler", "tolerant", {
    maxReplicas: 3,
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "plain" },
    behavior: { scaleUp: { tolerance: "50m" }, scaleDown: { tolerance: "50m" } },
  }),
  object("v1", "Service", "near", { ports: [{ port: 80 }], trafficDistribution: "PreferSameZone" }),
  object("v1", "PersistentVolumeClaim", "fast", {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "1Gi" } },
    volumeAttributesClassName: "fast",
  }),
  object("batch/v1", "Job", "managed", {
    ...{
      managedBy: "a.example/b",
      completionMode: "Indexed",
      completions: 2,
      parallelism: 2,
      successPolicy: { rules: [{ succeededCount: 1 }] },
    },
    template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "registry.example/a:1" }] } },
  }),
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIDriver",
    metadata: { name: "driver.example" },
    spec: { nodeAllocatableUpdatePeriodSeconds: 60 },
  } as unknown as KubernetesObject,
];

describeWithServers("an upgrade of a cluster, on the same data", () => {
  const cluster = new Cluster({ jobsRun: true, version: from });
  const pods = async () => {
    const { body } = await cluster.ask("GET", "/api/v1/namespaces/shop/pods");
    const { items } = body as { items: readonly { metadata: { uid: string; labels: { app: string }; deletionTimestamp?: string } }[] };
    return items.map(({ metadata }) => metadata);
  };
  const uidsOf = (all: Awaited<ReturnType<typeof pods>>, app: string) =>
    all.flatMap(({ uid, labels: { app: own } }) => (own === app ? [uid] : []));
  const stateOf = async (given: KubernetesObject) => (await cluster.ask("GET", (await cluster.pathOf(given)) ?? "")).body as Live;
  interface Live extends KubernetesObject {
    readonly status: { readonly observedGeneration?: number; readonly readyReplicas?: number; readonly numberReady?: number };
  }
  const isReady = async (given: KubernetesObject) => {
    const { metadata, status } = await stateOf(given);
    const ready = status.readyReplicas ?? status.numberReady ?? 0;
    const updated = Number(valueAt(status, "updatedReplicas") ?? valueAt(status, "updatedNumberScheduled") ?? 0);
    return status.observedGeneration === metadata.generation && ready === 2 && updated === 2;
  };
  const settled = async () => {
    for (const given of workloads) await cluster.until(`${given.kind} ${given.metadata.name} is ready`, () => isReady(given));
    await cluster.until("no pod is going away", async () => (await pods()).length === 2 * workloads.length);
  };
  /** An object as the server would store it. */
  const stored = async (given: KubernetesObject) => {
    const { status, message, body } = await cluster.apply(given, "&dryRun=All");
    expect([given.metadata.name, status, message]).toEqual([given.metadata.name, expect.any(Number), expect.anything()]);
    return body as KubernetesObject;
  };
  const measured = [...workloads, ...gated];
  const specs: { before: KubernetesObject[]; seeds: KubernetesObject[] } = { before: [], seeds: [] };
  let before: Awaited<ReturnType<typeof pods>> = [];

  beforeAll(async () => {
    await cluster.start();
    await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } } as KubernetesObject);
    await cluster.until(
      "the namespace has its account",
      async () => (await cluster.ask("GET", "/api/v1/namespaces/shop/serviceaccounts/default")).status === 200,
    );
    specs.before = await Promise.all(measured.map(stored));
    specs.seeds = await Promise.all(seeds.map(stored));
    for (const given of workloads) await cluster.create(given);
    await settled();
    before = await pods();
    await cluster.upgrade(to);
  }, 240_000);
  afterAll(() => cluster.stop());

  test("replaces no pod by itself: the new controllers take over what runs", async () => {
    const probe = deployment("after-the-upgrade");
    await cluster.create(probe);
    await cluster.until("the new controllers work", () => isReady(probe));
    for (const given of workloads) await cluster.until(`${given.metadata.name} is as it was`, () => isReady(given));
    // A controller that wanted to replace pods would by now.
    await new Promise((next) => setTimeout(next, 5000));
    const after = await pods();
    for (const { metadata } of workloads)
      expect([metadata.name, uidsOf(after, metadata.name).sort()]).toEqual([metadata.name, uidsOf(before, metadata.name).sort()]);
    await cluster.ask("DELETE", (await cluster.pathOf(probe)) ?? "");
  }, 120_000);

  test("keeps the fields that the table of feature gates says, and the older version drops them", async () => {
    const after = await Promise.all(measured.map(stored));
    for (const [index, given] of measured.entries())
      for (const [version, live] of [
        [from, specs.before[index]],
        [to, after[index]],
      ] as const) {
        const dropped = droppedFields(given, version).map(({ path }) => path);
        const kept = gatedFields(given).filter((path) => !dropped.includes(path));
        for (const path of dropped)
          expect([version, given.metadata.name, path, valueIn(live, given, path)]).toEqual([version, given.metadata.name, path, undefined]);
        for (const path of kept)
          expect([version, given.metadata.name, path, valueIn(live, given, path)]).not.toEqual([
            version,
            given.metadata.name,
            path,
            undefined,
          ]);
      }
  });

  test("fills in what the table of defaults says, and nothing else", async () => {
    const after = await Promise.all([...measured, ...seeds].map(stored));
    for (const [index, given] of [...measured, ...seeds].entries()) {
      const dropped = droppedFields(given, from).map(({ path }) => path);
      const [was, is] = [[...specs.before, ...specs.seeds][index], after[index]];
      const expected = changedDefaults(given, from, to).map(({ path, value }) => [path, value]);
      const added = newLeaves(was, is).filter(
        ([path]) => valueAt(given, path) === undefined && !dropped.some((field) => path.startsWith(`${field}.`)),
      );
      expect([given.kind, given.metadata.name, added]).toEqual([given.kind, given.metadata.name, expected]);
    }
  });

  test("refuses objects of removed APIs, and takes them as --write moves them", async () => {
    const certificate = readFileSync(cluster.file("ca.crt"), "utf8");
    for (const [what, given] of movable) {
      const old = given.kind === "ClusterTrustBundle" ? { ...given, spec: { trustBundle: certificate } } : given;
      expect([what, await cluster.refusal(old)]).toEqual([what, expect.stringContaining("the server has no")]);
      const { kind, apiVersion, metadata } = old;
      const moved = editText(JSON.stringify(old), { apiVersion, kind, namespace: "shop", name: metadata.name }, to);
      const object = "text" in moved ? (JSON.parse(moved.text) as KubernetesObject) : old;
      expect([what, await cluster.refusal(object)]).toEqual([what, undefined]);
    }
  });

  test("takes what the model writes for it, and keeps each of its fields", async () => {
    await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "demo" } } as KubernetesObject);
    for (const given of objectsOf(newerApp, { kubernetes: to }).filter(({ kind }) => kind !== "Namespace")) {
      expect([given.kind, await cluster.refusal(given)]).toEqual([given.kind, undefined]);
      const { body } = await cluster.apply(given, "&dryRun=All");
      for (const [kind, path] of newerFields)
        if (kind === given.kind) expect([path, valueIn(body as KubernetesObject, given, path)]).toEqual([path, expect.anything()]);
    }
  });

  test("replaces the pods of those workloads that review says, when the manifests are applied again", async () => {
    const environment = { name: "test", manifests: workloads.map((given) => ({ object: given, app: "", file: "a.yaml" })) };
    const side = (version: string) => ({ version, environments: [{ ...environment, kubernetes: version }] });
    const { changes } = reviewUpgrade(side(from), side(to), "2030-01-01");
    const rolled = changes.filter(({ impact }) => impact === "rollout").map(({ resource }) => resource.name);
    expect(rolled.sort()).toEqual(["hostname", "image-volume", "restart-rules"]);
    for (const given of workloads) await cluster.apply(given);
    await settled();
    const after = await pods();
    const replaced = workloads.filter(({ metadata: { name } }) => !uidsOf(before, name).some((uid) => uidsOf(after, name).includes(uid)));
    expect(replaced.map(({ metadata }) => metadata.name).sort()).toEqual(rolled);
  }, 120_000);
}, [...clusterPrograms, ...[from, to].map((version) => controlPlane("kube-apiserver", version))]);

/** What an object of the server has at a path of a manifest, whose volumes are its first. */
function valueIn(live: KubernetesObject | undefined, given: KubernetesObject, path: string): unknown {
  const volumes = podTemplateOf(given)?.spec?.volumes ?? [];
  const [, index] = /volumes\[(\d+)\]/.exec(path) ?? [];
  if (index === undefined) return valueAt(live, path);
  const all = live ? (podTemplateOf(live)?.spec?.volumes ?? []) : [];
  const at = all.findIndex(({ name }) => name === volumes[Number(index)]?.name);
  return at < 0 ? undefined : valueAt(live, path.replace(/volumes\[\d+\]/, `volumes[${at}]`));
}

/** The fields of an object that some version drops. */
const gatedFields = (given: KubernetesObject): string[] => [
  ...new Set(
    Array.from({ length: 11 }, (_value, index) => droppedFields(given, `1.${27 + index}`)).flatMap((fields) =>
      fields.map(({ path }) => path),
    ),
  ),
];

/** What the server writes of its own accord, which isn't a default. */
const ofServer =
  /^(metadata\.(managedFields|uid|creationTimestamp|generation|resourceVersion|labels|annotations)|status)|token-|kube-api-access|controller-uid|clusterIP|nodePort|healthCheckNodePort/;

/** Values that the second of two objects has, and the first hasn't. */
function newLeaves(before: unknown, after: unknown, path = ""): [string, unknown][] {
  if (ofServer.test(path)) return [];
  if (typeof after !== "object" || after === null) return before === undefined ? [[path, after]] : [];
  if (JSON.stringify(after).includes("kube-api-access")) return [];
  return Object.entries(after).flatMap(([key, value]) => {
    const below = Array.isArray(after) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    const old = typeof before === "object" && before !== null ? Reflect.get(before, key) : undefined;
    return newLeaves(old, value, below);
  });
}
