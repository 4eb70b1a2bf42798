import { review, treeOf, writeReview } from "../../lib/review/index.ts";
import { app, deployment, named, type Objects, reviewed, service, template } from "./runbook-objects.ts";

const found = (before: Objects, after: Objects) =>
  reviewed(before, after)
    .changes.filter(({ resource }) => resource.kind === "Service")
    .map(({ impact, reason }) => `${impact}: ${reason}`);
const pod = (labels: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "shop", labels },
  spec: { containers: [{ name: "web", image: "web:1" }] },
});
const rollout = (labels: object) => ({
  ...deployment({ template: template(labels) }),
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Rollout",
});
const custom = (apiVersion: string, kind: string) => ({ apiVersion, kind, metadata: { name: "web", namespace: "shop" }, spec: {} });
const lost = "downtime: it selects no pod of these manifests: requests fail";
const others = "in-place: requests go to other pods at once";
const wrong = { selector: { app: "wbe" } };

describe("a Service whose selector changes", () => {
  test.each<readonly [what: string, before: Objects, after: Objects, verdict: string]>([
    ["fits no pod any more", [deployment(), service({})], [deployment(), service(wrong)], lost],
    ["fits no single Pod any more", [pod(app), service({})], [pod(app), service(wrong)], lost],
    [
      "fits only pods of another namespace",
      [deployment(), service({})],
      [deployment(), deployment({ template: template({ app: "wbe" }) }, "wbe", "store"), service(wrong)],
      lost,
    ],
    [
      "fits other pods",
      [deployment(), service({})],
      [deployment({ template: template({ ...app, ...named }) }), service({ selector: named })],
      others,
    ],
    ["fits the pods of a Rollout", [deployment(), service({})], [deployment(), rollout({ app: "wbe" }), service(wrong)], others],
    ["may fit the pods of an operator", [deployment(), service({})], [deployment(), custom("a.example/v1", "Web"), service(wrong)], others],
    [
      "fits no pod, beside what runs none",
      [deployment(), service({})],
      [deployment(), custom("monitoring.coreos.com/v1", "ServiceMonitor"), service(wrong)],
      lost,
    ],
    ["fitted no pod of these manifests before", [service({})], [service(wrong)], others],
    ["is gone: somebody else sets its endpoints", [deployment(), service({})], [deployment(), service({ selector: {} })], others],
  ])("%s", (_what, before, after, verdict) => {
    expect(found(before, after)).toEqual([verdict]);
  });

  test("is a headline of its own: its pods run on", () => {
    const text = writeReview(reviewed([deployment(), service({})], [deployment(), service(wrong)]), "text", false);
    expect(text).toMatch(/^Pods +get no requests: Service web$/m);
  });

  test("is judged by workloads of files that don't change", () => {
    const tree = (selector: object) =>
      treeOf(
        new Map([
          ["a.json", JSON.stringify(deployment())],
          ["b.json", JSON.stringify(service({ selector }))],
        ]),
        "test",
      );
    expect(review(tree(app), tree(wrong.selector), { kubernetes: "1.34" }).changes).toMatchObject([{ impact: "downtime" }]);
  });
});

describe("a Service whose port goes", () => {
  const ports = (port: number) => service({ ports: [{ name: "http", port }] });
  const ingress = (port: object, name = "web") => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "front", namespace: "shop" },
    spec: { rules: [{ http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name, port } } }] } }] },
  });
  const gone = "in-place: requests to the port fail at once";
  test.each<readonly [what: string, after: object, verdict: string]>([
    [
      "an Ingress still leads to by number",
      ingress({ number: 80 }),
      "downtime: requests to the port fail at once, and Ingress front still leads to it",
    ],
    ["the Ingress leads to the new one", ingress({ number: 81 }), gone],
    ["the Ingress leads to another Service", ingress({ number: 80 }, "other"), gone],
  ])("and %s", (_what, after, verdict) => expect(found([ports(80), ingress({ number: 80 })], [ports(81), after])).toEqual([verdict]));
});
