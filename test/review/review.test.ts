import { readFileSync } from "node:fs";
import fc from "fast-check";
import { type KubernetesObject, render } from "slipway";
import { parseAllDocuments, stringify } from "yaml";
import { review, type Tree, treeOf, writeReview } from "../../lib/review/index.ts";
import * as overlays from "../../overlays/index.ts";

const treeOfTexts = (texts: Readonly<Record<string, string>>): Tree => treeOf(new Map(Object.entries(texts)), "test");
const tree = (...objects: object[]) =>
  treeOfTexts(Object.fromEntries(objects.map((object, index) => [`web/${index}.json`, JSON.stringify(object)])));
const reviewed = (before: object[], after: object[]) => review(tree(...before), tree(...after)).changes;
const object = (apiVersion: string, kind: string, rest: object = {}, name = "web") =>
  ({ apiVersion, kind, metadata: { name, namespace: "shop" }, ...rest }) as KubernetesObject;
const deployment = (more: object = {}, pod: object = {}, name = "web") =>
  object(
    "apps/v1",
    "Deployment",
    {
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "web", image: "web:1" }], ...pod } },
        ...more,
      },
    },
    name,
  );

describe("what is no change", () => {
  const objects = [
    ...parseAllDocuments(readFileSync("test/e2e/seeds.yaml", "utf8")).map((document) => document.toJS() as KubernetesObject),
    ...Object.values(overlays).flatMap((environment) => render(environment).manifests.map(({ object: one }) => one)),
  ];

  /** A copy with the keys of every map in another order. */
  function reordered(value: unknown, next: () => number): unknown {
    if (Array.isArray(value)) return value.map((item) => reordered(item, next));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, member]) => [key, reordered(member, next)] as const);
    return Object.fromEntries(
      entries
        .map((entry) => [next(), entry] as const)
        .sort(([a], [b]) => a - b)
        .map(([, entry]) => entry),
    );
  }

  test("reordered keys, other formats, files that are split or joined, Lists", () => {
    const random = fc.infiniteStream(fc.integer());
    fc.assert(
      fc.property(fc.subarray(objects, { minLength: 1, maxLength: 12 }), random, fc.nat(4), (some, stream, form) => {
        const distinct = [
          ...new Map(some.map((entry) => [`${entry.kind} ${entry.metadata.namespace} ${entry.metadata.name}`, entry])).values(),
        ];
        const next = () => stream.next().value as number;
        const turned = distinct.map((entry) => reordered(entry, next) as object);
        const forms = [
          { "all.json": JSON.stringify({ apiVersion: "v1", kind: "List", items: turned }) },
          { "all.yaml": turned.map((entry) => stringify(entry, { version: "1.1" })).join("---\n") },
          Object.fromEntries(turned.map((object, index) => [`${index}.yaml`, stringify(object, { version: "1.1", indent: 4 })])),
          Object.fromEntries(turned.map((object, index) => [`deep/er/${index}.json`, JSON.stringify(object, null, 4)])),
          { "all.yml": turned.map((entry) => stringify(entry, { version: "1.1" }).replaceAll("\n", "\r\n")).join("---\r\n") },
        ] as const;
        const before = treeOfTexts({ "before.yaml": distinct.map((entry) => stringify(entry, { version: "1.1" })).join("---\n") });
        const { changes } = review(before, treeOfTexts(forms[form] as Record<string, string>));
        // Whole trees of files have other folders, which is all that is reported of them.
        expect(changes.filter(({ fields, action }) => fields.length > 0 || action !== "change")).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test("null for what isn't there, another spelling of a quantity, an empty list", () => {
    const spelt = deployment(
      { paused: null, revisionHistoryLimit: null },
      { containers: [{ name: "web", image: "web:1", args: [], resources: { requests: { cpu: "0.10" } } }] },
    );
    const plain = deployment({}, { containers: [{ name: "web", image: "web:1", resources: { requests: { cpu: "100m" } } }] });
    expect(reviewed([spelt], [plain])).toEqual([]);
  });
});

describe("renames", () => {
  test("are one change, as bad as the deletion", () => {
    const [change, ...more] = reviewed([deployment({}, {}, "web")], [deployment({}, {}, "shop")]);
    expect(more).toEqual([]);
    expect(change).toMatchObject({
      action: "rename",
      impact: "deletion",
      resource: { kind: "Deployment", name: "shop" },
      fields: [{ path: "metadata.name", before: "web", after: "shop" }],
    });
  });
  test("aren't seen in objects that differ in more", () => {
    const actions = reviewed([deployment({}, {}, "web")], [deployment({ replicas: 5 }, {}, "shop")]).map(({ action }) => action);
    expect(actions.sort()).toEqual(["add", "remove"]);
  });
});

describe("what hangs on a removed object", () => {
  test("counts in a Namespace and a CRD", () => {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
    const crd = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "caches.shop.example" },
      spec: { names: { kind: "Cache" } },
    };
    const cache = object("shop.example/v1", "Cache");
    const changes = reviewed([namespace, crd, cache], [cache]);
    expect(changes.map(({ impact, reason }) => [impact, reason])).toEqual([
      ["data-loss", "every Cache of the cluster is deleted with it, 1 of these manifests among them"],
      ["data-loss", "everything in the namespace is deleted with it, 1 object of these manifests among it"],
      ["deletion", "it is deleted with Namespace shop, although its manifest stays: the Cache is deleted"],
    ]);
  });
  test("goes with it although its manifest stays", () => {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    const stays = [deployment(), object("v1", "PersistentVolumeClaim", { spec })];
    const other = { ...deployment(), metadata: { name: "web", namespace: "other" } };
    const [scaled] = [deployment({ replicas: 3 })];
    expect(reviewed([namespace, ...stays, other], [...stays, other]).map(({ resource, impact }) => [resource.kind, impact])).toEqual([
      ["Namespace", "data-loss"],
      ["PersistentVolumeClaim", "data-loss"],
      ["Deployment", "deletion"],
    ]);
    expect(reviewed([namespace, deployment()], [scaled])).toMatchObject([{}, { impact: "deletion", fields: [{ path: "spec.replicas" }] }]);
    const kept = { ...namespace, metadata: { name: "shop", annotations: { "argocd.argoproj.io/sync-options": "Prune=false" } } };
    expect(reviewed([kept, ...stays], stays)).toHaveLength(1);
  });
  test("stays where Argo CD is reported not to prune, and for hooks", () => {
    const spared = (annotations: object) => ({ ...deployment(), metadata: { name: "web", namespace: "shop", annotations } });
    for (const annotations of [{ "argocd.argoproj.io/sync-options": "Prune=false" }, { "argocd.argoproj.io/hook": "Sync" }])
      expect(reviewed([spared(annotations)], [])).toMatchObject([
        { action: "remove", impact: "in-place", flags: expect.arrayContaining(["prune"]) },
      ]);
    expect(reviewed([spared({ "argocd.argoproj.io/sync-options": "Prune=confirm" })], [])).toMatchObject([
      { impact: "deletion", reason: expect.stringMatching(/once somebody confirms/) },
    ]);
  });
});

describe("configuration", () => {
  const config = (value: string) => object("v1", "ConfigMap", { data: { a: value } }, "settings");
  const mount = (more: object = {}) => ({
    containers: [{ name: "web", image: "web:1", volumeMounts: [{ name: "files", mountPath: "/etc/web", ...more }] }],
    volumes: [{ name: "files", configMap: { name: "settings" } }],
  });
  const variables = { containers: [{ name: "web", image: "web:1", envFrom: [{ configMapRef: { name: "settings" } }] }] };
  const cases: readonly (readonly [string, object, RegExp])[] = [
    ["variables", variables, /Deployment web keeps the old values until its pods restart/],
    ["files", mount(), /Deployment web sees the new files within a minute/],
    ["a file below a subPath", mount({ subPath: "a" }), /Deployment web keeps the old files until its pods restart/],
  ];
  test.each(cases.map((entry) => [entry[0], entry] as const))("read as %s says when its reader sees it", (_name, [, pod, reason]) => {
    expect(reviewed([config("1"), deployment({}, pod)], [config("2"), deployment({}, pod)])).toMatchObject([
      { resource: { kind: "ConfigMap" }, impact: "in-place", reason: expect.stringMatching(reason) },
    ]);
  });
  test("that nobody reads says so, and that a reader restarts with it", () => {
    expect(reviewed([config("1")], [config("2")])[0]?.reason).toMatch(/no workload/);
    const changes = reviewed(
      [config("1"), deployment({}, variables)],
      [config("2"), deployment({}, { ...variables, terminationGracePeriodSeconds: 5 })],
    );
    expect(changes.find(({ resource }) => resource.kind === "ConfigMap")?.reason).toMatch(/Deployment web restarts with it/);
  });
});

test("a Secret's values are in no report", () => {
  const secret = (value: string, field = "stringData") => object("v1", "Secret", { [field]: { password: value } });
  const before = [secret("hunter-one"), object("v1", "Secret", { data: { token: "c2VjcmV0LW9uZQ==" } }, "other")];
  const after = [secret("hunter-two"), object("v1", "Secret", { data: { token: "c2VjcmV0LXR3bw==" } }, "other")];
  const found = review(tree(...before), tree(...after));
  expect(found.changes.map(({ flags }) => flags)).toEqual([["secret"], ["secret"]]);
  for (const format of ["text", "markdown", "json", "html", "codequality"] as const) {
    const report = writeReview(found, format, true);
    for (const value of ["hunter", "c2Vj", "aHVudGVy"]) expect(report).not.toContain(value);
  }
});

describe("an object that moves to another app", () => {
  const at = (folder: string, more: Readonly<Record<string, string>> = {}) =>
    treeOfTexts({ [`${folder}/web.json`]: JSON.stringify(deployment()), ...more });
  const application = (path: string, finalizers: string[]) =>
    JSON.stringify({
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: path, finalizers },
      spec: { source: { path: `dist/${path}` } },
    });
  test("is flagged with who may delete it", () => {
    const applied = { "argocd/old.json": application("old", []) };
    expect(review(at("old", applied), at("new", applied)).changes).toMatchObject([
      { impact: "in-place", flags: ["ownership"], notes: [{ before: "old", after: "new" }] },
    ]);
    const gone = review(at("old", { "argocd/old.json": application("old", ["resources-finalizer.argocd.argoproj.io"]) }), at("new"));
    expect(gone.changes.find(({ resource }) => resource.kind === "Deployment")?.notes[0]?.text).toMatch(/finalizer deletes the object/);
  });
});

