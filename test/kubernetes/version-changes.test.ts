import { changedDefaults, droppedFields, keptBy } from "../../lib/kubernetes/index.ts";
import type { KubernetesObject } from "../../lib/manifest/index.ts";

const deployment = (spec: object, container: object = {}, kind = "Deployment", apiVersion = "apps/v1") =>
  ({
    apiVersion,
    kind,
    metadata: { name: "a" },
    spec: { template: { spec: { containers: [{ name: "a", image: "a:1", ...container }], ...spec } } },
  }) as unknown as KubernetesObject;

test("fields behind a gate are dropped from the version that brings them until the one that turns it on", () => {
  const web = deployment({ hostnameOverride: "web", hostUsers: false }, { restartPolicy: "Never" });
  const pathsOf = (version: string) => droppedFields(web, version).map(({ path }) => path);
  expect(pathsOf("1.32")).toEqual(["spec.template.spec.hostUsers", "spec.template.spec.containers[0].restartPolicy"]);
  expect(pathsOf("1.34")).toEqual(["spec.template.spec.hostnameOverride", "spec.template.spec.containers[0].restartPolicy"]);
  expect(pathsOf("1.35")).toEqual([]);
});

test("a volume whose only source is dropped goes with its mounts", () => {
  const volumes = { volumes: [{ name: "v", image: { reference: "a:1" } }, { name: "w", emptyDir: {} }, { name: "x" }] };
  const mounts = {
    volumeMounts: [
      { name: "v", mountPath: "/v" },
      { name: "w", mountPath: "/w" },
    ],
  };
  const web = deployment(volumes, mounts);
  expect(keptBy("1.34", web, [])).toEqual(
    deployment({ volumes: [{ name: "w", emptyDir: {} }, { name: "x" }] }, { volumeMounts: [{ name: "w", mountPath: "/w" }] }),
  );
  expect(keptBy("1.35", web, [])).toBe(web);
});

test("kinds of other groups have no gates of Kubernetes", () => {
  expect(droppedFields(deployment({ hostnameOverride: "web" }, {}, "Deployment", "shop.example/v1"), "1.34")).toEqual([]);
});

test("objects that are nothing like their kind are passed", () => {
  for (const spec of [null, [], "x", { template: { spec: { containers: { a: 1 }, volumes: [null, "x"] } } }, { behavior: { scaleUp: 1 } }])
    for (const kind of ["Deployment", "Pod"]) {
      const odd = { apiVersion: kind === "Pod" ? "v1" : "apps/v1", kind, metadata: { name: "a" }, spec } as unknown as KubernetesObject;
      expect(keptBy("1.27", odd, [["spec", "x"]])).toEqual(odd);
      expect(changedDefaults(odd, "1.27", "1.37")).toEqual([]);
    }
});

test("a default of a newer version is a difference in both directions, and not where the field is given or has no meaning", () => {
  const set = (spec: object) =>
    ({ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "db" }, spec }) as unknown as KubernetesObject;
  const path = "spec.updateStrategy.rollingUpdate.maxUnavailable";
  expect(changedDefaults(set({}), "1.34", "1.37")).toEqual([{ path, value: 1, since: "1.37", isNew: true }]);
  expect(changedDefaults(set({}), "1.37", "1.34")).toEqual([{ path, value: 1, since: "1.37", isNew: false }]);
  expect(changedDefaults(set({}), "1.34", "1.36")).toEqual([]);
  expect(changedDefaults(set({ updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } }), "1.34", "1.37")).toEqual([]);
  expect(changedDefaults(set({ updateStrategy: { type: "OnDelete" } }), "1.34", "1.37")).toEqual([]);
});
