import { canaryStages, type ObjectOf, podTemplateOf, selects, shownValue } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { membersOf, selectorOf, textsOf } from "../read.ts";
import { rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "../scope.ts";

type Rollout = ObjectOf<"argoproj.io/Rollout">;

const rollout = (label: string) =>
  yaml`
  apiVersion: argoproj.io/v1alpha1
  kind: Rollout
  metadata: { name: a, namespace: shop }
  spec:
    selector: { matchLabels: { app: a } }
    template:
      metadata: { labels: { app: LABEL } }
      spec: { containers: [{ name: a, image: a:1 }] }
    strategy: { canary: {} }
`.replace("LABEL", label);

export const rolloutSelector = rule({
  id: "rollout/rollout-selector",
  severity: "error",
  why: "Argo Rollouts doesn't run a Rollout whose selector doesn't fit its own pods: its status is InvalidSpec, and no pod is started or replaced.",
  fix: "Give the selector the labels of the template.",
  source: "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
  bad: rollout("b"),
  good: rollout("a"),
  *check(scope) {
    for (const manifest of scope.ofCustomKind("argoproj.io/Rollout")) {
      const { selector, template } = membersOf(manifest.object.spec);
      const labels = textsOf(membersOf(membersOf(template).metadata).labels);
      if (template !== undefined && selector !== undefined && !selects(selectorOf(selector), labels))
        yield { manifest, path: "spec.selector", message: `doesn't select the template's own labels ${shownValue(labels)}` };
    }
  },
});

/** The labels of a Rollout's pods; those of the Deployment that it takes its template from; undefined where that isn't among the manifests. */
function podLabelsOf(manifest: CheckedManifest<Rollout>, scope: Scope): Readonly<Record<string, string>> | undefined {
  const { workloadRef } = manifest.object.spec ?? {};
  if (!workloadRef) return podTemplateOf(manifest.object)?.metadata?.labels ?? {};
  const deployment = scope.find("apps/Deployment", namespaceOf(manifest), workloadRef.name ?? "");
  return deployment && (podTemplateOf(deployment.object)?.metadata?.labels ?? {});
}

const served = (label: string) =>
  `${rollout("a").replace("canary: {}", "blueGreen: { activeService: a }")}---\n${yaml`
  apiVersion: v1
  kind: Service
  metadata: { name: a, namespace: shop }
  spec: { selector: { app: LABEL }, ports: [{ port: 80 }] }
`.replace("LABEL", label)}`;
/** Where a strategy names Services. */
const servicePaths = [
  ["blueGreen", "activeService"],
  ["blueGreen", "previewService"],
  ["canary", "stableService"],
  ["canary", "canaryService"],
] as const;
export const rolloutServicePods = rule({
  id: "rollout/rollout-service",
  severity: "error",
  why: "Argo Rollouts stops a Rollout as InvalidSpec while a Service of its strategy asks for a label that its pods don't have: no pod is started or replaced.",
  fix: "Give the Service the labels of the template. Argo Rollouts adds the one by which it tells old and new pods apart.",
  source: "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
  bad: served("b"),
  good: served("a"),
  *check(scope) {
    for (const manifest of scope.ofKind("argoproj.io/Rollout")) {
      const labels = podLabelsOf(manifest, scope);
      const strategy = membersOf(manifest.object.spec?.strategy);
      for (const [kind, key] of labels === undefined ? [] : servicePaths) {
        const name = membersOf(strategy[kind])[key];
        const service = typeof name === "string" ? scope.find("Service", namespaceOf(manifest), name) : undefined;
        const [label, value] =
          Object.entries(service?.object.spec?.selector ?? {}).find(
            ([asked, text]) => asked !== "rollouts-pod-template-hash" && labels?.[asked] !== text,
          ) ?? [];
        if (label !== undefined)
          yield {
            manifest,
            path: `spec.strategy.${kind}.${key}`,
            message: `Service "${String(name)}" selects ${label}: ${shownValue(value)}, and the Rollout's pods have ${shownValue(labels)}`,
          };
      }
    }
  },
});

const delayed = (seconds: number) => served("a").replace("activeService: a", `activeService: a, scaleDownDelaySeconds: ${seconds}`);
export const oldPodsStay = rule({
  id: "rollout/old-pods-stay",
  severity: "warning",
  why: "Argo Rollouts sets no time at which the old pods go where scaleDownDelaySeconds is 0: they stay, beside as many new ones, until the next rollout.",
  fix: "Set 1 or more, or leave it out for 30.",
  source: "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
  bad: delayed(0),
  good: delayed(1),
  *check(scope) {
    for (const manifest of scope.ofKind("argoproj.io/Rollout")) {
      const { canary, blueGreen } = manifest.object.spec?.strategy ?? {};
      const [kind, strategy] = blueGreen ? ["blueGreen", blueGreen] : ["canary", canary?.trafficRouting ? canary : undefined];
      if (strategy?.scaleDownDelaySeconds === 0)
        yield { manifest, path: `spec.strategy.${kind}.scaleDownDelaySeconds`, message: "is 0, so old pods never go" };
    }
  },
});

/** Percentage points by which a share may be off. */
const tolerance = 10;
const weighted = (replicas: number) =>
  rollout("a")
    .replace("canary: {}", "canary: { steps: [{ setWeight: 10 }, { pause: {} }] }")
    .replace("spec:\n", `spec:\n  replicas: ${replicas}\n`);
export const canaryWeight = rule({
  id: "rollout/canary-weight",
  severity: "warning",
  why: "Without traffic routing the number of pods decides which share of the requests the new ones get: with few pods a step that should be careful isn't.",
  fix: "Run more pods, ask for a share that the number of pods has, or set weights by traffic routing.",
  source: "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
  bad: weighted(2),
  good: weighted(10),
  *check(scope) {
    for (const manifest of scope.ofKind("argoproj.io/Rollout")) {
      const { canary } = manifest.object.spec?.strategy ?? {};
      const replicas = scope.leastPodsOf(manifest);
      if (!canary || canary.trafficRouting || replicas === 0) continue;
      for (const { does, step, weight, newPods, oldPods } of canaryStages(canary, replicas)) {
        const share = Math.round((100 * newPods) / (newPods + oldPods));
        if (does === "setWeight" && Math.abs(share - weight) > tolerance)
          yield {
            manifest,
            path: `spec.strategy.canary.steps[${step}].setWeight`,
            message: `asks for ${weight}%, and ${newPods} of ${newPods + oldPods} pods are new then, which get ${share}% of the requests`,
          };
      }
    }
  },
});
