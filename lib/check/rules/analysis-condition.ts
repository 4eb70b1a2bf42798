import { yaml } from "../example.ts";
import { itemsOf, membersOf } from "../read.ts";
import { type ManifestIssue, rule } from "../rule.ts";
import type { CheckedManifest } from "../scope.ts";

const template = (condition: string) =>
  yaml`
  apiVersion: argoproj.io/v1alpha1
  kind: AnalysisTemplate
  metadata: { name: a, namespace: shop }
  spec:
    metrics:
      - name: errors
        CONDITION
        provider: { prometheus: { address: "http://prometheus.monitoring:9090", query: sum(rate(errors[5m])) } }
`.replace("CONDITION", condition);

export const analysisCondition = rule({
  id: "rollout/analysis-condition",
  severity: "warning",
  why: "Argo Rollouts takes every value of a metric without a condition for a success: the analysis fails only where nothing can be measured, and a bad release goes on.",
  fix: "Set successCondition or failureCondition, as `result[0] < 0.01`.",
  source: "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
  bad: template("interval: 1m"),
  good: template("successCondition: result[0] < 0.01"),
  *check(scope) {
    for (const kind of ["AnalysisTemplate", "ClusterAnalysisTemplate"])
      for (const manifest of scope.ofCustomKind(`argoproj.io/${kind}`)) yield* metricIssues(manifest);
  },
});

/** Providers whose result is success or failure by itself; what a plugin does, only the plugin knows. */
const judging = ["job", "kayenta", "plugin"];

function* metricIssues(manifest: CheckedManifest): Generator<ManifestIssue> {
  for (const [index, entry] of itemsOf(membersOf(manifest.object.spec).metrics).entries()) {
    const { successCondition, failureCondition, provider } = membersOf(entry);
    const providers = Object.keys(membersOf(provider));
    if (successCondition || failureCondition || providers.length === 0 || providers.some((name) => judging.includes(name))) continue;
    yield {
      manifest,
      path: `spec.metrics[${index}].successCondition`,
      message: "is missing, and so is failureCondition: every value counts as a success",
    };
  }
}
