import { app } from "slipway";
import { check } from "../../lib/check/index.ts";
import { container, manifestsOf } from "../fixture.ts";

type Objects = readonly object[];

const meta = (name: string) => ({ name, namespace: "shop" });
const labels = { app: "web" };
const template = (more: object = {}) => ({ metadata: { labels }, spec: { containers: [{ name: "web", image: "web:1", ...more }] } });
const rollout = (spec: object = {}, strategy: object = { canary: {} }) => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Rollout",
  metadata: meta("web"),
  spec: { replicas: 2, selector: { matchLabels: labels }, template: template(), strategy, ...spec },
});
const adopting = (workloadRef: object = {}, strategy: object = { canary: {} }) => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Rollout",
  metadata: meta("web"),
  spec: { workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web", scaleDown: "onsuccess", ...workloadRef }, strategy },
});
const deployment = (replicas = 2) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: meta("web"),
  spec: { replicas, selector: { matchLabels: labels }, template: template() },
});
const service = (name: string, selector: object = labels) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: meta(name),
  spec: { selector, ports: [{ port: 80, targetPort: 80 }] },
});
const autoscaler = (kind: string, apiVersion: string) => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: meta("web"),
  spec: { maxReplicas: 5, minReplicas: 2, scaleTargetRef: { apiVersion, kind, name: "web" }, metrics: [] },
});
const route = (...backends: readonly string[]) => ({
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "HTTPRoute",
  metadata: meta("web"),
  spec: { rules: [{ backendRefs: backends.map((name) => ({ name, port: 80 })) }] },
});
const weighted = (config: object) =>
  rollout(
    {},
    { canary: { stableService: "web", canaryService: "next", trafficRouting: { plugins: { "argoproj-labs/gatewayAPI": config } } } },
  );

/** What the rules say, as `rule path: message`. */
const found = (objects: Objects, ...rules: readonly string[]): string[] =>
  check(
    [{ name: "test", kubernetes: "1.34", manifests: objects.map((object) => ({ object: object as never, app: "web" })) }],
    "2026-01-01",
    ({ id }) => rules.includes(id),
  ).findings.map(({ rule, path, message }) => `${rule} ${path}: ${message}`);

