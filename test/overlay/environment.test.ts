import { app, environment, type InputError, render } from "slipway";
import { resolve } from "../../lib/overlay/index.ts";
import { container, deployment, filesOf, manifestsOf, settings, testEnvironment, the } from "../fixture.ts";

const web = app("web", { namespace: "shop", ...deployment });
const only = (kind: string, app: string, manifests: ReturnType<typeof manifestsOf>) =>
  the(
    kind,
    manifests.filter((entry) => entry.app === app).map(({ object }) => object),
  );
const root = process.cwd();
const specOf = (environment: Parameters<typeof resolve>[0], name: string) => resolve(environment, root).appsByName.get(name)?.spec;

describe("layers", () => {
  test("a later one wins, and null takes a value away", () => {
    const environment = testEnvironment([
      web.with({ container: { env: { A: "1", B: "1" } } }).with({ container: { env: { A: null, B: "2" } } }),
    ]);
    expect(specOf(environment, "web")?.container?.env).toEqual({ B: "2" });
  });

  test("the environment's defaults are weaker than what an app says and stronger than slipway's", () => {
    const defaults = { workload: { replicas: 4 }, pod: { security: { runAsNonRoot: false, runAsUser: 7 } } } as const;
    const environment = testEnvironment(
      [
        web,
        app("own", { namespace: "shop", workload: { kind: "Deployment", replicas: 2 }, container, pod: { security: { runAsUser: 8 } } }),
      ],
      { defaults },
    );
    expect(specOf(environment, "web")).toMatchObject({
      workload: { replicas: 4 },
      pod: { security: { runAsNonRoot: false, runAsUser: 7, seccompProfile: { runtimeDefault: true } } },
    });
    expect(specOf(environment, "own")).toMatchObject({ workload: { replicas: 2 }, pod: { security: { runAsUser: 8 } } });
  });

  test("a default reaches the kinds that have the field, and brings nothing into being", () => {
    const cron = app("cron", { namespace: "shop", workload: { kind: "CronJob", schedule: "@daily" }, container });
    const bare = app("bare", { namespace: "shop", config: { env: { A: "1" } } });
    const defaults = {
      workload: { replicas: 2, suspend: true, strategy: { type: "Recreate" } },
      service: { type: "NodePort" },
      container: { env: { B: "1" } },
    } as const;
    const environment = testEnvironment([web, cron, bare], { defaults });
    expect(specOf(environment, "web")?.workload).toEqual({ kind: "Deployment", replicas: 2, strategy: { type: "Recreate" } });
    expect(specOf(environment, "cron")?.workload).toEqual({ kind: "CronJob", schedule: "@daily", suspend: true });
    expect(specOf(environment, "web")?.service).toBeUndefined();
    expect(specOf(environment, "bare")).toEqual({ namespace: "shop", config: { env: { A: "1" } } });
  });

  test("defaults: \"none\" keeps both slipway's and the environment's away", () => {
    const adopted = app("adopted", { namespace: "shop", defaults: "none", ...deployment });
    expect(specOf(testEnvironment([adopted], { defaults: { pod: { priorityClass: "x" } } }), "adopted")).toEqual({
      namespace: "shop",
      defaults: "none",
      ...deployment,
    });
  });

  test('defaults: "environment" takes what the environment says, and nothing of slipway', () => {
    const adopted = app("adopted", {
      namespace: "shop",
      defaults: "environment",
      workload: { kind: "Deployment", replicas: 3 },
      container: { image: "adopted:1", env: { B: "1", A: "2" }, ports: { http: { port: 80, named: false } } },
      service: { ports: { web: { port: 80, targetPort: 80 } } },
    });
    const defaults = { container: { security: { privileged: false } }, pod: { priorityClass: "x" }, ingress: { host: "x" } } as const;
    const adoptedIn = (...given: Parameters<typeof manifestsOf>) => {
      const manifests = manifestsOf(...given);
      return { deployment: only("Deployment", "adopted", manifests), service: only("Service", "adopted", manifests) };
    };
    const { deployment, service } = adoptedIn([adopted], { defaults });
    expect(deployment.metadata).toEqual({ name: "adopted", namespace: "shop" });
    expect(deployment.spec).toEqual({
      replicas: 3,
      selector: { matchLabels: { app: "adopted" } },
      template: {
        metadata: { labels: { app: "adopted" } },
        spec: {
          priorityClassName: "x",
          containers: [
            {
              name: "adopted",
              image: "registry.example/adopted:1",
              ports: [{ containerPort: 80 }],
              env: [
                { name: "B", value: "1" },
                { name: "A", value: "2" },
              ],
              securityContext: { privileged: false },
            },
          ],
        },
      },
    });
    expect(service).toEqual({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "adopted", namespace: "shop" },
      spec: { selector: { app: "adopted" }, ports: [{ name: "web", port: 80, targetPort: 80 }] },
    });
    expect(adoptedIn([adopted])).toEqual(adoptedIn([adopted.with({ defaults: "none" })], { defaults }));
  });

  test("each knows its name and where it was written", () => {
    const [app] = resolve(testEnvironment([web.with({ labels: { a: "b" } })], { defaults: { labels: { c: "d" } } }), root).apps;
    expect(app?.layers.map(({ name }) => name)).toEqual(["slipway's defaults", "environment test: defaults", "base", "with()"]);
    const places = app?.layers.map((layer) => layer.place()) ?? [];
    expect(places[0]).toBeUndefined();
    expect(places[2]?.file).toMatch(/test\/overlay\/environment\.test\.ts$/);
    expect(places[3]?.line).toBeGreaterThan(places[2]?.line ?? 0);
  });
});

