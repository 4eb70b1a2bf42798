import type { KubernetesObject } from "slipway";
import type { ObjectPair } from "./pairs.ts";

/** Changes of what Argo Rollouts runs: a Rollout with everything it needs beside it, of which one field changes. */

const container = { name: "web", image: "web:1", resources: { requests: { cpu: "100m", memory: "64Mi" } } };
const selector = { matchLabels: { app: "web" } };
const template = { metadata: { labels: { app: "web" } }, spec: { containers: [container] } };
const object = (apiVersion: string, kind: string, name: string, rest: object) =>
  ({ apiVersion, kind, metadata: { name }, ...rest }) as unknown as KubernetesObject;
const service = (name: string) =>
  object("v1", "Service", name, { spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80 }] } });
const services = [service("web"), service("preview"), service("other")];

type Spec = Readonly<Record<string, unknown>>;
const rollout = (strategy: object, more: Spec = {}) =>
  object("argoproj.io/v1alpha1", "Rollout", "web", { spec: { replicas: 4, selector, template, strategy, ...more } });
const canary = (fields: object = {}, more: Spec = {}) => rollout({ canary: { maxSurge: 1, maxUnavailable: 0, ...fields } }, more);
const blueGreen = (fields: object = {}, more: Spec = {}) =>
  rollout({ blueGreen: { activeService: "web", previewService: "preview", scaleDownDelaySeconds: 1, ...fields } }, more);
const image = (name: string) => ({ template: { ...template, spec: { containers: [{ ...container, image: name }] } } });
const deployment = (more: Spec = {}) => object("apps/v1", "Deployment", "web", { spec: { replicas: 2, selector, template, ...more } });
const { selector: _selector, template: _template, ...withoutPods } = canary().spec as Spec;
const referring = (scaleDown?: string, more: Spec = {}) =>
  object("argoproj.io/v1alpha1", "Rollout", "web", {
    spec: {
      ...withoutPods,
      replicas: 2,
      workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web", ...(scaleDown ? { scaleDown } : {}) },
      ...more,
    },
  });
/** Waits for a person at a quarter of the pods. */
const steps = [{ setWeight: 25 }, { pause: {} }];
/** Goes on by itself. */
const goingOn = [{ setWeight: 25 }, { pause: { duration: "1s" } }];
const metrics = (name: string) => [
  { name, provider: { job: { spec: { template: { spec: { restartPolicy: "Never", containers: [container] } } } } } },
];

/** The time at which a change is applied: see test/e2e/live.ts. */
export const applied = "2000-01-01T00:00:00Z";

const labelled = { template: { ...template, metadata: { labels: { app: "web", tier: "web" } } } };

const changes: readonly (readonly [what: string, before: KubernetesObject, after: KubernetesObject])[] = [
  ["a new image, without steps", canary(), canary({}, image("web:2"))],
  ["a new image, with Argo Rollouts' defaults", rollout({ canary: {} }), rollout({ canary: {} }, image("web:2"))],
  ["a new image, with steps", canary({ steps }), canary({ steps }, image("web:2"))],
  [
    "a new image of the only pod, which can't surge",
    canary({ maxSurge: 0, maxUnavailable: 1 }, { replicas: 1 }),
    canary({ maxSurge: 0, maxUnavailable: 1 }, { replicas: 1, ...image("web:2") }),
  ],
  ["a new image of the only pod", canary({}, { replicas: 1 }), canary({}, { replicas: 1, ...image("web:2") })],
  [
    "a new image where all may go",
    canary({ maxSurge: 0, maxUnavailable: "100%" }),
    canary({ maxSurge: 0, maxUnavailable: "100%" }, image("web:2")),
  ],
  ["a new image while paused", canary(), canary({}, { paused: true, ...image("web:2") })],
  ["a new image without pods", canary({}, { replicas: 0 }), canary({}, { replicas: 0, ...image("web:2") })],
  ["a default of its template", canary(), canary({}, { template: { ...template, spec: { ...template.spec, restartPolicy: "Always" } } })],
  ["its selector", canary({}, labelled), canary({}, { ...labelled, selector: { matchLabels: { tier: "web" } } })],
  ["more pods", canary(), canary({}, { replicas: 5 })],
  ["fewer pods, with steps", canary({ steps }), canary({ steps }, { replicas: 2 })],
  ["paused", canary(), canary({}, { paused: true })],
  ["other steps", canary({ steps }), canary({ steps: [{ setWeight: 50 }, { pause: {} }] })],
  ["steps", canary(), canary({ steps })],
  ["no steps", canary({ steps }), canary()],
  ["other surge", canary(), canary({ maxSurge: 2 })],
  ["labels of new pods", canary(), canary({ canaryMetadata: { labels: { role: "canary" } } })],
  ["labels of stable pods", canary(), canary({ stableMetadata: { labels: { role: "stable" } } })],
  ["a delay after an abort", canary(), canary({ abortScaleDownDelaySeconds: 5 })],
  ["anti-affinity", canary(), canary({ antiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } })],
  ["restarted", canary(), canary({}, { restartAt: applied })],
  ["how many analyses are kept", canary(), canary({}, { analysis: { successfulRunHistoryLimit: 1 } })],
  ["minReadySeconds", canary(), canary({}, { minReadySeconds: 1 })],
  ["progressDeadlineSeconds", canary(), canary({}, { progressDeadlineSeconds: 60 })],
  ["progressDeadlineAbort", canary(), canary({}, { progressDeadlineAbort: true })],
  ["revisionHistoryLimit", canary(), canary({}, { revisionHistoryLimit: 2 })],
  ["rollbackWindow", canary(), canary({}, { rollbackWindow: { revisions: 2 } })],
  ["blue-green, a new image", blueGreen(), blueGreen({}, image("web:2"))],
  [
    "blue-green, a new image, and old pods stay",
    blueGreen({ scaleDownDelaySeconds: 0 }),
    blueGreen({ scaleDownDelaySeconds: 0 }, image("web:2")),
  ],
  [
    "blue-green, a new image of a preview with fewer pods",
    blueGreen({ previewReplicaCount: 1 }),
    blueGreen({ previewReplicaCount: 1 }, image("web:2")),
  ],
  ["blue-green, another Service", blueGreen(), blueGreen({ activeService: "other" })],
  ["blue-green, another preview", blueGreen(), blueGreen({ previewService: "other" })],
  ["blue-green, promoted by a person", blueGreen(), blueGreen({ autoPromotionEnabled: false })],
  ["blue-green, fewer pods in the preview", blueGreen(), blueGreen({ previewReplicaCount: 1 })],
  ["a canary becomes blue-green", canary(), blueGreen()],
  ["blue-green becomes a canary", blueGreen(), canary()],
];