describe("what its controller refuses of a Rollout", () => {
  const steps = (...list: readonly object[]) => ({ canary: { steps: list } });
  test.each<readonly [what: string, object: object, message: string | undefined]>([
    ["nothing", rollout(), undefined],
    ["no strategy", rollout({}, {}), "spec.strategy: needs canary or blueGreen, found neither"],
    [
      "two strategies",
      rollout({}, { canary: {}, blueGreen: { activeService: "a" } }),
      "spec.strategy: has canary and blueGreen, which exclude each other",
    ],
    [
      "one Service for both",
      rollout({}, { blueGreen: { activeService: "a", previewService: "a" } }),
      "spec.strategy.blueGreen.previewService: is the activeService too",
    ],
    [
      "one Service for both",
      rollout({}, { canary: { stableService: "a", canaryService: "a" } }),
      "spec.strategy.canary.canaryService: is the stableService too",
    ],
    [
      "a template beside workloadRef",
      rollout({ workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" } }),
      "spec.template: is there beside workloadRef, which names another one",
    ],
    ["no template", rollout({ template: undefined }), "spec.template: is required but missing"],
    ["no selector", rollout({ selector: undefined }), "spec.selector: is required but missing"],
    [
      "no time to get ready in",
      rollout({ minReadySeconds: 600 }),
      "spec.progressDeadlineSeconds: is 600, not more than minReadySeconds (600)",
    ],
    [
      "neither surge nor missing pods",
      rollout({}, { canary: { maxSurge: 0, maxUnavailable: "0%" } }),
      "spec.strategy.canary.maxSurge: is 0, and so is maxUnavailable",
    ],
    [
      "a delay without routing",
      rollout({}, { canary: { scaleDownDelaySeconds: 5 } }),
      "spec.strategy.canary.scaleDownDelaySeconds: needs trafficRouting, which is missing",
    ],
    [
      "a weight above all",
      rollout({}, steps({ setWeight: 101 })),
      "spec.strategy.canary.steps[0].setWeight: expected a share from 0 to 100, found 101",
    ],
    [
      "a scale without routing",
      rollout({}, steps({ setCanaryScale: { replicas: 1 } })),
      "spec.strategy.canary.steps[0].setCanaryScale: needs trafficRouting, which is missing",
    ],
    [
      "a step of two kinds",
      rollout({}, steps({ setWeight: 10, pause: {} })),
      "spec.strategy.canary.steps[0]: expected one of setWeight, pause, experiment, analysis, found setWeight and pause",
    ],
    [
      "an empty step",
      rollout({}, steps({})),
      "spec.strategy.canary.steps[0]: expected one of setWeight, pause, setCanaryScale, analysis, experiment, setHeaderRoute, setMirrorRoute, plugin, found none",
    ],
    [
      "pauses",
      rollout({}, steps(...[{}, { duration: 30 }, { duration: "30" }, { duration: "1h30m" }].map((pause) => ({ pause })))),
      undefined,
    ],
    [
      "a pause of no time",
      rollout({}, steps({ pause: { duration: "ten" } })),
      'spec.strategy.canary.steps[0].pause.duration: expected a number of seconds, or a time, as 30s, 10m or 1h, found "ten"',
    ],
    [
      "a pause of days",
      rollout({}, steps({ setWeight: 10 }, { pause: { duration: "1d" } })),
      'spec.strategy.canary.steps[1].pause.duration: expected a number of seconds, or a time, as 30s, 10m or 1h, found "1d"',
    ],
    [
      "a pause of less than nothing",
      rollout({}, steps({ pause: { duration: -1 } })),
      "spec.strategy.canary.steps[0].pause.duration: expected a number of seconds, or a time, as 30s, 10m or 1h, found -1",
    ],
  ])("%s", (_what, object, message) =>
    expect(found([object], "rollout/operator-field")).toEqual(message === undefined ? [] : [`rollout/operator-field ${message}`]),
  );

  test("volumes of another form than a pod's, which its CRD leaves open", () => {
    const broken = rollout({ template: { ...template(), spec: { ...template().spec, volumes: { data: {} } } } });
    expect(found([broken], "schema/fields").join()).toMatch(/spec\.template\.spec\.volumes/);
  });
});

describe("rules about pods hold for a Rollout's", () => {
  test.each<readonly [rule: string, objects: Objects, path: RegExp]>([
    ["rollout/requests", [rollout()], /spec\.template\.spec\.containers\[0\]\.resources\.requests/],
    ["references/configuration", [rollout({ template: template({ envFrom: [{ configMapRef: { name: "nobody" } }] }) })], /envFrom/],
    ["security/image-tag", [rollout({ template: template({ image: "web" }) })], /containers\[0\]\.image/],
    ["references/service-selector", [rollout(), service("web", { app: "wbe" })], /spec\.selector/],
    [
      "rollout/blocking-budget",
      [
        rollout({ replicas: 1 }),
        {
          apiVersion: "policy/v1",
          kind: "PodDisruptionBudget",
          metadata: meta("web"),
          spec: { minAvailable: 1, selector: { matchLabels: labels } },
        },
      ],
      /minAvailable/,
    ],
    ["rollout/autoscaled-replicas", [rollout(), autoscaler("Rollout", "argoproj.io/v1alpha1")], /spec\.replicas/],
    ["rollout/all-at-once", [rollout({}, { canary: { maxSurge: 0, maxUnavailable: "100%" } })], /maxUnavailable: allows 2 of 2 pods/],
    ["references/scale-target", [autoscaler("Rollout", "argoproj.io/v1alpha1")], /scaleTargetRef/],
  ])("%s", (rule, objects, path) => expect(found(objects, rule).join()).toMatch(path));

  test("a Service that selects by the label of Argo Rollouts selects a Rollout's pods, and no Deployment's", () => {
    const hashed = service("web", { ...labels, "rollouts-pod-template-hash": "abc" });
    expect(found([rollout(), hashed], "references/service-selector")).toEqual([]);
    expect(found([deployment(), hashed], "references/service-selector")).toHaveLength(1);
  });
});

describe("a Rollout beside a Deployment", () => {
  test.each<readonly [what: string, objects: Objects, found: readonly string[]]>([
    ["scales it down", [adopting(), deployment()], []],
    ["has a Deployment without pods", [adopting({ scaleDown: "never" }), deployment(0)], []],
    [
      "leaves it its pods",
      [adopting({ scaleDown: undefined }), deployment()],
      ["rollout/adopted-deployment spec.workloadRef.scaleDown: is never, and Deployment web keeps 2 pods of its own"],
    ],
    ["has an autoscaler", [adopting(), deployment(), autoscaler("Rollout", "argoproj.io/v1alpha1")], []],
    [
      "has an autoscaler of the Deployment",
      [adopting(), deployment(), autoscaler("Deployment", "apps/v1")],
      ["rollout/adopted-autoscaler spec.scaleTargetRef.kind: scales Deployment web, from which Rollout web takes its template"],
    ],
    ["names none", [adopting()], ['references/rollout-workload spec.workloadRef.name: there is no Deployment "web" in shop']],
  ])("%s", (_what, objects, expected) =>
    expect(found(objects, "rollout/adopted-deployment", "rollout/adopted-autoscaler", "references/rollout-workload")).toEqual(expected),
  );

  test("is what an autoscaler is for that names a Deployment which isn't there", () => {
    const [finding] = check(
      [
        {
          name: "test",
          kubernetes: "1.34",
          manifests: [rollout(), autoscaler("Deployment", "apps/v1")].map((object) => ({ object: object as never, app: "web" })),
        },
      ],
      "2026-01-01",
      ({ id }) => id === "references/scale-target",
    ).findings;
    expect(finding?.fix).toBe("A Rollout has that name: set apiVersion: argoproj.io/v1alpha1 and kind: Rollout.");
  });
});

describe("Services of a Rollout", () => {
  const named = { blueGreen: { activeService: "web", previewService: "next" } };
  test.each<readonly [what: string, objects: Objects, found: number]>([
    ["select its pods", [rollout({}, named), service("web"), service("next", {})], 0],
    [
      "select by the label of Argo Rollouts",
      [rollout({}, named), service("web", { ...labels, "rollouts-pod-template-hash": "a" }), service("next")],
      0,
    ],
    ["select others", [rollout({}, named), service("web"), service("next", { app: "wbe" })], 1],
    ["select those of its Deployment", [adopting({}, named), deployment(), service("web"), service("next")], 0],
    ["select others than those of its Deployment", [adopting({}, named), deployment(), service("web", { app: "wbe" }), service("next")], 1],
    ["aren't held to a Deployment that isn't there", [adopting({}, named), service("web", { app: "wbe" })], 0],
  ])("%s", (_what, objects, count) => expect(found(objects, "rollout/rollout-service")).toHaveLength(count));
});

test.each<readonly [what: string, strategy: object, found: readonly string[]]>([
  [
    "blue-green",
    { blueGreen: { activeService: "web", scaleDownDelaySeconds: 0 } },
    ["rollout/old-pods-stay spec.strategy.blueGreen.scaleDownDelaySeconds: is 0, so old pods never go"],
  ],
  [
    "weights",
    { canary: { trafficRouting: { plugins: {} }, scaleDownDelaySeconds: 0 } },
    ["rollout/old-pods-stay spec.strategy.canary.scaleDownDelaySeconds: is 0, so old pods never go"],
  ],
  ["numbers of pods, which know no delay", { canary: { scaleDownDelaySeconds: 0 } }, []],
])("old pods stay where the delay is 0: %s", (_what, strategy, expected) =>
  expect(found([rollout({}, strategy)], "rollout/old-pods-stay")).toEqual(expected),
);

test.each<readonly [what: string, object: object, others: Objects, found: readonly string[]]>([
  [
    "two pods",
    rollout({}, { canary: { maxSurge: 0, steps: [{ setWeight: 10 }, { pause: {} }, { setWeight: 50 }] } }),
    [],
    [
      "rollout/canary-weight spec.strategy.canary.steps[0].setWeight: asks for 10%, and 1 of 2 pods are new then, which get 50% of the requests",
    ],
  ],
  ["ten pods", rollout({ replicas: 10 }, { canary: { steps: [{ setWeight: 10 }] } }), [], []],
  [
    "an autoscaler's ten",
    rollout({ replicas: undefined }, { canary: { steps: [{ setWeight: 50 }] } }),
    [autoscaler("Rollout", "argoproj.io/v1alpha1")],
    [],
  ],
  ["weights by routing", rollout({}, { canary: { trafficRouting: { plugins: {} }, steps: [{ setWeight: 10 }] } }), [], []],
  ["no pods", rollout({ replicas: 0 }, { canary: { steps: [{ setWeight: 10 }] } }), [], []],
])("steps that the number of pods can't take: %s", (_what, object, others, expected) =>
  expect(found([object, ...others], "rollout/canary-weight")).toEqual(expected),
);

describe("the HTTPRoute of a canary", () => {
  const at = 'spec.strategy.canary.trafficRouting.plugins["argoproj-labs/gatewayAPI"]';
  test.each<readonly [what: string, objects: Objects, found: readonly string[]]>([
    ["leads to both", [weighted({ httpRoute: "web" }), route("web", "next")], []],
    ["leads to both, by a list", [weighted({ httpRoutes: [{ name: "web" }] }), route("web", "next")], []],
    ["isn't there", [weighted({ httpRoute: "web" })], [`references/canary-route ${at}.httpRoute: there is no HTTPRoute "web" in shop`]],
    [
      "is in another namespace",
      [weighted({ httpRoutes: [{ name: "web" }], namespace: "edge" }), route("web", "next")],
      [`references/canary-route ${at}.httpRoutes[0].name: there is no HTTPRoute "web" in edge`],
    ],
    [
      "leads to old pods only",
      [weighted({ httpRoute: "web" }), route("web")],
      [`references/canary-route ${at}.httpRoute: HTTPRoute "web" has no rule that leads to Service "next", so its share can't be set`],
    ],
    [
      "of another plugin isn't known",
      [rollout({}, { canary: { trafficRouting: { plugins: { "other/router": { httpRoute: "web" } } } } })],
      [],
    ],
  ])("%s", (_what, objects, expected) => expect(found(objects, "references/canary-route")).toEqual(expected));
});

describe("metrics of an analysis without a condition", () => {
  const metric = (provider: object, more: object = {}) => ({ name: "errors", provider, ...more });
  const template = (kind: string, ...metrics: readonly object[]) => ({
    apiVersion: "argoproj.io/v1alpha1",
    kind,
    metadata: kind === "AnalysisTemplate" ? meta("errors") : { name: "errors" },
    spec: { metrics },
  });
  const prometheus = { prometheus: { address: "http://a", query: "a" } };
  const lacking = "successCondition: is missing, and so is failureCondition: every value counts as a success";
  test.each<readonly [what: string, object: object, found: readonly string[]]>([
    ["a query", template("AnalysisTemplate", metric(prometheus)), [`rollout/analysis-condition spec.metrics[0].${lacking}`]],
    [
      "one of a cluster",
      template("ClusterAnalysisTemplate", metric(prometheus)),
      [`rollout/analysis-condition spec.metrics[0].${lacking}`],
    ],
    [
      "the second",
      template("AnalysisTemplate", metric(prometheus, { successCondition: "result[0] < 1" }), metric({ web: { url: "http://a" } })),
      [`rollout/analysis-condition spec.metrics[1].${lacking}`],
    ],
    ["a condition of failure", template("AnalysisTemplate", metric(prometheus, { failureCondition: "result[0] > 1" })), []],
    [
      "providers that judge themselves",
      template(
        "AnalysisTemplate",
        ...[{ job: { spec: {} } }, { kayenta: {} }, { plugin: { "a/b": {} } }].map((provider) => metric(provider)),
      ),
      [],
    ],
    ["no provider, which its CRD asks for", template("AnalysisTemplate", { name: "errors" }), []],
  ])("%s", (_what, object, expected) => expect(found([object], "rollout/analysis-condition")).toEqual(expected));

  test("overlays render it, and check says so", () => {
    const metrics = { rate: { provider: prometheus } };
    const manifests = manifestsOf([
      app("web", {
        namespace: "shop",
        container: { ...container, image: "web:1" },
        workload: { kind: "Deployment", strategy: { type: "Canary", steps: [{ analysis: { templates: ["errors"] } }] } },
        analysis: { errors: { metrics } },
      } as never),
    ]);
    expect(
      found(
        manifests.map(({ object }) => object),
        "rollout/analysis-condition",
      ),
    ).toEqual([`rollout/analysis-condition spec.metrics[0].${lacking}`]);
  });
});
