import { App as Cdk8sApp, Chart } from "cdk8s";
import fc from "fast-check";
import { type AppOf, app, environment } from "slipway";
import { addApp } from "../../lib/constructs/index.ts";
import { withDefaults } from "../../lib/kubernetes/index.ts";
import { lift } from "../../lib/lift/index.ts";
import type { KubernetesObject } from "../../lib/manifest/index.ts";
import { resolve } from "../../lib/overlay/index.ts";
import { settings } from "../fixture.ts";
import { sized } from "../sizes.ts";
import { specs } from "./specs.ts";

/** The objects of an app, without those of its environment. */
function rendered(spec: object): KubernetesObject[] {
  // What the schema says of a spec holds at run time; tests make them out of parts whose types widen.
  const demo = app("demo", spec as AppOf<never>);
  const resolved = resolve(environment("test", { ...settings, hostPaths: { demo: ["/"] }, apps: [demo] }), "/");
  const chart = new Chart(new Cdk8sApp(), "demo", { disableResourceNameHashes: true });
  for (const placed of resolved.apps) addApp(chart, { environment: resolved, app: placed }, [], "/");
  return chart.toJson() as KubernetesObject[];
}

const identity = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;
const sorted = (objects: readonly KubernetesObject[]) => [...objects].sort((a, b) => (identity(a) < identity(b) ? -1 : 1));
/** What the server holds of objects. */
const held = (objects: readonly KubernetesObject[]) =>
  sorted(objects).map((object) => withDefaults(JSON.parse(JSON.stringify(object)) as KubernetesObject));
const again = (objects: readonly KubernetesObject[]) => {
  const lifted = lift("demo", objects, { registry: settings.registry });
  return { ...lifted, objects: [...rendered(lifted.spec), ...lifted.included] };
};

const runs = sized(300, 3000);
/** The same apps each time, so that a failure is that of the change it comes with. */
const seed = 20;

test(`an app that adds nothing is rendered as it was once it is lifted (${runs} apps)`, () => {
  fc.assert(
    fc.property(specs, (spec) => {
      const objects = rendered({ ...spec, defaults: "none" });
      expect(held(again(objects).objects)).toEqual(held(objects));
    }),
    { numRuns: runs, seed },
  );
});

test(`an app with the defaults of production is rendered as it was once it is lifted (${runs} apps)`, () => {
  fc.assert(
    fc.property(specs, (spec) => {
      const objects = rendered(spec);
      expect(held(again(objects).objects)).toEqual(held(objects));
    }),
    { numRuns: runs, seed },
  );
});

test(`what is lifted is at most a fifth longer than the originals, but for configuration that has to be written out (${runs} apps)`, () => {
  const sizes = fc.sample(specs, { numRuns: runs, seed }).map((spec) => {
    const { config: _config, ...original } = { ...spec, defaults: "none" };
    return [JSON.stringify(original).length, JSON.stringify(again(rendered(original)).spec).length] as const;
  });
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  expect(sum(sizes.map(([, lifted]) => lifted))).toBeLessThanOrEqual(1.2 * sum(sizes.map(([original]) => original)));
});

const anything = fc.anything({ withNullPrototype: false, withObjectString: true, maxDepth: 4 });
const field = fc.constantFrom(
  "spec",
  "metadata",
  "template",
  "containers",
  "ports",
  "env",
  "data",
  "labels",
  "selector",
  "rules",
  "name",
  "kind",
  "volumes",
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6 },
    anything,
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(field, tie("tree"), { noNullPrototype: true }),
  ),
}));
const kinds = [
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["batch/v1", "CronJob"],
  ["v1", "Service"],
  ["v1", "ConfigMap"],
  ["v1", "ServiceAccount"],
  ["networking.k8s.io/v1", "Ingress"],
  ["autoscaling/v2", "HorizontalPodAutoscaler"],
  ["policy/v1", "PodDisruptionBudget"],
] as const;

test("objects of any shape are lifted or included, each once", () => {
  const hostile = fc
    .record({ kind: fc.constantFrom(...kinds), metadata: fc.oneof(tree, fc.constant({ name: "demo" })), spec: tree, data: tree })
    .map(({ kind: [apiVersion, kind], ...rest }) => ({ apiVersion, kind, ...rest }) as unknown as KubernetesObject);
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 4 }), (objects) => {
      const { modelled, included } = lift("demo", objects, { registry: "none" });
      expect(modelled.length + included.length).toBe(objects.length);
      expect(new Set([...modelled, ...included]).size).toBe(objects.length);
    }),
    { numRuns: runs, seed },
  );
});

