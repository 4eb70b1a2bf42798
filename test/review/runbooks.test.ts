import { type Review, review, treeOf, writeReview } from "../../lib/review/index.ts";
import { runbookRows } from "../../lib/review/runbooks/index.ts";

const object = (apiVersion: string, kind: string, rest: object, name = "web", namespace = "shop") => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  ...rest,
});
const app = { app: "web" };
const named = { "app.kubernetes.io/name": "web" };
const template = (labels: object = app, spec: object = {}) => ({
  metadata: { labels },
  spec: { containers: [{ name: "web", image: "web:1" }], ...spec },
});
const claimSpec = (storage: string, storageClassName = "disk", rest: object = {}) => ({
  accessModes: ["ReadWriteOnce"],
  storageClassName,
  resources: { requests: { storage } },
  ...rest,
});
const claims = (storage: string, name = "data") => ({ volumeClaimTemplates: [{ metadata: { name }, spec: claimSpec(storage) }] });
const set = (spec: object = {}, name = "web", namespace = "shop") =>
  object(
    "apps/v1",
    "StatefulSet",
    { spec: { replicas: 2, serviceName: "web", selector: { matchLabels: app }, template: template(), ...spec } },
    name,
    namespace,
  );
const deployment = (spec: object = {}, name = "web", namespace = "shop") =>
  object(
    "apps/v1",
    "Deployment",
    { spec: { replicas: 2, selector: { matchLabels: app }, template: template(), ...spec } },
    name,
    namespace,
  );
const daemonSet = (labels: object) =>
  object("apps/v1", "DaemonSet", { spec: { selector: { matchLabels: labels }, template: template(labels) } });
const service = (spec: object, name = "web", namespace = "shop") =>
  object("v1", "Service", { spec: { selector: app, ports: [{ port: 80 }], ...spec } }, name, namespace);
const job = (image: string, name = "web", rest: object = {}) =>
  object(
    "batch/v1",
    "Job",
    { spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "web", image }], ...rest } } } },
    name,
  );
const claim = (spec: object, name = "data", namespace = "shop") => object("v1", "PersistentVolumeClaim", { spec }, name, namespace);
const usesClaim = (claimName = "data") => ({ volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] });
const storageClass = (allowVolumeExpansion: boolean) => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "disk" },
  provisioner: "disk.example",
  allowVolumeExpansion,
});
const autoscaler = object("autoscaling/v2", "HorizontalPodAutoscaler", {
  spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "StatefulSet", name: "web" }, maxReplicas: 4 },
});
const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
const definition = (versions: readonly (readonly [name: string, storage: boolean, fields: readonly string[]])[]) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "webs.web.example" },
  spec: {
    group: "web.example",
    scope: "Namespaced",
    names: { kind: "Web", plural: "webs" },
    versions: versions.map(([name, storage, fields]) => ({
      name,
      storage,
      served: true,
      schema: {
        openAPIV3Schema: {
          type: "object",
          properties: { spec: { type: "object", properties: Object.fromEntries(fields.map((field) => [field, { type: "string" }])) } },
        },
      },
    })),
  },
});

type Objects = readonly object[];
const reviewed = (before: Objects, after: Objects, more: Readonly<Record<string, object>> = {}) => {
  const tree = (items: Objects) =>
    treeOf(
      new Map(
        Object.entries({ "web/all.json": { apiVersion: "v1", kind: "List", items }, ...more }).map(([path, file]) => [
          path,
          JSON.stringify(file),
        ]),
      ),
      "test",
    );
  return review(tree(before), tree(after), { kubernetes: "1.34" });
};
const idsOf = ({ runbooks }: Review) => runbooks.map(({ id }) => id).sort();
const commandsOf = ({ runbooks }: Review) => runbooks.flatMap(({ steps }) => steps.flatMap(({ command }) => command?.split("\n") ?? []));

interface Row {
  readonly what: string;
  readonly ids: readonly string[];
  /** Where the runbooks are offered, and the nearest changes where none is. */
  readonly offered: readonly [before: Objects, after: Objects];
  readonly others: Readonly<Record<string, readonly [before: Objects, after: Objects]>>;
}

