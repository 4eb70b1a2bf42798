import { isServiceName } from "../kubernetes/index.ts";
import { type Problem, suggestion } from "../problem/index.ts";
import type { AppSpec, BlueGreen, Canary, RolloutAnalysis } from "./model.ts";
import { progressiveOf, serviceOfNewPods } from "./progressive.ts";
import type { ResolvedApp } from "./resolved.ts";

const at = "workload.strategy";
/** Fields of a canary that Argo Rollouts takes only where something shares the requests out. */
const onlyWeighted = ["canaryService", "httpRoute", "minPodsPerReplicaSet", "dynamicStableScale", "scaleDownDelaySeconds"] as const;
const onlyWeightedSteps = ["setCanaryScale", "setHeaderRoute", "setMirrorRoute"] as const;

/** What the parts of a progressive strategy ask of each other and of the app: what Argo Rollouts would stop as InvalidSpec, or do nothing about. */
export function progressProblems(app: ResolvedApp): Problem[] {
  const { spec } = app;
  const strategy = progressiveOf(spec.workload);
  if (!strategy) return [];
  return [
    ...serviceProblems(app, strategy),
    ...(strategy.type === "Canary" ? canaryProblems(spec, strategy) : promotionProblems(strategy)),
    ...runsOf(strategy).flatMap(([path, run, isBackground]) => analysisProblems(spec, path, run, isBackground)),
  ];
}

/** The Service of the new pods needs one of the app's, and a name of its own. */
function serviceProblems(app: ResolvedApp, { type }: Canary | BlueGreen): Problem[] {
  const second = serviceOfNewPods(app);
  if (second === undefined) return [];
  const { service } = app.spec;
  if (!service)
    return [
      {
        path: "service",
        message: `is required by a ${type === "Canary" ? "canary that shares requests out" : "blue-green rollout"} but missing`,
        fix: "Add service with the port that requests go to.",
      },
    ];
  const path = `${at}.${type === "Canary" ? "canaryService" : "previewService"}`;
  if (second === (service.name ?? app.name)) return [{ path, message: "is the app's own Service", fix: "Give it a name of its own." }];
  return isServiceName(second)
    ? []
    : [{ path, message: `expected the name of a Service, found "${second}"`, fix: "Set a name of at most 63 characters." }];
}

function canaryProblems(spec: AppSpec, strategy: Canary): Problem[] {
  return [
    ...surgeProblems(strategy),
    ...(strategy.traffic === "gateway" ? weightedProblems(spec, strategy) : unweightedProblems(strategy)),
  ];
}

/** Argo Rollouts reads the seconds only where it promotes by itself. */
const promotionProblems = ({ autoPromotionEnabled, autoPromotionSeconds }: BlueGreen): Problem[] =>
  autoPromotionEnabled === false && autoPromotionSeconds !== undefined
    ? [
        {
          path: `${at}.autoPromotionSeconds`,
          message: "has no effect where autoPromotionEnabled is false: a person promotes it",
          fix: "Remove one of them.",
        },
      ]
    : [];

function surgeProblems({ maxSurge, maxUnavailable }: Canary): Problem[] {
  const isNone = (amount: number | string | undefined) => amount !== undefined && Number.parseInt(String(amount), 10) === 0;
  return isNone(maxSurge) && isNone(maxUnavailable)
    ? [
        {
          path: `${at}.maxSurge`,
          message: "is 0, and so is maxUnavailable: no pod could be replaced",
          fix: "Set one of them to 1 or more.",
        },
      ]
    : [];
}

function weightedProblems(spec: AppSpec, { httpRoute, dynamicStableScale, scaleDownDelaySeconds, workloadRef }: Canary): Problem[] {
  const routes = Object.keys(spec.routes ?? {});
  return [
    ...(workloadRef
      ? [
          {
            path: `${at}.workloadRef`,
            message:
              "doesn't go with `traffic: gateway`: Argo CD can't leave alone the Deployment's number of pods and the route's weights at once",
            fix: "Leave traffic out until the Rollout has taken the Deployment's place.",
          },
        ]
      : []),
    ...(routes.length === 0 && httpRoute === undefined
      ? [
          {
            path: "routes",
            message: "are required by a canary with `traffic: gateway` but missing: there is no HTTPRoute whose weights could change",
            fix: "Add routes, name an HTTPRoute in httpRoute, or leave traffic out.",
          },
        ]
      : []),
    ...(dynamicStableScale && scaleDownDelaySeconds !== undefined
      ? [
          {
            path: `${at}.scaleDownDelaySeconds`,
            message: "doesn't go with dynamicStableScale, by which old pods go step by step",
            fix: "Remove one of them.",
          },
        ]
      : []),
  ];
}

function unweightedProblems(strategy: Canary): Problem[] {
  const fields = onlyWeighted.filter((key) => strategy[key] !== undefined);
  const steps = (strategy.steps ?? []).flatMap((step, index) =>
    onlyWeightedSteps.filter((key) => step[key] !== undefined).map((key) => `steps.${index}.${key}`),
  );
  return [...fields, ...steps].map((path) => ({
    path: `${at}.${path}`,
    message: "needs `traffic: gateway`: without it the number of pods decides who gets the requests",
    fix: "Set traffic: gateway, or remove it.",
  }));
}

type Run = readonly [path: string, run: RolloutAnalysis, isBackground: boolean];

function runsOf(strategy: Canary | BlueGreen): Run[] {
  const named = (path: string, run: RolloutAnalysis | undefined, isBackground = false): Run[] =>
    run ? [[`${at}.${path}`, run, isBackground]] : [];
  if (strategy.type === "BlueGreen")
    return [
      ...named("prePromotionAnalysis", strategy.prePromotionAnalysis),
      ...named("postPromotionAnalysis", strategy.postPromotionAnalysis),
    ];
  return [
    ...named("analysis", strategy.analysis, true),
    ...(strategy.steps ?? []).flatMap((step, index) => named(`steps.${index}.analysis`, step.analysis)),
  ];
}

function analysisProblems({ analysis = {} }: AppSpec, path: string, { templates }: RolloutAnalysis, isBackground: boolean): Problem[] {
  return templates.flatMap((template, index): Problem[] => {
    if (typeof template !== "string") return [];
    const own = Object.hasOwn(analysis, template) ? analysis[template] : undefined;
    if (!own)
      return [
        {
          path: `${path}.templates.${index}`,
          message: `the app has no analysis "${template}"`,
          fix: suggestion(template, Object.keys(analysis)),
        },
      ];
    const endless = isBackground
      ? []
      : Object.entries(own.metrics).filter(([, { interval, count }]) => interval !== undefined && count === undefined);
    return endless.map(([metric]) => ({
      path: `analysis.${template}.metrics.${metric}.count`,
      message: `is required but missing: ${path} would wait for it without end`,
      fix: "Set the number of values after which it is done.",
    }));
  });
}
