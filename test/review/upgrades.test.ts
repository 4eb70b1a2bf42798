import { stringify } from "yaml";
import { type Review, review, treeOf, writeReview } from "../../lib/review/index.ts";

type Files = Readonly<Record<string, string | readonly object[]>>;
const treeOfFiles = (files: Files) =>
  treeOf(
    new Map(
      Object.entries(files).map(([path, content]) => [
        path,
        typeof content === "string" ? content : content.map((entry) => stringify(entry)).join("---\n"),
      ]),
    ),
    "test",
  );
const reviewFiles = (before: Files, after: Files, namespace?: string): Review =>
  review(treeOfFiles(before), treeOfFiles(after), { kubernetes: "1.34", ...(namespace ? { namespace } : {}) });
const reviewed = (before: readonly object[], after: readonly object[]) =>
  reviewFiles({ "all.yaml": before }, { "all.yaml": after }).changes;
/** The change of an object, as `Deployment web`. */
const changeOf = (changes: Review["changes"], name: string) => changes.find(({ resource }) => `${resource.kind} ${resource.name}` === name);

const meta = { name: "web", namespace: "shop" };
const configMap = (data: object, metadata: object = meta) => ({ apiVersion: "v1", kind: "ConfigMap", metadata, data });
const container = { name: "web", image: "registry.example/web:1" };
const deployment = (more: object = {}, pod: object = {}, template: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: meta,
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" }, ...template }, spec: { containers: [{ ...container, ...more }], ...pod } },
  },
});

const size = { type: "integer" };
const owner = { type: "string" };
const version = (name: string, properties: object, more: object = {}, spec: object = {}) => ({
  name,
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties, ...spec } } } },
  ...more,
});
const definition = (...versions: object[]) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "valves.shop.example" },
  spec: { group: "shop.example", scope: "Namespaced", names: { kind: "Valve", plural: "valves" }, versions },
});
const valve = (spec: object, apiVersion = "shop.example/v1") => ({ apiVersion, kind: "Valve", metadata: meta, spec });

describe("a CRD", () => {
  const crd = "CustomResourceDefinition valves.shop.example";
  const old = version("v1beta1", { size });
  const isOld = { storage: false };

  test("must keep the version that objects are stored in", () => {
    const both = definition(old, version("v1", { size }, isOld));
    expect(changeOf(reviewed([both], [definition(version("v1", { size }))]), crd)).toMatchObject({
      impact: "rejected",
      reason: expect.stringMatching(/old storage version v1beta1 is in status\.storedVersions/),
    });
    // Its nearest neighbour: the old version stays, and is no longer served.
    const kept = definition(version("v1beta1", { size }, { served: false, storage: false }), version("v1", { size }));
    expect(changeOf(reviewed([both], [kept]), crd)).toMatchObject({ impact: "in-place" });
  });

  const before = definition(version("v1", { size, owner }));
  const refused: readonly (readonly [string, object, RegExp])[] = [
    ["two storage versions", definition(version("v1", { size, owner }), version("v2", { size })), /exactly one version with storage/],
    ["a schema without types", definition(version("v1", { size: {} })), /must be structural/],
    ["a list without items", definition(version("v1", { size: { type: "array" } })), /needs items/],
    [
      "fields and free keys at once",
      definition(version("v1", { size: { type: "object", properties: { a: owner }, additionalProperties: owner } })),
      /exclude each other/,
    ],
    ["unique items", definition(version("v1", { size: { type: "array", items: owner, uniqueItems: true } })), /uniqueItems/],
    ...(["self.nope > 1", "has(self.nope)", "self.size.owner == 1", "self.size >", "self.size > (1", ""] as const).map(
      (rule) =>
        [
          `the rule "${rule}"`,
          definition(version("v1", { size, owner }, {}, { "x-kubernetes-validations": [{ rule }] })),
          rule === "" ? /the rule is empty/ : /the rule does not compile/,
        ] as const,
    ),
  ];
  test.each(refused)("is refused with %s", (_name, after, reason) => {
    expect(changeOf(reviewed([before], [after]), crd)).toMatchObject({ impact: "rejected", reason: expect.stringMatching(reason) });
  });

  test.each([
    "self.size > 1",
    "has(self.owner)",
    "!has(oldSelf.size) || self.size >= oldSelf.size",
    "self.owner.size() > 1",
    "self.owner.matches('^self.nope$')",
    "size(self.owner) > self.size // self.nope",
  ])("is taken with the rule %s", (rule) => {
    const after = definition(version("v1", { size, owner }, {}, { "x-kubernetes-validations": [{ rule }] }));
    expect(changeOf(reviewed([before], [after]), crd)).toMatchObject({ impact: "in-place" });
  });

  test("that drops a field names it, and the objects that give it", () => {
    const changes = reviewed(
      [before, valve({ size: 1, owner: "a" })],
      [definition(version("v1", { size })), valve({ size: 1, owner: "a" })],
    );
    expect(changes).toMatchObject([
      { resource: { kind: "CustomResourceDefinition" }, impact: "in-place", reason: expect.stringMatching(/lose spec\.owner.*Valve web/) },
    ]);
  });

  test("that is narrowed refuses the objects of the set that no longer fit", () => {
    const narrow = definition(version("v1", { size: { type: "integer", maximum: 3 }, owner }));
    expect(changeOf(reviewed([before, valve({ size: 5 })], [narrow, valve({ size: 5 })]), "Valve web")).toMatchObject({
      impact: "rejected",
      reason: expect.stringMatching(/by its CRD as it will be, spec\.size expected at most 3/),
    });
    expect(changeOf(reviewed([before, valve({ size: 2 })], [narrow, valve({ size: 2 })]), "Valve web")).toBeUndefined();
  });
});