const rows: readonly Row[] = [
  {
    what: "a StatefulSet's larger volumes",
    ids: ["recreate-stateful-set"],
    offered: [
      [set(claims("1Gi")), storageClass(true)],
      [set(claims("2Gi")), storageClass(true)],
    ],
    others: {
      "its class lets no claim grow": [
        [set(claims("1Gi")), storageClass(false)],
        [set(claims("2Gi")), storageClass(false)],
      ],
      "its pods are as many as an autoscaler says": [
        [set(claims("1Gi")), autoscaler],
        [set(claims("2Gi")), autoscaler],
      ],
      "its claims have another name": [[set(claims("1Gi"))], [set(claims("1Gi", "files"))]],
      "the new manifest isn't valid": [[set(claims("1Gi"))], [set({ ...claims("2Gi"), minReadySeconds: -1 })]],
    },
  },
  {
    what: "a StatefulSet's selector",
    ids: ["recreate-stateful-set"],
    offered: [[set()], [set({ selector: { matchLabels: { ...app, ...named } }, template: template({ ...app, ...named }) })]],
    others: {
      "the pods have another value": [[set()], [set({ selector: { matchLabels: { app: "shop" } }, template: template({ app: "shop" }) })]],
    },
  },
  {
    what: "a Job's template",
    ids: ["recreate-job"],
    offered: [[job("web:1")], [job("web:2")]],
    others: {
      "it is a hook": [
        [job("web:1")],
        [{ ...job("web:2"), metadata: { name: "web", namespace: "shop", annotations: { "helm.sh/hook": "post-install" } } }],
      ],
      "the new one isn't valid": [[job("web:1")], [job("web:2", "web", { restartPolicy: "Always" })]],
    },
  },
  {
    what: "a Deployment's selector",
    ids: ["recreate-deployment"],
    offered: [
      [deployment(), service({})],
      [deployment({ selector: { matchLabels: named }, template: template(named) }), service({ selector: named })],
    ],
    others: {
      "its Service leaves the old pods at once": [
        [deployment(), service({})],
        [
          deployment({ selector: { matchLabels: { app: "shop" } }, template: template({ app: "shop" }) }),
          service({ selector: { app: "shop" } }),
        ],
      ],
      "another workload has the same labels": [
        [deployment(), set()],
        [deployment({ selector: { matchLabels: named }, template: template(named) }), set()],
      ],
      "two versions of its pods may not run at a time": [
        [deployment()],
        [deployment({ selector: { matchLabels: named }, template: template(named, usesClaim()) })],
      ],
      "it selects by an expression": [
        [deployment()],
        [deployment({ selector: { matchExpressions: [{ key: "app", operator: "Exists" }] } })],
      ],
    },
  },
  {
    what: "a DaemonSet's selector",
    ids: ["recreate-daemon-set"],
    offered: [[daemonSet(app)], [daemonSet({ ...app, ...named })]],
    others: { "the pods have another value": [[daemonSet(app)], [daemonSet({ app: "shop" })]] },
  },
  {
    what: "a Service's address",
    ids: ["recreate-service"],
    offered: [[service({ clusterIP: "None" })], [service({ type: "NodePort" })]],
    others: {
      "a load balancer's address would be lost": [
        [service({ type: "LoadBalancer", loadBalancerClass: "a.example/a" })],
        [service({ type: "LoadBalancer", loadBalancerClass: "a.example/b" })],
      ],
      "the server takes the change": [[service({})], [service({ type: "NodePort" })]],
    },
  },
  {
    what: "a rolling update that is left over",
    ids: ["drop-rolling-update"],
    offered: [[deployment()], [deployment({ strategy: { type: "Recreate" } })]],
    others: {
      "it was in the manifest, and goes with it": [
        [deployment({ strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } })],
        [deployment({ strategy: { type: "Recreate" } })],
      ],
      "the manifest asks for both": [[deployment()], [deployment({ strategy: { type: "Recreate", rollingUpdate: { maxSurge: 1 } } })]],
      "the other direction": [[deployment({ strategy: { type: "Recreate" } })], [deployment({ strategy: { type: "RollingUpdate" } })]],
    },
  },
  {
    what: "a claim's class and a smaller request",
    ids: ["rebind-claim"],
    offered: [[claim(claimSpec("2Gi"))], [claim(claimSpec("1Gi", "other"))]],
    others: {
      "it asks for more than the volume has": [[claim(claimSpec("1Gi"))], [claim(claimSpec("2Gi", "other"))]],
      "its modes change": [[claim(claimSpec("1Gi"))], [claim(claimSpec("1Gi", "other", { accessModes: ["ReadWriteMany"] }))]],
      "its namespace isn't known": [[claim(claimSpec("2Gi"), "data", "")], [claim(claimSpec("1Gi"), "data", "")]],
    },
  },
  {
    what: "a claim's name",
    ids: ["move-claim"],
    offered: [[claim(claimSpec("1Gi"))], [claim(claimSpec("1Gi"), "files")]],
    others: {
      "another claim comes": [[claim(claimSpec("1Gi"))], [claim(claimSpec("1Gi", "other"), "files")]],
      "it goes alone": [[claim(claimSpec("1Gi"))], []],
    },
  },
  {
    what: "a claim's namespace",
    ids: ["move-claim"],
    offered: [[claim(claimSpec("1Gi"))], [claim(claimSpec("1Gi"), "data", "store")]],
    others: {
      "it asks for more": [[claim(claimSpec("1Gi"))], [claim(claimSpec("2Gi"), "data", "store")]],
      "it comes in two namespaces": [
        [claim(claimSpec("1Gi"))],
        [claim(claimSpec("1Gi"), "data", "store"), claim(claimSpec("1Gi"), "data", "other")],
      ],
    },
  },
  {
    what: "a StatefulSet's name",
    ids: ["move-stateful-set"],
    offered: [[set(claims("1Gi"))], [set(claims("1Gi"), "store")]],
    others: {
      "its pods are as many as an autoscaler says": [
        [set(claims("1Gi")), autoscaler],
        [set(claims("1Gi"), "store"), autoscaler],
      ],
      "it goes alone": [[set(claims("1Gi"))], []],
    },
  },
  {
    what: "a workload's name",
    ids: ["replace-workload"],
    offered: [[deployment()], [deployment({}, "store")]],
    others: {
      "two may not run at a time": [
        [deployment({ template: template(app, usesClaim()) })],
        [deployment({ template: template(app, usesClaim()) }, "store")],
      ],
      "its pods take a port of their node": [
        [deployment({ template: template(app, { hostNetwork: true }) })],
        [deployment({ template: template(app, { hostNetwork: true }) }, "store")],
      ],
    },
  },
  {
    what: "a workload's and a Service's namespace",
    ids: ["replace-service", "replace-workload"],
    offered: [
      [deployment(), service({})],
      [deployment({}, "web", "store"), service({}, "web", "store")],
    ],
    others: {
      "the old namespace goes with everything in it": [
        [namespace("shop"), deployment(), service({})],
        [namespace("store"), deployment({}, "web", "store"), service({}, "web", "store")],
      ],
    },
  },
  {
    what: "a CRD's stored version",
    ids: ["migrate-stored-version"],
    offered: [[definition([["v1", true, ["a"]]])], [definition([["v2", true, ["a", "b"]]])]],
    others: {
      "the version stays": [
        [definition([["v1", true, ["a"]]])],
        [
          definition([
            ["v2", true, ["a"]],
            ["v1", false, ["a"]],
          ]),
        ],
      ],
    },
  },
];