/** Requests by weights of an HTTPRoute. */
const weighted = (fields: object = {}, more: Spec = {}) =>
  canary(
    {
      stableService: "web",
      canaryService: "preview",
      trafficRouting: { plugins: { "argoproj-labs/gatewayAPI": { httpRoute: "web" } } },
      scaleDownDelaySeconds: 1,
      ...fields,
    },
    more,
  );
const httpRoute = object("gateway.networking.k8s.io/v1", "HTTPRoute", "web", {
  spec: {
    parentRefs: [{ name: "web" }],
    rules: [
      {
        backendRefs: [
          { name: "web", port: 80, weight: 100 },
          { name: "preview", port: 80, weight: 0 },
        ],
      },
    ],
  },
});
const weightedChanges: readonly (readonly [what: string, before: KubernetesObject, after: KubernetesObject])[] = [
  ["weights, a new image, without steps", weighted(), weighted({}, image("web:2"))],
  ["weights, a new image, with steps", weighted({ steps: goingOn }), weighted({ steps: goingOn }, image("web:2"))],
  [
    "weights, a new image, and old pods stay",
    weighted({ scaleDownDelaySeconds: 0 }),
    weighted({ scaleDownDelaySeconds: 0 }, image("web:2")),
  ],
  [
    "weights, old pods go step by step",
    weighted({ scaleDownDelaySeconds: undefined }),
    weighted({ scaleDownDelaySeconds: undefined, dynamicStableScale: true }),
  ],
  ["weights instead of numbers of pods", canary(), weighted()],
  ["numbers of pods instead of weights", weighted(), canary()],
];

export const rolloutPairs: readonly ObjectPair[] = [
  ...changes.map(([what, before, after]) => ({ what: `Rollout: ${what}`, before: [before, ...services], after: [after, ...services] })),
  ...weightedChanges.map(([what, before, after]) => ({
    what: `Rollout: ${what}`,
    before: [before, ...services, httpRoute],
    after: [after, ...services, httpRoute],
  })),
  { what: "Rollout: removed", before: [canary()], after: [] },
  {
    what: "Rollout: workloadRef, scaled down later",
    before: [referring(), deployment()],
    after: [referring("onsuccess"), deployment()],
  },
  {
    what: "Rollout: workloadRef, another Deployment",
    before: [referring(), deployment(), { ...deployment({ ...image("web:2"), replicas: 0 }), metadata: { name: "other" } }],
    after: [
      referring(undefined, { workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name: "other" } }),
      deployment(),
      { ...deployment({ ...image("web:2"), replicas: 0 }), metadata: { name: "other" } },
    ],
  },
  {
    what: "Rollout: workloadRef, removed",
    before: [referring(), deployment()],
    after: [deployment()],
  },
  {
    what: "Rollout: a template of its own, the same as of its Deployment",
    before: [referring("onsuccess"), deployment()],
    after: [canary({}, { replicas: 2 })],
  },
  {
    what: "Rollout: a template of its own, with a new image",
    before: [referring("onsuccess"), deployment()],
    after: [canary({}, { replicas: 2, ...image("web:2") })],
  },
  {
    what: "Deployment: its Rollout gets a template of its own",
    before: [deployment(), referring("onsuccess")],
    after: [canary({}, { replicas: 2 })],
  },
  {
    what: "Rollout: the template of a Deployment instead of its own",
    before: [canary({}, { replicas: 2 }), deployment({ replicas: 0 })],
    after: [referring(), deployment({ replicas: 0 })],
  },
  {
    what: "Deployment: a new image, and a Rollout takes the template from it",
    before: [deployment({ replicas: 0 }), referring()],
    after: [deployment({ replicas: 0, ...image("web:2") }), referring()],
  },
  {
    what: "Deployment: a Rollout takes its place",
    before: [deployment()],
    after: [canary()],
  },
  {
    what: "AnalysisTemplate: what it measures",
    before: [object("argoproj.io/v1alpha1", "AnalysisTemplate", "web", { spec: { metrics: metrics("a") } })],
    after: [object("argoproj.io/v1alpha1", "AnalysisTemplate", "web", { spec: { metrics: metrics("b") } })],
  },
];