/** An object with name and what else it has, as a source has it. */
const object = (apiVersion: string, kind: string, name: string, rest: object) =>
  ({ apiVersion, kind, metadata: { name }, ...rest }) as KubernetesObject;
const deployment = (podSpec: object, labels: object = { app: "demo", tier: "front" }) =>
  object("apps/v1", "Deployment", "demo", {
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } },
  });

describe("what runs is", () => {
  const specOf = (...objects: KubernetesObject[]) => {
    const { objects: result, spec, included } = again(objects);
    expect(held(result)).toEqual(held(objects.map((source) => ({ ...source, metadata: { ...source.metadata, namespace: "default" } }))));
    expect(included).toEqual([]);
    return spec;
  };

  test("a container named otherwise, its port without a name, and a Service that selects by fewer labels", () => {
    const server = {
      name: "server",
      image: "docker.io/team/web:1",
      ports: [{ containerPort: 8080 }],
      readinessProbe: { tcpSocket: { port: 8080 } },
    };
    const service = object("v1", "Service", "demo", {
      spec: { selector: { app: "demo" }, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
    });
    expect(specOf(deployment({ containers: [server] }), service)).toEqual({
      namespace: "default",
      defaults: "none",
      selector: { app: "demo", tier: "front" },
      workload: { kind: "Deployment" },
      container: { image: "docker.io/team/web:1", ports: { http: { port: 8080, named: false } }, probes: { readiness: { tcp: "http" } } },
      containerName: "server",
      service: { selector: { app: "demo" }, ports: { http: 80 } },
    });
  });

  test("images as they are, and variables in their order", () => {
    const containers = [
      {
        name: "demo",
        image: "redis:alpine",
        env: [
          { name: "Z", value: "1" },
          { name: "A", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "status.podIP" } } },
        ],
      },
      { name: "side", image: `${settings.registry}/team/side:1` },
      { name: "last", image: "quay.io/team/last" },
    ];
    const { container, sidecars, imagesAsIs } = specOf(deployment({ containers }));
    expect([container?.image, Object.keys(container?.env ?? {}), imagesAsIs]).toEqual([
      "redis:alpine",
      ["Z", "A"],
      ["redis", "quay.io/team/last"],
    ]);
    expect(sidecars?.side?.image).toBe("team/side:1");
  });

  test("an Ingress with hosts and certificates of its own", () => {
    const backend = (name: string, port: object) => ({ service: { name, port } });
    const rules = [
      { host: "b.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend: backend("demo", { number: 80 }) }] } },
      { host: "a.example.com", http: { paths: [{ path: "/api", pathType: "Exact", backend: backend("api", { name: "http" }) }] } },
    ];
    const tls = [{ secretName: "certificate", hosts: ["b.example.com"] }];
    const { ingresses } = specOf(
      object("networking.k8s.io/v1", "Ingress", "demo-web", { spec: { ingressClassName: "nginx", tls, rules } }),
    );
    expect(ingresses).toEqual({
      web: {
        class: "nginx",
        hosts: { "b.example.com": { "/": 80 }, "a.example.com": { "/api": { pathType: "Exact", service: "api", port: "http" } } },
        tls: { certificate: ["b.example.com"] },
      },
    });
  });

  test("several ConfigMaps without a workload", () => {
    const maps = ["demo-rules", "legacy.conf"].map((name) => object("v1", "ConfigMap", name, { data: { a: "1" } }));
    expect(specOf(...maps).configMaps).toEqual({ rules: { data: { a: "1" } }, "legacy-conf": { name: "legacy.conf", data: { a: "1" } } });
  });
});

test("what the model lacks is left for a patch, and objects that it can't say are included", () => {
  const volume = { name: "disk", iscsi: { targetPortal: "10.0.0.1:3260", iqn: "iqn.2001-04.com.example:disk", lun: 0 } };
  const containers = [
    {
      name: "demo",
      image: "web:1",
      env: [
        { name: "not a name", value: "1" },
        { name: "B", value: "2" },
      ],
      volumeMounts: [{ name: "disk", mountPath: "/d" }],
    },
  ];
  const objects = [
    deployment({ containers, volumes: [volume] }),
    object("v1", "Secret", "demo", { data: {} }),
    object("v1", "Service", "other", { spec: { type: "ExternalName", externalName: "example.com" } }),
  ];
  const { spec, modelled, included } = again(objects);
  expect([modelled.map(identity), included.map(identity)]).toEqual([["Deployment demo"], ["Secret demo", "Service other"]]);
  expect(spec.container).toEqual({ image: "web:1", env: { B: "2" } });
  expect(spec.volumes).toBeUndefined();
});