describe.each(rows)("for $what", ({ ids, offered, others }) => {
  test("a runbook is offered", () => {
    expect(idsOf(reviewed(...offered))).toEqual(ids);
  });
  test.each(Object.entries(others))("none is offered where %s", (_what, pair) => {
    expect(idsOf(reviewed(...pair))).toEqual([]);
  });
});

test("each runbook has its row", () => {
  expect([...new Set(rows.flatMap(({ ids }) => ids))].sort()).toEqual(runbookRows.map(({ id }) => id).sort());
});

describe("a runbook", () => {
  test("has the names and values of its object in its commands", () => {
    const { runbooks } = reviewed([set(claims("1Gi"))], [set(claims("2Gi"))]);
    expect(runbooks).toMatchInlineSnapshot(`
[
  {
    "downtime": false,
    "environment": "test",
    "id": "recreate-stateful-set",
    "keepsData": true,
    "objects": [
      {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "name": "web",
        "namespace": "shop",
      },
    ],
    "steps": [
      {
        "command": "kubectl patch persistentvolumeclaim data-web-0 data-web-1 --namespace=shop --type=merge --patch='{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'",
        "text": "Enlarge the claims there are, which their StorageClass must allow (allowVolumeExpansion).",
      },
      {
        "text": "Merge the change. The server refuses it, and what runs stays as it is.",
      },
      {
        "command": "kubectl delete statefulset web --namespace=shop --cascade=orphan",
        "text": "Delete the StatefulSet alone. Its pods and claims stay.",
      },
      {
        "text": "Sync again. Argo CD does so by itself where it heals or still retries; the new StatefulSet takes over the pods and claims.",
      },
    ],
    "title": "Enlarge the claims, and recreate the StatefulSet while its pods run on",
  },
]
`);
  });

  test("is one for several objects of a kind, with the commands of all", () => {
    const found = reviewed([job("web:1", "a"), job("web:1", "b")], [job("web:2", "a"), job("web:2", "b")]);
    expect(found.runbooks.map(({ objects }) => objects.map(({ name }) => name))).toEqual([["a", "b"]]);
    expect(commandsOf(found)).toEqual(["kubectl delete job a --namespace=shop", "kubectl delete job b --namespace=shop"]);
  });

  test("says that there may be downtime where the change itself stops all pods", () => {
    const recreate = { strategy: { type: "Recreate" } };
    const downtime = (after: object) => reviewed([deployment()], [after]).runbooks.map((runbook) => runbook.downtime);
    expect(downtime(deployment(recreate))).toEqual([false]);
    expect(downtime(deployment({ ...recreate, template: template(app, { hostname: "web" }) }))).toEqual([true]);
  });

  test("doesn't promise to keep data where the new version of a CRD lacks a field", () => {
    const { runbooks } = reviewed([definition([["v1", true, ["a", "b"]]])], [definition([["v2", true, ["a"]]])]);
    expect(runbooks.map(({ keepsData }) => keepsData)).toEqual([false]);
    expect(runbooks[0]?.steps[2]?.text).toContain("Fields that v2 doesn't have are lost by that");
  });

  test("pauses the Application that applies the object, and names how where it isn't known", () => {
    const application = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: "shop-web", namespace: "argocd" },
      spec: { project: "default", source: { repoURL: "https://git.example/a", path: "dist/prod/web" }, destination: { namespace: "shop" } },
    };
    const pair = [[set(claims("1Gi"))], [set(claims("1Gi"), "store")]] as const;
    const annotate = "kubectl annotate application shop-web argocd.argoproj.io/skip-reconcile";
    expect(commandsOf(reviewed(...pair, { "argocd/web.json": application }))).toEqual(
      expect.arrayContaining([`${annotate}=true --namespace=argocd --overwrite`, `${annotate}- --namespace=argocd`]),
    );
    const unknown = reviewed(...pair);
    expect(commandsOf(unknown).join("\n")).not.toContain("annotate");
    expect(unknown.runbooks[0]?.steps[1]?.text).toContain("annotate its Application with argocd.argoproj.io/skip-reconcile=true");
  });

  test("stops the pods that use a claim which is recreated", () => {
    const user = deployment({ template: template(app, usesClaim()) });
    const found = reviewed([claim(claimSpec("1Gi")), user], [claim(claimSpec("1Gi", "other")), user]);
    expect(commandsOf(found)).toContain("kubectl delete pods --selector=app=web --namespace=shop");
  });
});

