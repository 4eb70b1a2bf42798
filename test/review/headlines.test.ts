import { review, treeOf, writeReview } from "../../lib/review/index.ts";

const object = (apiVersion: string, kind: string, rest: object = {}, name = "web") => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "shop" },
  ...rest,
});
const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "web:1" }] } };
const selector = { matchLabels: { app: "web" } };
const set = (replicas: number) =>
  object("apps/v1", "StatefulSet", {
    spec: {
      replicas,
      serviceName: "web",
      selector,
      template,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Delete" },
      volumeClaimTemplates: [
        { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } },
      ],
    },
  });
const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
const reviewed = (before: readonly object[], after: readonly object[]) => {
  const tree = (objects: readonly object[]) => treeOf(new Map([["a.json", JSON.stringify({ kind: "List", items: objects })]]), "test");
  return review(tree(before), tree(after), { kubernetes: "1.34" });
};
/** What the text report says of pods. */
const pods = (before: readonly object[], after: readonly object[]) =>
  /^Pods +(.*)$/m.exec(writeReview(reviewed(before, after), "text", false))?.[1];
const inShort = (before: readonly object[], after: readonly object[]) =>
  reviewed(before, after).changes.map(({ resource, action, impact }) => `${action} ${resource.kind} ${resource.name} ${impact}`);

describe("the headline about pods", () => {
  const rollout = object("argoproj.io/v1alpha1", "Rollout", { spec: { replicas: 2, selector, template } });
  const controller = object("v1", "ReplicationController", { spec: { replicas: 2, selector: { app: "web" }, template } });
  test.each<readonly [what: string, before: object[], after: object[], text: string]>([
    ["a set that loses claims with pods", [set(3)], [set(1)], "start, or change in number: StatefulSet web"],
    ["a set that goes", [set(3)], [], "deleted with their owner: StatefulSet web"],
    ["a ReplicationController that goes", [controller], [], "deleted with their owner: ReplicationController web"],
    ["a Rollout that goes", [rollout], [], "deleted with their owner: Rollout web"],
    ["a Namespace that goes", [namespace("shop")], [], "deleted with their namespace: Namespace shop"],
    [
      "a Namespace that takes a workload along",
      [namespace("shop"), controller],
      [controller],
      "deleted with their owner: ReplicationController web; deleted with their namespace: Namespace shop",
    ],
    [
      "a template that runs none",
      [object("v1", "PodTemplate", { template })],
      [],
      "none of these manifests' pods is replaced, and their number stays",
    ],
    ["a Job of another group", [object("batch.volcano.sh/v1alpha1", "Job", { spec: {} })], [], "not known: Job web"],
  ])("is right of %s", (_what, before, after, text) => {
    expect(pods(before, after)).toBe(text);
  });
});

test("what stays in a Namespace that is renamed is deleted with the old one", () => {
  const web = object("apps/v1", "Deployment", { spec: { replicas: 2, selector, template } });
  expect(inShort([namespace("shop"), web], [namespace("store"), web])).toEqual([
    "rename Namespace store data-loss",
    "change Deployment web deletion",
  ]);
});

describe("an object that is added", () => {
  const triggers = [{ type: "cpu", metadata: { value: "50" } }];
  const once = { ...template, spec: { ...template.spec, restartPolicy: "Never" } };
  test.each<readonly [kind: string, object: object, impact: string]>([
    ["a Rollout", object("argoproj.io/v1alpha1", "Rollout", { spec: { replicas: 2, selector, template } }), "scale"],
    ["a Rollout without pods", object("argoproj.io/v1alpha1", "Rollout", { spec: { replicas: 0, selector, template } }), "in-place"],
    ["a Service of Knative", object("serving.knative.dev/v1", "Service", { spec: { template } }), "scale"],
    ["a Prometheus", object("monitoring.coreos.com/v1", "Prometheus", { spec: {} }), "scale"],
    ["a ScaledObject", object("keda.sh/v1alpha1", "ScaledObject", { spec: { scaleTargetRef: { name: "web" }, triggers } }), "scale"],
    ["a kind of an operator that isn't known", object("postgresql.cnpg.io/v1", "Cluster", { spec: { instances: 3 } }), "unknown"],
    ["a kind of a group that runs no pods", object("route.openshift.io/v1", "Route", { spec: { to: { name: "web" } } }), "in-place"],
    [
      "what deploys objects from elsewhere",
      object("argoproj.io/v1alpha1", "ApplicationSet", {
        spec: { generators: [], template: { metadata: { name: "web" }, spec: { project: "shop", destination: {} } } },
      }),
      "unknown",
    ],
    ["a Job of another group", object("batch.volcano.sh/v1alpha1", "Job", { spec: { template } }), "unknown"],
    [
      "a known kind without pods",
      object("cert-manager.io/v1", "Certificate", { spec: { secretName: "web", issuerRef: { name: "web" } } }),
      "in-place",
    ],
    ["a kind of Kubernetes without a table", object("v1", "PodTemplate", { template }), "in-place"],
    [
      "a CronJob",
      object("batch/v1", "CronJob", { spec: { schedule: "0 0 1 1 *", jobTemplate: { spec: { template: once } } } }),
      "in-place",
    ],
  ])("has the impact of its kind: %s", (_kind, added, impact) => {
    const found = reviewed([], [added]).changes.map((change) => [change.action, change.impact]);
    expect(found).toEqual([["add", impact]]);
  });
});