test("an estate that moves to another layout changes nothing", () => {
  const services = Array.from({ length: 170 }, (_item, index) =>
    object("v1", "Service", { spec: { ports: [{ port: 80 }] } }, `web-${index}`),
  );
  const laidOut = (pathOf: (index: number) => string, head = "") =>
    treeOfTexts(Object.fromEntries(services.map((entry, index) => [pathOf(index), `${head}${JSON.stringify(entry)}`])));
  const flat = laidOut((index) => `manifests/${index}.json`);
  const generated = "# Generated by slipway for prod/web: change overlays/, not this file.\n";
  for (const now of [laidOut((index) => `apps/web-${index}/service.yaml`), laidOut((index) => `prod/web/${index}.k8s.yaml`, generated)]) {
    const found = review(flat, now);
    expect(found.summary).toMatchObject({ impact: "none", counts: { none: 170, deletion: 0 } });
    const text = writeReview(found, "text", false);
    expect(text).toMatch(/^none +170 Services: moved/);
    expect(text).toMatch(/Nothing changes in the cluster; 170 objects moved\.$/m);
  }
});

describe("flags", () => {
  const cases: readonly (readonly [string, object[], object[], string, RegExp])[] = [
    [
      "a Service opened to the world",
      [object("v1", "Service", { spec: { ports: [{ port: 80 }] } })],
      [object("v1", "Service", { spec: { type: "LoadBalancer", ports: [{ port: 80 }] } })],
      "exposure",
      /ClusterIP -> LoadBalancer/,
    ],
    [
      "a policy that goes",
      [object("networking.k8s.io/v1", "NetworkPolicy", { spec: { podSelector: {} } })],
      [],
      "exposure",
      /only this policy denied/,
    ],
    [
      "a privileged container",
      [deployment()],
      [deployment({}, { containers: [{ name: "web", image: "web:1", securityContext: { privileged: true } }] })],
      "privilege",
      /privileged: false -> true/,
    ],
    [
      "a context that is loosened",
      [deployment({}, { securityContext: { runAsNonRoot: true } })],
      [deployment()],
      "privilege",
      /no longer runs as non-root/,
    ],
    [
      "a role that may do more",
      [object("rbac.authorization.k8s.io/v1", "Role", { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] })],
      [object("rbac.authorization.k8s.io/v1", "Role", { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "delete"] }] })],
      "privilege",
      /may delete pods/,
    ],
    [
      "more pods",
      [deployment({}, { containers: [{ name: "web", image: "web:1", resources: { requests: { cpu: "250m" } } }] })],
      [deployment({ replicas: 4 }, { containers: [{ name: "web", image: "web:1", resources: { requests: { cpu: "250m" } } }] })],
      "capacity",
      /cpu requested: 500m -> 1/,
    ],
    ["another image", [deployment()], [deployment({}, { containers: [{ name: "web", image: "web:2" }] })], "image", /web:1 -> web:2/],
  ];
  test.each(cases.map((entry) => [entry[0], entry] as const))("%s", (_name, [, before, after, flag, text]) => {
    const [change] = reviewed(before, after);
    expect(change?.flags).toContain(flag);
    expect(change?.notes.find((note) => note.flag === flag)?.text).toMatch(text);
  });
});