describe("a custom resource", () => {
  const crd = {
    "crd.yaml": [definition(version("v1", { size: { type: "integer", default: 3 }, owner: { type: "string", enum: ["a", "b"] } }))],
  };
  const change = (before: object, after: object) =>
    changeOf(reviewFiles({ ...crd, "valve.yaml": [before] }, { ...crd, "valve.yaml": [after] }).changes, "Valve web");

  test.each([
    ["an invalid value", { owner: "c" }, /spec\.owner expected one of "a", "b"/],
    ["an unknown field", { owner: "a", nope: 1 }, /unknown field "nope"/],
    ["a null that the CRD doesn't allow", { owner: null }, /expected a value of type string, found null/],
  ])("is refused with %s, by a CRD in another file that stays", (_name, spec, reason) => {
    expect(change(valve({ owner: "a" }), valve(spec))).toMatchObject({ impact: "rejected", reason: expect.stringMatching(reason) });
  });

  test("is refused in a version that isn't served", () => {
    expect(change(valve({ owner: "a" }), valve({ owner: "b" }, "shop.example/v1beta1"))).toMatchObject({
      impact: "rejected",
      reason: expect.stringMatching(/doesn't serve shop\.example\/v1beta1/),
    });
  });

  test("doesn't change by a default that is written out", () => {
    expect(change(valve({ owner: "a" }), valve({ owner: "a", size: 3 }))).toBeUndefined();
  });

  test("of an operator that nobody knows is unknown, and the words are of its spec", () => {
    const metadata = (release: string) => ({ ...meta, labels: { release } });
    const meter = (tag: string) => ({ apiVersion: "b.example/v1", kind: "Meter", metadata: metadata(tag), spec: { image: `m:${tag}` } });
    expect(reviewed([meter("1")], [meter("2")])).toMatchObject([
      {
        impact: "unknown",
        reason: expect.stringMatching(/the operator of Meter decides/),
        flags: ["image"],
        notes: [{ text: "spec.image: m:1 -> m:2" }],
        fields: [{ path: "spec.image" }, { path: "metadata.labels.release", impact: "in-place" }],
      },
    ]);
  });

  test.each([
    ["security.openshift.io/v1", "SecurityContextConstraints", "in-place", /owns no pods/],
    ["crd.projectcalico.org/v1", "IPPool", "in-place", /owns no pods/],
    ["source.toolkit.fluxcd.io/v1", "GitRepository", "unknown", /what is deployed from it isn't looked at/],
    ["operators.coreos.com/v1alpha1", "Subscription", "unknown", /the operator of Subscription decides/],
  ])("of %s %s is %s", (apiVersion, kind, impact, reason) => {
    const of = (value: string) => ({ apiVersion, kind, metadata: meta, other: value });
    expect(reviewed([of("a")], [of("b")])).toMatchObject([{ impact, reason: expect.stringMatching(reason) }]);
  });

  const rollout = (image: string, strategy: object, replicas = 2) => ({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Rollout",
    metadata: meta,
    spec: { ...deployment({ image }).spec, replicas, strategy },
  });
  test.each([
    ["canary", { canary: { steps: [{ setWeight: 20 }] } }, /canary/],
    ["blueGreen", { blueGreen: { activeService: "web" } }, /blue-green/],
  ])("Rollout replaces its pods as its strategy %s says", (_name, strategy, reason) => {
    expect(reviewed([rollout("web:1", strategy)], [rollout("web:2", strategy)])).toMatchObject([
      { impact: "rollout", reason: expect.stringMatching(reason), flags: ["image"] },
    ]);
    expect(reviewed([rollout("web:1", strategy)], [rollout("web:1", strategy, 3)])).toMatchObject([{ impact: "scale" }]);
  });
});

describe("duplicate keys of a list", () => {
  const twice = [
    ["env", [{ name: "MODE", value: "a" }], { name: "MODE", value: "b" }],
    ["ports", [{ containerPort: 80 }], { containerPort: 80, name: "http" }],
  ] as const;
  test.each(twice)("are refused under server-side apply alone: %s", (field, list, duplicate) => {
    expect(reviewed([deployment({ [field]: list })], [deployment({ [field]: [...list, duplicate] })])).toMatchObject([
      { impact: "rejected", reason: expect.stringMatching(/under server-side apply; client-side apply takes it/) },
    ]);
  });
  test("of mounts are refused by any client", () => {
    const mounts = (count: number) => ({ volumeMounts: Array.from({ length: count }, () => ({ name: "v", mountPath: "/v" })) });
    const volumes = { volumes: [{ name: "v", emptyDir: {} }] };
    const [change] = reviewed([deployment(mounts(1), volumes)], [deployment(mounts(2), volumes)]);
    expect(change?.impact).toBe("rejected");
    expect(change?.reason).not.toMatch(/client-side/);
  });
});

test("allowPrivilegeEscalation: false goes with SYS_ADMIN, and not with CAP_SYS_ADMIN", () => {
  const capable = (name: string) => deployment({ securityContext: { allowPrivilegeEscalation: false, capabilities: { add: [name] } } });
  const impacts = ["SYS_ADMIN", "CAP_SYS_ADMIN"].map((name) => reviewed([deployment()], [capable(name)])[0]?.impact);
  expect(impacts).toEqual(["rollout", "rejected"]);
});

describe("a namespace", () => {
  test("that is written out is the destination's: the same object, or one that is paired by kind and name", () => {
    const [without, written] = [configMap({ a: "1" }, { name: "flags" }), configMap({ a: "1" }, { name: "flags", namespace: "shop" })];
    const sides = [{ "a.yaml": [without] }, { "a.yaml": [written] }] as const;
    expect(reviewFiles(...sides, "shop")).toMatchObject({ changes: [], remarks: [] });
    expect(reviewFiles(...sides)).toMatchObject({
      changes: [],
      remarks: [{ kind: "assumption", text: expect.stringMatching(/ConfigMap flags .*paired by kind and name.*--namespace/) }],
    });
    expect(
      reviewFiles(...sides, "other")
        .changes.map(({ action }) => action)
        .sort(),
    ).toEqual(["add", "remove"]);
  });

  test("of an object that has none is nothing to the server, by its kind or its CRD", () => {
    const role = (metadata: object) => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata, rules: [] });
    expect(reviewed([role({ name: "a", namespace: "shop" })], [role({ name: "a" })])).toEqual([]);
    const crd = definition(version("v1", { size }));
    const inCluster = { ...crd, spec: { ...crd.spec, scope: "Cluster" } };
    expect(reviewed([inCluster, valve({ size: 1 })], [inCluster, { ...valve({ size: 1 }), metadata: { name: "web" } }])).toEqual([]);
  });

  test("that is another stays another object", () => {
    const moved = reviewed([configMap({}, { name: "a", namespace: "one" })], [configMap({}, { name: "a", namespace: "two" })]);
    expect(moved.map(({ action }) => action).sort()).toEqual(["add", "remove"]);
  });
});

