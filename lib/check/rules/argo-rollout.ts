import { selects, shownValue } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { membersOf, selectorOf, textsOf } from "../read.ts";
import { rule } from "../rule.ts";

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
