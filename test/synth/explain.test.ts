import { readFileSync } from "node:fs";
import { app, environment, InputError } from "slipway";
import { explain } from "../../lib/synth/index.ts";
import { container, filesOf, settings } from "../fixture.ts";

const base = app("web", {
  namespace: "shop",
  workload: { kind: "Deployment", replicas: 2 },
  container: { ...container, env: { OLD: "1" } },
  config: { files: { "a.json": "{}" } },
});
const patched = base.with({ workload: { replicas: 4 }, container: { env: { OLD: null } } }).patch("Deployment", "deployment-patch.json");
const prod = environment("prod", { ...settings, defaults: { workload: { replicas: 3, minReadySeconds: 5 } }, apps: [patched] });
const us = environment("us", { extends: prod, apps: [prod.app("web").with({ workload: { replicas: 5 } })] });
const files = {
  "overlays/prod/deployment-patch.json":
    '[\n  { "op": "test", "path": "/spec/minReadySeconds", "value": 5 },\n  { "op": "replace", "path": "/spec/minReadySeconds", "value": 9 },\n  { "op": "add", "path": "/spec/paused", "value": true }\n]',
  "overlays/us/kustomization.yaml":
    "# pins\nimages:\n- name: registry.example/other\n  newTag: x\n- name: registry.example/demo\n  newTag: v2\n",
};
const ask = (path?: string) => explain(us, "web", path, { root: process.cwd(), read: filesOf(files) });
const file = "test/synth/explain.test.ts";
const lines = readFileSync(file, "utf8").split("\n");
/** The line of this file in which something is said. */
const lineOf = (start: string) => lines.findIndex((line) => line.startsWith(start)) + 1;
const [baseLine, withLine, prodLine, usLine] = ["const base", "const patched", "const prod", "const us"].map(lineOf);

test("a value's layers are reported from weak to strong, each with its place and what it replaced", () => {
  const [replicas] = ask("workload.replicas").values;
  expect(replicas).toEqual({
    path: "workload.replicas",
    value: 5,
    layers: [
      { layer: "slipway's defaults", value: 1 },
      { layer: "environment prod: defaults", file, line: prodLine, value: 3, replaced: 1 },
      { layer: "base", file, line: baseLine, value: 2, replaced: 3 },
      { layer: "with()", file, line: withLine, value: 4, replaced: 2 },
      { layer: "with()", file, line: usLine, value: 5, replaced: 4 },
    ],
  });
});

test("an image's last layer is its pin", () => {
  const [image] = ask("container.image").values;
  expect(image?.layers.at(-1)).toEqual({
    layer: "image pin",
    file: "overlays/us/kustomization.yaml",
    line: 5,
    value: "registry.example/demo:v2",
    replaced: "registry.example/demo:1",
  });
});

test("what a patch file changes is asked for by object and pointer", () => {
  expect(ask("Deployment:/spec").patches).toEqual([
    {
      path: "Deployment web:/spec/minReadySeconds",
      value: 9,
      layers: [
        { layer: "rendered from the model", value: 5 },
        { layer: "patch", file: "overlays/prod/deployment-patch.json", line: 3, value: 9, replaced: 5 },
      ],
    },
    {
      path: "Deployment web:/spec/paused",
      value: true,
      layers: [{ layer: "patch", file: "overlays/prod/deployment-patch.json", line: 4, value: true }],
    },
  ]);
});

test("a whole app has every value once, in the order of paths", () => {
  const paths = ask().values.map(({ path }) => path);
  expect(paths).toEqual([...new Set(paths)].sort());
  expect(paths).toEqual(expect.arrayContaining(["namespace", "workload.kind", 'config.files["a.json"]', "pod.security.runAsNonRoot"]));
  expect(paths).not.toContain("container.env.OLD");
  expect(ask("config.files.a.json").values).toHaveLength(1);
});

test("a value that a layer took away says so", () => {
  expect(ask("container.env.OLD").values).toEqual([
    {
      path: "container.env.OLD",
      layers: [
        { layer: "base", file, line: baseLine, value: "1" },
        { layer: "with()", file, line: withLine, replaced: "1" },
      ],
    },
  ]);
});

const unknown: readonly (readonly [path: string, fix: RegExp])[] = [
  ["workload.replica", /Did you mean workload\.replicas/],
  ["replicas", /Did you mean workload\.replicas/],
  ["zzz", /It sets: config, container, /],
  ["Deployment:/spec/nothing", /Patches change: Deployment web:\/spec\/minReadySeconds/],
];

test.each(unknown)("an unknown path %s names the nearest ones", (path, fix) => {
  expect(() => ask(path)).toThrow(fix);
});

test("an unknown app names the nearest one", () => {
  const missing = () => explain(us, "wep", undefined, { root: "", read: filesOf(files) });
  expect(missing).toThrow(InputError);
  expect(missing).toThrow(/us has no app "wep"\n {2}Did you mean "web"\?/);
});

describe("routing", () => {
  const served = {
    namespace: "shop",
    workload: { kind: "Deployment" },
    container: { ...container, ports: { http: 8080 } },
    service: { ports: { http: 80 } },
    ingress: { annotations: { "nginx.ingress.kubernetes.io/proxy-body-size": "8m", "nginx.ingress.kubernetes.io/rewrite-target": "/v1" } },
    routes: { all: { path: "/", methods: ["GET"] } },
  } as const;
  const routing = (more: object, spec: object = {}) =>
    explain(
      environment("prod", { ...settings, ingress: { class: "nginx" }, ...more, apps: [app("web", { ...served, ...spec })] }),
      "web",
      "routing",
      { root: process.cwd(), read: filesOf({}) },
    ).routing;

  test("shows both ways side by side, whichever the environment has", () => {
    const parent = { name: "public", namespace: "edge" };
    const [ingress, gateway, both] = [{}, { routing: { gateway: { parent } } }, { routing: { ingress: {}, gateway: { parent } } }].map(
      (more) => routing(more),
    );
    expect([ingress?.by, gateway?.by, both?.by]).toEqual([["ingress"], ["gateway"], ["ingress", "gateway"]]);
    for (const shown of [ingress, gateway, both])
      expect(shown?.routes).toEqual([
        {
          address: "web.test.example/",
          ingress: { object: "Ingress web", serves: expect.objectContaining({ methods: [], services: ["web"] }) },
          gateway: { object: "HTTPRoute web", serves: expect.objectContaining({ methods: ["GET"], applied: ["URLRewrite"] }) },
          differences: expect.arrayContaining([
            "only GET passes, other methods get 404",
            expect.stringMatching(/^proxy-body-size no longer holds: Gateway API has no field for it/),
          ]),
        },
      ]);
  });

  test("says what becomes of each annotation of ingress-nginx", () => {
    expect(routing({})?.annotations).toEqual([
      {
        annotation: "nginx.ingress.kubernetes.io/proxy-body-size",
        value: "8m",
        reason: expect.stringMatching(/implementation "envoy-gateway" it becomes requestBuffer/),
      },
      { annotation: "nginx.ingress.kubernetes.io/rewrite-target", value: "/v1", as: "filter URLRewrite" },
    ]);
  });

  test("an app without routes has none", () => {
    expect(() => routing({}, { routes: {} })).not.toThrow();
    expect(() => ask("routing")).toThrow(InputError);
  });
});
