import { app } from "slipway";
import { container, manifestsOf } from "../fixture.ts";
import { reviewOf } from "./verdicts.ts";

type Objects = Parameters<typeof reviewOf>[0]["before"];

const meta = (name: string) => ({ name, namespace: "shop" });
const labels = { app: "web" };
const template = (image: string) => ({ metadata: { labels }, spec: { containers: [{ name: "web", image }] } });
const rollout = (image: string, strategy: object, spec: object = {}) => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Rollout",
  metadata: meta("web"),
  spec: { replicas: 4, selector: { matchLabels: labels }, template: template(image), strategy, ...spec },
});
const deployment = (image: string, replicas = 4) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: meta("web"),
  spec: { replicas, selector: { matchLabels: labels }, template: template(image) },
});
const adopting = (scaleDown?: string) => {
  const { selector, template: _template, ...spec } = rollout("web:1", { canary: { steps: [{ setWeight: 25 }, { pause: {} }] } }).spec;
  return {
    ...rollout("web:1", {}),
    spec: { ...spec, workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web", ...(scaleDown ? { scaleDown } : {}) } },
  };
};
const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: meta("few"), spec: { hard: { pods: "4" } } };
const autoscaler = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: meta("web"),
  spec: { minReplicas: 10, maxReplicas: 20, scaleTargetRef: { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: "web" } },
};
const said = (before: readonly object[], after: readonly object[], kind: string) =>
  reviewOf({ before: before as unknown as Objects, after: after as unknown as Objects })
    .changes.filter(({ resource }) => resource.kind === kind)
    .map(({ impact, reason }) => `${impact}: ${reason}`);
/** What a new image does. */
const ofImage = (strategy: object, spec: object = {}, beside: readonly object[] = []) =>
  said([rollout("web:1", strategy, spec), ...beside], [rollout("web:2", strategy, spec), ...beside], "Rollout");

const weighted = { trafficRouting: { plugins: {} } };
const blueGreen = (more: object = {}) => ({ blueGreen: { activeService: "web", ...more } });

test.each<readonly [what: string, strategy: object, spec: object, beside: readonly object[], said: string]>([
  [
    "every step",
    {
      canary: {
        ...weighted,
        steps: [
          { setCanaryScale: { replicas: 1 } },
          { setHeaderRoute: { name: "a" } },
          { setMirrorRoute: { name: "b" } },
          { setWeight: 25 },
          { analysis: { templates: [{ templateName: "errors" }, { templateName: "latency" }] } },
          { experiment: { templates: [] } },
          { plugin: { name: "c" } },
          { pause: { duration: 30 } },
          { pause: {} },
        ],
      },
    },
    {},
    [],
    "rollout: canary: 1 new beside 4 old pods, sends requests with a header to new pods, mirrors requests to new pods, " +
      "25% of requests (1 new beside 4 old pods), measures errors, latency, runs an experiment, runs the step of a plugin, " +
      "waits 30s, waits for a person, then all pods",
  ],
  ["no steps", { canary: {} }, {}, [], "rollout: canary: without steps, pods are replaced as in a rolling update"],
  [
    "no steps, with weights",
    { canary: weighted },
    {},
    [],
    "rollout: canary: all new pods start beside the old ones, and get the requests when they are ready",
  ],
  [
    "an autoscaler's pods",
    { canary: { steps: [{ setWeight: 10 }] } },
    { replicas: undefined },
    [autoscaler],
    "rollout: canary: 10% (1 of 10 pods), then all pods",
  ],
  [
    "no room for one more",
    { canary: { maxSurge: 1, maxUnavailable: 0 } },
    {},
    [quota],
    "rollout: canary: without steps, pods are replaced as in a rolling update; it waits at once: ResourceQuota few allows no further pod",
  ],
  [
    "pods that may all go",
    { canary: { maxSurge: 0, maxUnavailable: "100%" } },
    {},
    [],
    "downtime: a canary that lets all 4 pods go before new ones are ready",
  ],
  [
    "blue-green",
    blueGreen(),
    {},
    [],
    "rollout: blue-green: 4 new pods start beside the old ones, requests are switched over once they are ready, old pods go 30s later",
  ],
  [
    "blue-green, by time, of one pod, without room",
    blueGreen({ autoPromotionSeconds: 60, previewReplicaCount: 1 }),
    {},
    [quota],
    "rollout: blue-green: 1 new pod starts beside the old ones, requests are switched over 60s after they are ready, old pods go 30s later; it waits at once: ResourceQuota few allows no further pod",
  ],
  ["a strategy that isn't known", {}, {}, [], "rollout: pods are replaced by the Rollout's strategy"],
])("a new image of a Rollout: %s", (_what, strategy, spec, beside, expected) =>
  expect(ofImage(strategy, spec, beside)).toEqual([expected]),
);