describe("names from outside", () => {
  const hostile = ["$(reboot)", "a;reboot", "a'b", 'a"b', "a`b`", "-a", "a b", "a\nreboot", "--all", "ä"];
  test.each(hostile)("%j names nothing in a command", (name) => {
    const pairs: [Objects, Objects][] = [
      [[job("web:1", name)], [job("web:2", name)]],
      [[set(claims("1Gi"), name)], [set(claims("2Gi"), name)]],
      [[set(claims("1Gi"), "web", name)], [set(claims("2Gi"), "web", name)]],
      [[set(claims("1Gi", name))], [set(claims("2Gi", name))]],
      [[set(claims("1Gi"))], [set(claims("1Gi"), name)]],
      [[set(claims("1Gi"), name)], [set(claims("1Gi"))]],
      [[claim(claimSpec("2Gi"))], [claim(claimSpec("1Gi", name))]],
      [[deployment()], [deployment({ selector: { matchLabels: { [name]: "web" } }, template: template({ [name]: "web" }) })]],
      [[deployment()], [deployment({ selector: { matchLabels: { part: name } }, template: template({ part: name }) })]],
      [[deployment()], [deployment({}, name)]],
    ];
    for (const command of pairs.flatMap((pair) => commandsOf(reviewed(...pair)))) expect(command).not.toContain(name);
  });

  test("sync options of a manifest are kept where they are words", () => {
    const withOptions = (name: string) => ({
      ...deployment({}, name),
      metadata: {
        name,
        namespace: "shop",
        annotations: { "argocd.argoproj.io/sync-options": "Replace=true, a';reboot #=\n,Prune=confirm" },
      },
    });
    expect(commandsOf(reviewed([withOptions("web")], [withOptions("store")]))[0]).toBe(
      "kubectl annotate deployment web argocd.argoproj.io/sync-options=Replace=true,Prune=false --overwrite --namespace=shop",
    );
  });
});

