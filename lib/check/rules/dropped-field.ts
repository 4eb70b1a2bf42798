import { droppedFields } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";

export const droppedField = rule({
  id: "schema/dropped-field",
  severity: "warning",
  why: "The API server takes the object and leaves the field out without a word, so that it runs without it. After an upgrade the same manifest means something else, and may replace pods.",
  fix: "Remove the field, or use it from the version on that keeps it.",
  source: "https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/",
  bad: yaml`
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: { name: a, namespace: shop }
    spec:
      serviceName: a
      selector: { matchLabels: { app: a } }
      updateStrategy: { type: RollingUpdate, rollingUpdate: { maxUnavailable: 2 } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  good: yaml`
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: { name: a, namespace: shop }
    spec:
      serviceName: a
      selector: { matchLabels: { app: a } }
      updateStrategy: { type: RollingUpdate, rollingUpdate: { partition: 1 } }
      template:
        metadata: { labels: { app: a } }
        spec: { containers: [{ name: a, image: a:1 }] }
  `,
  *check({ manifests, environment: { kubernetes } }) {
    for (const manifest of manifests)
      for (const { path, gate, keptSince } of droppedFields(manifest.object, kubernetes))
        yield {
          manifest,
          path,
          message: `Kubernetes ${kubernetes} drops it: its feature gate ${gate} is off by default before ${keptSince}`,
          fix: `Remove it, turn ${gate} on, or use it from Kubernetes ${keptSince} on.`,
        };
  },
});