describe("a Deployment and its Rollout", () => {
  test("a Rollout that takes the Deployment's place lets its pods go", () => {
    expect(said([deployment("web:1")], [rollout("web:1", { canary: {} })], "Deployment")).toEqual([
      "deletion: the Deployment and its pods are deleted, and nothing waits until those of Rollout web are ready: with workloadRef the Deployment stays until they are",
    ]);
  });

  test("a new image replaces the pods of both", () => {
    const [change] = said([deployment("web:1"), adopting()], [deployment("web:2"), adopting()], "Deployment");
    expect(change).toMatch(
      /^rollout: pods are replaced, .*; of Rollout web, which takes the template from it: canary: 25% \(1 of 4 pods\), waits for a person, then all pods$/,
    );
  });

  test.each([
    [undefined, "which stay"],
    ["onsuccess", "which go once the Rollout's are available"],
    ["progressively", "which go as the Rollout's come"],
  ])("a Rollout beside it: scaleDown %s", (scaleDown, words) => {
    expect(said([deployment("web:1")], [deployment("web:1"), adopting(scaleDown)], "Rollout")).toEqual([
      `scale: Rollout web is created and starts 4 pods beside those of Deployment web, ${words}`,
    ]);
  });

  describe("workloadRef goes, and the Rollout gets a template of its own", () => {
    const own = (image: string) => rollout(image, { canary: { steps: [{ setWeight: 25 }, { pause: {} }] } });
    test.each([
      ["onsuccess", "deletion: the Deployment is deleted, and it runs no pods any more: Rollout web has them"],
      ["progressively", "deletion: the Deployment is deleted, and it runs no pods any more: Rollout web has them"],
      ["never", "deletion: the Deployment and its pods are deleted; Rollout web has pods of its own"],
      [undefined, "deletion: the Deployment and its pods are deleted; Rollout web has pods of its own"],
    ])("what goes with the Deployment: scaleDown %s", (scaleDown, words) => {
      expect(said([deployment("web:1"), adopting(scaleDown)], [own("web:1")], "Deployment")).toEqual([words]);
    });

    test("the same template replaces no pod, and a selector that comes isn't refused", () => {
      expect(said([deployment("web:1"), adopting("onsuccess")], [own("web:1")], "Rollout")).toEqual([
        "in-place: the template is taken from its own manifest, and is the same: no pod is replaced",
      ]);
    });

    test("the third commit of docs/progressive-delivery.md, as overlays render it", () => {
      const rendered = (workloadRef?: object) =>
        manifestsOf([
          app("web", {
            namespace: "shop",
            defaults: "none",
            container: { ...container, image: "web:1" },
            workload: { kind: "Deployment", strategy: { type: "Canary", ...(workloadRef ? { workloadRef } : {}) } },
          } as never),
        ])
          .filter((manifest) => manifest.app === "web")
          .map(({ object }) => object);
      const [before, after] = [rendered({ scaleDown: "onsuccess" }), rendered()];
      expect([...said(before, after, "Deployment"), ...said(before, after, "Rollout")]).toEqual([
        "deletion: the Deployment is deleted, and it runs no pods any more: Rollout web has them",
        "in-place: the template is taken from its own manifest, and is the same: no pod is replaced",
      ]);
    });

    test("another template goes by the Rollout's steps", () => {
      expect(said([deployment("web:1"), adopting("onsuccess")], [own("web:2")], "Rollout")).toEqual([
        "rollout: the template is taken from its own manifest; canary: 25% (1 of 4 pods), waits for a person, then all pods",
      ]);
    });

    test("a selector that changes is refused all the same", () => {
      const other = rollout("web:1", { canary: {} }, { selector: { matchLabels: { ...labels, tier: "front" } } });
      expect(said([rollout("web:1", { canary: {} })], [other], "Rollout")).toEqual([
        expect.stringMatching(/^rejected: .*a Rollout's selector/),
      ]);
    });
  });

  test("a Rollout that is created paused starts none", () => {
    expect(said([], [rollout("web:1", { canary: {} }, { paused: true })], "Rollout")).toEqual([
      "in-place: Rollout web is created paused: its pods start when it is resumed",
    ]);
  });
});