test("a new image says where else it runs already", () => {
  const environments = (image: string) => {
    const at = (environment: string, tag: string, registry: string) =>
      `# Generated by slipway for ${environment}/web: change overlays/, not this file.\n${stringify(deployment({}, { containers: [{ name: "web", image: `${registry}/team/web:${tag}` }] }))}`;
    return treeOfTexts({
      "prod/web/d.yaml": at("prod", image, "prod.example"),
      "staging/web/d.yaml": at("staging", "2", "staging.example"),
    });
  };
  const reported = (image: string) =>
    review(environments("1"), environments(image)).changes[0]?.notes.find(({ flag }) => flag === "image")?.text;
  expect(reported("2")).toMatch(/web:2 \(runs in staging\)$/);
  expect(reported("3")).toMatch(/web:3 \(in no other environment yet\)$/);
});

test("a rolling update that needs a free port of a node says so", () => {
  const ports = [{ containerPort: 80, hostPort: 80 }];
  const web = (image: string) =>
    deployment({ strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }, { containers: [{ name: "web", image, ports }] });
  expect(reviewed([web("web:1")], [web("web:2")])).toMatchObject([{ impact: "rollout", reason: expect.stringMatching(/port 80/) }]);
});

test("a quota without room is reported", () => {
  const quota = object("v1", "ResourceQuota", { spec: { hard: { pods: "2" } } }, "bound");
  const web = (image: string) => deployment({}, { containers: [{ name: "web", image }] });
  expect(reviewed([web("web:1"), quota], [web("web:2"), quota])).toMatchObject([
    { impact: "rollout", reason: expect.stringMatching(/ResourceQuota bound/) },
  ]);
});

