import { ApiObject } from "cdk8s";
import fc from "fast-check";
import { app, environment, type KubernetesObject, render } from "slipway";
import * as overlays from "../../overlays/index.ts";
import { container, deployment, filesOf, manifestsOf, settings, testEnvironment, the } from "../fixture.ts";

/** The same value with the members of all its objects in another order. */
function shuffled<T>(value: T, random: () => number): T {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [random(), key, shuffled(member, random)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => a - b).map(([, key, member]) => [key, member])) as T;
}

const name = fc.constantFrom("a", "b", "c", "d", "e");
const specs = fc.record(
  {
    replicas: fc.integer({ min: 0, max: 5 }),
    env: fc.dictionary(fc.constantFrom("A", "B", "C", "D"), fc.constantFrom("1", "$(A)", "$(B) $(C)", "yes", "x: y")),
    config: fc.dictionary(fc.constantFrom("X", "Y", "Z"), fc.string({ maxLength: 8 })),
    ports: fc.dictionary(fc.constantFrom("http", "admin", "grpc"), fc.integer({ min: 1, max: 65535 }), { minKeys: 1 }),
    sidecars: fc.array(name, { maxLength: 3 }),
    labels: fc.dictionary(fc.constantFrom("x", "y", "z"), fc.constantFrom("1", "true", "v")),
    jobs: fc.array(name, { maxLength: 2 }),
  },
  { noNullPrototype: true },
);
const specOf = ({
  replicas,
  env,
  config,
  ports,
  sidecars,
  labels,
  jobs,
}: typeof specs extends fc.Arbitrary<infer Spec> ? Spec : never) => ({
  namespace: "shop",
  workload: { kind: "Deployment" as const, replicas },
  container: { ...container, env, ports },
  service: { ports: Object.fromEntries(Object.keys(ports).map((port) => [port, 80 + port.length])) },
  config: { env: config },
  sidecars: Object.fromEntries(sidecars.map((app) => [app, { image: "side:1" }])),
  jobs: Object.fromEntries(jobs.map((app) => [app, { hook: "Sync" as const }])),
  labels,
});

test("what is rendered doesn't depend on the order of apps or of keys", () => {
  const some = fc.dictionary(fc.constantFrom("web", "api", "worker", "cron"), specs, { minKeys: 1, noNullPrototype: true });
  fc.assert(
    fc.property(some, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (apps, numbers) => {
      const random = () => numbers.next().value ?? 0;
      const listed = Object.entries(apps).map(([appName, spec]) => ({ appName, spec: specOf(spec) }));
      const names = (list: typeof listed) =>
        render(testEnvironment(list.map(({ appName, spec }) => app(appName, spec))), { read: filesOf({}) }).files;
      const other = shuffled(listed, random)
        .map((listing) => ({ listing, place: random() }))
        .sort((a, b) => a.place - b.place)
        .map(({ listing }) => listing);
      expect([...names(other)].sort()).toEqual([...names(listed)].sort());
    }),
    { numRuns: 60 },
  );
});

test("rendering twice gives the same bytes, in the same order", () => {
  expect([...render(overlays.prod).files]).toEqual([...render(overlays.prod).files]);
});

interface PodObject {
  readonly spec: {
    readonly template: {
      readonly spec: { containers: { image: string }[]; initContainers: { image: string }[]; volumes: { image: { reference: string } }[] };
    };
  };
}

