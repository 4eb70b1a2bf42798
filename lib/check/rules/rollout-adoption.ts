import type { ObjectOf } from "../../kubernetes/index.ts";
import { autoscalersOf } from "../autoscalers.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import { type CheckedManifest, namespaceOf, type Scope } from "../scope.ts";
import { naming } from "./naming.ts";

/** What a Rollout beside the Deployment that it takes its template from needs: https://argo-rollouts.readthedocs.io/en/stable/migrating/ */

const source = "https://argo-rollouts.readthedocs.io/en/stable/migrating/";
const referring = (reference: string) =>
  yaml`
  apiVersion: argoproj.io/v1alpha1
  kind: Rollout
  metadata: { name: a, namespace: shop }
  spec:
    workloadRef: { apiVersion: apps/v1, kind: Deployment, REFERENCE }
    strategy: { canary: {} }
`.replace("REFERENCE", reference);
const deployment = yaml`
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: a, namespace: shop }
  spec:
    replicas: 2
    selector: { matchLabels: { app: a } }
    template:
      metadata: { labels: { app: a } }
      spec: { containers: [{ name: a, image: a:1 }] }
`;

export const rolloutWorkload = naming({
  id: "references/rollout-workload",
  severity: "error",
  why: "A Rollout whose workloadRef names nothing has no template for its pods, and starts none.",
  fix: "Name an existing Deployment.",
  source,
  places: [{ from: "argoproj.io/Rollout", at: "spec.workloadRef", kind: "Deployment", group: "apps" }],
  bad: `${referring("name: nobody")}---\n${deployment}`,
  good: `${referring("name: a, scaleDown: onsuccess")}---\n${deployment}`,
});

/** The Rollouts that take their template from a Deployment, with it. */
function* adoptionsIn(scope: Scope): Generator<{
  readonly rollout: CheckedManifest<ObjectOf<"argoproj.io/Rollout">>;
  readonly deployment: CheckedManifest<ObjectOf<"apps/Deployment">>;
}> {
  for (const rollout of scope.ofKind("argoproj.io/Rollout")) {
    const { kind, name = "" } = rollout.object.spec?.workloadRef ?? {};
    const found = kind === "Deployment" ? scope.find("apps/Deployment", namespaceOf(rollout), name) : undefined;
    if (found) yield { rollout, deployment: found };
  }
}

export const adoptedDeployment = rule({
  id: "rollout/adopted-deployment",
  severity: "warning",
  why: "A Deployment that a Rollout takes its template from, and doesn't scale down, goes on to replace its own pods by its own strategy: those get requests without any step, beside twice the pods.",
  fix: "Set workloadRef.scaleDown to onsuccess or progressively, or the Deployment's replicas to 0, once the Rollout's pods run.",
  source,
  bad: `${referring("name: a")}---\n${deployment}`,
  good: `${referring("name: a, scaleDown: onsuccess")}---\n${deployment}`,
  *check(scope) {
    for (const {
      rollout,
      deployment: { object },
    } of adoptionsIn(scope)) {
      const { scaleDown = "never" } = rollout.object.spec?.workloadRef ?? {};
      const { replicas = 1 } = object.spec ?? {};
      if (scaleDown === "never" && replicas > 0)
        yield {
          manifest: rollout,
          path: "spec.workloadRef.scaleDown",
          message: `is never, and Deployment ${object.metadata.name} keeps ${replicas} ${replicas === 1 ? "pod" : "pods"} of its own`,
        };
    }
  },
});

const scaling = (kind: string) =>
  `${referring("name: a, scaleDown: onsuccess")}---\n${deployment}---\n${yaml`
  apiVersion: autoscaling/v2
  kind: HorizontalPodAutoscaler
  metadata: { name: a, namespace: shop }
  spec:
    maxReplicas: 5
    scaleTargetRef: { apiVersion: VERSION, kind: KIND, name: a }
`
    .replace("KIND", kind)
    .replace("VERSION", kind === "Rollout" ? "argoproj.io/v1alpha1" : "apps/v1")}`;
export const adoptedAutoscaler = rule({
  id: "rollout/adopted-autoscaler",
  severity: "error",
  why: "An autoscaler of a Deployment whose place a Rollout has taken scales pods that the Rollout removes, and the Rollout's own number never changes.",
  fix: "Let it scale the Rollout: apiVersion: argoproj.io/v1alpha1, kind: Rollout.",
  source,
  bad: scaling("Deployment"),
  good: scaling("Rollout"),
  *check(scope) {
    for (const {
      rollout,
      deployment: { object },
    } of adoptionsIn(scope))
      for (const { manifest, namespace, kind, name } of autoscalersOf(scope))
        if (kind === "Deployment" && name === object.metadata.name && namespace === namespaceOf(rollout))
          yield {
            manifest,
            path: "spec.scaleTargetRef.kind",
            message: `scales Deployment ${name}, from which Rollout ${rollout.object.metadata.name} takes its template`,
          };
  },
});