describe("reports", () => {
  const many = (image: string) =>
    Array.from({ length: 60 }, (_name, index) =>
      deployment({}, { containers: [{ name: `app-${index}`, image: `${image}:${index}` }] }, `app-${index}`),
    );

  test("show the same change in many apps as one line", () => {
    const before = treeOfTexts(Object.fromEntries(many("web").map((entry) => [`${entry.metadata.name}/d.json`, JSON.stringify(entry)])));
    const after = treeOfTexts(Object.fromEntries(many("shop").map((entry) => [`${entry.metadata.name}/d.json`, JSON.stringify(entry)])));
    const text = writeReview(review(before, after), "text", false);
    expect(text.split("\n")[0]).toBe("rollout   60 Deployments: image");
    expect(text).toContain("and 57 more objects");
  });

  test("stay under GitLab's limit however large the change, and say what is left out", () => {
    const large = (value: string) =>
      treeOfTexts(
        Object.fromEntries(
          Array.from({ length: 200 }, (_name, index) => [
            `app-${index}/c.json`,
            JSON.stringify(
              object(
                "v1",
                "ConfigMap",
                { data: Object.fromEntries(Array.from({ length: 40 }, (_inner, key) => [`k${index}-${key}`, value.repeat(100)])) },
                `c-${index}`,
              ),
            ),
          ]),
        ),
      );
    const markdown = writeReview(review(large("a"), large("b")), "markdown", false);
    expect(markdown.length).toBeLessThan(250_000);
    expect(markdown).toMatch(/\d+ lines without details here/);
  });

  test("let nothing of a manifest act on what shows it", () => {
    const evil = "</summary><script>alert(1)</script> `x` | [a](javascript:1) @all \u001b[31m\u202e";
    const before = object("v1", "ConfigMap", { data: { a: "1" } });
    const after = object("v1", "ConfigMap", { data: { a: evil, [evil.slice(0, 20)]: "2" } });
    const found = review(tree(before), tree(after));
    for (const format of ["text", "markdown", "html"] as const) {
      const report = writeReview(found, format, false);
      for (const unseen of ["\u001b", "\u202e"]) expect(report).not.toContain(unseen);
      if (format !== "text") expect(report.replaceAll("`", "")).not.toMatch(format === "html" ? /<script>alert/ : /^<script|\n<script/);
    }
    const [summary] = /<summary>.*<\/summary>/.exec(writeReview(found, "markdown", false)) ?? [];
    expect(summary).not.toMatch(/<script|<\/summary>.*<\/summary>/);
  });
});

test("a removed workload with nulls, as charts print for empty lists, is reviewed", () => {
  const web = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "web", image: "web:1", resources: null, env: null }] },
      },
    },
  };
  const tree = (...objects: object[]) => treeOf(new Map(objects.map((entry, index) => [`${index}.json`, JSON.stringify(entry)])), "test");
  expect(review(tree(web), tree()).changes).toMatchObject([{ action: "remove", impact: "deletion" }]);
});