describe("the reports", () => {
  const found = reviewed(
    [job("web:1"), claim(claimSpec("2Gi")), service({ clusterIP: "None" })],
    [job("web:2"), claim(claimSpec("1Gi")), service({ type: "NodePort" })],
  );
  const plain: Readonly<Record<"text" | "markdown" | "html", (report: string) => string>> = {
    text: (report) => report,
    markdown: (report) => report.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))).replace(/\\(.)/g, "$1"),
    html: (report) =>
      report.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll("&amp;", "&"),
  };

  test.each(["text", "markdown", "html"] as const)("%s has the runbooks that JSON has", (format) => {
    const report = plain[format](writeReview(found, format, false));
    const { runbooks } = JSON.parse(writeReview(found, "json", false)) as Review;
    expect(runbooks).toHaveLength(3);
    expect(report.match(/What to do about it/g)).toHaveLength(1);
    for (const { title, objects, steps } of runbooks) {
      expect(report).toContain(`${title}: ${objects[0]?.kind} ${objects[0]?.name} (`);
      for (const { text } of steps) expect(report).toContain(text);
      for (const command of steps.flatMap((step) => step.command?.split("\n") ?? [])) expect(report).toContain(command);
    }
  });

  test("have none where nothing is to be done", () => {
    const alone = reviewed([deployment()], [deployment({ replicas: 3 })]);
    expect(alone.runbooks).toEqual([]);
    for (const format of ["text", "markdown", "html"] as const)
      expect(writeReview(alone, format, false)).not.toContain("What to do about it");
  });

  test("stay small, and say what they leave out", () => {
    const jobs = (image: string) => Array.from({ length: 200 }, (_, index) => job(image, `web-${index}`));
    const many = reviewed(jobs("web:1"), jobs("web:2"));
    expect(many.runbooks).toHaveLength(1);
    expect(commandsOf(many)).toHaveLength(200);
    expect(writeReview(many, "text", false)).toContain("and 196 more commands: the JSON report has all");
    expect(writeReview(many, "markdown", false)).toContain("and 150 more commands");
    expect(writeReview(many, "html", false)).toContain("and 180 more commands");
    const sets = (storage: string) =>
      Array.from({ length: 100 }, (_, index) =>
        set({ ...claims(storage), replicas: 100, minReadySeconds: index }, `${"a".repeat(40)}-${index}`, `shop-${index}`),
      );
    const long = reviewed(sets("1Gi"), sets("2Gi"));
    expect(Buffer.byteLength(writeReview(long, "json", false))).toBeGreaterThan(500_000);
    expect(Buffer.byteLength(writeReview(long, "html", false))).toBeLessThan(1_000_000);
    expect(Buffer.byteLength(writeReview(long, "markdown", false))).toBeLessThan(200_000);
  });
});
