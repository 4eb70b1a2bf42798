import fc from "fast-check";
import { fileNames } from "../../lib/dist/index.ts";
import type { KubernetesObject } from "../../lib/manifest/index.ts";

const object = (kind: string, name: string, more: { apiVersion?: string; namespace?: string } = {}): KubernetesObject => ({
  apiVersion: more.apiVersion ?? "v1",
  kind,
  metadata: { name, ...(more.namespace ? { namespace: more.namespace } : {}) },
});

const cases: readonly (readonly [what: string, objects: readonly KubernetesObject[], names: readonly string[]])[] = [
  ["kind and name", [object("Service", "backend-app-svc", { namespace: "shop" })], ["Service.backend-app-svc.k8s.yaml"]],
  ["another namespace than the app's", [object("Role", "a", { namespace: "other" })], ["Role.other.a.k8s.yaml"]],
  [
    "a kind of two groups",
    [object("Cluster", "a", { apiVersion: "x.example/v1" }), object("Cluster", "b", { apiVersion: "y.example/v1" }), object("Pod", "a")],
    ["Cluster.x.example.a.k8s.yaml", "Cluster.y.example.b.k8s.yaml", "Pod.a.k8s.yaml"],
  ],
  ["names no file system likes", [object("ClusterRole", "system:Node/x")], ["ClusterRole.system_3a__4e_ode_2f_x.k8s.yaml"]],
];

test.each(cases.map((entry) => [entry[0], entry] as const))("%s", (_name, [, objects, names]) => {
  expect(fileNames(objects, "shop")).toEqual(names);
});

test("whatever the names, files are short, portable and different, letter case aside", () => {
  const any = fc.uniqueArray(
    fc.record({
      kind: fc.constantFrom("Role", "Pod"),
      name: fc.string({ minLength: 1, maxLength: 300, unit: "binary" }),
      namespace: fc.constantFrom(undefined, "shop", "other"),
    }),
    { maxLength: 20, selector: ({ kind, name, namespace }) => `${kind} ${name} ${namespace}` },
  );
  fc.assert(
    fc.property(any, (list) => {
      const names = fileNames(
        list.map(({ kind, name, namespace }) => object(kind, name, namespace ? { namespace } : {})),
        "shop",
      );
      for (const name of names) expect(name).toMatch(/^[A-Za-z0-9._-]{1,200}$/);
      const distinct = new Set(list.map(({ kind, name, namespace }) => `${kind} ${name} ${namespace === "other"}`)).size;
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(distinct);
    }),
  );
});