describe("image pins", () => {
  const digest = `sha256:${"0f".repeat(32)}`;
  const images = (image: string, pin: string) => {
    const demo = app("demo", {
      namespace: "shop",
      workload: { kind: "Deployment" },
      container: { image },
      initContainers: { first: { image } },
      volumes: { files: { image: { reference: image } } },
    });
    const manifests = manifestsOf([demo], {}, { "overlays/test/kustomization.yaml": `images:\n- name: r.example/a\n  ${pin}\n` });
    const pod = (
      the(
        "Deployment",
        manifests.map(({ object }) => object),
      ) as PodObject
    ).spec.template.spec;
    return [pod.containers[0]?.image, pod.initContainers[0]?.image, pod.volumes[0]?.image.reference];
  };

  const forms: readonly (readonly [image: string, pin: string, result: string])[] = [
    ["r.example/a", 'newTag: "2"', "r.example/a:2"],
    ["r.example/a:1", 'newTag: "2"', "r.example/a:2"],
    [`r.example/a:1@${digest}`, 'newTag: "2"', "r.example/a:2"],
    ["r.example/a:1", `digest: ${digest}`, `r.example/a@${digest}`],
    ["r.example/a", `{newTag: "2", digest: "${digest}"}`, `r.example/a:2@${digest}`],
    ["r.example/a:1", "newName: o.example/b", "o.example/b:1"],
    ["r.example/a:1", '{newName: o.example/b, newTag: "2"}', "o.example/b:2"],
  ];

  test.each(forms)("%s pinned by %s is %s, wherever kustomize looks", (image, pin, result) => {
    const entry = pin.startsWith("{") ? pin.slice(1, -1).split(", ").join("\n  ") : pin;
    expect(images(image, entry)).toEqual([result, result, result]);
  });

  test("reach what extend brings, and leave CustomResourceDefinitions alone", () => {
    const template = { containers: [{ name: "x", image: "r.example/a:1" }] };
    const demo = app("demo", {
      namespace: "shop",
      ...deployment,
      extend: (chart) => {
        new ApiObject(chart, "rollout", {
          apiVersion: "argoproj.io/v1alpha1",
          kind: "Rollout",
          metadata: { name: "r" },
          spec: { template: { spec: template } },
        });
        new ApiObject(chart, "crd", {
          apiVersion: "apiextensions.k8s.io/v1",
          kind: "CustomResourceDefinition",
          metadata: { name: "c" },
          spec: template,
        });
      },
    });
    const manifests = manifestsOf([demo], {}, { "overlays/test/kustomization.yaml": "images:\n- name: r.example/a\n  newTag: v2\n" });
    const text = (kind: string) =>
      JSON.stringify(manifests.find(({ object }) => object.kind === kind)?.object satisfies KubernetesObject | undefined);
    expect(text("Rollout")).toContain("r.example/a:v2");
    expect(text("CustomResourceDefinition")).toContain("r.example/a:1");
  });
});

describe("two environments", () => {
  const shop = app("shop", { namespace: "shop", ...deployment });

  test("that write one object of one cluster are reported of", async () => {
    const { planSynth } = await import("../../lib/synth/index.ts");
    const two = (clusters: readonly [string, string]) =>
      clusters.map((cluster, index) => environment(index === 0 ? "one" : "two", { ...settings, cluster: { name: cluster }, apps: [shop] }));
    const plan = (clusters: readonly [string, string]) => planSynth(two(clusters), { root: "/nonexistent" });
    expect(() => plan(["same", "same"])).toThrow(/two\/shop: Deployment shop\/shop is also in one, which shares the cluster "same"/);
    expect(plan(["a", "b"]).missing.length).toBeGreaterThan(5);
  });

  test("of which one extends the other and takes the domain over would serve one host", async () => {
    const { planSynth } = await import("../../lib/synth/index.ts");
    const web = app("web", {
      namespace: "shop",
      ...deployment,
      container: { image: "web:1", ports: { http: 80 } },
      service: { ports: { http: 80 } },
      routes: { main: { path: "/" } },
    });
    const prod = environment("prod", { ...settings, domain: "shop.example", cluster: { name: "eu" }, apps: [web] });
    const plan = (more: object) =>
      planSynth([prod, environment("us", { extends: prod, cluster: { name: "us" }, ...more })], { root: "/nonexistent" });
    expect(() => plan({})).toThrow(
      /us: domain: prod and us would both serve web\.shop\.example: us takes domain over with `extends`\n {2}Set domain in us; set it to the same value/,
    );
    expect(() => plan({ domain: "us.shop.example" })).not.toThrow();
    expect(() => plan({ domain: "shop.example" })).not.toThrow();
    expect(() => plan({ without: ["web"] })).not.toThrow();
    const named = { apps: [web.with({ routes: { main: { host: "www.example" } } })] };
    const second = environment("second", {
      extends: environment("first", { ...settings, cluster: { name: "a" }, ...named }),
      cluster: { name: "b" },
    });
    const first = environment("first", { ...settings, cluster: { name: "a" }, ...named });
    expect(() => planSynth([first, environment("second", { extends: first, cluster: { name: "a" } })], { root: "/nonexistent" })).toThrow(
      /second\/web: routes\.main\.host: first and second would both serve www\.example, on the cluster "a": second takes routes\.main\.host over/,
    );
    expect(() => planSynth([first, second], { root: "/nonexistent" })).not.toThrow();
  });

  test("whose Applications share a name are reported of", async () => {
    const { planSynth } = await import("../../lib/synth/index.ts");
    const environments = [
      environment("a", { ...settings, cluster: { name: "a" }, apps: [shop.named("b")] }),
      environment("a-b", { ...settings, cluster: { name: "b" }, apps: [shop] }),
    ];
    expect(() => planSynth(environments, { root: "/nonexistent" })).toThrow(
      /a-b\/argocd: Application argocd\/a-b is also in a, which shares its Argo CD/,
    );
  });
});
