import { app, render } from "slipway";
import { manifests } from "slipway/testing";
import { container, filesOf, testEnvironment } from "../fixture.ts";

const shop = app("shop", {
  namespace: "shop",
  workload: { kind: "Deployment", replicas: 3 },
  container: {
    ...container,
    ports: { http: 8080 },
    env: {
      OWN: "1",
      NODE: { field: "spec.nodeName" },
      KEY: { secret: { name: "other", key: "k" } },
      LEVEL: { config: { name: "shop-config", key: "LOG_LEVEL" } },
    },
  },
  sidecars: { proxy: { image: "proxy:2", ports: { admin: 9901 } } },
  config: { env: { LOG_LEVEL: "info", OWN: "0" } },
  secrets: { env: { TOKEN: { key: "shop", property: "token" }, PLAIN: "x" }, files: { "tls.key": { key: "shop" } } },
  jobs: { migrate: {} },
});
const batch = app("batch", {
  namespace: "shop",
  workload: { kind: "CronJob", schedule: "@daily" },
  container: { ...container, envFrom: { shop: { secret: "shop-secrets" } } },
  pod: { imagePullSecrets: ["pull"] },
});
const all = manifests(render(testEnvironment([shop, batch]), { read: filesOf({}) }));

test("get finds an object by kind and name, and names the nearest where there is none", () => {
  expect(all.get("Deployment", "shop").metadata.namespace).toBe("shop");
  expect(() => all.get("Deployment", "shpo")).toThrow('test has no Deployment "shpo": did you mean "shop"?');
  expect(() => all.get("ConfigMap", "x")).toThrow("there are shop-config");
  expect(() => all.get("Deploymnt", "shop")).toThrow(/its kinds are AppProject, Application, /);
});

test("objects filters by kind, app and namespace", () => {
  expect(
    all
      .objects({ app: "batch" })
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(["CronJob", "ServiceAccount"]);
  expect(all.objects({ kind: "Job", namespace: "shop" })).toHaveLength(1);
  expect(all.objects({ namespace: "other" })).toEqual([]);
});

test("which images, which ports, which variables", () => {
  expect(all.images("shop")).toEqual(["registry.example/demo:1", "registry.example/proxy:2"]);
  expect(all.images()).toEqual(["registry.example/demo:1", "registry.example/proxy:2"]);
  expect(all.ports("shop")).toEqual({ http: 8080, admin: 9901 });
  expect(all.env("shop")).toEqual({
    LOG_LEVEL: "info",
    OWN: "1",
    TOKEN: "Secret shop-secrets/TOKEN",
    PLAIN: "Secret shop-literals/PLAIN",
    NODE: "field spec.nodeName",
    KEY: "Secret other/k",
    LEVEL: "info",
  });
  expect(all.env("shop", "migrate").LOG_LEVEL).toBe("info");
  expect(() => all.env("shop", "nothing")).toThrow('test/shop has no container "nothing"');
});

test("who reads a Secret or ConfigMap, whichever way", () => {
  expect(all.readersOf("Secret", "shop-secrets")).toEqual(["CronJob batch", "Deployment shop", "Job shop-migrate"]);
  expect(all.readersOf("Secret", "shop-secret-files")).toEqual(["Deployment shop", "Job shop-migrate"]);
  expect(all.readersOf("Secret", "pull")).toEqual(["CronJob batch"]);
  expect(all.readersOf("Secret", "other")).toEqual(["Deployment shop", "Job shop-migrate"]);
  expect(all.readersOf("ConfigMap", "shop-config")).toEqual(["Deployment shop", "Job shop-migrate"]);
});

describe("toContainManifest", () => {
  const failure = (part: object) => {
    try {
      expect(all).toContainManifest(part as never);
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };

  test("holds a part of an object; entries of lists are found by name", () => {
    expect(all).toContainManifest({
      kind: "Deployment",
      spec: { replicas: 3, template: { spec: { containers: [{ name: "proxy", image: "registry.example/proxy:2" }] } } },
    });
    expect(all).toContainManifest({ kind: "Deployment", metadata: { name: expect.stringMatching(/^sh/) } });
    expect(all).not.toContainManifest({ kind: "Deployment", spec: { replicas: 4 } });
  });

  test("says where the nearest object differs", () => {
    expect(
      failure({
        kind: "Deployment",
        metadata: { name: "shop" },
        spec: { replicas: 4, template: { spec: { containers: [{ name: "proxy", image: "proxy:3" }, { name: "none" }] } } },
      }),
    ).toBe(
      [
        "no manifest of test fits. The nearest is Deployment shop/shop:",
        "  spec.replicas: expected 4, found 3",
        '  spec.template.spec.containers[proxy].image: expected "proxy:3", found "registry.example/proxy:2"',
        '  spec.template.spec.containers[none]: expected {"name":"none"}, found only shop, proxy',
      ].join("\n"),
    );
    expect(failure({ kind: "CronJob", spec: { schedule: "@hourly", suspend: true } })).toContain(
      "  spec.suspend: expected true, found nothing",
    );
  });

  test("its opposite fails where there is one", () => {
    expect(() => expect(all).not.toContainManifest({ kind: "CronJob" })).toThrow(
      "expected no such manifest in test, found CronJob shop/batch",
    );
  });
});
