import { app, environment, render } from "slipway";

const file = "overlays/base/web.yaml";

/** What an environment makes of an app that includes a file of this text. */
function rendered(text: string | undefined, name = "web") {
  const included = app(name, { namespace: "shop", defaults: "none", include: { base: file } });
  const dev = environment("dev", {
    kubernetes: "1.34",
    cluster: { name: "dev" },
    registry: "registry.example",
    argocd: { repository: "https://git.example/deployments.git", prune: false },
    namespaces: { shop: { create: false } },
    apps: [included],
  });
  return render(dev, { root: "/nowhere", read: (path) => (path === file ? text : undefined) }).manifests;
}

const configMap = `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  b: "1"
  a: ""
`;

test("objects of an included file are the app's as they stand there, in its namespace", () => {
  const objects = rendered(configMap).filter(({ folder }) => folder === "web");
  expect(objects.map(({ object }) => object)).toEqual([
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "shop" }, data: { b: "1", a: "" } },
  ]);
});

test("a namespace that an object names stays, and a kind nobody knows gets none", () => {
  const text = `${configMap.replace("  name: settings\n", "  name: settings\n  namespace: other\n")}---
apiVersion: example.com/v1
kind: Widget
metadata: { name: one }
`;
  const objects = rendered(text).filter(({ folder }) => folder === "web");
  expect(objects.map(({ object }) => object.metadata.namespace)).toEqual(["other", undefined]);
});

test("what an app called shared has lies with what all apps share, in one Application that doesn't prune", () => {
  const manifests = rendered(configMap, "shared");
  expect(manifests.filter(({ object }) => object.kind === "ConfigMap").map(({ path }) => path)).toEqual([
    "dev/shared/ConfigMap.settings.k8s.yaml",
  ]);
  const applications = manifests.filter(({ object }) => object.kind === "Application").map(({ object }) => object);
  expect(applications.map(({ metadata }) => metadata.name).sort()).toEqual(["dev", "dev-shared"]);
  for (const { spec } of applications) expect((spec as { syncPolicy: object }).syncPolicy).toMatchObject({ automated: { selfHeal: true } });
  expect(JSON.stringify(applications)).not.toContain('"prune"');
});

test.each([
  ["a file that isn't there", undefined, "overlays/base/web.yaml isn't there"],
  ["broken YAML", "a: [1", "overlays/base/web.yaml"],
  ["what isn't an object", "a: 1\n", "which isn't an object"],
])("refuses %s", (_what, text, message) => {
  expect(() => rendered(text)).toThrow(message);
});

test("a slip in an included file is one problem, with its line quoted", () => {
  const text = configMap.replace("  b:", "\tb:");
  expect(() => rendered(text)).toThrow(
    /^overlays\/base\/web\.yaml:6: dev\/web: a tab stands where spaces have to indent\n {2}6 \| →b: "1"\n {2}Correct the YAML there\.$/,
  );
});