test("an annotation keeps an object from what it names alone", () => {
  const annotated = (annotations: object) => configMap({}, { ...meta, annotations });
  const noteOf = (annotations: object) => reviewed([annotated({})], [annotated(annotations)])[0]?.notes[0]?.text;
  expect(noteOf({ "argocd.argoproj.io/sync-options": "Prune=false" })).toBe("it will stay in the cluster when it leaves git");
  const pruned = "it will stay in the cluster when its Application is deleted; it is pruned all the same when it leaves git";
  expect(noteOf({ "argocd.argoproj.io/sync-options": "Delete=false" })).toBe(pruned);
  expect(noteOf({ "helm.sh/resource-policy": "keep" })).toBe(pruned);
});

describe("what isn't judged", () => {
  test("is named: charts are unknown, other files are passed over", () => {
    const chart = (replicas: number) => ({ "web/Chart.yaml": "name: web\nversion: 0.1.0\n", "web/values.yaml": `replicas: ${replicas}\n` });
    const found = reviewFiles(chart(1), chart(5));
    expect(found.changes).toMatchObject([{ resource: { kind: "Chart", name: "web" }, impact: "unknown" }]);
    for (const format of ["text", "markdown", "html"] as const) expect(writeReview(found, format, false)).not.toMatch(/Nothing changes/);
    const others = reviewFiles(
      { "list.yaml": "- a\n", "t.yaml": "a: {{ .Values.a }}\n" },
      { "list.yaml": "- b\n", "t.yaml": "a: {{ .Values.b }}\n" },
    );
    expect(others).toMatchObject({
      changes: [],
      remarks: [
        { kind: "not-looked-at", file: "list.yaml", text: expect.stringMatching(/a list/) },
        { kind: "not-looked-at", file: "t.yaml", text: expect.stringMatching(/template/) },
      ],
    });
    expect(writeReview(others, "text", false)).toMatch(/Nothing changes in what was looked at; not looked at: 2 files/);
  });

  test("is one object of many: the others are judged", () => {
    const broken = { ...deployment(), metadata: { name: "broken", namespace: "shop" }, spec: { template: { spec: { containers: "x" } } } };
    const changes = reviewed(
      [broken, deployment()],
      [{ ...broken, metadata: { ...broken.metadata, labels: { a: "b" } } }, deployment({ image: "registry.example/web:2" })],
    );
    expect(changeOf(changes, "Deployment web")).toMatchObject({ impact: "rollout" });
    expect(changeOf(changes, "Deployment broken")).toMatchObject({
      impact: "rejected",
      reason: expect.stringMatching(/spec\.template\.spec\.containers expected a list/),
    });
    // One that was invalid and goes, or is corrected, has no before to compare with.
    expect(reviewed([broken], [{ ...deployment(), metadata: broken.metadata }])).toMatchObject([{ impact: "unknown" }]);
  });

  test("is no placeholder's business", () => {
    const variable = (name: string) => `$\{${name}}`;
    const flux = (value: string) => [configMap({ a: variable(value) }, { name: `${variable("APP")}-config`, namespace: "shop" })];
    expect(reviewed(flux("ONE"), flux("TWO"))).toMatchObject([{ impact: "in-place" }]);
  });
});
