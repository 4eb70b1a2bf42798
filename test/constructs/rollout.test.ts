import { app } from "slipway";
import { container, manifestsOf, objectsOf, the } from "../fixture.ts";

const adopted = { container: { ...container, ports: { http: 8080 } }, defaults: "none" } as const;
const service = { ports: { http: 80 } };
const routes = { api: { path: "/" } };
const template = {
  metadata: { labels: { app: "demo" } },
  spec: { containers: [{ name: "demo", image: "registry.example/demo:1", ports: [{ name: "http", containerPort: 8080 }] }] },
};
const selector = { matchLabels: { app: "demo" } };
const byGateway = { routing: { gateway: { parent: { name: "public", namespace: "edge" } } } } as const;
const make = (strategy: object, more: object = {}, workload: object = {}) =>
  objectsOf({ ...adopted, workload: { kind: "Deployment", strategy, ...workload }, ...more }, byGateway);
const kindsOf = (objects: readonly { readonly kind: string; readonly metadata: { readonly name: string } }[]) =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();

describe("a canary", () => {
  test("in full, with shares of the number of pods", () => {
    const objects = make(
      {
        type: "Canary",
        steps: [{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }, { pause: { duration: "10m" } }],
        maxSurge: "50%",
        maxUnavailable: 1,
        abortScaleDownDelaySeconds: 0,
        antiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} },
        canaryMetadata: { labels: { role: "canary" } },
        stableMetadata: { annotations: { role: "stable" } },
      },
      { service },
      { replicas: 5, minReadySeconds: 5, progressDeadlineSeconds: 60, revisionHistoryLimit: 2, paused: true },
    );
    expect(kindsOf(objects)).toEqual(["Rollout demo", "Service demo"]);
    expect(the("Rollout", objects)).toEqual({
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Rollout",
      metadata: { name: "demo", namespace: "demo" },
      spec: {
        replicas: 5,
        strategy: {
          canary: {
            steps: [{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }, { pause: { duration: "10m" } }],
            maxSurge: "50%",
            maxUnavailable: 1,
            abortScaleDownDelaySeconds: 0,
            antiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} },
            canaryMetadata: { labels: { role: "canary" } },
            stableMetadata: { annotations: { role: "stable" } },
          },
        },
        minReadySeconds: 5,
        progressDeadlineSeconds: 60,
        revisionHistoryLimit: 2,
        paused: true,
        selector,
        template,
      },
    });
  });

  test("with weights by Gateway API has a Service of its own for new pods, and names the HTTPRoute", () => {
    const objects = make(
      {
        type: "Canary",
        traffic: "gateway",
        steps: [
          { setCanaryScale: { replicas: 1 } },
          { setWeight: 50 },
          { setHeaderRoute: { name: "a" } },
          { setMirrorRoute: { name: "b" } },
          { experiment: { duration: "1m" } },
          { plugin: { name: "c" } },
        ],
        minPodsPerReplicaSet: 2,
        dynamicStableScale: true,
      },
      { service: { type: "LoadBalancer", ports: { http: { port: 80, nodePort: 30080 } }, annotations: { lb: "public" } }, routes },
    );
    expect(the("Rollout", objects).spec.strategy.canary).toEqual({
      stableService: "demo",
      canaryService: "demo-canary",
      trafficRouting: { plugins: { "argoproj-labs/gatewayAPI": { httpRoute: "demo", namespace: "demo" } } },
      minPodsPerReplicaSet: 2,
      dynamicStableScale: true,
      steps: [
        { setCanaryScale: { replicas: 1 } },
        { setWeight: 50 },
        { setHeaderRoute: { name: "a" } },
        { setMirrorRoute: { name: "b" } },
        { experiment: { duration: "1m" } },
        { plugin: { name: "c" } },
      ],
    });
    expect(the("HTTPRoute", objects).spec.rules[0].backendRefs).toEqual([
      { name: "demo", port: 80, weight: 100 },
      { name: "demo-canary", port: 80, weight: 0 },
    ]);
    const services = objects.filter(({ kind }) => kind === "Service");
    expect(services.map(({ metadata, spec }) => ({ name: metadata.name, annotations: metadata.annotations, spec }))).toEqual([
      {
        name: "demo",
        annotations: { lb: "public" },
        spec: { type: "LoadBalancer", selector: { app: "demo" }, ports: [{ name: "http", port: 80, nodePort: 30080, targetPort: "http" }] },
      },
      {
        name: "demo-canary",
        annotations: undefined,
        spec: { selector: { app: "demo" }, ports: [{ name: "http", port: 80, targetPort: "http" }] },
      },
    ]);
  });

  test("takes other names, and its stable pods their time to go", () => {
    const objects = make(
      { type: "Canary", traffic: "gateway", canaryService: "next", httpRoute: "shop", scaleDownDelaySeconds: 5 },
      { service: { ...service, name: "web" } },
    );
    expect(kindsOf(objects)).toEqual(["Rollout demo", "Service next", "Service web"]);
    expect(the("Rollout", objects).spec.strategy.canary).toEqual({
      stableService: "web",
      canaryService: "next",
      trafficRouting: { plugins: { "argoproj-labs/gatewayAPI": { httpRoute: "shop", namespace: "demo" } } },
      scaleDownDelaySeconds: 5,
    });
  });

  test("moves without a gap by default, and spreads pods of one revision", () => {
    const objects = objectsOf({
      container,
      workload: { kind: "Deployment", replicas: 2, strategy: { type: "Canary", steps: [{ setWeight: 50 }] } },
    });
    const { spec } = the("Rollout", objects);
    expect(spec.strategy.canary).toEqual({ maxSurge: 1, maxUnavailable: 0, steps: [{ setWeight: 50 }] });
    expect(spec.template.spec.topologySpreadConstraints[0].matchLabelKeys).toEqual(["rollouts-pod-template-hash"]);
  });
});