describe("named()", () => {
  test("gives the same app twice, with a selector and names of its own", () => {
    const shop = app("shop", {
      namespace: "shop",
      ...deployment,
      container: { ...container, ports: { http: 80 } },
      service: { name: "shop-svc", ports: { http: 80 } },
      routes: { all: { path: "/" } },
      ingress: { host: "www" },
      config: { env: { A: "1" } },
    });
    const manifests = manifestsOf([shop, shop.named("shop-canary").with({ workload: { replicas: 1 } })]);
    expect(only("Service", "shop-canary", manifests)).toMatchObject({
      metadata: { name: "shop-canary-svc" },
      spec: { selector: { app: "shop-canary" } },
    });
    expect(only("Deployment", "shop-canary", manifests).spec.selector.matchLabels).toEqual({ app: "shop-canary" });
    expect(only("Ingress", "shop-canary", manifests).spec.rules[0].host).toBe("shop-canary.test.example");
    expect(only("ConfigMap", "shop-canary", manifests).metadata.name).toBe("shop-canary-config");
  });
});

describe("an environment that extends another", () => {
  const api = app("api", { namespace: "shop", workload: { kind: "Deployment", replicas: 3 }, container }).patch(
    "Deployment",
    "deployment-patch.json",
  );
  const prod = environment("prod", { ...settings, defaults: { labels: { a: "1", b: "1" } }, apps: [web, api] });
  const patch = '[{ "op": "add", "path": "/spec/paused", "value": true }]';
  const files = { "overlays/prod/deployment-patch.json": patch };

  test("takes over settings, defaults and apps, and says what differs", () => {
    const us = environment("us", {
      extends: prod,
      domain: "us.example",
      cluster: { name: "us" },
      defaults: { labels: { b: "2" } },
      without: ["web"],
      apps: [prod.app("api").with({ workload: { replicas: 5 } }), web.named("extra")],
    });
    const resolved = resolve(us, root);
    expect(resolved.settings).toMatchObject({ registry: "registry.example", domain: "us.example", cluster: { name: "us" } });
    expect(resolved.apps.map(({ name }) => name)).toEqual(["api", "extra"]);
    expect(resolved.appsByName.get("api")?.spec).toMatchObject({ workload: { replicas: 5 }, labels: { a: "1", b: "2" } });
  });

  test("finds patch files beside the environment that listed the app first, and has pins of its own", () => {
    const us = environment("us", { extends: prod, apps: [prod.app("api").with({ labels: { x: "y" } })] });
    const { manifests } = render(us, {
      read: filesOf({ ...files, "overlays/us/kustomization.yaml": "images:\n- name: registry.example/demo\n  newTag: v9\n" }),
    });
    const deployment = only("Deployment", "api", [...manifests]);
    expect(deployment.spec).toMatchObject({ paused: true, template: { spec: { containers: [{ image: "registry.example/demo:v9" }] } } });
  });

  test("a base patch file is looked for beside each environment that lists the app", () => {
    const other = environment("other", { ...settings, apps: [api] });
    expect(() => render(other, { read: filesOf(files) })).toThrow(
      /overlays\/other\/deployment-patch.json: other\/api: there is no such file/,
    );
  });

  test("unknown apps, a missing parent and apps that aren't any are reported together", () => {
    const bad = environment("bad", { extends: prod, without: ["wep"], apps: [prod.app("apo"), undefined as never, web, web] });
    const message = (() => {
      try {
        resolve(bad, root);
        return "";
      } catch (error) {
        return (error as InputError).message;
      }
    })();
    expect(message).toContain('bad/wep: without: prod has no app "wep"\n  Did you mean "web"?');
    expect(message).toContain('bad/apo: prod has no app "apo"\n  Did you mean "api"?');
    expect(message).toContain("bad: apps.1: expected an app, found undefined");
    expect(message).toContain("bad/web: apps: the app is listed twice");
    expect(() => resolve(environment("loop", { extends: undefined as unknown as ReturnType<typeof environment> }), root)).toThrow(
      /loop: extends: expected an environment, found undefined\n {2}Check that the two modules don't import each other\./,
    );
  });
});

describe("extend", () => {
  test("an error in it is the app's, beside all others", () => {
    const broken = app("broken", {
      namespace: "shop",
      extend: () => {
        throw new Error("not today");
      },
    });
    const nameless = app("nameless", { namespace: "shop", workload: { kind: "Deployment" }, container: { image: "x" } });
    expect(() => manifestsOf([broken, nameless])).toThrow(
      /test\/broken: extend: rendering failed: not today[\s\S]*has neither tag nor digest|has neither tag nor digest[\s\S]*not today|not today/,
    );
  });
});

test("two apps that make one object are reported by name", () => {
  const [a, b] = ["a", "b"].map((name) =>
    app(name, {
      namespace: "shop",
      ...deployment,
      container: { ...container, ports: { http: 80 } },
      service: { name: "same", ports: { http: 80 } },
    }),
  );
  expect(() => manifestsOf([a as never, b as never])).toThrow("test/b: Service shop/same exists twice: a has it too");
});
