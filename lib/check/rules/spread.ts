import { type Issue, selects, shownValue } from "../../kubernetes/index.ts";
import { yaml } from "../example.ts";
import { rule } from "../rule.ts";
import type { Pods } from "../scope.ts";
import { each, within } from "./issues.ts";

export const spread = rule({
  id: "rollout/spread",
  severity: "warning",
  why: "A topology spread constraint counts the pods that its selector matches: where these aren't the workload's own pods, the pods aren't spread, and the outage of one zone may stop all of them.",
  fix: "Give the constraint's labelSelector labels of the pod's own template.",
  source: "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#topologyspreadconstraints-field",
  bad: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop, labels: { app: a } }
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: { matchLabels: { app: b } }
      containers: [{ name: a, image: a:1 }]
  `,
  good: yaml`
    apiVersion: v1
    kind: Pod
    metadata: { name: a, namespace: shop, labels: { app: a } }
    spec:
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: { matchLabels: { app: a } }
      containers: [{ name: a, image: a:1 }]
  `,
  *check({ pods }) {
    for (const pod of pods) yield* within(pod.manifest, constraintIssues(pod));
  },
});

const constraintIssues = ({ spec, path, labels }: Pods): Iterable<Issue> =>
  each(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, function* ({ labelSelector }, at) {
    if (!labelSelector) yield { path: `${at}.labelSelector`, message: "is missing, so the constraint counts no pod and spreads none" };
    else if (!selects(labelSelector, labels))
      yield { path: `${at}.labelSelector`, message: `doesn't match the pod's own labels, which are ${shownValue(labels)}` };
  });