test("a blue-green rollout in full", () => {
  const objects = make(
    {
      type: "BlueGreen",
      autoPromotionEnabled: true,
      autoPromotionSeconds: 60,
      previewReplicaCount: 1,
      scaleDownDelaySeconds: 10,
      scaleDownDelayRevisionLimit: 1,
      maxUnavailable: 1,
      abortScaleDownDelaySeconds: 20,
      previewMetadata: { labels: { role: "preview" } },
      activeMetadata: { labels: { role: "active" } },
      prePromotionAnalysis: { templates: ["smoke"], args: { url: "http://demo-preview", hash: { podTemplateHash: "Latest" } } },
      postPromotionAnalysis: {
        templates: [{ name: "errors", clusterScope: true }, { name: "latency" }],
        args: { region: { field: "metadata.name" } },
      },
    },
    { service, analysis: { smoke: { metrics: { up: { provider: { job: { spec: {} } } } }, args: { url: {}, hash: {} } } } },
  );
  expect(kindsOf(objects)).toEqual(["AnalysisTemplate demo-smoke", "Rollout demo", "Service demo", "Service demo-preview"]);
  expect(the("Rollout", objects).spec).toEqual({
    strategy: {
      blueGreen: {
        activeService: "demo",
        previewService: "demo-preview",
        autoPromotionEnabled: true,
        autoPromotionSeconds: 60,
        previewReplicaCount: 1,
        scaleDownDelaySeconds: 10,
        scaleDownDelayRevisionLimit: 1,
        maxUnavailable: 1,
        abortScaleDownDelaySeconds: 20,
        previewMetadata: { labels: { role: "preview" } },
        activeMetadata: { labels: { role: "active" } },
        prePromotionAnalysis: {
          templates: [{ templateName: "demo-smoke" }],
          args: [
            { name: "hash", valueFrom: { podTemplateHashValue: "Latest" } },
            { name: "url", value: "http://demo-preview" },
          ],
        },
        postPromotionAnalysis: {
          templates: [{ templateName: "errors", clusterScope: true }, { templateName: "latency" }],
          args: [{ name: "region", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
        },
      },
    },
    selector,
    template,
  });
});

test("analyses are AnalysisTemplates", () => {
  const objects = make(
    {
      type: "Canary",
      analysis: { templates: ["errors"], startingStep: 1, args: { service: "demo" } },
      steps: [{ setWeight: 20 }, { analysis: { templates: ["errors"] } }],
    },
    {
      analysis: {
        errors: {
          args: { service: { value: "demo" }, token: { secret: { name: "prometheus", key: "token" } } },
          metrics: {
            rate: {
              provider: { prometheus: { address: "http://prometheus:9090", query: "up" } },
              successCondition: "result[0] >= 0.95",
              failureCondition: "result[0] < 0.5",
              interval: "1m",
              initialDelay: 30,
              count: 5,
              failureLimit: 1,
              inconclusiveLimit: 2,
              consecutiveSuccessLimit: 3,
              consecutiveErrorLimit: 4,
            },
          },
        },
      },
    },
  );
  expect(the("Rollout", objects).spec.strategy.canary).toEqual({
    analysis: { templates: [{ templateName: "demo-errors" }], startingStep: 1, args: [{ name: "service", value: "demo" }] },
    steps: [{ setWeight: 20 }, { analysis: { templates: [{ templateName: "demo-errors" }] } }],
  });
  expect(the("AnalysisTemplate", objects)).toEqual({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AnalysisTemplate",
    metadata: {
      name: "demo-errors",
      namespace: "demo",
    },
    spec: {
      args: [
        { name: "service", value: "demo" },
        { name: "token", valueFrom: { secretKeyRef: { name: "prometheus", key: "token" } } },
      ],
      metrics: [
        {
          name: "rate",
          provider: { prometheus: { address: "http://prometheus:9090", query: "up" } },
          successCondition: "result[0] >= 0.95",
          failureCondition: "result[0] < 0.5",
          interval: "1m",
          initialDelay: 30,
          count: 5,
          failureLimit: 1,
          inconclusiveLimit: 2,
          consecutiveSuccessLimit: 3,
          consecutiveErrorLimit: 4,
        },
      ],
    },
  });
});

describe("workloadRef", () => {
  const strategy = { type: "Canary", maxSurge: 1, workloadRef: { scaleDown: "onsuccess" } };

  test("keeps the Deployment, and the Rollout takes the template from it", () => {
    const objects = make(strategy, {}, { replicas: 3 });
    expect(the("Rollout", objects).spec).toEqual({
      replicas: 3,
      strategy: { canary: { maxSurge: 1 } },
      workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name: "demo", scaleDown: "onsuccess" },
    });
    expect(the("Deployment", objects).spec).toEqual({
      replicas: 3,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      selector,
      template,
    });
  });

  test("changes nothing of the Deployment that would replace its pods", () => {
    const of = (workload: object) =>
      the("Deployment", objectsOf({ container, workload: { kind: "Deployment", replicas: 3, ...workload } }));
    expect(of({ strategy: { ...strategy, steps: [] } }).spec).toEqual(of({}).spec);
  });
});

test("an autoscaler scales the Rollout", () => {
  const autoscaling = { minReplicas: 2, maxReplicas: 4, cpu: 50 };
  const objects = make({ type: "Canary", maxSurge: 1 }, { autoscaling }, { replicas: 3 });
  expect(the("Rollout", objects).spec).not.toHaveProperty("replicas");
  expect(the("HorizontalPodAutoscaler", objects).spec.scaleTargetRef).toEqual({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Rollout",
    name: "demo",
  });
});

describe("Argo CD", () => {
  const applicationOf = (spec: object) => {
    const demo = app("demo", { namespace: "demo", ...adopted, ...spec } as never);
    const manifests = manifestsOf([demo], byGateway);
    return manifests.find(({ object }) => object.kind === "Application" && object.metadata.name === "test-demo")?.object as unknown as {
      spec: { ignoreDifferences?: object[]; syncPolicy: { syncOptions: string[] } };
    };
  };
  const deployment = (strategy: object) => ({ workload: { kind: "Deployment", strategy } });

  test.each<[what: string, spec: object, ignored: object[] | undefined]>([
    ["a canary by number of pods", deployment({ type: "Canary", maxSurge: 1 }), undefined],
    [
      "an autoscaled one",
      { ...deployment({ type: "Canary", maxSurge: 1 }), autoscaling: { minReplicas: 2, maxReplicas: 4, cpu: 50 } },
      [{ group: "argoproj.io", kind: "Rollout", name: "demo", jsonPointers: ["/spec/replicas"] }],
    ],
    [
      "a canary with weights",
      { ...deployment({ type: "Canary", traffic: "gateway" }), service, routes },
      [
        { kind: "Service", name: "demo", jsonPointers: ["/spec/selector/rollouts-pod-template-hash"] },
        { kind: "Service", name: "demo-canary", jsonPointers: ["/spec/selector/rollouts-pod-template-hash"] },
        {
          group: "gateway.networking.k8s.io",
          kind: "HTTPRoute",
          name: "demo",
          jqPathExpressions: [".spec.rules[].backendRefs[].weight"],
        },
      ],
    ],
    [
      "a blue-green rollout",
      { ...deployment({ type: "BlueGreen" }), service },
      [
        { kind: "Service", name: "demo", jsonPointers: ["/spec/selector/rollouts-pod-template-hash"] },
        { kind: "Service", name: "demo-preview", jsonPointers: ["/spec/selector/rollouts-pod-template-hash"] },
      ],
    ],
    [
      "workloadRef",
      deployment({ type: "Canary", workloadRef: {} }),
      [{ group: "apps", kind: "Deployment", name: "demo", jsonPointers: ["/spec/replicas"] }],
    ],
  ])("leaves alone what controllers own of %s", (_what, spec, ignored) => {
    const application = applicationOf(spec);
    expect(application.spec.ignoreDifferences).toEqual(ignored);
    const { syncOptions } = application.spec.syncPolicy;
    const isWeighted = JSON.stringify(ignored ?? "").includes("HTTPRoute");
    expect(syncOptions.includes("RespectIgnoreDifferences=true")).toBe(ignored !== undefined && !isWeighted);
    expect(syncOptions.includes("ApplyOutOfSyncOnly=true")).toBe(isWeighted);
  });

  test("may deploy Rollouts and AnalysisTemplates", () => {
    const [project] = manifestsOf([app("demo", { namespace: "demo", ...adopted, ...deployment({ type: "Canary" }) } as never)]).filter(
      ({ object }) => object.kind === "AppProject" && object.metadata.name === "test",
    );
    const { namespaceResourceWhitelist } = the("AppProject", project ? [project.object] : []).spec;
    for (const kind of ["Rollout", "AnalysisTemplate"]) expect(namespaceResourceWhitelist).toContainEqual({ group: "argoproj.io", kind });
  });
});

describe("is refused", () => {
  const problemsOf = (strategy: object, more: object = {}) => {
    try {
      make(strategy, more);
    } catch (error) {
      return (
        (error as { problems?: { path: string; message: string }[] }).problems?.map(({ path, message }) => `${path}: ${message}`) ?? []
      );
    }
    return [];
  };
  const weighted = { type: "Canary", traffic: "gateway" };
  const metric = { provider: { job: {} } };

  test.each<[what: string, strategy: object, more: object, problem: string | undefined]>([
    [
      "weights without a Service",
      { ...weighted, httpRoute: "shop" },
      {},
      "service: is required by a canary that shares requests out but missing",
    ],
    ["blue-green without a Service", { type: "BlueGreen" }, {}, "service: is required by a blue-green rollout but missing"],
    [
      "weights without routes",
      weighted,
      { service },
      "routes: are required by a canary with `traffic: gateway` but missing: there is no HTTPRoute whose weights could change",
    ],
    ["weights of a named HTTPRoute without routes", { ...weighted, httpRoute: "shop" }, { service }, undefined],
    [
      "one Service for both",
      { ...weighted, canaryService: "demo" },
      { service, routes },
      "workload.strategy.canaryService: is the app's own Service",
    ],
    [
      "one Service for both",
      { type: "BlueGreen", previewService: "demo" },
      { service },
      "workload.strategy.previewService: is the app's own Service",
    ],
    [
      "a name that is too long",
      weighted,
      { service: { ...service, name: "a".repeat(60) }, routes },
      `workload.strategy.canaryService: expected the name of a Service, found "${"a".repeat(60)}-canary"`,
    ],
    [
      "no surge and none missing",
      { type: "Canary", maxSurge: "0%", maxUnavailable: 0 },
      {},
      "workload.strategy.maxSurge: is 0, and so is maxUnavailable: no pod could be replaced",
    ],
    [
      "a scale without weights",
      { type: "Canary", steps: [{ setCanaryScale: { replicas: 1 } }] },
      {},
      "workload.strategy.steps.0.setCanaryScale: needs `traffic: gateway`: without it the number of pods decides who gets the requests",
    ],
    [
      "a delay without weights",
      { type: "Canary", scaleDownDelaySeconds: 5 },
      {},
      "workload.strategy.scaleDownDelaySeconds: needs `traffic: gateway`: without it the number of pods decides who gets the requests",
    ],
    [
      "a delay beside dynamicStableScale",
      { ...weighted, dynamicStableScale: true, scaleDownDelaySeconds: 5 },
      { service, routes },
      "workload.strategy.scaleDownDelaySeconds: doesn't go with dynamicStableScale, by which old pods go step by step",
    ],
    [
      "workloadRef beside weights",
      { ...weighted, workloadRef: {} },
      { service, routes },
      "workload.strategy.workloadRef: doesn't go with `traffic: gateway`: Argo CD can't leave alone the Deployment's number of pods and the route's weights at once",
    ],
    [
      "seconds until a person promotes",
      { type: "BlueGreen", autoPromotionEnabled: false, autoPromotionSeconds: 60 },
      { service },
      "workload.strategy.autoPromotionSeconds: has no effect where autoPromotionEnabled is false: a person promotes it",
    ],
    [
      "an analysis that isn't there",
      { type: "Canary", steps: [{ setWeight: 10 }, { analysis: { templates: ["error"] } }] },
      { analysis: { errors: { metrics: { a: metric } } } },
      'workload.strategy.steps.1.analysis.templates.0: the app has no analysis "error"',
    ],
    [
      "a step that never ends",
      { type: "BlueGreen", prePromotionAnalysis: { templates: ["errors"] } },
      { service, analysis: { errors: { metrics: { a: { ...metric, interval: "1m" } } } } },
      "analysis.errors.metrics.a.count: is required but missing: workload.strategy.prePromotionAnalysis would wait for it without end",
    ],
    [
      "nothing of a background analysis that never ends",
      { type: "Canary", analysis: { templates: ["errors"] } },
      { analysis: { errors: { metrics: { a: { ...metric, interval: "1m" } } } } },
      undefined,
    ],
    [
      "a step of two kinds",
      { type: "Canary", steps: [{ setWeight: 10, pause: {} }] },
      {},
      "workload.strategy.steps.0: expected exactly one of setWeight, pause, setCanaryScale, analysis, experiment, setHeaderRoute, setMirrorRoute, plugin to be set, found setWeight and pause",
    ],
  ])("%s", (_what, strategy, more, problem) => {
    expect(problemsOf(strategy, more)).toEqual(problem === undefined ? [] : [problem]);
  });
});

test("analyses come before what measures by them", () => {
  const metrics = { rate: { provider: { prometheus: { address: "http://prometheus:9090", query: "up" } } } };
  const objects = make({ type: "Canary" }, { defaults: "production", analysis: { errors: { metrics } } });
  expect(the("AnalysisTemplate", objects).metadata.annotations).toEqual({ "argocd.argoproj.io/sync-wave": "-2" });
});
